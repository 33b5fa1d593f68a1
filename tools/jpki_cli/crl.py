"""`jpki crl`: an index of revocation lists of any size: add lists, show it, ask it."""

import click

from jpki_cli.crl_add import add
from jpki_cli.crl_lookup import lookup
from jpki_cli.crl_show import forget, show
from jpki_cli.groups import CommandGroup


@click.group(cls=CommandGroup)
def crl() -> None:
    """Keep revocation lists (失効リスト) of any size in an index.

    \b
    Example:
      jpki crl index add lists --ca sign-ca.cer --index idx
      jpki check sign.cer --ca sign-ca.cer --crl-index idx
    """


@crl.group(cls=CommandGroup)
def index() -> None:
    """Add lists to an index, show what it holds, look up serial numbers.

    \b
    Example:
      jpki crl index add lists --ca sign-ca.cer --index idx
      jpki crl index show --index idx
    """


for _command in (add, show, forget, lookup):
    index.add_command(_command)

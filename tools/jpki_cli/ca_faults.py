"""`jpki ca faults`: what goes wrong with the world's revocation lists and OCSP answers."""

import click

from cardsim.faults import FaultSyntaxError, parse_all
from jpki_cli.answer import Answer, answers
from jpki_cli.settings import settings


@click.command()
@click.argument("faults", nargs=-1, metavar="[FAULT]...")
@click.option("--clear", is_flag=True, help="Let nothing go wrong any more.")
@answers
def faults(faults: tuple[str, ...], clear: bool) -> Answer:
    """Show, set or clear what the authorities' service does wrong (`jpki ca serve`).

    Each FAULT is one of the language's effects `crl` and `ocsp` (`jpki faults`); those given take
    the place of all that were set. A service that is running sees it with its next request.

    \b
    Example:
      jpki ca faults "ocsp stale" "crl 503 at request 2"
      jpki ca faults
      jpki ca faults --clear
    """
    from cardsim.world.troubles import read_troubles, write_troubles

    if faults and clear:
        raise click.UsageError("name faults or --clear them, not both")
    try:
        wanted = parse_all(faults)
    except FaultSyntaxError as error:
        raise click.BadParameter(str(error)) from None
    with settings().world() as world:
        if wanted or clear:
            write_troubles(world.paths, wanted)
        now = [str(fault) for fault in read_troubles(world.paths)]
    return Answer({"faults": now}, "\n".join(now) or "nothing goes wrong")

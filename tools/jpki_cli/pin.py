"""`jpki pin`: how many tries are left, verify a PIN, change it."""

import click

from jpki.card.client import (
    PIN_KIND,
    CertificateMissingError,
    JpkiSession,
    LastTryError,
    PinBlockedError,
    TriesUnknownError,
    WrongPinError,
)
from jpki.profiles.kinds import Kind
from jpki_cli.answer import Answer, answers
from jpki_cli.connecting import card_connection
from jpki_cli.counting import tries_words
from jpki_cli.exits import ExitStatus
from jpki_cli.groups import CommandGroup
from jpki_cli.options import KIND, card_options
from jpki_cli.secrets import PinSource, pin_options


@click.group(cls=CommandGroup)
def pin() -> None:
    """Ask for, verify or change the PINs (暗証番号); the last try is never spent.

    \b
    Example:
      jpki pin status --card hanako
      jpki pin verify auth --reader 0
    """


@pin.command()
@card_options
@answers
def status(reader: str | None, card_name: str | None) -> Answer:
    """Show how many tries are left. Costs none.

    \b
    Example:
      jpki pin status --card hanako
    """
    with card_connection(reader=reader, card_name=card_name) as connection:
        session = JpkiSession(connection)
        tries = {kind: tries_left(session, kind) for kind in Kind}
        absent = [kind for kind, left in tries.items() if is_absent(session, kind, left)]
    lines = [
        f"{kind.value:<5} {without(kind) if kind in absent else tries_words(left)}"
        for kind, left in tries.items()
    ]
    blocked = any(left == 0 for kind, left in tries.items() if kind not in absent)
    data = {
        "tries_left": {kind.value: left for kind, left in tries.items()},
        "absent": [kind.value for kind in absent],
    }
    return Answer(data, "\n".join(lines), ExitStatus.NO if blocked else ExitStatus.YES)


@pin.command()
@click.argument("kind", type=KIND)
@pin_options()
@card_options
@answers
def verify(kind: str, pin: PinSource, reader: str | None, card_name: str | None) -> Answer:
    """Present the PIN of KIND; a wrong one costs a try (the last one is never spent).

    \b
    Example:
      jpki pin verify auth --card hanako
      JPKI_SIGN_PIN=ABC123 jpki pin verify sign --reader 0
    """
    which = Kind(kind)
    secret = pin.read(PIN_KIND[which])
    return _present(which, secret, None, reader=reader, card_name=card_name)


@pin.command()
@click.argument("kind", type=KIND)
@pin_options()
@pin_options("new-pin")
@card_options
@answers
def change(
    kind: str, pin: PinSource, new_pin: PinSource, reader: str | None, card_name: str | None
) -> Answer:
    """Verify the PIN of KIND, then give it a new value.

    \b
    Example:
      JPKI_AUTH_PIN=1234 JPKI_NEW_PIN=5678 jpki pin change auth --card hanako
    """
    which = Kind(kind)
    old, new = pin.read(PIN_KIND[which]), new_pin.read_new(PIN_KIND[which])
    return _present(which, old, new, reader=reader, card_name=card_name)


def tries_left(session: JpkiSession, kind: Kind) -> int | None:
    """Ask for the tries left; None when the card does not say."""
    try:
        return session.tries_left(kind)
    except TriesUnknownError:
        return None


def is_absent(session: JpkiSession, kind: Kind, left: int | None) -> bool:
    """Whether the card never had this PIN, its tries left being `left`.

    A card without the certificate answers as if its PIN were blocked: true, and no help to
    somebody who never had that PIN.
    """
    if left != 0:
        return False
    carried = session.availability()
    return not {Kind.SIGN: carried.sign, Kind.AUTH: carried.auth}[kind]


def require_pin(session: JpkiSession, kind: Kind) -> None:
    """Raise `CertificateMissingError` where "blocked" would explain nothing."""
    if is_absent(session, kind, tries_left(session, kind)):
        raise CertificateMissingError(f"the card carries {without(kind)}")


def without(kind: Kind) -> str:
    """Tell that there is no certificate of a kind, and for whom that is in order."""
    note = " (nobody under 15 has one)" if kind is Kind.SIGN else ""
    return f"no {kind.japanese}{note}"


def _present(
    kind: Kind, old: str, new: str | None, *, reader: str | None, card_name: str | None
) -> Answer:
    with (
        card_connection(reader=reader, card_name=card_name) as connection,
        JpkiSession(connection) as session,
    ):
        require_pin(session, kind)
        try:
            if new is None:
                session.verify_pin(kind, old)
            else:
                session.change_pin(kind, old, new)
        except (WrongPinError, PinBlockedError, LastTryError) as refused:
            data = {"kind": kind.value, "accepted": False, "tries_left": refused.tries_left}
            return Answer(data | {"why": str(refused)}, f"no: {refused}", ExitStatus.NO)
        left = tries_left(session, kind)
    done = "the PIN is right" if new is None else "the PIN was changed"
    data = {"kind": kind.value, "accepted": True, "changed": new is not None, "tries_left": left}
    return Answer(data, f"{done}; {tries_words(left)}")

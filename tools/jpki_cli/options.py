"""Options that several commands share, and the parameter types behind them."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from click.core import ParameterSource

from jpki.card.layout import PinKind
from jpki.profiles.kinds import Kind
from jpki.profiles.validity import JST

Command = Callable[..., Any]

KIND = click.Choice([kind.value for kind in Kind])
"""`sign` (署名用) or `auth` (利用者証明用); turn it into a `Kind` with `Kind(value)`."""

SECRETS = {
    "pin": PinKind.TEXT,
    "number-a": PinKind.NUMBER_A,
    "number-b": PinKind.NUMBER_B,
    "birth-date": PinKind.BIRTH_DATE,
}
"""What opens text and face of a card, by the names of the option --with."""

YEARS = range(1970, 9900)
"""Far enough from where `datetime` ends, and from where X.509 begins, to reckon around."""


def moment(text: str) -> datetime:
    """Read a point in time in ISO 8601; without an offset it is Japan's (+09:00).

    For an option's `type`; gives an aware datetime in UTC.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r}: write 2026-11-23 or 2026-11-23T15:00+09:00") from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=JST)
    # Both years: the one that was typed, since its UTC could lie outside the calendar, and that
    # of UTC, which is reckoned with.
    if found.year not in YEARS or found.astimezone(UTC).year not in YEARS:
        raise click.BadParameter(f"{text!r}: a year (UTC) from {YEARS[0]} to {YEARS[-1]}")
    return found.astimezone(UTC)


def japanese_day(text: Any) -> str:
    """Give the day in Japan of a moment in ISO 8601, for tables people read."""
    return f"{datetime.fromisoformat(text).astimezone(JST):%Y-%m-%d}"


def day_of_digits(digits: str) -> str:
    """Give YYYYMMDD with dashes (unknown parts are zeros), and anything else as it is."""
    if len(digits) != len("YYYYMMDD") or not digits.isdigit():
        return digits
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def given(*names: str) -> list[str]:
    """Give which of these options of the running command stand on the command line."""
    context = click.get_current_context()
    return [
        option.opts[0]
        for option in context.command.params
        if option.opts[0] in names
        and context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
    ]


def refuse_without_effect(where: str, *names: str) -> None:
    """Fail when one of these options is given, which would change nothing `where` this is.

    Whoever gives one relies on it: dropped in silence, it would make the answer another question's.
    """
    if idle := given(*names):
        raise click.UsageError(f"{', '.join(idle)}: no effect {where}")


def with_option(*names: str) -> Callable[[Command], Command]:
    """Add --with: which secret to present, of these `SECRETS`; the first is the default."""
    kinds = ", ".join(f"{name} {SECRETS[name].japanese}" for name in names)
    return click.option(
        "--with",
        "with_secret",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help=f"The secret to present: {kinds}.",
    )


def card_options(command: Command) -> Command:
    """Add --reader and --card: a card in any PC/SC reader, or one of the world without a reader."""

    @click.option(
        "--reader",
        metavar="NAME",
        help="The PC/SC reader: its name, a part of it, or its number."
        " Without it: the only reader with a card.",
    )
    @click.option(
        "--card",
        "card_name",
        metavar="NAME",
        help="A card of the world, used in this process: no reader, no PC/SC.",
    )
    @functools.wraps(command)
    def checked(*args: Any, reader: str | None, card_name: str | None, **kwargs: Any) -> Any:
        if reader is not None and card_name is not None:
            raise click.UsageError("--reader and --card exclude each other")
        return command(*args, reader=reader, card_name=card_name, **kwargs)

    return checked

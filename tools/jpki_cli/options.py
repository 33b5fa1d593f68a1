"""Options that several commands share, and the parameter types behind them."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from jpki.profiles.kinds import Kind
from jpki.profiles.validity import JST

Command = Callable[..., Any]

KIND = click.Choice([kind.value for kind in Kind])
"""`sign` (署名用) or `auth` (利用者証明用); turn it into a `Kind` with `Kind(value)`."""


class Moment(click.ParamType[datetime]):
    """A point in time in ISO 8601; without an offset it is Japan's (+09:00)."""

    name = "TIME"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the text; give an aware datetime in UTC."""
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r}: write 2026-11-23 or 2026-11-23T15:00+09:00", param, ctx)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=JST)
        return moment.astimezone(UTC)


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

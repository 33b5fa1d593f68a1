"""`jpki world clock`: show and move the world's time; what comes due meanwhile happens, in order.

Not here: what comes due (`cardsim.world.life.due`).
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from jpki_cli.answer import Answer, answers
from jpki_cli.exits import ExitStatus, Failure, status_of, words_of
from jpki_cli.groups import CommandGroup
from jpki_cli.life_telling import clock_text, entry_lines, entry_row
from jpki_cli.options import YEARS, moment
from jpki_cli.settings import settings

if TYPE_CHECKING:
    from cardsim.world import Clock, World

_STEP = re.compile(r"(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")


def step(text: str) -> timedelta:
    """Read `3d`, `1d6h`, `90m`, `2w`; for an option's or argument's `type`."""
    found = _STEP.fullmatch(text)
    if found is None or not any(found.groups()):
        raise click.BadParameter(f"{text!r}: write 3d, 1d6h, 90m or 2w")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


@click.group(cls=CommandGroup)
def clock() -> None:
    """Show or move the world's time (時計); what comes due meanwhile happens.

    \b
    Example:
      jpki world clock show
      jpki world clock advance --night
    """


@clock.command()
@answers
def show() -> Answer:
    """Show the world's time, and how the clock runs.

    \b
    Example:
      jpki world clock show --json
    """
    with settings().world() as world:
        now, mode = world.clock.now(), world.clock.setting.mode.value
    return Answer({"now": now.isoformat(), "mode": mode}, f"{clock_text(now)} JST, {mode}")


@clock.command(name="set")
@click.argument("time", type=moment)
@click.option("--running", is_flag=True, help="Let the clock go on from TIME; else it stands.")
@answers
def set_(time: datetime, running: bool) -> Answer:
    """Set the time; without an offset it is Japan's. Not before what has happened.

    \b
    Example:
      jpki world clock set 2027-04-01T09:00
    """
    return _moved(lambda found: found.set(time, running=running), to=lambda _: time)


@clock.command()
@click.argument("by", type=step, metavar="STEP", required=False)
@click.option("--night", is_flag=True, help="To the end of the next night's work (夜間処理).")
@answers
def advance(by: timedelta | None, night: bool) -> Answer:
    """Move the time on by STEP (3d, 1d6h, 90m, 2w), or to the next night.

    \b
    Example:
      jpki world clock advance 1d6h
      jpki world clock advance --night
    """
    if (by is None) is not night:
        raise click.UsageError("give a STEP such as 3d, or --night")
    if by is not None:
        return _moved(lambda found: found.advance(by), to=lambda now: _later(now, by))

    def to_night(now: datetime) -> datetime:
        from cardsim.world.life.due import next_night

        return next_night(now)

    return _moved(lambda found: found.advance(to_night(found.now()) - found.now()), to=to_night)


@clock.command()
@answers
def follow() -> Answer:
    """Run with the system's clock again.

    \b
    Example:
      jpki world clock follow
    """
    return _moved(lambda found: found.follow_system(), to=lambda _: None)


def _moved(
    move: Callable[["Clock"], object], *, to: Callable[[datetime], datetime | None]
) -> Answer:
    done: dict[str, Any] = {}
    with settings().world() as world:

        def moved() -> None:
            last = max((entry.moment for entry in world.events()), default=None)
            _refuse_the_past(world, to(world.clock.now()), last)
            move(world.clock)
            done["now"] = world.clock.now()

        # The clock first: killed on the way, the next who comes lets the rest happen. Two who move
        # it at once do so one after the other, each from where the other left it.
        try:
            with world.office(first=moved) as office:
                passed = office.catch_up()
                now = office.now
        except Exception as error:
            status = status_of(error)
            if status is None or not done:
                raise
            # Whoever took it for not moved would move it twice.
            told = f"it is {clock_text(done['now'])} JST, and not all that came due has happened"
            hint = "`jpki world clock advance 0s` lets it happen"
            row = {"now": done["now"].isoformat()}
            raise Failure(f"{told}: {words_of(error)}; {hint}", status, row) from error
    data = {"now": now.isoformat(), "passed": [entry_row(entry) for entry in passed]}
    return Answer(data, "\n".join([*entry_lines(passed), f"it is {clock_text(now)} JST"]))


def _later(now: datetime, by: timedelta) -> datetime:
    try:
        then = now + by
    except OverflowError:
        then = None
    # Far enough from the calendar's end for certificates to end in it.
    if then is None or then.year >= YEARS.stop:
        raise Failure(f"that is beyond the year {YEARS.stop - 1}", ExitStatus.USAGE)
    return then


def _refuse_the_past(world: "World", target: datetime | None, last: datetime | None) -> None:
    from cardsim.world.clock import system_time

    then = system_time() if target is None else target
    if last is not None and then < last:
        raise Failure(
            f"{world.directory} has lived until {clock_text(last)} JST: its time cannot go back"
            " before that",
            ExitStatus.NO,
        )

"""`jpki world`: make a world, show what is in it."""

from datetime import datetime
from pathlib import Path

import click

from cardsim.world import DEFAULT_SEED, World
from cardsim.world.keeping import Keeping
from jpki.profiles.naming import EMULATOR, FAITHFUL
from jpki.profiles.validity import JST
from jpki.verify.names import printable
from jpki_cli.answer import Answer, answers
from jpki_cli.groups import CommandGroup
from jpki_cli.options import moment
from jpki_cli.settings import settings
from jpki_cli.world_clock import clock

_NAMINGS = {naming.label: naming for naming in (EMULATOR, FAITHFUL)}


@click.group(cls=CommandGroup)
def world() -> None:
    """Make or show a world: two CAs, citizens, their cards and a clock in one directory.

    \b
    Example:
      jpki world new ./world
      jpki world show
    """


world.add_command(clock)


@world.command()
@click.argument("directory", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--seed",
    type=int,
    default=DEFAULT_SEED,
    show_default=True,
    help="Same seed and --start: same people, numbers, dates, serial numbers.",
)
@click.option(
    "--start",
    type=moment,
    metavar="TIME",
    help="Let the world's clock stand at TIME; without it the clock is the system's.",
)
@click.option(
    "--naming",
    type=click.Choice(sorted(_NAMINGS)),
    default=EMULATOR.label,
    show_default=True,
    help="faithful: the names of the J-LIS test environment (O=JPKI-TEST), for those"
    " who test software against those names.",
)
@click.option(
    "--register",
    metavar="URL",
    help="Keep the register in PostgreSQL: postgresql://HOST/DATABASE, without a password"
    " (PGPASSWORD, ~/.pgpass or a service has it).",
)
@click.option(
    "--ca-keys",
    metavar="URI",
    help="Make the CA keys in a PKCS#11 token:"
    " pkcs11:token=T?module-path=M.so&pin-source=FILE (or $JPKI_CA_PIN).",
)
@answers
def new(  # noqa: PLR0917 - one parameter an option
    directory: Path | None,
    seed: int,
    start: datetime | None,
    naming: str,
    register: str | None,
    ca_keys: str | None,
) -> Answer:
    """Make a world in DIRECTORY (default: where `jpki` looks for it, $JPKI_HOME).

    \b
    Example:
      jpki world new ./world --seed 7 --start 2026-04-01
      export JPKI_HOME=./world
    """
    place = directory or settings().home
    with World.create(
        place,
        seed=seed,
        moment=start,
        naming=_NAMINGS[naming],
        keeping=Keeping(register, ca_keys),
        secrets=settings().ca_secrets,
    ) as made:
        return _described(made, f"made a world in {printable(str(made.directory))}\n")


@world.command()
@answers
def show() -> Answer:
    """Show where the world is, its clock, citizens and cards.

    \b
    Example:
      jpki world show --json
    """
    with settings().world() as opened:
        return _described(opened, "")


def _described(opened: World, first_line: str) -> Answer:
    now = opened.clock.now()
    setting = opened.clock.setting
    citizens = {
        citizen.name: {
            "name": citizen.person.name.text,
            "municipality": citizen.municipality.code,
            "municipality_name": str(citizen.municipality),
        }
        for citizen in opened.citizens.values()
    }
    names = [entry.name for entry in opened.cards()]
    data = {
        "directory": str(opened.directory),
        "seed": opened.seed,
        "started": opened.started.isoformat(),
        "naming": opened.naming.label,
        "clock": {"mode": setting.mode.value, "now": now.isoformat()},
        "citizens": citizens,
        "cards": names,
    }
    lines = [
        f"directory   {printable(str(opened.directory))}",
        f"naming      {opened.naming.label} (O={opened.naming.organization})",
        f"seed        {opened.seed}, started {opened.started.astimezone(JST):%Y-%m-%d %H:%M} JST",
        f"clock       {setting.mode.value}, now {now.astimezone(JST):%Y-%m-%d %H:%M:%S} JST",
        f"cards       {', '.join(names)}",
        "citizens",
        *(
            f"  {name:<10} {row['name']}  {row['municipality']} {row['municipality_name']}"
            for name, row in citizens.items()
        ),
    ]
    return Answer(data, first_line + "\n".join(lines))

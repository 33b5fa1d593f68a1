"""`jpki card`: list, show and make the cards of a world, put them into readers.

Here `run` and `serve`; `list` and `show` are in `card_show`, `new` and `make` in `card_new`.
Readers are imported where a card is put into one: listing cards needs none.
"""

import shlex
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jpki_cli.answer import as_json, json_option, say_json
from jpki_cli.card_new import make, new
from jpki_cli.card_show import list_, show
from jpki_cli.faults import check_reach, fault_option
from jpki_cli.groups import CommandGroup
from jpki_cli.overhearing import UNHEARD, Overheard, overhearing
from jpki_cli.settings import settings

if TYPE_CHECKING:
    from cardsim.faults import Fault
    from cardsim.readers.pcsc import PcscService
    from cardsim.readers.vpcd import Plug
    from cardsim.world import World

_TRACE = click.option(
    "--trace",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what is said to FILE, without secrets; `jpki trace show` reads it.",
)
_STOPPED = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
"""What ends `jpki card serve`, as it is meant to end."""


@click.group(cls=CommandGroup)
def card() -> None:
    """List or make the cards of the world; run a program with a card in a reader.

    \b
    Example:
      jpki card list
      jpki card run hanako -- pkcs15-tool --list-certificates
    """


for _command in (list_, show, new, make):
    card.add_command(_command)


@card.command(context_settings={"allow_interspersed_args": False})
@click.argument("name")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND…")
@fault_option
@_TRACE
def run(
    name: str, command: tuple[str, ...], faults: "tuple[Fault, ...]", trace: Path | None
) -> None:
    """Run COMMAND with the card in a reader of its own; exit as it does.

    COMMAND and what it starts find our PC/SC service by $PCSCLITE_CSOCK_NAME (no daemon, no
    root), and this world by $JPKI_HOME. Signals are passed on; everything is cleaned up at the
    end. 126 and 127: COMMAND could not be started, as a shell says it.

    \b
    Example:
      jpki card run hanako -- opensc-tool -n
      jpki card run --fault "remove before verify" hanako -- pkcs15-tool --dump
      jpki card run hanako -- ssh -I opensc-pkcs11.so user@host
    """
    from cardsim.faults import Way
    from cardsim.readers.program import ProgramNotStartedError, held_signals, run_program
    from cardsim.world.home import VARIABLE as HOME_VARIABLE

    program = command[1:] if command[0] == "--" else command
    if not program:
        raise click.UsageError("no command behind --")
    with settings().world() as world:
        check_reach((*world.faults(name), *faults), Way.SERVICE)
        environment = {**settings().environ, HOME_VARIABLE: str(world.directory)}
        try:
            # Held before the service starts its thread, which then takes none of them either.
            with (
                held_signals() as before,
                overhearing(world, trace) as overheard,
                _serving(world, [name], faults=faults, overheard=overheard) as service,
            ):
                ending = run_program(program, environment | service.environment, before_us=before)
        except ProgramNotStartedError as error:
            click.echo(f"jpki: {error}", err=True)
            sys.exit(error.exit_code)
    sys.exit(ending.pass_on())


@card.command()
@click.argument("names", metavar="NAME…", nargs=-1, required=True)
@click.option(
    "--socket",
    "socket_path",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Where the socket shall be: in a directory only you can enter.",
)
@click.option(
    "--vpcd",
    metavar="HOST:PORT",
    help="Plug the card into the vpcd of a system pcscd, here or elsewhere, instead.",
)
@fault_option
@_TRACE
@click.option("--watch", is_flag=True, help="Show what is said, as it is said.")
@json_option("Say where in one line of JSON; with --vpcd or --watch, each event in one.")
def serve(
    names: tuple[str, ...],
    socket_path: Path | None,
    vpcd: str | None,
    faults: "tuple[Fault, ...]",
    *,
    trace: Path | None,
    watch: bool,
) -> None:
    """Keep cards in readers until stopped (Ctrl-C), for programs started elsewhere.

    What it prints first sets the variable by which PC/SC programs find the readers. A --fault is
    one of each card; each counts for itself.

    \b
    Example:
      jpki card serve hanako taro > where &
      jpki card serve hanako --vpcd 192.0.2.7:35963
    """
    if vpcd is not None and (socket_path is not None or len(names) != 1):
        raise click.UsageError("--vpcd takes one card and no --socket")
    from cardsim.faults import Way

    with settings().world() as world:
        of_cards = (fault for name in names for fault in world.faults(name))
        check_reach((*of_cards, *faults), Way.SERVICE if vpcd is None else Way.VPCD)
        # Held in the threads that are started from here on, too.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPED)
        try:
            with overhearing(world, trace, watch=watch) as overheard:
                if vpcd is not None:
                    _serve_vpcd(world, names[0], vpcd, faults, overheard)
                else:
                    _serve_socket(world, names, socket_path, faults, overheard)
        except BaseException:
            # Whoever called us goes on and must hear its signals; after a stop the process ends.
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            raise


def _serve_socket(
    world: "World",
    names: Sequence[str],
    socket_path: Path | None,
    faults: "tuple[Fault, ...]",
    overheard: Overheard,
) -> None:
    with _serving(world, names, socket_path, faults=faults, overheard=overheard) as service:
        if as_json():
            found = {"environment": service.environment, "readers": list(service.reader_names)}
            say_json(found, indent=None)
        else:
            for name, value in service.environment.items():
                click.echo(f"export {name}={shlex.quote(value)}")
        click.echo(f"serving {', '.join(service.reader_names)}; stop with Ctrl-C", err=True)
        overheard.begin()
        signal.sigwait(_STOPPED)


def _serve_vpcd(
    world: "World",
    name: str,
    address: str,
    faults: "tuple[Fault, ...]",
    overheard: Overheard,
) -> None:
    from cardsim.faults import VpcdHand
    from cardsim.readers.vpcd import VpcdClient, parse_address

    try:
        host, port = parse_address(address)
    except ValueError as error:
        raise click.UsageError(f"--vpcd: {error}") from None
    in_json = as_json()

    def tell(plug: "Plug") -> None:
        if in_json:
            say_json({"inserted": plug.inserted, "event": plug.event}, indent=None)
        else:
            click.echo(f"vpcd {host}:{port}: {plug.event}")

    hand = VpcdHand()
    card = overheard.wrap(name, world.open_card(name, faults=faults, surroundings=hand))
    client = VpcdClient(card, host, port, on_change=tell)
    hand.holds(client)
    with client:
        click.echo(f"plugging {name} into vpcd at {host}:{port}; stop with Ctrl-C", err=True)
        overheard.begin()
        signal.sigwait(_STOPPED)


@contextmanager
def _serving(
    world: "World",
    names: Sequence[str],
    path: Path | None = None,
    *,
    faults: "tuple[Fault, ...]" = (),
    overheard: Overheard = UNHEARD,
) -> "Iterator[PcscService]":
    """Run our PC/SC service with these cards inserted, each in a reader of its own."""
    from cardsim.faults import ServiceHand, gate_for
    from cardsim.readers.pcsc import PcscService

    readers = {
        name: f"JPKI-EMU Virtual Reader ({name}) {number:02d} 00"
        for number, name in enumerate(dict.fromkeys(names))
    }
    gate = gate_for({readers[name]: (*world.faults(name), *faults) for name in readers})
    with PcscService(path, gate=gate) as service:
        for name, reader in readers.items():
            slot = service.add_reader(reader)
            hand = ServiceHand(service, reader)
            card = world.open_card(name, faults=faults, surroundings=hand)
            slot.insert(overheard.wrap(name, card))
        yield service

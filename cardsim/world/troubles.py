"""What goes wrong with a world's services, kept in `ca/faults.json` as texts of the language.

What it is: reading, and writing whole. The service reads the file again when it changes, so
troubles begin and end while it runs.
What it is not: the language (`cardsim.faults`), or faults of cards, which each card has itself.
Called by `serving` and the command line.
"""

from collections.abc import Iterable

from cardsim.faults import Fault, FaultSyntaxError, parse_all
from cardsim.faults.fault import Serve
from cardsim.world import files
from cardsim.world.errors import DamagedWorldError, WorldError
from cardsim.world.paths import Paths

_FORMAT = "jpki-emu faults"
_VERSION = 1


def read_troubles(paths: Paths) -> tuple[Fault, ...]:
    """Give what goes wrong with the services; raises `WorldError` when nobody can tell."""
    try:
        return _read(paths)
    except (WorldError, OSError) as error:
        raise WorldError(f"{error}; `jpki ca faults --clear` takes all faults away") from error


def _read(paths: Paths) -> tuple[Fault, ...]:
    try:
        document = files.read_json(paths.ca_faults, _FORMAT, _VERSION)
    except FileNotFoundError:
        return ()
    texts = document.get("faults")
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise DamagedWorldError(paths.ca_faults, "no list of faults")
    try:
        faults = parse_all(texts)
    except FaultSyntaxError as error:
        raise DamagedWorldError(paths.ca_faults, str(error)) from None
    if strange := _strange(faults):
        raise DamagedWorldError(paths.ca_faults, f"no service can do this: {strange}")
    return faults


def write_troubles(paths: Paths, faults: Iterable[Fault]) -> None:
    """Let this go wrong with the services from now on, and nothing else.

    Raises `WorldError` for a fault of a card or reader: no service would ever show it.
    """
    chosen = tuple(faults)
    if strange := _strange(chosen):
        raise WorldError(f"no service of an authority can do this: {strange}; crl and ocsp can")
    files.write_json(
        paths.ca_faults, _FORMAT, _VERSION, {"faults": [str(fault) for fault in chosen]}
    )


def _strange(faults: Iterable[Fault]) -> Fault | None:
    """Give the first fault of a card or reader."""
    return next((fault for fault in faults if not isinstance(fault.effect, Serve)), None)

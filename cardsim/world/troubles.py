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
    """Give what goes wrong with the services; raises `DamagedWorldError`."""
    try:
        document = files.read_json(paths.ca_faults, _FORMAT, _VERSION)
        return parse_all(document["faults"])
    except FileNotFoundError:
        return ()
    except (KeyError, TypeError, FaultSyntaxError) as error:
        raise DamagedWorldError(paths.ca_faults, f"no list of faults ({error})") from None


def write_troubles(paths: Paths, faults: Iterable[Fault]) -> None:
    """Let this go wrong with the services from now on, and nothing else.

    Raises `WorldError` for a fault of a card or reader: no service would ever show it.
    """
    chosen = tuple(faults)
    for fault in chosen:
        if not isinstance(fault.effect, Serve):
            raise WorldError(f"no service of an authority can do this: {fault}; crl and ocsp can")
    files.write_json(
        paths.ca_faults, _FORMAT, _VERSION, {"faults": [str(fault) for fault in chosen]}
    )

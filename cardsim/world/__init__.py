"""A world: authorities, citizens, cards and a clock in one directory.

    with World.open_or_create(home_directory(os.environ)) as world:
        card = world.open_card("hanako")

What can go wrong is drawn in `cardsim.world.errors`.
"""

from cardsim.world.citizens import Citizen
from cardsim.world.clock import Clock, ClockMode, ClockSetting
from cardsim.world.errors import (
    ClockError,
    DamagedWorldError,
    ForeignDirectoryError,
    LockedKeysError,
    NameTakenError,
    NoWorldError,
    OrderRefusedError,
    UnknownNameError,
    WorldError,
    WorldExistsError,
    WorldVersionError,
)
from cardsim.world.home import home_directory
from cardsim.world.world import DEFAULT_SEED, World

__all__ = [
    "DEFAULT_SEED",
    "Citizen",
    "Clock",
    "ClockError",
    "ClockMode",
    "ClockSetting",
    "DamagedWorldError",
    "ForeignDirectoryError",
    "LockedKeysError",
    "NameTakenError",
    "NoWorldError",
    "OrderRefusedError",
    "UnknownNameError",
    "World",
    "WorldError",
    "WorldExistsError",
    "WorldVersionError",
    "home_directory",
]

"""The catalogue: numbered citizens and cards for every case, as data.

    entries = built_in().chosen(["JP-001", "JP-014"])
    make(world, entries)
    card = world.open_card("jp-014")

A file of one's own in the same form is read by `load`.
"""

from cardsim.world.catalogue.entry import Advice, CardSpec, Entry, HolderSpec, Secret, Step, Subject
from cardsim.world.catalogue.making import make
from cardsim.world.catalogue.reading import Catalogue, CatalogueError, built_in, load, schema

__all__ = [
    "Advice",
    "CardSpec",
    "Catalogue",
    "CatalogueError",
    "Entry",
    "HolderSpec",
    "Secret",
    "Step",
    "Subject",
    "built_in",
    "load",
    "make",
    "schema",
]

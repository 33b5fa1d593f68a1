"""A synthetic country: many residents with certificates, for figures at scale.

    weights.csv   how many live where, in proportion; ours, one place standing for its prefecture
    residents     who resident number n is: drawn, never kept
    primes        their keys: real, distinct, and worthless on purpose
    plan          how many, and which serial numbers are theirs: what a restart goes on from
    batches       one batch into the register, at whatever point the last try of it ended
    making        all batches, on every core

What it is not: citizens of the world as `citizens` has them, with cards: whoever something happens
to becomes one (`cardsim.world.life.drawn`).
"""

from cardsim.world.population.making import Population, populate

__all__ = ["Population", "populate"]

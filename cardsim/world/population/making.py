"""All batches of a population, on every core, and again from where it stopped.

Signing takes most of the time, so each process takes whole batches: it draws the residents,
writes, signs and finishes them over its own connection to the register. A process ends with the
one that started it, also by kill -9.
What it is not: a batch (`batches`). Called by `cardsim.world.world`.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cardsim.world import files
from cardsim.world.authorities import Authorities
from cardsim.world.draw import Draw
from cardsim.world.errors import WorldError
from cardsim.world.keeping import CaSecrets
from cardsim.world.population.batches import Batches
from cardsim.world.population.plan import (
    KEYS_OF_A_RESIDENT,
    PLAN,
    PRIMES,
    Plan,
    Signers,
    settled_plan,
)
from cardsim.world.population.primes import PrimePool
from cardsim.world.population.residents import Country
from jpki.profiles.kinds import Kind
from jpki.profiles.naming import Naming
from jpki.profiles.reasons import RevocationReason

_AHEAD = 2
"""Batches in hand for each process, so that none waits and none piles up."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a population is drawn from; goes to every process."""

    directory: Path
    ca: Path
    seed: int
    start: datetime
    naming: Naming
    secrets: CaSecrets = field(repr=False)

    def country(self, residents: int) -> Country:
        """Give the residents."""
        return Country(Draw(self.seed), residents=residents, start=self.start)


@dataclass(frozen=True, slots=True)
class Population:
    """What the register holds of a population when all is done; `signed` by this call."""

    residents: int
    certificates: dict[Kind, int]
    revoked: dict[Kind, dict[RevocationReason, int]]
    signed: int


def populate(
    source: Source,
    authorities: Authorities,
    *,
    residents: int,
    processes: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Population:
    """Give a world so many residents, or the rest of them; `progress` hears how many are done.

    For the holder of the issuing lock. Raises `WorldError` or a `CaError`.
    """
    if residents < 1:
        raise WorldError("a population has one resident at least")
    if not source.directory.exists():
        files.make_private_directory(source.directory)
    _make_primes(source.directory / PRIMES, source.directory / PLAN, residents)
    country = source.country(residents)
    plan = settled_plan(source.directory / PLAN, country, residents=residents, by=authorities)
    signed = done = 0
    for batch, count in _each(source, plan, processes or _usual()):
        signed += count
        done += len(plan.numbers(batch))
        progress(done)
    return _tally(authorities, plan, signed)


def _usual() -> int:
    """Give one process for each core, and one for while another waits for the disk."""
    return (os.cpu_count() or 1) + 1


def _make_primes(path: Path, plan: Path, residents: int) -> None:
    # Before the plan: where numbers were taken, there are keys.
    if not path.exists() and not plan.exists():
        PrimePool.make(residents * KEYS_OF_A_RESIDENT).write(path)


def _each(source: Source, plan: Plan, processes: int) -> Iterator[tuple[int, int]]:
    """Run every batch; give each one's number and how many it signed, as they end."""
    if processes == 1 or len(plan.batches) == 1:
        with ExitStack() as stack:
            batches = _open(stack, source, plan)
            yield from ((batch, batches.run(batch)) for batch in plan.batches)
        return
    with ProcessPoolExecutor(
        max_workers=min(processes, len(plan.batches)),
        # A copy of this process would share its connections to the database.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(source, plan),
    ) as pool:
        left = iter(plan.batches)
        running: dict[Future[int], int] = {}
        try:
            while True:
                while len(running) < processes * _AHEAD and (batch := next(left, None)) is not None:
                    running[pool.submit(_run, batch)] = batch
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(future), future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _open(stack: ExitStack, source: Source, plan: Plan) -> Batches:
    country = source.country(plan.residents)
    primes = PrimePool.read(source.directory / PRIMES, keys=plan.residents * KEYS_OF_A_RESIDENT)
    authorities = stack.enter_context(
        Authorities.open(source.ca, naming=source.naming, secrets=source.secrets)
    )
    return Batches(authorities, country, plan, Signers(country, plan), primes)


_here: list[Batches] = []
"""What this process works with, once it has begun."""


def _begin(source: Source, plan: Plan) -> None:
    # Ctrl-C is for the process that was started; it lets the batches in hand end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _here.append(_open(ExitStack(), source, plan))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(batch: int) -> int:
    return _here[0].run(batch)


def _tally(authorities: Authorities, plan: Plan, signed: int) -> Population:
    with authorities.register.reading() as asked:
        ranges = {kind: plan.serials(kind) for kind in Kind}
        return Population(
            residents=plan.residents,
            certificates={kind: asked.count(kind, each) for kind, each in ranges.items()},
            revoked={kind: asked.reasons(kind, each) for kind, each in ranges.items()},
            signed=signed,
        )

"""What a population goes on from after any interruption: how many, and which numbers are theirs.

    population/plan.json     residents, size of a batch, the serial numbers of each kind
    population/primes.bin    what their keys are made of (0600)

The serial numbers are taken from the authorities' counters once, all in a row: which resident has
which number then depends on no timing, on no number of processes and on no interruption.
What it is not: a record of what is done. The register is asked for that, batch by batch.
Called by `making`, `batches` and `cardsim.world.life.drawn`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from cardsim.world import files
from cardsim.world.authorities import Authorities
from cardsim.world.errors import DamagedWorldError, WorldError
from cardsim.world.population.residents import Country
from jpki.profiles.kinds import Kind

BATCH = 250
"""Residents to a transaction: some 460 certificates, 0.8 MB."""
KEYS_OF_A_RESIDENT = len(Kind)
_KEY_OF = {Kind.AUTH: 0, Kind.SIGN: 1}

PLAN = "plan.json"
PRIMES = "primes.bin"

_FORMAT = "jpki-emu population"
_VERSION = 2
_WITHOUT_CERTIFICATES = 1


def key_number(resident: int, kind: Kind) -> int:
    """Give which key of the primes a resident's certificate has."""
    return resident * KEYS_OF_A_RESIDENT + _KEY_OF[kind]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many residents, and their serial numbers; `taken` once the counters have moved on.

    `batch` is how many of them make one: a batch begun in one size is not ended in another.
    `certificates` is how many numbers each kind takes, in a row from `first`; empty in a plan of
    the version that did not say it, until the population is gone on with.
    """

    residents: int
    first: dict[Kind, int]
    certificates: dict[Kind, int]
    batch: int
    taken: bool = False

    @property
    def batches(self) -> range:
        """The numbers of the batches."""
        return range((self.residents + self.batch - 1) // self.batch)

    def numbers(self, batch: int) -> range:
        """Give the residents of a batch."""
        return range(batch * self.batch, min(self.residents, (batch + 1) * self.batch))

    def serials(self, kind: Kind) -> range:
        """Give the serial numbers that are the residents' own; none before they are taken."""
        first, count = self.first[kind], self.certificates.get(kind, 0)
        return range(first, first + count) if self.taken else range(0)

    def write(self, path: Path) -> None:
        """Write it down."""
        fields: dict[str, object] = {"residents": self.residents, "batch": self.batch}
        for name, by_kind in (("first", self.first), ("certificates", self.certificates)):
            fields[name] = {kind.value: number for kind, number in by_kind.items()}
        files.write_json(path, _FORMAT, _VERSION, {**fields, "taken": self.taken})

    @classmethod
    def read(cls, path: Path) -> "Plan | None":
        """Read it, or give None when there is none; raises `DamagedWorldError`."""
        try:
            document = files.read_json(path, _FORMAT, _VERSION, older=(_WITHOUT_CERTIFICATES,))
            first = _of_kinds(document["first"])
            says_how_many = document["version"] != _WITHOUT_CERTIFICATES
            certificates = _of_kinds(document["certificates"]) if says_how_many else {}
            sizes = [int(document[name]) for name in ("residents", "batch")]
            taken = bool(document["taken"])
        except FileNotFoundError:
            return None
        except (KeyError, TypeError, ValueError):
            raise DamagedWorldError(path, "no plan of a population") from None
        if min(sizes) < 1:
            raise DamagedWorldError(path, "a plan for nobody")
        return cls(sizes[0], first, certificates, sizes[1], taken=taken)


def _of_kinds(numbers: Mapping[str, object]) -> dict[Kind, int]:
    return {kind: int(str(numbers[kind.value])) for kind in Kind}


class Signers:
    """How many residents before each batch have a signing certificate: counted, not kept."""

    def __init__(self, country: Country, plan: Plan) -> None:
        of_batches = (
            sum(map(country.is_old_enough, plan.numbers(batch))) for batch in plan.batches
        )
        self._before = list(accumulate(of_batches, initial=0))

    @property
    def total(self) -> int:
        """Of all residents."""
        return self._before[-1]

    def before(self, batch: int) -> int:
        """Of all batches before this one."""
        return self._before[batch]


def settled_plan(path: Path, country: Country, *, residents: int, by: Authorities) -> Plan:
    """Give the plan that holds from now on, its serial numbers taken; the first call makes it.

    Raises `WorldError` when another number of residents was begun with.
    """
    plan = Plan.read(path)
    if plan is not None and plan.residents != residents:
        raise WorldError(
            f"this world was given {plan.residents} residents: name that number to go on with"
            " them, or make another world"
        )
    if plan is not None and plan.taken and plan.certificates:
        return plan
    if plan is None:
        with by.register.reading() as asked:
            plan = Plan(residents, {kind: asked.next_serial(kind) for kind in Kind}, {}, BATCH)
    counts = {Kind.AUTH: residents, Kind.SIGN: Signers(country, plan).total}
    plan = replace(plan, certificates=counts)
    plan.write(path)
    if plan.taken:
        return plan
    with by.register.writing() as change:
        ends = {kind: plan.first[kind] + counts[kind] for kind in Kind}
        was_taken = all(
            # Theirs are on record only after it was written down that the numbers are.
            change.next_serial(kind) == end and not change.has_any(kind, plan.first[kind], end - 1)
            for kind, end in ends.items()
        )
        # Else nothing was taken yet, or what others took looks like it.
        if not was_taken:
            first = {kind: change.take_serials(kind, counts[kind]).start for kind in Kind}
            plan = replace(plan, first=first)
    plan = replace(plan, taken=True)
    plan.write(path)
    return plan

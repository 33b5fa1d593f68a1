"""Revocation lists of an authority in memory: for tests, and for whoever wants a single one.

What it is: lists for one municipality or for everything, under any key that can sign.
What it is not: publishing, or lists of any length (`jpki.ca.nightly`).
Standard: RFC 5280 sections 3.3, 5.1 and 5.2; PKI profile reference section 2.1.
Called by: `cardsim.world`, `jpki.ca.publishing`, tests.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from jpki.ca.authority import Authority
from jpki.ca.errors import NoUsableKeyError
from jpki.ca.generations import Generation
from jpki.ca.lists import write_list
from jpki.ca.numbering import Numbering, Place
from jpki.ca.reading import Reading
from jpki.ca.records import ListRecord, ListRow
from jpki.profiles.municipalities import Municipality
from jpki.profiles.validity import whole_second


@dataclass(frozen=True, slots=True)
class RevocationList(ListRecord):
    """A signed list, held whole."""

    der: bytes = field(repr=False)


def make_list(
    authority: Authority,
    where: Municipality | None,
    *,
    moment: datetime,
    generation: int | None = None,
) -> RevocationList:
    """Make the list of a municipality, or of everything (None), under one generation's key.

    Without `generation` the newest that can sign and is not revoked does, or a revoked one if it
    is all there is. `jpki.ca.numbering` says which entries it has.

    Raises `NoUsableKeyError`, `DraftRefusedError`.
    """
    moment = whole_second(moment)
    with authority.register.writing() as change:
        signer = _signer(authority, change, moment, generation)
        ((numbered,),) = Numbering(
            authority.naming,
            authority.linter,
            authority.kind,
            moment,
            new_file=BytesIO,
            earlier=_none,
        ).number(change, [where], [signer])
    out = BytesIO()
    write_list(out, numbered.frame, numbered.entries, sign_digest=numbered.sign)
    made = numbered.record
    return RevocationList(
        kind=made.kind,
        generation=made.generation,
        municipality=made.municipality,
        number=made.number,
        this_update=made.this_update,
        next_update=made.next_update,
        entries=made.entries,
        der=out.getvalue(),
    )


def make_lists(authority: Authority, *, moment: datetime) -> Iterator[RevocationList]:
    """Make all lists of a day: every municipality and the whole, under each key that can sign."""
    with authority.register.reading() as asked:
        places = asked.municipalities(authority.kind)
        signers = [g for g in authority.known_generations(asked) if g.can_sign(moment)]
    for signer in signers:
        for where in (*places, None):
            yield make_list(authority, where, moment=moment, generation=signer.number)


def _none(_: Place, __: ListRow) -> None:
    """Nothing is kept from list to list."""


def _signer(
    authority: Authority, asked: Reading, moment: datetime, number: int | None
) -> Generation:
    generations = authority.known_generations(asked)
    able = [g for g in generations if g.can_sign(moment) and number in {None, g.number}]
    if not able:
        which = "no generation" if number is None else f"generation {number}"
        raise NoUsableKeyError(f"{which} can sign a list at {moment:%Y-%m-%d}")
    return max(able, key=lambda g: (not g.revoked, g.number))

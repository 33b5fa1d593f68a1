"""Revocation lists of an authority: which entries, which number, signed by which key.

What it is: lists for one municipality or for everything, under any key that can sign. The scope of
a list is its issuer and its distribution point, not a key (RFC 5280 sections 5.2.5 and 6.3.3), and
generations share the issuer's name; so every generation's list of a place names every revoked
certificate of that place. Were each to name only its own, a verifier that follows the RFC could
take a new generation's list as an answer for an old one's certificate.
What it is not: publishing (`jpki.ca.publishing`).
Standard: RFC 5280 sections 3.3, 5.1 and 5.2; PKI profile reference section 2.1.
Called by: `cardsim.world`, `tools/jpki_cli`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from jpki.ca.authority import Authority
from jpki.ca.certificates import signed
from jpki.ca.drafts import LintedList
from jpki.ca.errors import NoUsableKeyError
from jpki.ca.generations import Generation
from jpki.ca.lists import list_tbs
from jpki.ca.reading import WHOLE_SCOPE
from jpki.ca.writing import Writing
from jpki.profiles.kinds import Kind
from jpki.profiles.lists import FULL_LIST, PARTITION
from jpki.profiles.municipalities import Municipality
from jpki.profiles.validity import whole_second


@dataclass(frozen=True, slots=True)
class RevocationList:
    """One signed list. `municipality` is the code of its scope, None for everything."""

    kind: Kind
    generation: int
    municipality: str | None
    number: int
    this_update: datetime
    next_update: datetime
    entries: int
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
    is all there is. An entry stays until its certificate has ended and was named by one list after
    that (RFC 5280 section 3.3). Entries and number come from one transaction, so that a higher
    number never knows less.

    Raises `NoUsableKeyError`, `DraftRefusedError`.
    """
    moment = whole_second(moment)
    profile = FULL_LIST if where is None else PARTITION
    scope = WHOLE_SCOPE if where is None else where.code
    next_update = moment + profile.lifetime
    with authority.register.writing() as change:
        signer = _signer(authority, change, moment, generation)
        last = change.last_list(authority.kind, scope, generation=signer.number)
        entries = change.revoked(
            # With a clock set back, what has not ended by it must not be forgotten.
            authority.kind,
            scope,
            expired_before=None if last is None else min(last, moment),
        )
        number = change.number_list(
            authority.kind,
            scope,
            generation=signer.number,
            this_update=moment,
            next_update=next_update,
            entries=entries,
        )
    tbs = list_tbs(
        profile,
        issuer_name=authority.naming.authority(authority.kind),
        issuer=signer.facts,
        distribution_point=(
            None if where is None else authority.naming.distribution_point(authority.kind, where)
        ),
        number=number,
        this_update=moment,
        entries=entries,
    )
    return RevocationList(
        kind=authority.kind,
        generation=signer.number,
        municipality=None if where is None else where.code,
        number=number,
        this_update=moment,
        next_update=next_update,
        entries=len(entries),
        der=signed(tbs, signer.sign(LintedList(tbs, authority.linter, authority.kind))),
    )


def make_lists(authority: Authority, *, moment: datetime) -> Iterator[RevocationList]:
    """Make all lists of a day: every municipality and the whole, under each key that can sign."""
    with authority.register.reading() as asked:
        places = asked.municipalities(authority.kind)
        signers = [g for g in authority.known_generations(asked) if g.can_sign(moment)]
    for signer in signers:
        for where in (*places, None):
            yield make_list(authority, where, moment=moment, generation=signer.number)


def _signer(
    authority: Authority, change: Writing, moment: datetime, number: int | None
) -> Generation:
    generations = authority.known_generations(change)
    able = [g for g in generations if g.can_sign(moment) and number in {None, g.number}]
    if not able:
        which = "no generation" if number is None else f"generation {number}"
        raise NoUsableKeyError(f"{which} can sign a list at {moment:%Y-%m-%d}")
    return max(able, key=lambda g: (not g.revoked, g.number))

"""The numbers and entries of some scopes' lists, from one transaction of the register.

What it is: which entries a list has (RFC 5280 section 3.3), which number, and whether they are
those of the list before, so that only the frame is new. Numbers rise with what is known: whoever
has the higher one asked later.
The scope of a list is its issuer and its distribution point, not a key (RFC 5280 sections 5.2.5
and 6.3.3), and generations share the issuer's name; so every generation's list of a place names
every revoked certificate of that place. Were each to name only its own, a verifier that follows
the RFC could take a new generation's list as an answer for an old one's certificate.
What it is not: a signature (`jpki.ca.lists`), which needs no transaction.
Standard: RFC 5280 sections 3.3, 5.1 and 5.2; PKI profile reference section 2.1.
Called by: `jpki.ca.listing`, `jpki.ca.nightly`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from jpki.ca.drafts import LintedList
from jpki.ca.generations import Generation
from jpki.ca.lists import ListFrame, list_frame
from jpki.ca.reading_lists import WHOLE_SCOPE
from jpki.ca.records import ListRecord, ListRow, ScopeState
from jpki.ca.spooling import EntryOctets, spool
from jpki.ca.writing import Writing
from jpki.lint import Linter
from jpki.profiles.kinds import Kind
from jpki.profiles.lists import FULL_LIST, PARTITION
from jpki.profiles.municipalities import Municipality
from jpki.profiles.naming import Naming
from jpki.profiles.validity import whole_second

Place = Municipality | None
"""None is everything."""

Earlier = Callable[[Place, ListRow], EntryOctets | None]
"""Gives the entries of a scope's list of before, if they can still be had as they were."""

Out = Callable[[Place, ListRow], datetime | None]
"""Gives thisUpdate of the list that is out under the scope and key of the last one on record, which
may never have come out itself; None when none is."""

Due = Callable[[Place, Generation, ListRow | None, ScopeState, datetime], bool]
"""Says whether a scope and key that have this as their last list want another at a moment, when
the register holds so much of the scope."""


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A list that is on record and wants its signature. `rebuilt`: its entries are new."""

    record: ListRecord
    signer: Generation
    frame: ListFrame = field(repr=False)
    draft: LintedList = field(repr=False)
    entries: EntryOctets
    rebuilt: bool

    def sign(self, digest: bytes) -> bytes:
        """Give the signature of this list by its SHA-256; raises `NoUsableKeyError`."""
        return self.signer.sign_list(self.draft, digest)


@dataclass(frozen=True, slots=True)
class Numbering:
    """Lists at a moment of whole seconds.

    Entries go into a file of `new_file`, unless `earlier` has the very same. Without `due` every
    list is wanted. Where a list is out that is later than the moment, those that follow are of the
    time that `clock` says, if there is one: dates rise with numbers, unless a clock was set back.
    """

    naming: Naming
    linter: Linter
    kind: Kind
    moment: datetime
    new_file: Callable[[], BinaryIO]
    earlier: Earlier
    due: Due = lambda *_: True
    out: Out = lambda _, last: last.this_update
    clock: Callable[[], datetime] | None = None

    def number(
        self, change: Writing, places: Sequence[Place], signers: Sequence[Generation]
    ) -> list[list[NumberedList]]:
        """Put each place's lists that are due on record, one a key; give them by place.

        Within a transaction of the caller's, and in as many statements for one place as for a
        hundred, but for entries that are read anew. Raises `DraftRefusedError`, to undo it.
        """
        place_of = {_scope(where): where for where in places}
        states = change.scope_states(self.kind, place_of)
        wanted = self._wanted(change, place_of, signers, states)
        lengths = self._lengths(change, wanted, states)
        numbers = change.last_numbers(self.kind, wanted)
        made, rows = [], []
        for scope, mine in wanted.items():
            where = place_of[scope]
            # Keys that made their last lists together have the same entries.
            known: dict[datetime | None, _Entries] = {}
            group = []
            for number, each in enumerate(mine, numbers[scope] + 1):
                if each.ended not in known:
                    length = lengths.get((scope, each.ended))
                    known[each.ended] = self._entries(change, where, each, length)
                group.append(self._numbered(where, each, number, known[each.ended]))
            rows += [(scope, _row(each, states[scope])) for each in group]
            made.append(group)
        change.add_lists(self.kind, rows)
        return made

    def _wanted(
        self,
        change: Writing,
        places: Mapping[str, Place],
        signers: Sequence[Generation],
        states: Mapping[str, ScopeState],
    ) -> dict[str, list["_Wanted"]]:
        """Give the lists that are due, by scope."""
        # Of every key: one that the run did not know may have come since, and signed.
        keys = [row.number for row in change.generations(self.kind)]
        lasts = change.last_lists(self.kind, places, keys)
        dates = defaultdict(list)
        for (scope, _), row in lasts.items():
            dates[scope].append(row.this_update)
        wanted = defaultdict(list)
        for scope, where in places.items():
            moment = self._moment_after(dates[scope])
            for signer in signers:
                last = lasts.get((scope, signer.number))
                if moment != self.moment and not signer.can_sign(moment):
                    continue
                if self.due(where, signer, last, states[scope], moment):
                    # An entry stays until one list after its certificate's end has named it (RFC
                    # 5280 section 3.3): one that came out, not one that was only numbered. With
                    # a clock set back, what has not ended by it must not be forgotten.
                    out = None if last is None else self.out(where, last)
                    ended = (
                        None if last is None or out is None else min(out, last.this_update, moment)
                    )
                    wanted[scope].append(_Wanted(signer, moment, last, ended))
        return wanted

    def _moment_after(self, dates: Iterable[datetime]) -> datetime:
        """Give the date of a scope's next lists, after those that each key made last."""
        later = [date for date in dates if date > self.moment]
        if not later or self.clock is None:
            return self.moment
        # Asked now: others may have published between the caller's look at it and this turn.
        now = whole_second(self.clock())
        return now if min(later) <= now else self.moment

    def _lengths(
        self,
        change: Writing,
        wanted: Mapping[str, Sequence["_Wanted"]],
        states: Mapping[str, ScopeState],
    ) -> dict[tuple[str, datetime | None], int]:
        """Give how many entries there are where nothing was revoked or settled since."""
        as_before = defaultdict(set)
        for scope, mine in wanted.items():
            for each in mine:
                if each.last is not None and each.last.state == states[scope]:
                    as_before[each.ended].add(scope)
        return {
            (scope, ended): length
            for ended, scopes in as_before.items()
            for scope, length in change.listed(self.kind, scopes, expired_before=ended).items()
        }

    def _entries(
        self, change: Writing, where: Place, wanted: "_Wanted", length: int | None
    ) -> "_Entries":
        # In an equal state two lists differ by ended certificates alone, and one names all that
        # the other does: so they are the same if they are as long.
        last = wanted.last
        if (
            last is not None
            and length == last.entries
            and (found := self.earlier(where, last)) is not None
        ):
            return _Entries(found, rebuilt=False)
        chunks = change.revoked(self.kind, _scope(where), expired_before=wanted.ended)
        return _Entries(spool(chunks, self.new_file()), rebuilt=True)

    def _numbered(
        self, where: Place, wanted: "_Wanted", number: int, found: "_Entries"
    ) -> NumberedList:
        signer, moment = wanted.signer, wanted.moment
        profile = FULL_LIST if where is None else PARTITION
        frame = list_frame(
            profile,
            issuer_name=self.naming.authority(self.kind),
            issuer=signer.facts,
            distribution_point=(
                None if where is None else self.naming.distribution_point(self.kind, where)
            ),
            number=number,
            this_update=moment,
        )
        return NumberedList(
            record=ListRecord(
                kind=self.kind,
                generation=signer.number,
                municipality=None if where is None else where.code,
                number=number,
                this_update=moment,
                next_update=moment + profile.lifetime,
                entries=found.octets.entries,
            ),
            signer=signer,
            frame=frame,
            # Without entries: one encoder fixes their form, and they may be millions.
            draft=LintedList(frame.without_entries(), self.linter, self.kind),
            entries=found.octets,
            rebuilt=found.rebuilt,
        )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A list that is due; what ended before `ended` it names no more."""

    signer: Generation
    moment: datetime
    last: ListRow | None
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class _Entries:
    """What a list has."""

    octets: EntryOctets
    rebuilt: bool


def _scope(where: Place) -> str:
    return WHOLE_SCOPE if where is None else where.code


def _row(made: NumberedList, state: ScopeState) -> ListRow:
    record = made.record
    return ListRow(
        number=record.number,
        generation=record.generation,
        this_update=record.this_update,
        next_update=record.next_update,
        entries=record.entries,
        state=state,
        sha256=made.entries.sha256,
    )

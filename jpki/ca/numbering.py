"""The numbers and entries of a scope's lists, from one transaction of the register.

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

from collections.abc import Callable, Iterable
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

Earlier = Callable[[ListRow], EntryOctets | None]
"""Gives the entries of a list that was made before, if they can still be had as they were."""


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
    """The lists of one scope at a moment of whole seconds; `where` is None for everything.

    Entries go into a file of `new_file`, unless `earlier` has the very same.
    """

    naming: Naming
    linter: Linter
    kind: Kind
    where: Municipality | None
    moment: datetime
    new_file: Callable[[], BinaryIO]
    earlier: Earlier

    def number(self, change: Writing, signers: Iterable[Generation]) -> list[NumberedList]:
        """Put one list under each key on record, within a transaction of the caller's.

        Raises `DraftRefusedError`, to undo it.
        """
        change.hold_lists(self.kind, self._scope)
        state = change.scope_state(self.kind, self._scope)
        # Keys that made their last lists together have the same entries.
        known: dict[datetime | None, _Entries] = {}
        made = []
        for signer in signers:
            last = change.last_list(self.kind, self._scope, generation=signer.number)
            # An entry stays until one list after its certificate's end has named it (RFC 5280
            # section 3.3). With a clock set back, what has not ended by it must not be forgotten.
            ended = None if last is None else min(last.this_update, self.moment)
            if ended not in known:
                known[ended] = self._entries(change, last, state, ended)
            made.append(self._numbered(change, signer, known[ended]))
        return made

    @property
    def _scope(self) -> str:
        return WHOLE_SCOPE if self.where is None else self.where.code

    def _entries(
        self, change: Writing, last: ListRow | None, state: ScopeState, ended: datetime | None
    ) -> "_Entries":
        # In an equal state two lists differ by ended certificates alone, and one names all that
        # the other does: so they are the same if they are as long.
        if (
            last is not None
            and last.state == state
            and change.listed(self.kind, self._scope, expired_before=ended) == last.entries
            and (found := self.earlier(last)) is not None
        ):
            return _Entries(found, state, rebuilt=False)
        chunks = change.revoked(self.kind, self._scope, expired_before=ended)
        return _Entries(spool(chunks, self.new_file()), state, rebuilt=True)

    def _numbered(self, change: Writing, signer: Generation, found: "_Entries") -> NumberedList:
        where, profile = self.where, FULL_LIST if self.where is None else PARTITION
        next_update = self.moment + profile.lifetime
        number = change.number_list(
            self.kind,
            self._scope,
            generation=signer.number,
            this_update=self.moment,
            next_update=next_update,
            entries=found.octets.entries,
            state=found.state,
            sha256=found.octets.sha256,
        )
        frame = list_frame(
            profile,
            issuer_name=self.naming.authority(self.kind),
            issuer=signer.facts,
            distribution_point=(
                None if where is None else self.naming.distribution_point(self.kind, where)
            ),
            number=number,
            this_update=self.moment,
        )
        return NumberedList(
            record=ListRecord(
                kind=self.kind,
                generation=signer.number,
                municipality=None if where is None else where.code,
                number=number,
                this_update=self.moment,
                next_update=next_update,
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
class _Entries:
    """What a list has, and what the register held when it was asked."""

    octets: EntryOctets
    state: ScopeState
    rebuilt: bool

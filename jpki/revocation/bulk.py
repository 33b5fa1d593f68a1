"""Serial numbers (発行番号) judged without their certificates, millions at a time.

A serial number alone does not say which list is to be asked, nor which of the CA's keys signed.
*Revoked* needs one authentic list that names it. *Not revoked* needs a fresh list of the whole CA
from every one of the CA's keys that is in force at the moment; a municipality's list cannot show
it, since nobody knows whether the certificate is of that place. Whom a list may name that the CA
signed and the index refused is neither; nor is anybody *not revoked* while there are lists of a
key of the CA whose certificate was left out.
Not here: certificates, which say more and are judged whole (`source`).
RFC 5280 5.2.5, 6.3.3. Called by `jpki check-many` and `jpki crl index lookup`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from jpki.revocation.columns import SHORT_LIMIT
from jpki.revocation.lookup import CaIndex
from jpki.revocation.partition import IndexedList
from jpki.revocation.unnamed import UnnamedKey, needed
from jpki.verify.anchors import Anchor
from jpki.verify.crl import RevocationList, Revoked
from jpki.verify.crl_objections import (
    authenticity_objections,
    freshness_objections,
    understanding_objections,
)
from jpki.verify.policy import CrlRules
from jpki.verify.revocation import Status
from jpki.verify.times import show

_DOUBTFUL = "needs a plain list: the CA signed one that names it or may, and it was refused"

_NO_SERIAL = "no certificate has it: serial numbers are positive (RFC 5280 4.1.2.2)"


@dataclass(frozen=True, slots=True)
class SerialAnswer:
    """What is known of a serial number; `because` says from what, or what is missing."""

    status: Status
    because: str
    entry: Revoked | None = None


class SerialJudge:
    """Judges serial numbers of one CA at one moment by the parts of an index.

    `anchors` are the CA's certificates that are relied on, all of one name; `unnamed` are keys of
    CAs that are known beside those of the parts. Both count for those of the CA's keys that no
    anchor has, unless `key_is_known`: one of the anchors issued whatever is asked about.
    """

    def __init__(
        self,
        parts: Iterable[CaIndex],
        anchors: Sequence[Anchor],
        *,
        moment: datetime,
        crl_rules: CrlRules,
        unnamed: Iterable[UnnamedKey] = (),
        key_is_known: bool = False,
    ) -> None:
        parts = tuple(parts)
        by_key = {
            (anchor.certificate.subject, anchor.certificate.public_key_info): anchor
            for anchor in anchors
        }
        self._parts = [
            (part, by_key[part.issuer, part.public_key_info])
            for part in parts
            if (part.issuer, part.public_key_info) in by_key
        ]
        names = {anchor.certificate.subject for anchor in anchors}
        others = [
            UnnamedKey(part.issuer, part.key_identifier)
            for part in parts
            if (part.issuer, part.public_key_info) not in by_key
        ]
        left_out = [one for one in (*others, *unnamed) if one.issuer in names]
        self._left_out = [] if key_is_known else left_out
        self._moment = moment
        self._rules = crl_rules
        self._absent = self._when_absent(anchors)

    def judge(self, serials: Sequence[int]) -> list[SerialAnswer]:
        """Judge serial numbers, each in its place."""
        short = np.array([one if 0 <= one < SHORT_LIMIT else 0 for one in serials], np.uint32)
        listed: NDArray[np.bool_] = np.array(
            [not 0 < one < SHORT_LIMIT for one in serials], np.bool_
        )
        for part, _ in self._parts:
            listed |= part.listed(short)
        answers = [self._absent] * len(serials)
        for row in np.flatnonzero(listed).tolist():
            answers[row] = self.one(serials[row])
        return answers

    def one(self, serial: int) -> SerialAnswer:
        """Judge one serial number."""
        if serial <= 0:
            return SerialAnswer(Status.UNKNOWN, _NO_SERIAL)
        return self._told(serial)

    def _told(self, serial: int) -> SerialAnswer:
        found: list[tuple[Revoked, RevocationList]] = []
        doubtful = False
        for part, anchor in self._parts:
            for slot, entry in part.find(serial):
                crl = part.parsed(slot)
                if self._speaks(crl, entry) and not authenticity_objections(crl, anchor):
                    found.append((entry, crl))
            doubts = part.doubts
            if doubts is None:
                continue
            for refused in doubts.lists:
                told = refused.entries.get(serial)
                if told is None or authenticity_objections(refused, anchor):
                    continue
                if understanding_objections(refused, anchor):
                    doubtful = True
                elif self._speaks(refused, told):
                    found.append((told, refused))
            doubtful = doubtful or any(one.may_mention(serial) for one in doubts.unread)
        if found:
            entry, said = min(found, key=lambda one: one[0].revoked_at)
            return SerialAnswer(Status.REVOKED, _named(said), entry)
        return SerialAnswer(Status.UNKNOWN, _DOUBTFUL) if doubtful else self._absent

    def _speaks(self, crl: RevocationList, entry: Revoked) -> bool:
        return crl.this_update <= self._moment or entry.effective <= self._moment

    def _when_absent(self, anchors: Sequence[Anchor]) -> SerialAnswer:
        """Say what it means that no list names a serial number."""
        fresh: list[IndexedList] = []
        if any(part.doubts is not None and part.doubts.name_anybody for part, _ in self._parts):
            return SerialAnswer(Status.UNKNOWN, _DOUBTFUL)
        if self._left_out:
            return SerialAnswer(Status.UNKNOWN, needed(self._left_out))
        for anchor in anchors:
            certificate = anchor.certificate
            if not certificate.not_before <= self._moment <= certificate.not_after:
                continue
            whole = self._whole(anchor)
            if whole is None:
                key = anchor.key_identifier.hex()
                return SerialAnswer(
                    Status.UNKNOWN,
                    f"needs a list of the whole CA, issued and not stale at {show(self._moment)},"
                    f" of the key {key}",
                )
            fresh.append(whole)
        if not fresh:
            return SerialAnswer(Status.UNKNOWN, "needs a CA certificate valid at the moment")
        return SerialAnswer(Status.NOT_REVOKED, "; ".join(map(_named, fresh)))

    def _whole(self, anchor: Anchor) -> IndexedList | None:
        """Give a fresh list of this key for all certificates of holders."""
        for part, own in self._parts:
            for slot in part.everywhere if own is anchor else ():
                crl = part.parsed(slot)
                stale = freshness_objections(crl, self._moment, self._rules)
                if is_whole(crl) and not stale and not authenticity_objections(crl, anchor):
                    return crl
        return None


def is_whole(crl: RevocationList) -> bool:
    """Whether a list speaks of every certificate of a holder there is, for whatever reason."""
    scope = crl.scope
    return scope is None or not (
        scope.names is not None or scope.only_ca or scope.only_attribute or scope.some_reasons
    )


def _named(crl: RevocationList) -> str:
    return f"CRL no. {crl.number} of {show(crl.this_update)}"

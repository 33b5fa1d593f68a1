"""The quick way to GOOD: certificates that differ from a proven one only where holders differ.

Certificates of one CA generation, kind and municipality are equal byte for byte but for serial
number, validity, subject, key, key identifier, attributes and signature. All a full report
concludes from the equal bytes is remembered under those bytes (`learn`). A certificate with the
same is GOOD when what is left holds: each of those fields is strict DER and acceptable, the
moment lies in its validity and the CA's, that validity is no longer than it may be, the key is
its identifier's and no CA's, the list that covers its place does not name it, and
the CA's key signed it. Everything else is not said to be bad here: the full report decides.
Not here: any verdict but GOOD, any check that is not also one of the report's; both must agree,
which `tests/verify/test_judge.py` tries with every byte.
X.690 10 for the lengths; RFC 5280 4.1; PKI profile 1.1 and 1.3. Called by `verifier`.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha1

from jpki import oids
from jpki.profiles.certificates import SERIAL_OCTETS
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.der import decode
from jpki.verify.der_rules import Tag, read_time
from jpki.verify.errors import DerError
from jpki.verify.keys import SHA256_WITH_RSA, SignatureProblem, has_small_factor
from jpki.verify.names import attributes as name_attributes
from jpki.verify.one_step import is_unconstrained
from jpki.verify.policy import Policy
from jpki.verify.revocation import Cover
from jpki.verify.shape_cut import (
    KEY_BITS_AT,
    KEY_ID,
    KEY_ID_BYTES,
    KEY_USAGE_BYTES,
    TIMES,
    UTC_TIME_BYTES,
    Cut,
    are_sound,
    cut_out,
    modulus_of,
    place_of,
)

_UTC_TIME = int(Tag.UTC_TIME)
_END_OF_DAY = b"145959Z"
"""How UTCTime ends at the end of a day in Japan (`exact_checks.END_OF_DAY`)."""
MAX_SHAPES = 20_000
"""Two kinds, four generations and 1,900 municipalities (profile 2.1) are 15,000; each takes
about a kilobyte. What is over it begins anew, so that nobody can fill the memory."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the equal bytes prove: the CA, its validity, the list that covers the place."""

    anchor: Anchor
    first: datetime
    last: datetime
    cover: Cover


class Shapes:
    """The shapes one verifier knows of one policy; forgetting them costs time alone."""

    __slots__ = (
        "_ca_moduli",
        "_carries_attributes",
        "_issuer",
        "_longest",
        "_quick",
        "_shapes",
        "_subjects",
        "policy",
    )

    def __init__(self, policy: Policy, *, ca_moduli: frozenset[int | None]) -> None:
        """Know nothing yet; `ca_moduli` are those of all pinned CAs, which no holder has."""
        self.policy = policy
        self._ca_moduli = ca_moduli
        self._carries_attributes = policy.carries_attributes
        self._longest = policy.longest_validity
        self._quick = _is_plain(policy)
        self._issuer: bytes | None = None
        self._shapes: dict[bytes, _Shape] = {}
        self._subjects: set[bytes] = set()

    def is_good(self, der: bytes, moment: datetime) -> bool:  # noqa: PLR0911 - the cheapest first
        """Whether a certificate is known to be GOOD at a moment; False says nothing."""
        issuer = self._issuer
        if issuer is None:
            return False
        cut = cut_out(der, issuer, with_names=self._carries_attributes)
        if cut is None:
            return False
        serial, not_before, subject, info, _, names, frozen, end = cut
        shape = self._shapes.get(frozen)
        if shape is None or place_of(subject) not in self._subjects or subject == issuer:
            return False
        try:
            first = read_time(_UTC_TIME, der, not_before, not_before + UTC_TIME_BYTES)
        except DerError:
            return False
        after = not_before + UTC_TIME_BYTES + len(TIMES[1])
        last = _last_of(der[after : after + UTC_TIME_BYTES])
        if (
            last is None
            or not first <= moment <= last <= shape.last
            or moment < shape.first
            or last - first > self._longest
        ):
            return False
        modulus = modulus_of(info)
        if (
            not der.startswith(
                sha1(info[KEY_BITS_AT:], usedforsecurity=False).digest(), end - KEY_ID_BYTES
            )
            or modulus in self._ca_moduli
            or has_small_factor(modulus)
        ):
            return False
        if self._carries_attributes and not are_sound(der, *names):
            return False
        if not shape.cover.clears(serial, moment):
            return False
        try:
            shape.anchor.key.verify(SHA256_WITH_RSA, der[-256:], der[4:end])
        except SignatureProblem:
            return False
        return True

    def learn(self, certificate: Certificate, anchor: Anchor, cover: Cover) -> None:
        """Remember the shape of a certificate whose full report is GOOD, if it is a usual one."""
        der, issuer = certificate.der, certificate.issuer
        if not self._quick or not is_unconstrained(anchor) or self._issuer not in {None, issuer}:
            # All generations of a CA share one name; what has another takes the long way.
            return
        cut = cut_out(der, issuer, with_names=self._carries_attributes)
        if cut is None or not _is_usual(certificate, cut, with_names=self._carries_attributes):
            return
        if len(self._shapes) >= MAX_SHAPES or len(self._subjects) >= MAX_SHAPES:
            self._shapes.clear()
            self._subjects.clear()
        self._issuer = issuer
        _, _, subject, _, _, _, frozen, _ = cut
        ca = anchor.certificate
        self._shapes[frozen] = _Shape(anchor, ca.not_before, ca.not_after, cover)
        place = place_of(subject)
        if place is not None:
            self._subjects.add(place)


@lru_cache(maxsize=4096)
def _last_of(text: bytes) -> datetime | None:
    """Give when a validity ends, None unless with a day in Japan; kept, for holders share days."""
    if not text.endswith(_END_OF_DAY):
        return None
    try:
        return read_time(_UTC_TIME, text, 0, len(text))
    except DerError:
        return None


def _is_plain(policy: Policy) -> bool:
    """Whether a policy asks of algorithm and key just what is compared here."""
    return (
        policy.signature_algorithms == {SHA256_WITH_RSA}
        and 2048 in policy.rsa_bits  # noqa: PLR2004 - the size `_KEY` says
        and 65537 in policy.rsa_exponents  # noqa: PLR2004 - the exponent `_EXPONENT` says
        and policy.serial_octets >= SERIAL_OCTETS
    )


def _is_usual(certificate: Certificate, cut: Cut, *, with_names: bool) -> bool:
    """Whether the parsed certificate has its parts where they were cut out.

    What this proves of one holds for all of its shape, for lengths are among the equal bytes.
    """
    _, _, subject, _, start, names, _, end = cut
    found = certificate.extensions
    kinds, place = list(found), place_of(subject)
    if (
        place is None
        or certificate.subject != subject
        or certificate.serial != cut[0]
        or kinds[0] != oids.KEY_USAGE
        or kinds[-1] != oids.SUBJECT_KEY_IDENTIFIER
        or found[oids.SUBJECT_KEY_IDENTIFIER].octets.end != end
        or not certificate.der.endswith(KEY_ID, 0, end - KEY_ID_BYTES)
    ):
        return False
    oid, text = name_attributes(decode(subject))[-1]
    if oid != oids.COMMON_NAME or text.encode() != subject[len(place) :]:
        return False
    if not with_names:
        return True
    usage = found[oids.KEY_USAGE].octets
    alternative = found[kinds[1]].octets.inside()
    return (
        kinds[1] == oids.SUBJECT_ALT_NAME
        and usage.end == start + KEY_USAGE_BYTES
        and (alternative.start, alternative.end) == names
    )

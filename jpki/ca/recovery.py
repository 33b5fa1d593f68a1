"""What a crash left between the register and the key, and how it is settled.

What it is: two repairs. Both sign again the octets on record; PKCS#1 v1.5 has no chance in it,
so the result is the certificate that was, or would have been, signed the first time.
What it is not: safe beside a process that is issuing. Such a process finds its row finished by
somebody else and gets `IssuanceAbandonedError`: its certificate is not handed out.
Called by: `jpki.ca.authority`.
"""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime

from jpki.ca.certificates import signed
from jpki.ca.drafts import IssuingKey, LintedCertificate, holder_target
from jpki.ca.generations import Generation
from jpki.ca.records import Revocation
from jpki.ca.register import Register
from jpki.lint import Linter, Target
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason


def finish_generations(
    register: Register, kind: Kind, keys: Mapping[bytes, IssuingKey], *, linter: Linter
) -> None:
    """Sign what is unsigned of an authority's own certificates, where the key is at hand.

    `keys` are by SubjectPublicKeyInfo. What nobody relies on yet can simply be completed.
    """
    with register.reading() as asked:
        rows = {row.serial: row for row in asked.generations(kind)}
        left = [record for record in asked.unfinished(kind) if record.serial in rows]
    for record in left:
        key = keys.get(rows[record.serial].public_key)
        if key is None or record.tbs is None:
            continue
        draft = LintedCertificate(record.tbs, linter, Target.AUTHORITY, kind)
        der = signed(record.tbs, key.sign(draft))
        with register.writing() as change:
            change.finish_certificate(kind, record.serial, der)


def discard_unfinished(
    register: Register,
    kind: Kind,
    generations: Iterable[Generation],
    *,
    moment: datetime,
    linter: Linter,
    leave: Container[int] = (),
) -> list[int]:
    """Finish and revoke holders' certificates that were never handed out; give their numbers.

    But for those somebody else goes on with (`leave`).

    Nobody knows whether such a certificate was signed. So it goes on record as it would have been,
    revoked as discarded before delivery (交付前に破棄), and every list names it.

    Raises `NoUsableKeyError` when the generation's key is not at hand, `DraftRefusedError` when
    what is on record is not to profile.
    """
    known = {generation.number: generation for generation in generations}
    with register.reading() as asked:
        left = [record for record in asked.unfinished(kind) if record.municipality is not None]
    settled = []
    for record in left:
        if record.tbs is None or record.serial in leave:
            continue
        draft = LintedCertificate(record.tbs, linter, holder_target(kind), kind)
        der = signed(record.tbs, known[record.generation].sign(draft))
        with register.writing() as change:
            if change.finish_certificate(kind, record.serial, der):
                discarded = Revocation(record.serial, RevocationReason.UNSPECIFIED, moment)
                change.revoke(kind, discarded, municipality=record.municipality)
                settled.append(record.serial)
    return settled

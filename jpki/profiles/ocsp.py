"""The OCSP profile: what an answer, a responder and its certificate are like, as data.

What it is not: known, but for the 15 minutes. Whether requests are signed, whether the responder is
delegated, how long an answer holds: all of it is disclosed under a pledge (PKI profile section 2.2,
grade U). What stands here follows RFC 6960, RFC 5019 and RFC 9654; each value can be replaced.
Called by: `jpki.ca.ocsp`, `jpki.ca.certificates` (the responder's certificate).
"""

from dataclasses import dataclass
from datetime import timedelta

from jpki import oids
from jpki.profiles.certificates import Extension, KeyUsage
from jpki.sources import Grade, Source

REFRESH_SOURCE = Source("PKI 2.2: revocation data refreshed every 15 minutes", Grade.MEASURED)


@dataclass(frozen=True, slots=True)
class ResponderProfile:
    """What the certificate of a delegated responder consists of."""

    extensions: tuple[Extension, ...]
    key_usage: KeyUsage
    lifetime: timedelta
    """Short: nobody asks whether it is revoked (id-pkix-ocsp-nocheck, RFC 6960 4.2.2.2.1)."""
    renew_before: timedelta
    """How long before its end the next one takes over."""
    source: Source


@dataclass(frozen=True, slots=True)
class AnswerProfile:
    """What answers are like, and which requests get one."""

    refresh: timedelta
    """How often the responder learns what was revoked; thisUpdate is the last time it did."""
    lifetime: timedelta
    """nextUpdate minus thisUpdate."""
    margin: timedelta
    """How long before nextUpdate a kept answer is not handed out any more."""
    by_key: bool
    """Whether the responder is named by its key, or by its name."""
    max_requests: int
    """How many certificates one request may ask about."""
    max_bytes: int
    """How long a request may be."""
    max_nonce: int
    """How long a nonce may be (RFC 9654 section 2.1)."""
    source: Source


RESPONDER = ResponderProfile(
    extensions=(
        Extension(oids.KEY_USAGE, critical=True),
        Extension(oids.EXTENDED_KEY_USAGE),
        Extension(oids.OCSP_NOCHECK),
        Extension(oids.AUTHORITY_KEY_IDENTIFIER),
        Extension(oids.SUBJECT_KEY_IDENTIFIER),
    ),
    key_usage=KeyUsage.DIGITAL_SIGNATURE,
    lifetime=timedelta(days=30),
    renew_before=timedelta(days=7),
    source=Source("PKI 2.2: silent; RFC 6960 4.2.2.2, the lifetimes are ours", Grade.ASSUMED),
)
"""The certificate of a delegated responder."""

ANSWER = AnswerProfile(
    refresh=timedelta(minutes=15),
    # Four refreshes. A "good" can be replayed until nextUpdate: it must be sooner than a list.
    lifetime=timedelta(hours=1),
    margin=timedelta(minutes=5),
    # All generations' responders share one name; the key tells them apart.
    by_key=True,
    max_requests=100,
    max_bytes=65536,
    max_nonce=128,
    source=Source("PKI 2.2: silent but for the refresh; RFC 5019, RFC 9654", Grade.ASSUMED),
)
"""Answers about certificates of either kind."""

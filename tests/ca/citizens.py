"""Invented people and requests for the authority's tests."""

from datetime import UTC, date, datetime, timedelta

from jpki.ca import CertificateRequest
from jpki.people import FEMALE, BirthDate, Person, SubstitutedText
from jpki.profiles import municipality

FOUNDED = datetime(2026, 4, 1, 0, 0, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC)
"""Noon in Japan on the day most certificates of the tests are issued."""
DAY = timedelta(days=1)

KIYOSE = municipality("13221")
SAPPORO_MINAMI = municipality("01106")
YOKOHAMA_NAKA = municipality("14104")


def person(**changes) -> Person:
    """Make an adult born on 15 June 1990; give what shall differ."""
    values = {
        "name": SubstitutedText("模擬　花子"),
        "address": SubstitutedText("東京都清瀬市架空町１－２－３"),
        "birth_date": BirthDate.of(date(1990, 6, 15)),
        "gender": FEMALE,
    }
    return Person(**(values | changes))


def request(public_key: bytes, **changes) -> CertificateRequest:
    """Make a request at Kiyose for that adult; give what shall differ."""
    values = {
        "public_key": public_key,
        "person": person(),
        "municipality": KIYOSE,
        "holder": "hanako",
    }
    return CertificateRequest(**(values | changes))


def chance(octets: int) -> bytes:
    """Give the same octets every time: common names are not what is tested."""
    return bytes(range(octets))

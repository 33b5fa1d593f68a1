"""Kill -9 at any moment of a night: every list is the old or the new one, whole."""

import subprocess
import sys
from datetime import timedelta

import pytest
from cryptography import x509

from jpki.ca import Archive, make_list, publish_night
from jpki.ca.coverage import check_coverage
from jpki.ca.coverage_report import Verdict
from jpki.profiles import Kind, RevocationReason

from .citizens import DAY, KIYOSE, NOON, SAPPORO_MINAMI, chance, request

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture
def place(sign, keys, holder_key, tmp_path):
    """Publish a first night, and revoke one more certificate at one of two places."""
    (tmp_path / "crl").mkdir()
    keys[0].save(tmp_path / "ca.pem")
    wanted = [request(holder_key, municipality=w) for w in (KIYOSE, SAPPORO_MINAMI, KIYOSE)]
    serials = [sign.issue(each, moment=NOON, randomness=chance).serial for each in wanted]
    [sign.revoke(s, RevocationReason.SUPERSEDED, moment=NOON) for s in serials[:2]]
    list(publish_night(sign, tmp_path / "crl", moment=NOON, archive=Archive(tmp_path / "archive")))
    sign.revoke(serials[2], RevocationReason.SUPERSEDED, moment=NOON)
    return tmp_path


def lists(place) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (place / "crl").glob("*.crl")}


def number(der: bytes) -> int:
    parsed = x509.load_der_x509_crl(der)
    return parsed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def killed(register_at, place, where, count) -> None:
    """Have the second night killed: two places' lists come out together, then the whole."""
    command = [sys.executable, "-m", "tests.ca.night_process", register_at, place, where]
    assert subprocess.run([*command, str(count)], check=False).returncode == -9


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("sign_digest", 1),
        ("fsync", 1),
        ("link", 2),
        ("replace", 1),
        ("fsync", 3),
        ("replace", 2),
        ("fsync", 5),
        ("replace", 3),
    ],
)
def test_a_night_cut_short_leaves_whole_lists_and_is_made_up_for(
    sign, register_at, place, where, count
):
    """Each file is signed by the authority; the next night sweeps, publishes and is proven."""
    issuer = x509.load_der_x509_certificate(sign.generations[0].certificate).public_key()
    before = lists(place)

    killed(register_at, place, where, count)

    after = lists(place)
    assert after.keys() == before.keys()
    assert all(x509.load_der_x509_crl(der).is_signature_valid(issuer) for der in after.values())
    assert {number(after[n]) for n in after if after[n] != before[n]} <= {2}
    archive = Archive(place / "archive")
    list(publish_night(sign, place / "crl", moment=NOON + 2 * DAY, archive=archive))
    assert {path.name for path in (place / "crl").iterdir()} == set(before)
    report = check_coverage(sign, place / "crl", moment=NOON + 2 * DAY)
    assert (report.verdict, report.findings) == (Verdict.PROVEN, ())


@pytest.mark.parametrize(
    ("count", "out", "left"),
    [
        (1, [1, 1, 1], {"sign-g1-01106.crl": 3, "sign-g1-13221.crl": 3, "sign-g1-full.crl": 2}),
        (2, [2, 1, 1], {"sign-g1-13221.crl": 3, "sign-g1-full.crl": 2}),
        (3, [2, 2, 1], {"sign-g1-full.crl": 3}),
    ],
    ids=["none of two", "one of two", "not the whole"],
)
def test_the_rest_of_a_night_cut_short_is_done_and_no_more(
    sign, register_at, place, *, count, out, left
):
    """What is out stays; of what was numbered and is not out, the number is never used again."""
    killed(register_at, place, "replace", count)
    before = lists(place)
    assert [number(before[name]) for name in sorted(before)] == out

    archive, later = Archive(place / "archive"), NOON + DAY + timedelta(hours=1)
    rest = list(publish_night(sign, place / "crl", moment=later, archive=archive, only_due=True))
    after = lists(place)
    assert {each.path.name: each.record.number for each in rest} == left
    assert {name for name in after if after[name] != before[name]} == left.keys()
    assert {name: number(after[name]) for name in left} == left
    assert check_coverage(sign, place / "crl", moment=later).verdict is Verdict.PROVEN
    assert kept(archive) >= set(after.values())
    again = publish_night(sign, place / "crl", moment=later, archive=archive, only_due=True)
    assert list(again) == []


def kept(archive) -> set[bytes]:
    """Give what is in the archive, each list whole and under a number of its own."""
    found = [
        each
        for generation, scope in archive.scopes(Kind.SIGN)
        for each in archive.lists(Kind.SIGN, scope, generation=generation)
    ]
    octets = [each.read() for each in found]
    assert [number(der) for der in octets] == [each.number for each in found]
    assert len({(each.municipality, each.number) for each in found}) == len(found)
    return set(octets)


@pytest.mark.parametrize(("where", "count"), [("replace", 2), ("fsync", 5)])
def test_no_published_list_is_missing_in_the_archive(sign, register_at, place, where, count):
    """Also when the process dies right after some were put in place."""
    killed(register_at, place, where, count)

    archive = Archive(place / "archive")
    scopes = {"sign-g1-01106.crl": "01106", "sign-g1-13221.crl": "13221", "sign-g1-full.crl": None}
    kept = {
        name: archive.archived_list(Kind.SIGN, scopes[name], at=NOON + number(der) * DAY - DAY)
        for name, der in lists(place).items()
    }
    assert {name: each.read() for name, each in kept.items()} == lists(place)


def test_a_list_in_memory_counts_on_from_a_night(sign, place):
    """One counter a scope, whoever makes the list."""
    assert make_list(sign, KIYOSE, moment=NOON).number == 2

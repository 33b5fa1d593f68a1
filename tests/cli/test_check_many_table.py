"""`jpki check-many` of certificates in a CSV file: what `jpki check` says of each, by its line."""

import base64
import csv
import io
import json

import pytest
from asn1crypto import pem
from jpki_cli.exits import Failure
from jpki_cli.many_inputs import Table

from jpki.profiles.kinds import Kind
from tests.cli.calling import CANNOT_TELL, NO, USAGE, YES
from tests.cli.conftest import START
from tests.support import pki

AT = ("--at", START.isoformat())


def base64_of(der):
    return base64.b64encode(der).decode()


def pem_of(der, label="CERTIFICATE"):
    return pem.armor(label, der).decode()


@pytest.fixture
def ders(files):
    """Give Hanako's certificates, by kind."""
    return {kind: (files / f"{kind.value}.cer").read_bytes() for kind in Kind}


@pytest.fixture
def judged(jpki, tmp_path):
    """Write a table, have it judged, and give what was said and the rows."""

    def judge(*rows, heading=("certificate", "kind"), words=()):
        text = io.StringIO()
        csv.writer(text).writerows((heading, *rows))
        source, out = tmp_path / "table.csv", tmp_path / "out.jsonl"
        source.write_text(text.getvalue(), encoding="utf-8-sig")
        said = jpki("check-many", source, "--out", out, *AT, *words)
        lines = out.read_text().splitlines() if out.exists() else []
        return said, [json.loads(line) for line in lines]

    return judge


def test_certificates_in_base64_and_pem_are_judged_and_named_by_their_line(judged, ders):
    """PEM takes several lines: a row is named by its first."""
    stranger = pki.certificate(pki.ca(Kind.SIGN), not_after=pki.NOW - pki.DAY)
    said, rows = judged(
        (pem_of(ders[Kind.SIGN]),),
        (base64_of(ders[Kind.AUTH]), ""),
        (base64_of(stranger), "SIGN"),
    )
    after_pem = 2 + len(pem_of(ders[Kind.SIGN]).splitlines())

    assert said.status == NO
    assert [(row["item"], row["kind"], row["verdict"]) for row in rows] == [
        ("line 2", "sign", "GOOD"),
        (f"line {after_pem + 1}", "auth", "GOOD"),
        (f"line {after_pem + 2}", "sign", "BAD"),
    ]
    assert int(rows[0]["serial"]) > 0


def test_the_kind_of_its_row_is_what_a_certificate_is_judged_as(judged, ders):
    """Whatever it claims: kind confusion is what the column is for."""
    said, rows = judged((base64_of(ders[Kind.AUTH]), "sign"), words=("--kind", "auth"))

    assert said.status == NO
    assert (rows[0]["kind"], rows[0]["verdict"]) == ("sign", "BAD")


@pytest.mark.parametrize(
    ("cell", "kind", "why"),
    [
        ("!", "", "neither PEM nor DER in base64"),
        ("氏名", "", "neither PEM nor DER in base64"),
        ("MIIB\nAAAA", "", "neither PEM nor DER in base64"),
        ("AAAA", "seal", "kind 'seal' is neither sign nor auth"),
        ("-----BEGIN CERTIFICATE-----\nMIIB", "", "line 2 is damaged PEM"),
        (pem_of(b"0\0", "X509 CRL"), "", "line 2 holds X509 CRL, no CERTIFICATE"),
        (2 * pem_of(b"0\0"), "", "2 certificates"),
    ],
)
def test_what_is_no_certificate_gets_a_row_that_says_so(judged, cell, kind, why):
    said, rows = judged((cell, kind))

    assert said.status == CANNOT_TELL
    assert [row["verdict"] for row in rows] == ["CANNOT_TELL"]
    assert why in rows[0]["because"]


@pytest.mark.parametrize("cell", ["", "AAAA"])
def test_octets_that_are_no_certificate_are_bad_as_in_a_file(judged, cell):
    said, rows = judged((cell, "auth"))

    assert said.status == NO
    assert [(row["verdict"], row["kind"]) for row in rows] == [("BAD", "auth")]


def table(tmp_path, text):
    path = tmp_path / "odd.csv"
    path.write_text(text)
    return Table(path)


LONG = "9" * 200_000
ODD = {
    "too long": (f'"{LONG}\nx,AAAA\ny",BBBB\n', "not read, up to line 4: ", ["line 5"]),
    "cut off": ('"a"b,"\nx,AAAA\ny"\n', "not read, up to line 4: ", ["line 5"]),
    "in the second line": ('"a\n"b,AAAA\n', "not read, up to line 3: ", ["line 4"]),
    "quotes that never end": (f'"{LONG}\nx,AAAA\n', "not read, up to line 4: ", []),
}


@pytest.mark.parametrize(("rows", "why", "rest"), ODD.values(), ids=ODD)
def test_what_stands_within_quotes_is_no_row_whatever_is_wrong_with_them(tmp_path, rows, why, rest):
    """A customer could put a certificate into a name; what is wrong is told where it begins."""
    found = list(table(tmp_path, f"note,certificate\n{rows}last,CCCC\n").rows())

    assert (found[0].item, found[0].problem.startswith(why)) == ("line 2", True)
    assert [one.item for one in found[1:]] == rest


def test_a_heading_is_read_as_strictly_as_the_rows(tmp_path):
    with pytest.raises(Failure, match="names no column serial"):
        table(tmp_path, '"kind"x,serial\n,7\n')


def test_rows_are_named_by_their_lines_whatever_ends_these(tmp_path):
    """Blank ones and those of the heading count."""
    rows = table(tmp_path, '"no\nte",certificate\n\na,AAAA\r\n"b\rc",BBBB\n\nd,CCCC').rows()

    assert [one.item for one in rows] == ["line 4", "line 5", "line 8"]


def test_a_table_of_both_is_a_usage_error(judged):
    said, rows = judged(("AAAA", "5"), heading=("certificate", "serial"))

    assert (said.status, rows) == (USAGE, [])
    assert "names columns serial and certificate" in said.stderr


def test_ocsp_answers_are_asked_about_certificates_of_a_table(judged, ders, tmp_path):
    """They have no effect on serial numbers, and are refused there."""
    answer = tmp_path / "answer.der"
    answer.write_bytes(b"no answer")
    said, _ = judged((base64_of(ders[Kind.AUTH]),), words=("--ocsp", answer))

    assert "no effect" not in said.stderr


def test_it_goes_on_behind_the_rows_that_are_there(jpki, judged, ders, tmp_path):
    """Cut within the last row, as a killed call leaves it."""
    table = [(base64_of(ders[kind]),) for kind in (Kind.AUTH, Kind.SIGN, Kind.AUTH)]
    said, rows = judged(*table)
    out, state = tmp_path / "out.jsonl", tmp_path / "out.jsonl.state"
    whole = out.read_bytes()
    out.write_bytes(whole[:-20])
    state.write_text(json.dumps(json.loads(state.read_text()) | {"finished": False}))
    again = jpki("check-many", tmp_path / "table.csv", "--out", out, "--resume")

    assert (said.status, again.status, len(rows)) == (YES, YES, 3)
    assert out.read_bytes() == whole

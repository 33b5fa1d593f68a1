"""`jpki lint`: what it says of files, and in which forms."""

import json

import jsonschema
import pytest
from asn1crypto import pem

from jpki.lint import RULES, Target
from tests.cli.calling import NO, USAGE, YES
from tests.lint.broken import BROKEN
from tests.lint.objects import good

SARIF_REQUIRED = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "$schema": {"type": "string"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "properties": {
                                                "shortDescription": {"required": ["text"]},
                                                "help": {"required": ["text"]},
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId"],
                            "properties": {
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"required": ["text"]},
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation"],
                                                "properties": {
                                                    "region": {
                                                        "properties": {
                                                            "byteOffset": {
                                                                "type": "integer",
                                                                "minimum": 0,
                                                            }
                                                        }
                                                    }
                                                },
                                            }
                                        }
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What SARIF 2.1.0 requires of the properties we write (3.13, 3.14, 3.18, 3.19, 3.27 to 3.30)."""


def broken(rule: str) -> bytes:
    [row] = [row for row in BROKEN if row.rule == rule]
    return row.der


@pytest.fixture
def put(tmp_path):
    """Write a file; give its path."""

    def write(name: str, content: bytes):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def test_what_the_world_issues_is_clean(jpki, files):
    """Certificates of card and authority, and lists."""
    said = jpki("lint", files / "sign.cer", files / "auth.cer", *(files / "trust").iterdir())

    assert (said.status, said.stdout.count("clean (指摘なし)")) == (YES, 6)


@pytest.mark.parametrize("target", Target, ids=lambda target: target.value)
def test_an_object_says_itself_what_it_is(homeless, put, target):
    """No --kind is needed."""
    said = homeless("lint", put("object.der", good(target)), "--json")

    assert (said.status, said.json["objects"][0]["kind"]) == (YES, target.value)


def test_an_error_is_said_with_rule_place_and_clause(homeless, put):
    """In English and Japanese."""
    said = homeless("lint", put("odd.cer", broken("gender")), put("old.cer", broken("key-usage")))

    assert said.status == NO
    assert "notice (注意) gender, offset" in said.stdout
    assert "error (誤り) key-usage, offset" in said.stdout
    assert "RFC 5280 4.2.1.3; X.690 11.2.2; PKI 1.1 keyUsage, 1.5 (measured)" in said.stdout


def test_notices_alone_are_no_failure(homeless, put):
    """Nobody public says it must be otherwise."""
    said = homeless("lint", put("odd.cer", broken("gender")), "--json")

    assert (said.status, said.json["errors"], said.json["notices"]) == (YES, 0, 1)


def test_the_least_severity_can_be_chosen(homeless, put):
    """What is less is left out."""
    said = homeless("lint", put("odd.cer", broken("gender")), "--min-severity", "warning", "--json")

    assert said.json["objects"][0]["findings"] == []


def test_the_environment_is_the_issuers_own(homeless, put):
    """Unless another is named."""
    path = put("auth.cer", good(Target.AUTH))
    own = homeless("lint", path, "--json")
    other = homeless("lint", path, "--environment", "production", "--json")

    found = {finding["rule"] for finding in other.json["objects"][0]["findings"]}
    assert (own.status, own.json["objects"][0]["environment"]) == (YES, "emulator")
    assert other.status == NO
    assert found >= {"issuer-name", "policy-known", "ocsp-address"}


def test_a_kind_can_be_named(homeless, put):
    """A holder's certificate is no authority's."""
    said = homeless("lint", put("auth.cer", good(Target.AUTH)), "--kind", "ca-certificate")

    assert said.status == NO


def test_pem_may_hold_several(homeless, put):
    """Each by its label."""
    bundle = put(
        "bundle.pem",
        pem.armor("CERTIFICATE", good(Target.SIGN)) + pem.armor("X509 CRL", good(Target.FULL)),
    )
    said = homeless("lint", bundle, "--json")

    assert [one["kind"] for one in said.json["objects"]] == ["sign-certificate", "crl-full"]


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x30\x03\x02\x01\x01", pem.armor("PRIVATE KEY", b"\x30\x00")]
)
def test_what_is_none_of_these_is_a_usage_error(homeless, put, content):
    """The wrong file was named."""
    assert homeless("lint", put("strange", content)).status == USAGE


def test_without_a_file_there_is_nothing_to_do(homeless):
    """It is said what is missing."""
    said = homeless("lint")

    assert (said.status, "name a file, or --rules" in said.stderr) == (USAGE, True)


def test_all_rules_can_be_listed(homeless):
    """With where each comes from."""
    said = homeless("lint", "--rules", "--json")

    assert [row["rule"] for row in said.json["rules"]] == [rule.id for rule in RULES]
    assert all(row["citation"] for row in said.json["rules"])


def test_sarif_has_what_the_standard_requires(homeless, put):
    """Rule, level, message, place."""
    path = put("odd one.cer", broken("key-usage"))
    said = homeless("lint", path, "--sarif")
    log = json.loads(said.stdout)

    jsonschema.validate(log, SARIF_REQUIRED)
    [result] = log["runs"][0]["results"]
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    place = result["locations"][0]["physicalLocation"]
    assert (said.status, result["level"]) == (NO, "error")
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "key-usage"
    assert place["artifactLocation"]["uri"].endswith("/odd%20one.cer")
    assert path.read_bytes()[place["region"]["byteOffset"] :].startswith(b"\x03\x02")


def test_sarif_of_pem_names_no_octet_of_the_file(homeless, put):
    """Offsets are the DER's."""
    said = homeless(
        "lint", put("odd.pem", pem.armor("CERTIFICATE", broken("key-usage"))), "--sarif"
    )

    [result] = json.loads(said.stdout)["runs"][0]["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]
    assert result["properties"]["derOffset"] > 0


def test_two_forms_at_once_are_a_usage_error(homeless, put):
    """One answer, one form."""
    said = homeless("lint", put("a.cer", good(Target.AUTH)), "--sarif", "--json")

    assert (said.status, said.json["status"]) == (USAGE, "usage")

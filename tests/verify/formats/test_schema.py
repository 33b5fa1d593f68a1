"""The published schema: every report fits it, and what is no report does not."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.verify.formats.reports import every

NAME = "jpki-report-1.schema.json"
SCHEMA = json.loads(files("jpki.verify.formats").joinpath(NAME).read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
PAGES = Path(__file__).parents[3] / "docs/schema"


def problems(data) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(data)]


@pytest.mark.parametrize(("report", "verdict"), every().values(), ids=every())
def test_every_kind_of_report_fits_the_schema(report, verdict):
    """Good, bad and undecided, as a report and within an answer of the command."""
    data = json.loads(json.dumps(report.to_json()))

    assert data["verdict"] == verdict.value
    assert problems(data) == []
    assert problems({"reports": [{"file": "a.cer"} | data]}) == []


def test_the_schema_is_a_schema():
    """Draft 2020-12, by its own rules."""
    Draft202012Validator.check_schema(SCHEMA)


def test_what_is_published_is_what_is_shipped():
    """One text in two places."""
    shipped = files("jpki.verify.formats").joinpath(NAME).read_bytes()

    assert (PAGES / NAME).read_bytes() == shipped


WRONG = {
    "another format": {"format": "jpki-report/2"},
    "a verdict nobody gives": {"verdict": "FINE"},
    "no checks": {"checks": []},
    "a moment without a time zone": {"moment": "2026-04-01T03:00:00"},
    "another subject": {"subject": "login"},
    "an offset that is none": {"checks": [{"offset": -1}]},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_what_is_no_report_does_not_fit(change):
    """A schema that takes everything says nothing."""
    data = json.loads(json.dumps(every()["certificate"][0].to_json()))

    assert problems(data | change) != []


@pytest.mark.parametrize("name", SCHEMA["$defs"]["base"]["required"])
def test_nothing_of_a_report_may_be_missing(name):
    """Each field all reports have."""
    data = json.loads(json.dumps(every()["path"][0].to_json()))
    del data[name]

    assert problems(data) != []

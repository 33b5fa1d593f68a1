"""Options that would change nothing are refused: whoever gives one relies on it."""

import pytest

from tests.cli.calling import USAGE

IDLE = {
    "rules are listed, not files looked at": ("lint", "--rules", "FILE"),
    "all rules are listed, not the gravest": ("lint", "--rules", "--min-severity", "error"),
    "PEM of what is not saved": ("read", "certs", "--card", "hanako", "--pem"),
    "leave to replace what is not saved": ("read", "certs", "--card", "hanako", "--force"),
    "leave to replace pictures not saved": ("read", "face", "--card", "hanako", "--force"),
    "lists of a card whose CAs nobody named": (
        *("check-card", "--card", "hanako", "--cv-ca", "CV", "--crl", "FILE"),
    ),
    "certificates of another environment without their CAs": (
        *("check-card", "--card", "hanako", "--cv-ca", "CV", "--environment", "production"),
    ),
}


@pytest.mark.parametrize("words", IDLE.values(), ids=IDLE)
def test_an_option_of_no_effect_is_a_usage_error(jpki, files, tmp_path, words):
    """Before any secret is asked for."""
    assert jpki("ca", "export", tmp_path / "export").status == 0
    places = {"FILE": files / "auth.cer", "CV": tmp_path / "export" / "cv-text-ca.cvcert"}
    said = jpki(*(places.get(word, word) for word in words))

    assert (said.status, "no effect" in said.stderr or "no use" in said.stderr) == (USAGE, True)

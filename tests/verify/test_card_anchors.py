"""Which CA keys may be pinned for a card's text and face, and in which form they come."""

import pytest

from jpki.ca.cv import CvRole
from jpki.verify import Verdict
from jpki.verify.card_anchors import read_anchors, sort_keys
from jpki.verify.card_evidence import CvAnchors
from jpki.verify.card_face import CardFaceVerifier
from jpki.verify.errors import AnchorError
from tests.support import faces

TEXT, SURFACE, ROOT, SIGNER = (
    bytes(faces.authority().certificate_for(role, municipality="13221"))
    for role in (CvRole.TEXT_CA, CvRole.SURFACE_CA, CvRole.MF_ROOT, CvRole.TEXT_SIGNER)
)


@pytest.mark.parametrize(
    "files", [[TEXT, SURFACE], [SURFACE + TEXT], [TEXT + SURFACE, TEXT]], ids=["two", "one", "both"]
)
def test_keys_in_files_are_pinned_for_the_application_they_are_of(files):
    """In whatever order, one a file or all in one; a genuine card is good under them."""
    anchors = read_anchors(files)

    assert anchors == faces.anchors()
    report = CardFaceVerifier(anchors).check(faces.evidence(), moment=faces.NOW)
    assert report.verdict is Verdict.GOOD


def test_the_authoritys_other_keys_are_left_out():
    """The MF root and the terminals' CA sign nothing that is judged here."""
    keys = {bytes(name): bytes(key) for name, key in faces.authority().anchors.items()}

    assert (len(keys) > 2, sort_keys(keys)) == (True, faces.anchors())


def test_no_files_pin_nothing():
    """And so nothing will be proven."""
    assert read_anchors([]) == CvAnchors()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "has 568 bytes"),
        (TEXT[:-1], "has 568 bytes"),
        (TEXT + b"\xff", "has 568 bytes"),
        (bytes(568), "no CV certificate"),
        (SIGNER, "not self-signed"),
        (TEXT[:100] + bytes([TEXT[100] ^ 1]) + TEXT[101:], "does not hold"),
        (TEXT[:-1] + bytes([TEXT[-1] ^ 1]), "does not hold"),
        (ROOT, "neither CA"),
        (TEXT + ROOT, "neither CA"),
    ],
)
def test_what_may_not_be_pinned_is_refused(raw, message):
    """A damaged file, somebody's certificate, a key of another use."""
    with pytest.raises(AnchorError, match=message):
        read_anchors([raw])

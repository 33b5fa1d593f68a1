"""The CV authority's keys on disk, and that nobody can see them."""

import pytest

from jpki.ca.cv import CvAuthority, CvRole
from jpki.ca.errors import KeyFileError
from tests.support.faces import authority


def test_a_saved_authority_makes_the_same_certificates(tmp_path):
    """RSA signatures of PKCS#1 v1.5 have no randomness in them."""
    authority().save(tmp_path)

    opened = CvAuthority.open(tmp_path)

    assert [bytes(opened.certificate_for(role)) for role in CvRole] == [
        bytes(authority().certificate_for(role)) for role in CvRole
    ]
    assert opened.anchors == authority().anchors


def test_key_files_are_their_owners_alone(tmp_path):
    """0600, one file a role."""
    authority().save(tmp_path)

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}

    assert modes == {role.file_name: 0o600 for role in CvRole}


def test_a_missing_key_file_is_named(tmp_path):
    """An authority without one of its keys does not open."""
    authority().save(tmp_path)
    (tmp_path / CvRole.TEXT_CA.file_name).unlink()

    with pytest.raises(KeyFileError, match=r"cv-text-ca\.key"):
        CvAuthority.open(tmp_path)


def test_an_authority_needs_every_key():
    """The missing ones are listed."""
    with pytest.raises(KeyFileError, match="TERMINAL"):
        CvAuthority({})


def test_a_signers_identifier_begins_with_its_municipality():
    """1322121/000 on a test card of 13221 (MC); the key is the same for all."""
    one = authority().signer(CvRole.SURFACE_SIGNER, municipality="13221")
    other = authority().signer(CvRole.SURFACE_SIGNER, municipality="01101")

    assert (str(one.key_id), str(other.key_id)) == ("1322121/000", "0110121/000")
    assert one.certificate.public_key == other.certificate.public_key


def test_no_key_shows_in_a_repr():
    """A signer says its identifier and nothing else."""
    assert repr(authority().signer(CvRole.TERMINAL)) == "<CvSigner 6900025/001>"

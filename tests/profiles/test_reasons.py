"""The revocation reasons JPKI uses."""

import pytest
from cryptography import x509

from jpki.profiles import RevocationReason


def test_names_are_those_other_software_knows():
    """Each identifier is one of RFC 5280's, as the cryptography library lists them."""
    known = {flag.value for flag in x509.ReasonFlags}

    assert {reason.rfc_name for reason in RevocationReason} < known


@pytest.mark.parametrize("number", [7, 8, 9, 10])
def test_reasons_the_service_does_not_use_do_not_exist(number):
    """Above all removeFromCRL: a hold is never released."""
    with pytest.raises(ValueError, match=str(number)):
        RevocationReason(number)


@pytest.mark.parametrize("reason", RevocationReason)
def test_every_reason_is_found_by_name_and_explained(reason):
    """The name leads back to the reason, and there is Japanese for it."""
    assert RevocationReason.named(reason.rfc_name) is reason
    assert reason.japanese

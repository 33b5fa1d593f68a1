"""Whatever the bytes are, an answer comes out, and others can read it."""

import pytest
from cryptography.x509 import ocsp as pyca
from hypothesis import given
from hypothesis import strategies as st

from tests.ca.ocsp.targets import Target

OCTETS = st.integers(0, 255)


@pytest.fixture(scope="module")
def target(tmp_path_factory, keys):
    """Give a responder with a certificate to ask about, and requests to start from."""
    made = Target(tmp_path_factory.mktemp("fuzz"), keys)
    yield made
    made.close()


def test_the_requests_to_start_from_are_answered(target):
    """Signed answers, all of them."""
    answers = [pyca.load_der_ocsp_response(target.answer(each)) for each in target.seeds]

    assert {each.response_status for each in answers} == {pyca.OCSPResponseStatus.SUCCESSFUL}


@given(request=st.binary(max_size=300))
def test_any_octets_are_answered(target, request):
    """Random ones."""
    assert pyca.load_der_ocsp_response(target.answer(request))


@given(
    seed=st.integers(0, 100),
    changes=st.lists(st.tuples(st.integers(0, 3000), OCTETS), min_size=1, max_size=4),
    cut=st.none() | st.integers(0, 3000),
    insert=st.none() | st.tuples(st.integers(0, 3000), st.binary(max_size=6)),
)
def test_damaged_requests_are_answered(target, seed, changes, cut, insert):
    """Nearly right is where mistakes are made."""
    octets = bytearray(target.seeds[seed % len(target.seeds)])
    for place, value in changes:
        octets[place % len(octets)] = value
    if insert is not None:
        octets[insert[0] % len(octets) : 0] = insert[1]
    request = bytes(octets[:cut])

    assert pyca.load_der_ocsp_response(target.answer(request))

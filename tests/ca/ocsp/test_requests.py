"""What is a request, and what is not."""

import pytest
from asn1crypto import core, ocsp
from hypothesis import given
from hypothesis import strategies as st

from jpki.ca import der
from jpki.ca.ocsp import CertIdHash, OcspStatus
from jpki.ca.ocsp.requests import parse_request
from jpki.ca.ocsp.speakers import issuer_octets
from jpki.ca.ocsp.status import RefusedError
from jpki.profiles.ocsp import ANSWER
from tests.ca.citizens import NOON
from tests.ca.ocsp.asking import ask, asking, cert_id, extension, nonce, nonce_of, state, states

SERVICE_LOCATOR = "1.3.6.1.5.5.7.48.1.7"
ACCEPTABLE = "1.3.6.1.5.5.7.48.1.4"
BASIC, OTHER = "1.3.6.1.5.5.7.48.1.1", "1.3.6.1.5.5.7.48.1.99"
NAME = {"requestor_name": ocsp.GeneralName("dns_name", "relying.example")}


def kinds(*oids: str) -> dict:
    value = der.sequence(*map(der.object_identifier, oids))
    return extension(ACCEPTABLE, value)


@pytest.mark.parametrize("null", [True, False], ids=["NULL", "absent"])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_an_issuer_is_known_by_either_digest(responder, issued, algorithm, null):
    """With parameters or without; the certID comes back as it was sent."""
    request = asking(issued, algorithm=algorithm, null=null)

    answer = responder.answer(request, moment=NOON)

    assert state(answer) == "good"
    assert (
        cert_id(issued.serial, issued.issuer, algorithm=algorithm, null=null).dump() in answer.der
    )


@pytest.mark.parametrize("length", [1, 16, 32, 33, 128])
def test_a_nonce_comes_back(responder, issued, length):
    """From one octet to 128 (RFC 9654 2.1)."""
    sent = bytes(range(length))

    assert nonce(responder.answer(asking(issued, nonce=sent), moment=NOON)) == sent


def test_without_a_nonce_none_comes_back(responder, issued):
    """Nobody would know what to do with it."""
    assert nonce(responder.answer(asking(issued), moment=NOON)) is None


@pytest.mark.parametrize(
    "more",
    [
        NAME,
        {"extensions": [extension("1.2.3.4", b"\x05\x00")]},
        {"extensions": [kinds(OTHER, BASIC)]},
        {"single_extensions": [extension(SERVICE_LOCATOR, b"\x30\x00")]},
        {"extensions": [nonce_of(b"n" * 16, critical=True)]},
    ],
    ids=["requestorName", "unknown extension", "acceptable", "serviceLocator", "critical nonce"],
)
def test_what_we_need_not_know_is_passed_over(responder, issued, more):
    """The answer is the same."""
    assert state(responder.answer(asking(issued, **more), moment=NOON)) == "good"


@pytest.mark.parametrize(
    "more",
    [
        {"extensions": [extension("1.2.3.4", b"\x05\x00", critical=True)]},
        {"single_extensions": [extension(SERVICE_LOCATOR, b"\x30\x00", critical=True)]},
        {"extensions": [kinds(OTHER)]},
        {"extensions": [nonce_of(b"")]},
        {"extensions": [nonce_of(b"n" * 129)]},
        {"extensions": [nonce_of(b"one"), nonce_of(b"two")]},
        {"version": "v1"},
    ],
    ids=[
        "critical extension",
        "critical about one",
        "basic not acceptable",
        "empty nonce",
        "long nonce",
        "two nonces",
        "default written",
    ],
)
def test_what_is_not_understood_is_refused(responder, issued, more):
    """Nothing critical is passed over, and nothing is guessed."""
    request = asking(issued, **more)
    # asn1crypto leaves defaults out of what it writes anew.
    request = with_version(request) if "version" in more else request

    assert responder.answer(request, moment=NOON).status is OcspStatus.MALFORMED_REQUEST


def test_a_nonce_is_an_octet_string(responder, issued):
    """Not the bare octets of before RFC 8954, nor anything else."""
    whole = asking(issued, nonce=b"n" * 16)
    number = whole.replace(b"\x04\x10n", b"\x02\x10n")

    assert responder.answer(number, moment=NOON).status is OcspStatus.MALFORMED_REQUEST


def with_version(request: bytes) -> bytes:
    tbs = ocsp.OCSPRequest.load(request)["tbs_request"].contents
    return der.sequence(der.sequence(der.tagged(0, der.integer(0)), tbs))


def test_the_refusal_is_the_protocols_own(responder):
    """Five octets, which every client can read."""
    answer = responder.answer(b"", moment=NOON)

    assert ocsp.OCSPResponse.load(answer.der, strict=True).native == {
        "response_status": "malformed_request",
        "response_bytes": None,
    }
    assert (answer.cacheable, answer.max_age(NOON), answer.next_update) == (False, 0, None)


def test_every_octet_counts(responder, issued):
    """Cut anywhere, or with one more, it is no request."""
    request = asking(issued, nonce=b"n" * 16)

    cut = {responder.answer(request[:end], moment=NOON).status for end in range(len(request))}
    longer = responder.answer(request + b"\x00", moment=NOON).status
    assert cut | {longer} == {OcspStatus.MALFORMED_REQUEST}


@pytest.mark.parametrize("count", [0, 101])
def test_the_number_of_certificates_has_a_limit(responder, issued, count):
    """None is nothing, and a hundred are enough."""
    request = ask(*[cert_id(issued.serial, issued.issuer)] * count)

    assert responder.answer(request, moment=NOON).status is OcspStatus.MALFORMED_REQUEST


def test_several_are_answered_at_once(responder, issued):
    """In the order asked, twice the same too."""
    ids = [cert_id(issued.serial + more, issued.issuer) for more in (0, 99, 0)]

    answer = responder.answer(ask(*ids), moment=NOON)

    assert states(answer) == ["good", "unknown", "good"]
    assert not answer.cacheable


def test_a_request_has_a_longest_length(responder, issued):
    """Before anything of it is read."""
    long = extension("1.2.3.4", core.OctetString(bytes(70_000)).dump())

    answer = responder.answer(asking(issued, extensions=[long]), moment=NOON)
    assert answer.status is OcspStatus.MALFORMED_REQUEST


NONCES = st.none() | st.binary(min_size=0, max_size=140)
PLACES = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=2)


def outcome(request: bytes, issuers: tuple[bytes, ...]):
    """Give what was read, or that it was refused."""
    try:
        return parse_request(request, ANSWER, issuers)
    except RefusedError as error:
        return error.status


def damaged(request: bytes, changes) -> bytes:
    octets = bytearray(request)
    for place, value in changes:
        octets[place % len(octets)] = value
    return bytes(octets)


@given(serial=st.integers(-1, 2**170), octets=NONCES, changes=PLACES)
def test_what_is_known_at_a_glance_is_what_parsing_finds(hashed, serial, octets, changes):
    """Damaged or whole, with any serial number and nonce."""
    issuer, issuers = hashed
    request = damaged(ask(cert_id(serial, issuer), nonce=octets), changes)

    assert outcome(request, issuers) == outcome(request, ())


@pytest.fixture(scope="module")
def hashed(tmp_path_factory, keys):
    """Give an authority's certificate, and what certIDs of it begin with."""
    from jpki.ca import Authority, Register
    from jpki.profiles import Kind
    from tests.ca.citizens import FOUNDED

    with Register.create(tmp_path_factory.mktemp("glance") / "register.sqlite") as register:
        authority = Authority.found(register, Kind.AUTH, key=keys[0], moment=FOUNDED)
        [generation] = authority.generations
    return generation.certificate, tuple(issuer_octets(generation, each) for each in CertIdHash)

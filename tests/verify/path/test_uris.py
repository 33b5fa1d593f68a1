"""Two URIs are the same place when RFC 5280 7.4 says so."""

import pytest

from jpki.verify import Verdict
from jpki.verify.path.uris import comparable
from tests.support.asn1 import explicit, implicit
from tests.verify.path.making import (
    ISSUER,
    ROOT_LIST,
    SUBJECT,
    certificate,
    crl,
    judged,
    point,
    scope,
)

SAME = {
    "scheme and host in upper case": ("LDAP://List.Example/cn=A", "ldap://list.example/cn=A"),
    "port of the scheme": ("http://a.example:80/q", "http://a.example/q"),
    "port left empty": ("x://a.example:/q", "x://a.example/q"),
    "empty path": ("https://a.example", "https://a.example/"),
    "empty path before a query": ("ldap://a.example?cn", "ldap://a.example/?cn"),
    "encoding nobody needs": ("http://a.example/%7Eb%2d", "http://a.example/~b-"),
    "encoding in lower case": ("http://a.example/%3d?%2f", "http://a.example/%3D?%2F"),
    "dot segments": ("http://a.example/b/./c/../d", "http://a.example/b/d"),
    "more dots than segments": ("http://a.example/../../d/..", "http://a.example/"),
    "address in brackets": ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
}
OTHER = {
    "path in another case": ("http://a.example/Q", "http://a.example/q"),
    "query in another case": ("http://a.example/?Q", "http://a.example/?q"),
    "user in another case": ("http://U@a.example/", "http://u@a.example/"),
    "another port": ("http://a.example:443/", "http://a.example/"),
    "the port of another scheme": ("https://a.example:80/", "https://a.example/"),
    "encoded delimiter": ("http://a.example/b%2Fc", "http://a.example/b/c"),
    "empty segment": ("http://a.example//b", "http://a.example/b"),
    "no host": ("urn:A", "urn:a"),
    "dots that would leave a host": ("x:/a/..//b", "x://b"),
    "no URI": ("A.example", "a.example"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_what_is_written_differently_is_the_same_place(one, other):
    """Steps 2 to 5 of 7.4."""
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(("one", "other"), OTHER.values(), ids=OTHER)
def test_what_may_be_another_place_stays_another(one, other):
    """Only what the RFC names is evened out."""
    assert comparable(one) != comparable(other)


@pytest.mark.parametrize("uri", [one for pair in (*SAME.values(), *OTHER.values()) for one in pair])
def test_the_comparable_form_is_its_own(uri):
    """Evening out twice changes nothing."""
    assert comparable(comparable(uri)) == comparable(uri)


@pytest.mark.parametrize(
    ("place", "verdict"),
    [(b"HTTP://A.example:80/list", Verdict.GOOD), (b"http://a.example/List", Verdict.CANNOT_TELL)],
)
def test_a_list_covers_the_point_of_the_same_place(place, verdict):
    """6.3.3 (b)(2)(i) compares names as 7.4 does."""

    def named(uri: bytes) -> bytes:
        return explicit(0, explicit(0, implicit(6, uri)))

    target = certificate(ISSUER, SUBJECT, ca=False, change=point(named(b"http://a.example/list")))
    lists = [ROOT_LIST, crl(ISSUER, change=scope(named(place)))]

    assert judged(target, lists=lists).verdict is verdict


def test_a_report_shows_a_uri_as_it_is_written():
    """What is compared is nobody's spelling."""
    place = explicit(0, explicit(0, implicit(6, b"HTTP://A.example")))
    target = certificate(ISSUER, SUBJECT, ca=False, change=point(place))
    finding = judged(target, lists=[ROOT_LIST, crl(ISSUER, change=scope(place))]).revocation

    assert finding is not None
    assert finding.basis is not None
    assert "HTTP://A.example" in finding.basis.scope

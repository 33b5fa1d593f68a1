"""What an authority's service does wrong, by the request."""

from cardsim.faults import Evidence, EvidenceFaults, Mishap, Trouble, parse_all


def troubles(*texts, evidence=Evidence.CRL, requests=4):
    """Give what is wrong with the answers to so many requests."""
    service = EvidenceFaults(evidence, parse_all(texts))
    return [service.next_request() for _ in range(requests)]


def test_without_a_moment_every_answer_is_wrong():
    """`crl stale` holds until somebody ends it."""
    assert troubles("crl stale") == [Trouble(mishap=Mishap.STALE)] * 4


def test_a_moment_counts_requests():
    """The second only, or from there on."""
    assert [bool(each) for each in troubles("crl 503 at request 2")] == [False, True, False, False]
    assert [each.status for each in troubles("crl 503 at request from 3")] == [None, None, 503, 503]


def test_lists_and_ocsp_are_counted_apart():
    """What is wrong with one says nothing of the other."""
    faults = ("crl wrong", "ocsp late 2s at request")

    assert troubles(*faults, evidence=Evidence.OCSP, requests=2) == [Trouble(late=2000), Trouble()]


def test_several_troubles_come_together():
    """An answer can be late and wrong."""
    [trouble] = troubles("crl late 2s", "crl late 500ms", "crl wrong", requests=1)

    assert trouble == Trouble(late=2500, mishap=Mishap.WRONG)


def test_faults_of_cards_are_no_trouble_here():
    """They are somebody else's."""
    assert not any(troubles("cut before verify", "slow nfc"))

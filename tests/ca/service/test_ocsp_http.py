"""OCSP over HTTP: RFC 6960 appendix A.1 and RFC 5019 sections 5 and 6.2."""

import asyncio
import logging
import threading
import time
from base64 import b64encode
from datetime import timedelta
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from jpki.ca.service import Disturbance, Limits, OutOfServiceError, make_app
from jpki.ca.service.log import LOGGER, JsonFormatter
from jpki.ca.service.ocsp import INTERNAL_ERROR, MALFORMED
from jpki.ca.service.offer import Asked
from tests.ca.service.offering import CONDITIONS, KEPT, NOW, ON_DEMAND, PlainOffer

REQUEST = b"\x30" + bytes(range(256)) * 2
"""Begins as every request does; its base64 has +, / and = in it."""
OCSP_REQUEST = {"content-type": "application/ocsp-request"}


def client(offer: PlainOffer, **limits) -> TestClient:
    return TestClient(make_app(offer, limits=Limits(**limits)), raise_server_exceptions=False)


@pytest.mark.parametrize("path", ["/", "/ocsp"])
def test_a_posted_request_is_handed_on_as_it_came(path):
    offer = PlainOffer()

    response = client(offer).post(path, content=REQUEST, headers=OCSP_REQUEST)

    assert (response.status_code, response.content) == (200, KEPT)
    assert response.headers["content-type"] == "application/ocsp-response"
    assert offer.asked == [REQUEST]


@pytest.mark.parametrize(
    "encoded",
    [
        quote(b64encode(REQUEST), safe=""),
        b64encode(REQUEST).decode(),
        b64encode(REQUEST).decode().rstrip("="),
    ],
    ids=["escaped", "as it is", "without padding"],
)
@pytest.mark.parametrize("root", ["", "/ocsp"])
def test_a_request_in_the_path_is_the_same_however_it_was_escaped(encoded, root):
    """Also at the root, where the AIA of the profile sends whoever uses GET."""
    offer = PlainOffer()

    response = client(offer).get(f"{root}/{encoded}")

    assert (response.status_code, response.content) == (200, KEPT)
    assert offer.asked == [REQUEST]


def test_what_may_be_kept_says_for_how_long():
    """RFC 5019 6.2: Last-Modified, Expires, ETag and max-age are the answer's own dates."""
    headers = client(PlainOffer()).post("/ocsp", content=REQUEST, headers=OCSP_REQUEST).headers

    assert headers["last-modified"] == "Wed, 01 Apr 2026 03:00:00 GMT"
    assert headers["expires"] == "Wed, 01 Apr 2026 04:00:00 GMT"
    assert headers["date"] == "Wed, 01 Apr 2026 03:00:00 GMT"
    assert headers["cache-control"] == "max-age=900, public, no-transform, must-revalidate"


def test_what_was_made_for_one_asker_is_kept_by_nobody():
    headers = (
        client(PlainOffer(may_be_kept=False))
        .post("/ocsp", content=REQUEST, headers=OCSP_REQUEST)
        .headers
    )

    assert headers["cache-control"] == "no-store"
    assert headers["date"] == "Wed, 01 Apr 2026 03:00:00 GMT"
    assert "etag" not in headers


def test_the_same_request_within_a_second_is_answered_once_and_later_anew():
    offer = PlainOffer()
    asking = client(offer)

    for _ in range(3):
        asking.post("/ocsp", content=REQUEST, headers=OCSP_REQUEST)
    within = len(offer.asked)
    offer.moment = NOW + timedelta(seconds=1)
    later = asking.post("/ocsp", content=REQUEST, headers=OCSP_REQUEST)

    assert (within, len(offer.asked)) == (1, 2)
    assert later.headers["last-modified"] == "Wed, 01 Apr 2026 03:00:01 GMT"


def test_a_kept_answer_is_got_at_its_path_until_the_second_is_over():
    offer = PlainOffer()
    asking = client(offer)
    path = f"/{quote(b64encode(REQUEST), safe='')}"

    got = [asking.get(path) for _ in range(3)]
    within = len(offer.asked)
    offer.moment = NOW + timedelta(seconds=1)
    later = asking.get(path)

    assert {each.content for each in got} == {KEPT}
    assert (within, len(offer.asked)) == (1, 2)
    assert later.headers["date"] == "Wed, 01 Apr 2026 03:00:01 GMT"


def test_troubles_set_later_reach_what_is_kept():
    offer = PlainOffer()
    asking = client(offer)
    path = f"/{quote(b64encode(REQUEST), safe='')}"

    before = asking.get(path).status_code
    offer.disturbances[Asked.OCSP] = Disturbance(status=503)

    assert (before, asking.get(path).status_code) == (200, 503)


def test_what_the_authority_has_at_hand_is_asked_of_it_without_a_thread(monkeypatch):
    offer = PlainOffer()
    at_hand = offer.answer(REQUEST, moment=NOW)
    monkeypatch.setattr(offer, "kept", lambda request, moment: at_hand)
    monkeypatch.setattr(offer, "answer", None)

    response = client(offer).post("/", content=REQUEST, headers=OCSP_REQUEST)

    assert response.content == KEPT


def test_after_a_look_that_failed_nothing_seen_before_counts(monkeypatch):
    """A damaged clock: the next asker within the interval gets an error as well."""
    offer = PlainOffer()
    asking = TestClient(make_app(offer, look_every=0.2))
    path = f"/{quote(b64encode(REQUEST), safe='')}"
    before = asking.get(path).content

    def broken():
        raise ValueError("the secret cause")

    monkeypatch.setattr(offer, "now", broken)
    time.sleep(0.2)
    after = [asking.get(path).content for _ in range(2)]

    assert (before, after) == (KEPT, [INTERNAL_ERROR] * 2)


def test_an_answer_with_a_nonce_is_made_anew_each_time():
    offer = PlainOffer(may_be_kept=False)
    asking = client(offer)

    answers = {asking.post("/", content=REQUEST, headers=OCSP_REQUEST).content for _ in range(2)}

    assert answers == {ON_DEMAND}
    assert len(offer.asked) == 2


@pytest.mark.parametrize(("conditions", "status"), CONDITIONS)
def test_a_cache_that_has_the_answer_is_told_so(conditions, status):
    """RFC 9110 13.1.2, 13.1.3 and the precedence of 13.2.2."""
    asking = client(PlainOffer())
    path = f"/ocsp/{quote(b64encode(REQUEST), safe='')}"
    etag = asking.get(path).headers["etag"]
    headers = [(name, value.format(etag=etag, bare=etag[2:-2])) for name, value in conditions]

    response = asking.get(path, headers=headers)

    assert (response.status_code, response.content) == (status, KEPT if status == 200 else b"")
    assert response.headers["etag"] == etag


def test_a_condition_says_nothing_to_what_is_posted():
    """RFC 9110 13.1.3: it is for GET and HEAD."""
    offer, headers = (
        PlainOffer(),
        {**OCSP_REQUEST, "if-modified-since": "Wed, 01 Apr 2026 03:00:00 GMT"},
    )

    assert client(offer).post("/ocsp", content=REQUEST, headers=headers).content == KEPT


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (lambda c: c.post("/ocsp", content=b"x" * 201, headers=OCSP_REQUEST), 413),
        (lambda c: c.post("/ocsp", content=iter([b"x" * 150] * 2), headers=OCSP_REQUEST), 413),
        (lambda c: c.post("/ocsp", content=REQUEST, headers={"content-type": "text/xml"}), 415),
        (lambda c: c.get("/ocsp/%%%"), 400),
        (lambda c: c.get("/ocsp/" + "A" * 500), 414),
        (lambda c: c.put("/ocsp", content=REQUEST), 405),
    ],
    ids=["large", "large in parts", "other media type", "no base64", "long path", "other method"],
)
def test_what_is_no_request_gets_the_protocols_own_error(call, status):
    offer = PlainOffer()

    response = call(client(offer, body=200, path=400))

    assert (response.status_code, response.content) == (status, MALFORMED)
    assert response.headers["content-type"] == "application/ocsp-response"
    assert offer.asked == []


def test_a_defect_behind_it_is_internal_error_and_tells_nothing():
    response = client(PlainOffer(breaks=True)).post("/", content=REQUEST, headers=OCSP_REQUEST)

    assert (response.status_code, response.content) == (200, INTERNAL_ERROR)


@pytest.mark.parametrize("part", ["is_calm", "disturbance", "now"])
def test_so_is_a_defect_of_whoever_runs_it(part, monkeypatch):
    """A damaged clock or list of faults: still the protocol's own error."""
    offer = PlainOffer(disturbances={Asked.OCSP: Disturbance()})

    def broken(*_):
        raise ValueError("the secret cause")

    monkeypatch.setattr(offer, part, broken)
    response = client(offer).post("/", content=REQUEST, headers=OCSP_REQUEST)

    assert (response.status_code, response.content) == (200, INTERNAL_ERROR)


def test_out_of_service_is_internal_error_and_the_reason_is_in_the_log(monkeypatch, caplog):
    offer = PlainOffer()

    def unknown(_):
        raise OutOfServiceError("the faults cannot be read")

    monkeypatch.setattr(offer, "is_calm", unknown)
    LOGGER.propagate = True
    with caplog.at_level(logging.ERROR, LOGGER.name):
        response = client(offer).post("/", content=REQUEST, headers=OCSP_REQUEST)

    assert (response.status_code, response.content) == (200, INTERNAL_ERROR)
    assert "the faults cannot be read" in JsonFormatter().format(caplog.records[0])
    assert caplog.records[0].exc_info is None


def test_who_asks_what_is_kept_does_not_wait_for_a_slow_register():
    """One client's answer takes as long as it takes; the other's comes at once."""
    offer = PlainOffer()
    app = make_app(offer)
    slow, order = threading.Event(), []
    honest = offer.answer

    def answer(request, *, moment):
        if request == b"slow":
            slow.wait(20)
        return honest(request, moment=moment)

    offer.answer = answer

    async def ask(body):
        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            if message["type"] == "http.response.body":
                order.append(body)

        await app({"type": "http", "method": "POST", "path": "/", "headers": []}, receive, send)

    async def both():
        await ask(b"kept")
        waiting = asyncio.create_task(ask(b"slow"))
        await asyncio.sleep(0.05)
        await ask(b"kept")
        slow.set()
        await waiting

    asyncio.run(both())

    assert order == [b"kept", b"kept", b"slow"]


def test_a_body_that_comes_too_slowly_is_given_up():
    offer = PlainOffer()
    app = make_app(offer, limits=Limits(seconds=0.05))
    sent = []

    async def receive():
        await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/ocsp", "headers": []}
    asyncio.run(app(scope, receive, send))

    assert sent[0]["status"] == 408
    assert sent[1]["body"] == MALFORMED


def test_a_client_that_hangs_up_half_way_is_no_defect():
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/ocsp", "headers": []}
    asyncio.run(make_app(PlainOffer())(scope, receive, send))

    assert sent[0]["status"] == 400


@pytest.mark.parametrize(
    ("disturbance", "status", "body"),
    [
        (Disturbance(status=503), 503, b""),
        (Disturbance(change=lambda request, honest: honest[::-1]), 200, KEPT[::-1]),
        (Disturbance(late=0.01), 200, KEPT),
    ],
    ids=["status", "changed", "late"],
)
def test_what_shall_go_wrong_goes_wrong(disturbance, status, body):
    offer = PlainOffer(disturbances={Asked.OCSP: disturbance})

    response = client(offer).post("/ocsp", content=REQUEST, headers=OCSP_REQUEST)

    assert (response.status_code, response.content) == (status, body)


def test_what_was_changed_on_purpose_is_kept_by_nobody():
    offer = PlainOffer(disturbances={Asked.OCSP: Disturbance(change=lambda request, der: der)})

    response = client(offer).post("/ocsp", content=REQUEST, headers=OCSP_REQUEST)

    assert response.headers["cache-control"] == "no-store"

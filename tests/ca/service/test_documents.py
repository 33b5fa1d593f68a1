"""Lists, certificates, health and metrics over HTTP."""

import asyncio
import json
import logging
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jpki.ca.service import Disturbance, Document, OutOfServiceError, make_app
from jpki.ca.service.app import _rest
from jpki.ca.service.description import openapi
from jpki.ca.service.log import LOGGER, JsonFormatter, event
from jpki.ca.service.metrics import Metrics
from jpki.ca.service.offer import Asked
from tests.ca.service.offering import CONDITIONS, PlainOffer, a_list


def client(offer: PlainOffer) -> TestClient:
    return TestClient(make_app(offer), raise_server_exceptions=False)


def test_a_list_comes_with_its_media_type_and_its_time(tmp_path):
    response = client(PlainOffer(a_list(tmp_path))).get("/crl/sign-g3-full.crl")

    assert (response.status_code, response.content) == (200, b"a list")
    assert response.headers["content-type"] == "application/pkix-crl"
    assert response.headers["cache-control"] == "max-age=172800, public, must-revalidate"
    assert response.headers["date"] == "Wed, 01 Apr 2026 03:00:00 GMT"
    assert response.headers["last-modified"] == "Wed, 01 Apr 2026 03:00:00 GMT"
    assert response.headers["expires"] == "Fri, 03 Apr 2026 03:00:00 GMT"


def test_a_ca_certificate_never_changes_under_its_name(tmp_path):
    path = tmp_path / "sign-g3.cer"
    path.write_bytes(b"a certificate")
    offer = PlainOffer({path.name: Document(path, "application/pkix-cert")})

    response = client(offer).get("/ca/sign-g3.cer")

    assert response.content == b"a certificate"
    assert "immutable" in response.headers["cache-control"]


@pytest.mark.parametrize(("conditions", "status"), CONDITIONS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_cache_that_has_the_list_is_told_so(tmp_path, method, conditions, status):
    """RFC 9110 13.1.2; by no date, which newer lists share while a world's clock stands still."""
    if all(name == "if-modified-since" for name, _ in conditions):
        status = 200
    asking = client(PlainOffer(a_list(tmp_path)))
    etag = asking.get("/crl/sign-g3-full.crl").headers["etag"]
    headers = [(name, value.format(etag=etag, bare=etag[2:-2])) for name, value in conditions]

    response = asking.request(method, "/crl/sign-g3-full.crl", headers=headers)

    assert response.status_code == status
    assert response.content == (b"a list" if (method, status) == ("GET", 200) else b"")
    assert response.headers["etag"] == etag


def test_a_cache_that_has_the_ca_certificate_is_told_so(tmp_path):
    path = tmp_path / "sign-g3.cer"
    path.write_bytes(b"a certificate")
    asking = client(PlainOffer({path.name: Document(path, "application/pkix-cert")}))
    since = asking.get("/ca/sign-g3.cer").headers["last-modified"]

    response = asking.get("/ca/sign-g3.cer", headers={"if-modified-since": since})

    assert (response.status_code, response.content) == (304, b"")


@pytest.mark.parametrize("extensions", [{}, {"http.response.pathsend": {}}])
def test_a_list_that_is_replaced_while_it_is_sent_comes_as_it_was(tmp_path, extensions):
    """What is told of it and what comes are of one file, also where a server could send by path."""
    documents = a_list(tmp_path, b"the former list")
    app, sent = make_app(PlainOffer(documents)), []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)
        if message["type"] == "http.response.start":
            new = tmp_path / "new"
            new.write_bytes(b"a list that is longer than the former")
            new.rename(tmp_path / "sign-g3-full.crl")

    path = "/crl/sign-g3-full.crl"
    asgi = {"version": "3.0", "spec_version": "2.4"}
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    asyncio.run(app({**scope, "asgi": asgi, "extensions": extensions}, receive, send))

    start, *bodies = sent
    assert b"".join(each["body"] for each in bodies) == b"the former list"
    assert (b"content-length", b"15") in start["headers"]


def test_files_are_closed_however_they_were_asked_for(tmp_path):
    """Those that were not sent as well."""
    asking = client(PlainOffer(a_list(tmp_path)))
    before = len(list(Path("/proc/self/fd").iterdir()))
    for conditions in ({}, {"if-none-match": "*"}, {"range": "bytes=9-"}, {"range": "bytes=0-1"}):
        asking.get("/crl/sign-g3-full.crl", headers=conditions)
        asking.head("/crl/sign-g3-full.crl", headers=conditions)

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_part_of_a_large_list_can_be_asked_for(tmp_path):
    asking = client(PlainOffer(a_list(tmp_path, b"0123456789")))

    response = asking.get("/crl/sign-g3-full.crl", headers={"range": "bytes=2-4"})

    assert (response.status_code, response.content) == (206, b"234")


@pytest.mark.parametrize("name", ["last-modified", "etag"])
def test_the_rest_of_a_list_is_of_that_very_list(tmp_path, name):
    """RFC 9110 13.1.5: a date tells no list from the next, while a world's clock stands still."""
    asking = client(PlainOffer(a_list(tmp_path, b"0123456789")))
    known = asking.get("/crl/sign-g3-full.crl").headers[name]

    rest = {"range": "bytes=8-", "if-range": known}
    response = asking.get("/crl/sign-g3-full.crl", headers=rest)

    whole = name == "last-modified"
    assert response.status_code == (200 if whole else 206)
    assert response.content == (b"0123456789" if whole else b"89")


@pytest.mark.parametrize(
    "path",
    [
        "/crl/none.crl",
        "/ca/sign-g3-full.crl",
        "/crl/..%2f..%2fetc%2fpasswd",
        "/crl/%00",
        "/nothing",
        "/crl/",
    ],
)
def test_what_is_not_offered_is_not_there(path, tmp_path):
    response = client(PlainOffer(a_list(tmp_path))).get(path)

    assert response.status_code == 404
    assert "error" in response.json()


def test_a_list_that_is_gone_since_is_not_there(tmp_path):
    offer = PlainOffer(a_list(tmp_path))
    offer.documents["sign-g3-full.crl"].path.unlink()

    assert client(offer).get("/crl/sign-g3-full.crl").status_code == 404


@pytest.mark.parametrize(
    ("error", "status"), [(FileNotFoundError(2, "gone"), 404), (OSError(5, "Input/output"), 503)]
)
def test_with_something_to_go_wrong_it_cannot_be_read_either(tmp_path, monkeypatch, error, status):
    """As without: no defect of the service."""
    troubles = {Asked.LIST: Disturbance(change=lambda _, honest: honest)}
    asking = client(PlainOffer(a_list(tmp_path), disturbances=troubles))
    before = asking.get("/crl/sign-g3-full.crl").status_code

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(Path, "open", fail)

    assert (before, asking.get("/crl/sign-g3-full.crl").status_code) == (200, status)


def test_nothing_is_posted_to_a_list(tmp_path):
    response = client(PlainOffer(a_list(tmp_path))).post("/crl/sign-g3-full.crl", content=b"x")

    assert response.status_code == 405


@pytest.mark.parametrize(
    ("disturbance", "status", "body"),
    [
        (Disturbance(status=500), 500, b""),
        (Disturbance(change=lambda request, honest: honest[:3]), 200, b"a l"),
        (Disturbance(late=0.01), 200, b"a list"),
    ],
    ids=["status", "changed", "late"],
)
def test_what_shall_go_wrong_with_lists_goes_wrong(disturbance, status, body, tmp_path):
    offer = PlainOffer(a_list(tmp_path), disturbances={Asked.LIST: disturbance})

    response = client(offer).get("/crl/sign-g3-full.crl")

    assert (response.status_code, response.content) == (status, body)


def test_out_of_service_is_503_and_the_reason_is_in_the_log(tmp_path, monkeypatch, caplog):
    """And in one line, without a traceback; clients are told where to look."""
    offer = PlainOffer(a_list(tmp_path))

    def unknown(_):
        raise OutOfServiceError("the faults cannot be read")

    monkeypatch.setattr(offer, "disturbance", unknown)
    LOGGER.propagate = True
    with caplog.at_level(logging.ERROR, LOGGER.name):
        response = client(offer).get("/crl/sign-g3-full.crl")

    assert (response.status_code, "/health" in response.json()["error"]) == (503, True)
    assert [json.loads(JsonFormatter().format(each))["why"] for each in caplog.records] == [
        "the faults cannot be read"
    ]
    assert caplog.records[0].exc_info is None


def test_the_front_page_names_every_document(tmp_path):
    assert client(PlainOffer(a_list(tmp_path))).get("/").json() == {
        "documents": ["/crl/sign-g3-full.crl"]
    }


@pytest.mark.parametrize(("is_good", "status", "word"), [(True, 200, "good"), (False, 503, "bad")])
def test_health_says_whether_all_is_well(is_good, status, word):
    response = client(PlainOffer(is_good=is_good)).get("/health")

    assert response.status_code == status
    assert response.json()["status"] == word
    assert response.json()["parts"] == {"register": "seen"}


def test_metrics_count_what_was_asked_and_how_it_ended(tmp_path):
    asking = client(PlainOffer(a_list(tmp_path)))
    asking.get("/crl/sign-g3-full.crl")
    asking.post("/ocsp", content=b"?", headers={"content-type": "application/ocsp-request"})

    text = asking.get("/metrics").text

    assert 'jpki_ca_requests_total{asked="crl",outcome="200"} 1.0' in text
    assert 'jpki_ca_requests_total{asked="ocsp",outcome="successful"} 1.0' in text


def test_what_is_due_is_done_while_the_service_runs():
    offer = PlainOffer()

    with client(offer) as running:
        running.get("/")

    assert offer.rounds >= 1


def test_an_event_is_one_line_of_json(caplog):
    LOGGER.propagate = True
    with caplog.at_level(logging.INFO, LOGGER.name):
        event("refused", asked="ocsp", status=413)

    line = JsonFormatter().format(caplog.records[-1])

    assert "\n" not in line
    told = json.loads(line)
    assert (told["event"], told["asked"], told["status"]) == ("refused", "ocsp", 413)


def test_the_description_names_every_route():
    """And no other: what is described is what is there."""
    routed = {route.path for route in _rest(PlainOffer(), Metrics(), 1.0).routes}
    ocsp = {"/ocsp", "/ocsp/{request}", "/M{request}"}

    assert set(openapi()["paths"]) == routed | ocsp


def test_the_description_says_where_something_may_be_out_of_service():
    paths = openapi()["paths"]

    assert {
        "503" in paths[f"/{folder}/{{name}}"]["get"]["responses"] for folder in ("crl", "ca")
    } == {True}

"""`jpki ca serve` with clients we did not write: OpenSSL, GnuTLS, curl, pyHanko, schemathesis."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from cardsim.world import World
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from tests.cli.calling import Jpki
from tests.support import openssl, pyhanko
from tests.support.processes import run

OCSP_REQUEST = {"Content-Type": "application/ocsp-request"}
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
NEVER_ISSUED = 0x7FFF_0000


@dataclass(frozen=True)
class Running:
    """A service that runs, and files a relying party has."""

    url: str
    process: subprocess.Popen[bytes]
    jpki: Jpki
    files: Path

    def get(self, path: str, data: bytes | None = None, **headers: str):
        """Give status, headers and body."""
        request = urllib.request.Request(self.url + path, data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()


@contextmanager
def serving(jpki: Jpki, files: Path, *options: str | Path):
    """Run `jpki ca serve` and wait until it answers."""
    process = jpki.start(
        "ca", "serve", "--port", "0", "--json", *options, stderr=subprocess.DEVNULL
    )
    try:
        url = json.loads(process.stdout.readline())["url"]
        port = int(url.rsplit(":", 1)[1])
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "the service does not listen"
                time.sleep(0.02)
        yield Running(url, process, jpki, files)
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Make a world of today, for clients that look at the system's clock; taro's is revoked."""
    place = tmp_path_factory.mktemp("served")
    files = place / "files"
    files.mkdir()
    with World.create(place / "world") as made:
        revoked = made.serial("taro", Kind.AUTH)
        # An hour ago: OCSP knows it since its last refresh, at most 15 minutes ago.
        made.clock.set(datetime.now(UTC) - timedelta(hours=1))
        made.revoke(Kind.AUTH, revoked, RevocationReason.KEY_COMPROMISE)
        made.clock.follow_system()
        made.publish_lists()
        for kind in Kind:
            anchors = made.anchors(kind)
            openssl.write_pem(files / f"{kind.value}-ca.pem", "CERTIFICATE", anchors)
            for number, der in enumerate(anchors, 1):
                openssl.write_pem(files / f"{kind.value}-ca-g{number}.pem", "CERTIFICATE", [der])
        for name in ("hanako", "taro"):
            der = made.certificate(name, Kind.AUTH).der
            openssl.write_pem(files / f"{name}.pem", "CERTIFICATE", [der])
        (files / "serial").write_text(str(made.serial("hanako", Kind.AUTH)))
    return Jpki(place / "world"), files


@pytest.fixture(scope="module")
def service(world, tmp_path_factory):
    """Serve a copy of that world, in two workers: what is served changes under its hands."""
    jpki, files = world
    served = tmp_path_factory.mktemp("service") / "world"
    run("cp", "-a", jpki.home, served)
    with serving(Jpki(served), files, "--workers", "2") as running:
        yield running


@pytest.fixture
def own(world, tmp_path):
    """Give a copy of the world that a test may disturb, and the files."""
    jpki, files = world
    run("cp", "-a", jpki.home, tmp_path / "world")
    return Jpki(tmp_path / "world"), files


def issuer_of(files: Path, name: str) -> Path:
    """Give the generation that issued a certificate: taro's card is old."""
    return files / f"auth-ca-g{2 if name == 'taro' else 3}.pem"


def request_for(files: Path, name: str, out: Path, *options: str) -> bytes:
    """Have OpenSSL write a request."""
    run("openssl", "ocsp", *options, "-issuer", issuer_of(files, name), "-cert",
        files / f"{name}.pem", "-no_nonce", "-reqout", out)  # fmt: skip
    return out.read_bytes()


@pytest.mark.parametrize(("name", "said"), [("hanako", "good"), ("taro", "revoked")])
@pytest.mark.parametrize("path", ["/", "/ocsp"])
def test_openssl_asks_and_verifies(service, name, said, path):
    """With a nonce, at the address of the AIA and at its own."""
    done = run(
        "openssl", "ocsp", "-issuer", issuer_of(service.files, name), "-cert",
        service.files / f"{name}.pem", "-url", service.url + path,
        "-CAfile", service.files / "auth-ca.pem",
    )  # fmt: skip

    assert f"{name}.pem: {said}" in done.stdout.decode()
    assert b"Response verify OK" in done.stderr
    assert b"WARNING" not in done.stderr


def test_openssl_is_told_of_what_was_never_issued(service):
    done = run(
        "openssl", "ocsp", "-issuer", issuer_of(service.files, "hanako"), "-serial",
        str(NEVER_ISSUED), "-url", service.url, "-CAfile", service.files / "auth-ca.pem",
    )  # fmt: skip

    assert f"{NEVER_ISSUED}: unknown" in done.stdout.decode()


@pytest.mark.parametrize("name", ["hanako", "taro"])
def test_gnutls_asks_and_verifies(service, name):
    """Ocsptool sends SHA-1 and a nonce, and checks the signer against the CA."""
    done = run(
        "ocsptool", f"--ask={service.url}", "--load-cert", service.files / f"{name}.pem",
        "--load-issuer", issuer_of(service.files, name), expect=None,
    )  # fmt: skip

    text = (done.stdout + done.stderr).decode()
    assert "Verifying OCSP Response: Success" in text
    assert f"Certificate Status: {'good' if name == 'hanako' else 'revoked'}" in text


def test_curl_gets_an_answer_that_may_be_kept_and_openssl_verifies_it(service, tmp_path):
    """RFC 5019 5: GET with the request in the path."""
    request = request_for(service.files, "hanako", tmp_path / "q", "-sha256")
    url = f"{service.url}/ocsp/{quote(b64encode(request), safe='')}"

    run("curl", "-sSf", "-D", tmp_path / "headers", "-o", tmp_path / "answer", url)
    done = run(
        "openssl", "ocsp", "-sha256", "-issuer", issuer_of(service.files, "hanako"), "-cert",
        service.files / "hanako.pem", "-respin", tmp_path / "answer", "-no_nonce",
        "-CAfile", service.files / "auth-ca.pem",
    )  # fmt: skip

    assert b"Response verify OK" in done.stderr
    assert "max-age=" in (tmp_path / "headers").read_text()


@pytest.mark.parametrize(("name", "accepted"), [("hanako", True), ("taro", False)])
def test_pyhanko_validates_with_the_answer_alone(service, tmp_path, name, accepted):
    """The whole path, revocation information required and no list at hand."""
    request = request_for(service.files, name, tmp_path / "q")
    _, _, answer = service.get("/", request, **OCSP_REQUEST)
    pem = (service.files / f"{name}.pem").read_text()
    with World.open(service.jpki.home) as world:
        anchors = world.anchors(Kind.AUTH)

    opinion = pyhanko.validate(
        openssl.from_pem(pem),
        certificates=[],
        anchors=anchors,
        answers=[answer],
        moment=datetime.now(UTC),
    )

    assert opinion.accepts is accepted, opinion.text
    assert accepted or "revoked" in opinion.text


def test_openssl_checks_with_the_list_it_was_served(service, tmp_path):
    """CRL by curl, verified by openssl crl, used by openssl verify."""
    crl = tmp_path / "auth.crl"
    run("curl", "-sSf", "-o", crl, f"{service.url}/crl/auth-g2-full.crl")
    pem = tmp_path / "auth.pem"
    ca = service.files / "auth-ca-g2.pem"

    verified = run("openssl", "crl", "-inform", "DER", "-in", crl, "-CAfile", ca, "-out", pem)
    judged = run(
        "openssl", "verify", "-crl_check", "-CAfile", ca, "-CRLfile", pem,
        service.files / "taro.pem", expect=None,
    )  # fmt: skip

    assert b"verify OK" in verified.stderr
    assert b"certificate revoked" in judged.stdout + judged.stderr


def test_a_certificate_of_the_ca_comes_as_der(service):
    _, headers, der = service.get("/ca/auth-g3.cer")

    assert headers["content-type"] == "application/pkix-cert"
    assert openssl.from_pem((service.files / "auth-ca-g3.pem").read_text()) == der


def test_all_workers_are_counted_together(service, tmp_path):
    """Whichever worker answers the collector."""
    request = request_for(service.files, "hanako", tmp_path / "q")
    before = _asked(service)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: service.get("/", request, **OCSP_REQUEST), range(40)))
    time.sleep(1.1)  # hits of a second are counted when it is over, by the next request
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: service.get("/", request, **OCSP_REQUEST), range(16)))

    assert _asked(service) >= before + 40


def _asked(service: Running) -> float:
    _, _, text = service.get("/metrics")
    lines = text.decode().splitlines()
    counted = [one for one in lines if one.startswith('jpki_ca_requests_total{asked="ocsp"')]
    return sum(float(one.rsplit(" ", 1)[1]) for one in counted)


def test_bad_input_made_from_its_own_description_breaks_nothing(service, tmp_path):
    """schemathesis: every route, data that fits the description and data that does not."""
    st = Path(sys.executable).with_name("st")
    done = run(
        st, "run", f"{service.url}/openapi.json", "--max-examples", "15", "--seed", "1",
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance",
        "--exclude-path", "/health", "--no-color", "--request-timeout", "10",
        "--generation-database", "none",
        expect=None, cwd=tmp_path, seconds=110, environment={"SCHEMATHESIS_HOOKS": str(HOOKS)},
    )  # fmt: skip

    assert done.returncode == 0, done.stdout.decode()[-3000:]


def test_troubles_begin_and_end_while_it_runs(own, tmp_path):
    jpki, files = own
    with serving(jpki, files) as service:
        request = request_for(files, "hanako", tmp_path / "q")
        seen = []
        for words in (["ocsp 503", "crl 500"], ["ocsp wrong", "crl stale"], ["--clear"]):
            assert jpki("ca", "faults", *words).status == 0
            ocsp, _, answer = service.get("/", request, **OCSP_REQUEST)
            crl, _, _ = service.get("/crl/auth-g3-full.crl")
            seen.append((ocsp, crl, _openssl_accepts(files, answer, tmp_path)))

    assert seen == [(503, 500, False), (200, 200, False), (200, 200, True)]


def _openssl_accepts(files: Path, answer: bytes, directory: Path) -> bool:
    (directory / "answer").write_bytes(answer)
    done = run(
        "openssl", "ocsp", "-issuer", issuer_of(files, "hanako"), "-cert", files / "hanako.pem",
        "-respin", directory / "answer", "-no_nonce", "-CAfile", files / "auth-ca.pem", expect=None,
    )  # fmt: skip
    return b"Response verify OK" in done.stderr


def test_what_has_begun_ends_before_the_service_does(own, tmp_path):
    """SIGTERM during a slow answer: the answer still comes, and the exit status is 0."""
    jpki, files = own
    jpki("ca", "faults", "ocsp late 1s")
    request = request_for(files, "hanako", tmp_path / "q")
    with serving(jpki, files) as service, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(service.get, "/", request, **OCSP_REQUEST)
        time.sleep(0.4)
        service.process.send_signal(signal.SIGTERM)
        status, _, _ = asked.result()

        assert status == 200
        assert service.process.wait(20) == 0


def test_only_who_has_a_certificate_of_the_verifiers_is_let_in(own, tmp_path):
    """As the real service lets in only notified verifiers (PKI profile 2.2)."""
    jpki, files = own
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    leaf = ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "keyUsage=digitalSignature",
            "-addext", "extendedKeyUsage=clientAuth"]  # fmt: skip
    server, key = tmp_path / "server.pem", tmp_path / "server.key"
    run(*make, "-subj", "/CN=server", "-addext", "subjectAltName=IP:127.0.0.1", "-addext",
        "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", server)  # fmt: skip
    for ca, who in (("contract", "verifier"), ("other", "stranger")):
        at = {name: tmp_path / f"{name}.pem" for name in (ca, who)}
        keys = {name: tmp_path / f"{name}.key" for name in (ca, who)}
        run(*make, "-subj", f"/CN={ca}", "-keyout", keys[ca], "-out", at[ca])
        run(*make, "-subj", f"/CN={who}", "-keyout", keys[who], "-out", at[who],
            "-CA", at[ca], "-CAkey", keys[ca], *leaf)  # fmt: skip
    options = ["--tls-cert", server, "--tls-key", key]
    with serving(jpki, files, *options, "--client-ca", tmp_path / "contract.pem") as service:

        def fetch(*who: str | Path) -> int:
            return run("curl", "-sS", "--cacert", server, *who, "-o", "/dev/null",
                       f"{service.url}/crl/auth-g3-full.crl", expect=None).returncode  # fmt: skip

        let_in = fetch("--cert", tmp_path / "verifier.pem", "--key", tmp_path / "verifier.key")
        nobody = fetch()
        stranger = fetch("--cert", tmp_path / "stranger.pem", "--key", tmp_path / "stranger.key")

    assert let_in == 0
    assert nobody != 0
    assert stranger != 0


def test_a_signature_can_be_asked_of_whoever_asks(own):
    jpki, files = own
    ask = ["openssl", "ocsp", "-issuer", issuer_of(files, "hanako"), "-cert", files / "hanako.pem"]
    with serving(jpki, files, "--require-signed") as service:
        done = run(*ask, "-url", service.url, "-noverify", expect=None)

    assert b"sigrequired" in (done.stdout + done.stderr).lower()


def test_only_requests_signed_by_who_is_on_the_list_are_answered(own, tmp_path):
    """RFC 6960 4.1.2; of two who sign, the one whose certificate was named."""
    jpki, files = own
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    for who in ("verifier", "stranger"):
        run(*made, "-subj", f"/CN={who}", "-keyout", tmp_path / f"{who}.key",
            "-out", tmp_path / f"{who}.pem")  # fmt: skip
    with serving(jpki, files, "--requestor", tmp_path / "verifier.pem") as service:
        said = {
            who: run(
                "openssl", "ocsp", "-issuer", issuer_of(files, "hanako"), "-cert",
                files / "hanako.pem", "-url", service.url, "-CAfile", files / "auth-ca.pem",
                "-signer", tmp_path / f"{who}.pem", "-signkey", tmp_path / f"{who}.key",
                expect=None,
            ).stdout.decode()
            for who in ("verifier", "stranger")
        }  # fmt: skip

    assert "hanako.pem: good" in said["verifier"]
    assert "unauthorized" in said["stranger"]


def test_workers_end_with_the_process_that_started_them(own, tmp_path, monkeypatch):
    """Kill -9 of the service: the port is free for the next start, and nothing is left behind."""
    jpki, files = own
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with serving(jpki, files, "--workers", "2") as service:
        port = service.url.rsplit(":", 1)[1]
        assert service.get("/metrics")[0] == 200
        before = [path.name for path in temporary.iterdir()]
        service.process.kill()
        service.process.wait()
        deadline = time.monotonic() + 20
        while list(temporary.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.2)

        assert any(name.startswith("jpki-ca-metrics-") for name in before)
        assert list(temporary.iterdir()) == []
        with serving(jpki, files, "--port", port) as again:
            assert again.get("/health")[0] == 200


def test_a_worker_that_is_killed_is_replaced(own, tmp_path):
    jpki, files = own
    request = request_for(files, "hanako", tmp_path / "q")
    with serving(jpki, files) as service:
        children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
        (worker, *_) = children.read_text().split()
        subprocess.run(["kill", "-9", worker], check=True)
        deadline = time.monotonic() + 20
        status = 0
        while status != 200 and time.monotonic() < deadline:
            try:
                status, _, _ = service.get("/", request, **OCSP_REQUEST)
            except OSError:
                time.sleep(0.1)

    assert status == 200


@pytest.mark.soak
def test_headers_that_come_too_slowly_are_given_up(own):
    jpki, files = own
    with serving(jpki, files) as service:
        port = int(service.url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n")
            said = client.recv(100)

    assert said == b"" or b"408" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tls-cert", __file__], "belong together"),
        (["--client-ca", __file__], "needs --tls-cert"),
    ],
)
def test_options_that_do_not_fit_are_refused(jpki, words, said):
    done = jpki("ca", "serve", *words)

    assert done.status == 2
    assert said in done.stderr


def test_a_port_that_is_taken_is_told(jpki):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = jpki("ca", "serve", "--port", str(taken.getsockname()[1]))

    assert done.status == 2
    assert "--port 0" in done.error


def test_faults_that_cannot_be_read_are_told_before_anybody_connects(own):
    jpki, _ = own
    (jpki.home / "ca" / "faults.json").write_text("{}")

    done = jpki("ca", "serve", "--port", "0")

    assert done.status == 2
    assert "faults.json" in done.error
    assert "jpki ca faults --clear" in done.error
    assert jpki("ca", "faults", "--clear").status == 0


def test_a_fault_of_a_card_is_no_fault_of_a_service(jpki):
    done = jpki("ca", "faults", "status 6F00 before verify")

    assert done.status == 2
    assert "crl and ocsp can" in done.error

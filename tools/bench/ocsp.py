"""OCSP answers a second: over HTTP beside `openssl ocsp`, and signed on demand beside bare signing.

Both services run on all cores of this machine, one after the other, with the same load from wrk
on the same cores. The peer signs every answer, as it does; ours keeps what may be kept.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from asn1crypto import core, ocsp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bench.chip import debian
from bench.figure import Goal, Row
from cardsim.world import World
from jpki.ca import SoftwareKey
from jpki.ca.ocsp import Responder
from jpki.profiles.kinds import Kind
from tests.support import openssl

_ROUNDS, _SECONDS, _CONNECTIONS = 3, 4, 64
_SIGNATURES = 400
_HOST = "127.0.0.1"
_TABLES = ("tcp", "tcp6")
_POST = """
local file = io.open("{request}", "rb")
wrk.method, wrk.body = "POST", file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/ocsp-request"
"""


def kept_answers() -> list[Row]:
    """Answers a second over HTTP."""
    with tempfile.TemporaryDirectory(prefix="bench-ocsp-") as name:
        directory = Path(name)
        ours: list[float] = []
        peer: list[float] = []
        with World.create(directory / "world") as world:
            mine = _request(directory, "ours", *_issued(world))
        theirs = _request(directory, "peer", *_peer_ca(directory))
        for _ in range(_ROUNDS):
            with _our_service(directory / "world") as url:
                ours.append(_load(url, mine))
            with _peer_service(directory) as url:
                peer.append(_load(url, theirs))
    best, other = max(ours), max(peer)
    return [
        Row(
            "ocsp-kept", "answers/s", round(best), round(other), round(best / other, 2),
            f"ours / peer, best of {_ROUNDS}, {os.cpu_count()} workers each",
            f"openssl {debian('openssl')} ocsp -multi {os.cpu_count()}",
            Goal("ratio", at_least=15.0),
        )
    ]  # fmt: skip


def on_demand() -> list[Row]:
    """Answers with a nonce a second and core, each with a signature of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-ocsp-") as name,
        World.create(Path(name) / "world") as world,
    ):
        authority, moment = world.authorities[Kind.AUTH], world.clock.now()
        certificate, issuer = _issued(world)
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        responder = Responder(authority, SoftwareKey(private))
        request = _request(Path(name), "nonce", certificate, issuer).read_bytes()
        requests = [_with_nonce(request, number) for number in range(_SIGNATURES)]
        answered: list[float] = []
        signed: list[float] = []
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            for each in requests:
                if responder.answer(each, moment=moment).cacheable:
                    raise RuntimeError("an answer with a nonce must be made anew")
            answered.append(_SIGNATURES / (time.perf_counter() - started))
            started = time.perf_counter()
            for each in requests:
                private.sign(each, padding.PKCS1v15(), hashes.SHA256())
            signed.append(_SIGNATURES / (time.perf_counter() - started))
    best, bare = max(answered), max(signed)
    return [
        Row(
            "ocsp-on-demand", "answers/s", round(best), round(bare), round(best / bare, 2),
            f"ours / bare signing, best of {_ROUNDS}, one core",
            "cryptography RSA-2048 sign", Goal("ratio", at_least=0.75),
        )
    ]  # fmt: skip


def _issued(world: World) -> tuple[bytes, bytes]:
    return world.certificate("hanako", Kind.AUTH).der, world.anchors(Kind.AUTH)[-1]


def _with_nonce(request: bytes, number: int) -> bytes:
    asked = ocsp.OCSPRequest.load(request).copy()
    nonce = core.OctetString(sha256(str(number).encode()).digest()[:16])
    extension = {"extn_id": "nonce", "critical": False, "extn_value": nonce}
    asked["tbs_request"]["request_extensions"] = [extension]
    der: bytes = asked.dump(force=True)
    return der


def _request(directory: Path, name: str, certificate: bytes, issuer: bytes) -> Path:
    leaf = openssl.write_pem(directory / f"{name}.pem", "CERTIFICATE", [certificate])
    ca = openssl.write_pem(directory / f"{name}-ca.pem", "CERTIFICATE", [issuer])
    out = directory / f"{name}.req"
    _run("openssl", "ocsp", "-issuer", ca, "-cert", leaf, "-no_nonce", "-reqout", out)
    return out


def _peer_ca(directory: Path) -> tuple[bytes, bytes]:
    """Make a CA with one certificate, as the peer wants it: PEM files and an index.txt."""
    ca, key = directory / "peer-root.pem", directory / "peer-root.key"
    leaf, leaf_key = directory / "peer-leaf.pem", directory / "peer-leaf.key"
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
    _run(*new, "-subj", "/CN=peer", "-keyout", key, "-out", ca)
    _run(*new, "-subj", "/CN=leaf", "-set_serial", "4096", "-CA", ca, "-CAkey", key,
         "-keyout", leaf_key, "-out", leaf)  # fmt: skip
    (directory / "index.txt").write_text("V\t360101000000Z\t\t1000\tunknown\t/CN=leaf\n")
    return openssl.from_pem(leaf.read_text()), openssl.from_pem(ca.read_text())


def _load(url: str, request: Path) -> float:
    script = request.with_suffix(".lua")
    script.write_text(_POST.format(request=request))
    done = _run("wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{_SECONDS}s", "-s", script, url, text=True)
    if "Non-2xx" in done:
        raise RuntimeError(f"not all were answered:\n{done}")
    found = re.search(r"Requests/sec:\s*([0-9.]+)", done)
    if found is None:
        raise RuntimeError(f"wrk said nothing we know:\n{done}")
    return float(found[1])


@contextmanager
def _our_service(world: Path) -> Iterator[str]:
    program = Path(sys.executable).with_name("jpki")
    command = [program, "--home", world, "ca", "serve", "--port", "0", "--json",
               "--workers", str(os.cpu_count())]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        if process.stdout is None:
            raise RuntimeError("no output")
        url: str = json.loads(process.stdout.readline())["url"]
        _wait(int(url.rsplit(":", 1)[1]))
        yield url
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def _peer_service(directory: Path) -> Iterator[str]:
    with socket.socket() as found:
        found.bind((_HOST, 0))
        port = found.getsockname()[1]
    root = directory / "peer-root.pem"
    command = ["openssl", "ocsp", "-index", directory / "index.txt", "-CA", root, "-rsigner", root,
               "-rkey", directory / "peer-root.key", "-port", str(port), "-ndays", "1",
               "-multi", str(os.cpu_count())]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0
    )
    try:
        _wait(port)
        yield f"http://{_HOST}:{port}/"
    finally:
        # Its children do not end with it.
        os.killpg(process.pid, 15)
        process.wait()


def _wait(port: int) -> None:
    """Wait until somebody listens; not by connecting, for the peer never gets over that."""
    deadline = time.monotonic() + 20
    listening = re.compile(f":{port:04X} 0+:0000 0A")
    while not any(listening.search(Path(f"/proc/net/{each}").read_text()) for each in _TABLES):
        if time.monotonic() > deadline:
            raise RuntimeError(f"nobody listens on port {port}")
        time.sleep(0.02)
    # The other workers, too.
    time.sleep(1)


def _run(*command: str | Path, text: bool = False) -> str:
    if not shutil.which(str(command[0])):
        raise RuntimeError(f"{command[0]} is not here; `make test-clients` installs it")
    done = subprocess.run([*map(str, command)], check=True, capture_output=True)
    return done.stdout.decode() if text else ""


FIGURES = {"ocsp-kept": kept_answers, "ocsp-on-demand": on_demand}

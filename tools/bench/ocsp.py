"""OCSP answers a second: over HTTP beside `openssl ocsp`, and signed on demand beside bare signing.

Both services run on all cores of this machine, one after the other, with the same load from wrk
on the same cores: many certificates in turn, by GET (what RFC 5019 section 5 asks of whoever wants
answers that others may keep) and by POST. The peer signs every answer, as it does; ours keeps what
may be kept. By POST the limit is what the server and an application that does nothing reach.
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
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bench.chip import debian
from bench.figure import Goal, Row
from cardsim.world import World
from jpki.ca import SoftwareKey
from jpki.ca.ocsp import Responder
from jpki.profiles.kinds import Kind
from tests.ca.ocsp.asking import ask, cert_id
from tests.support import openssl

_ROUNDS, _SECONDS, _CONNECTIONS = 3, 4, 64
_SIGNATURES = 400
_HOST = "127.0.0.1"
_OCTETS = 1_700
"""Of an answer of ours, roughly."""
_OF_THE_PEER = Goal("ratio", at_least=15.0)
_OF_THE_LIMIT = Goal("ratio", at_least=0.7)
_TABLES = ("tcp", "tcp6")
_CERTIFICATES = 400
_LOAD = """
local prepared, turn = {{}}, 0
local headers = {{["Content-Type"] = "application/ocsp-request"}}
function init()
    for line in io.lines("{requests}") do
        local path, hex = line:match("(%S+) (%S+)")
        local body = hex:gsub("..", function(octet) return string.char(tonumber(octet, 16)) end)
        if "{method}" == "POST" then
            table.insert(prepared, wrk.format("POST", "/", headers, body))
        else
            table.insert(prepared, wrk.format("GET", path))
        end
    end
end
function request()
    turn = turn % #prepared + 1
    return prepared[turn]
end
"""


def kept_answers() -> list[Row]:
    """Answers a second over HTTP."""
    ours: dict[str, list[float]] = {"GET": [], "POST": []}
    peer: dict[str, list[float]] = {"GET": [], "POST": []}
    empty: list[float] = []
    with tempfile.TemporaryDirectory(prefix="bench-ocsp-") as name:
        directory = Path(name)
        with World.create(directory / "world") as world:
            world.populate(2 * _CERTIFICATES)
            issuer, serials = world.anchors(Kind.AUTH)[-1], _serials(world)
        mine = _requests(directory / "ours", issuer, serials)
        theirs = _requests(directory / "peer", _peer_ca(directory), serials)
        (directory / "index.txt").write_text(
            "".join(f"V\t360101000000Z\t\t{each:08X}\tunknown\t/CN={each}\n" for each in serials)
        )
        for method in [*ours] * _ROUNDS:
            with _our_service(directory / "world") as url:
                ours[method].append(_load(url, mine, method))
            # Started anew for each load: it never gets over the clients of one that ended.
            with _peer_service(directory) as url:
                peer[method].append(_load(url, theirs, method))
            if method == "POST":
                with _empty_service() as url:
                    empty.append(_load(url, mine, method))
    best = f"best of {_ROUNDS}, {os.cpu_count()} workers each"
    version = f"openssl {debian('openssl')} ocsp -multi {os.cpu_count()}"
    rows = (
        ("ocsp-kept", "GET", peer["GET"], version, _OF_THE_PEER),
        ("ocsp-kept-post", "POST", peer["POST"], version, _OF_THE_PEER),
        ("ocsp-kept-post-limit", "POST", empty, "an empty ASGI application", _OF_THE_LIMIT),
    )
    return [
        Row(
            row, "answers/s", round(max(ours[method])), round(max(theirs)),
            round(max(ours[method]) / max(theirs), 2), f"ours / peer, {method}, {best}", who, goal,
        )
        for row, method, theirs, who, goal in rows
    ]  # fmt: skip


def on_demand() -> list[Row]:
    """Answers with a nonce a second and core, each with a signature of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-ocsp-") as name,
        World.create(Path(name) / "world") as world,
    ):
        authority, moment = world.authorities[Kind.AUTH], world.clock.now()
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        responder = Responder(authority, SoftwareKey(private))
        asked = cert_id(world.serial("hanako", Kind.AUTH), world.anchors(Kind.AUTH)[-1])
        nonces = (sha256(str(number).encode()).digest()[:16] for number in range(_SIGNATURES))
        requests = [ask(asked, nonce=nonce) for nonce in nonces]
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


def _serials(world: World) -> list[int]:
    with world.authorities[Kind.AUTH].register.reading() as asked:
        newest = asked.generations(Kind.AUTH)[-1].number
        every = asked.standings(Kind.AUTH, first=0, last=2**32 - 1)
    return [each.serial for each in every if each.generation == newest][:_CERTIFICATES]


def _requests(place: Path, issuer: bytes, serials: list[int]) -> Path:
    """Write a file of requests, one a line: as a path, and in hexadecimal."""
    requests = (ask(cert_id(serial, issuer)) for serial in serials)
    place.write_text(
        "".join(f"/{quote(b64encode(each), safe='')} {each.hex()}\n" for each in requests)
    )
    return place


def _peer_ca(directory: Path) -> bytes:
    """Make a CA as the peer wants it, in PEM files; give its certificate."""
    ca, key = directory / "peer-root.pem", directory / "peer-root.key"
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
    _run(*new, "-subj", "/CN=peer", "-keyout", key, "-out", ca)
    return openssl.from_pem(ca.read_text())


def _load(url: str, requests: Path, method: str) -> float:
    script = requests.with_suffix(".lua")
    script.write_text(_LOAD.format(requests=requests, method=method))
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
def _empty_service() -> Iterator[str]:
    port = _free_port()
    command = [sys.executable, "-m", "bench.empty_service", str(port), str(os.cpu_count()),
               str(_OCTETS)]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[1])
    try:
        _wait(port)
        yield f"http://{_HOST}:{port}/"
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((_HOST, 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def _peer_service(directory: Path) -> Iterator[str]:
    port = _free_port()
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

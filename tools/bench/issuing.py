"""The authorities: issuing in bulk beside bare signing, and the register on both its databases.

The limit of issuing is the signature: the peer is OpenSSL signing and doing nothing else, on as
many cores, before and after. Of the register, SQLite is ours and PostgreSQL the peer: the same
operations, each on disk when it ends.
`JPKI_BENCH_CITIZENS` asks for another number of residents: a million take two idle cores ten
minutes.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.chip import debian
from bench.figure import Goal, Row
from cardsim.world import World
from jpki.ca import Authority, Register, Revocation, SoftwareKey
from jpki.ca.records import NewCertificate
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from tests.support.postgres import PostgresServer

_CITIZENS = int(os.environ.get("JPKI_BENCH_CITIZENS", "3000"))
_SIGNING_SECONDS = 3
_NOW = datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC)
_TBS_OCTETS, _DER_OCTETS = 1_475, 1_750
_BATCH = 250
_SECONDS = 3.0


def bulk() -> list[Row]:
    """Certificates a second, from the first batch to the last, and what a citizen takes on disk."""
    before = _signatures_a_second()
    ticks: list[tuple[float, int]] = []
    with (
        tempfile.TemporaryDirectory() as directory,
        World.create(Path(directory) / "world") as world,
    ):
        register = world.directory / "ca" / "register.sqlite"
        empty = register.stat().st_size
        made = world.populate(
            _CITIZENS, progress=lambda done: ticks.append((time.perf_counter(), done))
        )
        world.close()
        octets = register.stat().st_size - empty
    (begun, first), (ended, last) = ticks[0], ticks[-1]
    each = sum(made.certificates.values()) / made.residents
    ours, peer = (last - first) * each / (ended - begun), (before + _signatures_a_second()) / 2
    openssl = f"openssl {debian('openssl')} speed, {os.cpu_count()} cores"
    return [
        Row(
            "issue-in-bulk", "certificates/s", round(ours), round(peer), round(ours / peer, 2),
            f"ours / bare signatures, {_CITIZENS} citizens", openssl, Goal("ratio", at_least=0.4),
        ),
        Row(
            "register-size", "bytes/citizen", round(octets / made.residents),
            round(each * _DER_OCTETS), round(octets / (each * _DER_OCTETS * made.residents), 2),
            "ours / their certificates", f"{each:.2f} certificates each", None,
        ),
    ]  # fmt: skip


def _signatures_a_second() -> float:
    cores, seconds = str(os.cpu_count()), str(_SIGNING_SECONDS)
    done = subprocess.run(
        ["openssl", "speed", "-elapsed", "-multi", cores, "-seconds", seconds, "rsa2048"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"rsa 2048 bits\s+\S+\s+\S+\s+(\S+)", done.stdout)
    if found is None:
        raise ValueError(f"openssl speed said: {done.stdout}")
    return float(found[1])


@dataclass(frozen=True, slots=True)
class _Subject:
    """A register with one authority, and the serial numbers that can still be revoked."""

    register: Register
    serials: list[int]

    def issue(self) -> None:
        """As `Authority.issue`, without check and key: two transactions."""
        with self.register.writing() as change:
            serial = change.take_serial(Kind.AUTH)
            change.add_certificate(Kind.AUTH, _new(serial))
        with self.register.writing() as change:
            change.finish_certificate(Kind.AUTH, serial, bytes(_DER_OCTETS))
        self.serials.append(serial)

    def issue_batch(self) -> None:
        """As `issue_many`: two transactions for a batch."""
        with self.register.writing() as change:
            serials = change.take_serials(Kind.AUTH, _BATCH)
            change.add_certificates(Kind.AUTH, [_new(serial) for serial in serials])
        with self.register.writing() as change:
            change.finish_certificates(Kind.AUTH, dict.fromkeys(serials, bytes(_DER_OCTETS)))

    def revoke(self) -> None:
        """As `Authority.revoke`: one transaction."""
        serial = self.serials.pop()
        with self.register.writing() as change:
            change.certificate(Kind.AUTH, serial)
            revocation = Revocation(serial, RevocationReason.SUPERSEDED, _NOW)
            change.revoke(Kind.AUTH, revocation, municipality=None)


def _new(serial: int) -> NewCertificate:
    return NewCertificate(
        serial=serial,
        generation=1,
        municipality=None,
        holder=f"resident-{serial}",
        not_before=_NOW,
        not_after=_NOW,
        renews=None,
        public_key=serial.to_bytes(8, "big"),
        tbs=bytes(_TBS_OCTETS),
    )


def registers() -> list[Row]:
    """Operations a second on both databases, in turns."""
    server = PostgresServer()
    try:
        with tempfile.TemporaryDirectory() as directory:
            version = f"PostgreSQL {debian('postgresql-15')}"
            with (
                Register.create(Path(directory) / "register.sqlite") as sqlite,
                Register.create(server.new_database()) as postgresql,
            ):
                key = SoftwareKey.generate()
                for each in (sqlite, postgresql):
                    Authority.found(each, Kind.AUTH, key=key, moment=_NOW)
                sides = _Subject(sqlite, []), _Subject(postgresql, [])
                return [
                    _row("register-issue", _Subject.issue, sides, version=version),
                    _row("register-revoke", _Subject.revoke, sides, version=version),
                    _row(
                        "register-issue-batch",
                        _Subject.issue_batch,
                        sides,
                        each=_BATCH,
                        version=version,
                    ),
                ]
    finally:
        server.close()


def _row(
    name: str,
    operation: Callable[[_Subject], None],
    sides: tuple[_Subject, _Subject],
    *,
    each: int = 1,
    version: str,
) -> Row:
    rates = []
    # No more revocations than were issued before, on whichever database is slower.
    times = min(len(side.serials) for side in sides) or None
    for subject in sides:
        done, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < _SECONDS and done != times:
            operation(subject)
            done += 1
        rates.append(done * each / (time.perf_counter() - begun))
    mine, theirs = rates
    return Row(
        name, "per s", round(mine), round(theirs), round(mine / theirs, 2),
        "SQLite / PostgreSQL, each on disk", version, None,
    )  # fmt: skip


FIGURES = {"issue-in-bulk": bulk, "register-operations": registers}

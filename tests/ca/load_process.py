"""One of the processes of a mixed load; the tests kill it at any moment.

Arguments: role, register (path or URL), directory, world seconds a real one. The directory has
`ca.pem`, `holder.pub`, `responder.pem`, `begun`, `crl/` and `said/`. What was acknowledged is
written to `said/ROLE-PID`, a line each, after it was: what is there is what nobody may lose. Lines
that begin with BAD say what a role found wrong by itself.
"""

import contextlib
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

from asn1crypto import ocsp
from cryptography import x509

from jpki.ca import Authority, FileKey, IssuedCertificate, Register, publish_night
from jpki.ca.errors import RegisterError, RevocationRefusedError
from jpki.ca.ocsp import OcspStatus, Responder
from jpki.profiles import Kind, RevocationReason
from jpki.profiles.ocsp import ANSWER

from .citizens import KIYOSE, NOON, SAPPORO_MINAMI, chance, request
from .ocsp.asking import asking

FULL_LIST = "auth-g1-full.crl"


class Role:
    """What each role has: the authority, the others' words, and a clock that runs fast."""

    def __init__(self, name: str, register: Register, directory: Path, pace: float) -> None:
        self.directory = directory
        self.pace = pace
        self.chance = Random(os.getpid())
        self.key = FileKey(directory / "ca.pem")
        self.authority = Authority(register, Kind.AUTH, keys=[self.key])
        self._said = (directory / "said" / f"{name}-{os.getpid()}").open("w", buffering=1)
        self._begun = float((directory / "begun").read_text())

    def say(self, *words: object) -> None:
        self._said.write(" ".join(map(str, words)) + "\n")

    def now(self) -> datetime:
        """Give a moment all roles agree on."""
        return NOON + timedelta(seconds=int((time.time() - self._begun) * self.pace))


def heard(directory: Path, word: str) -> list[list[str]]:
    """Give the whole lines of all processes that begin with a word."""
    lines = [
        line
        for path in (directory / "said").iterdir()
        for line in path.read_text().splitlines(keepends=True)
    ]
    return [line.split() for line in lines if line.startswith(word) and line.endswith("\n")]


def issue(role: Role) -> None:
    place = role.chance.choice([KIYOSE, SAPPORO_MINAMI])
    wanted = request((role.directory / "holder.pub").read_bytes(), municipality=place)
    issued = role.authority.issue(wanted, moment=role.now(), randomness=chance)
    role.say("issued", issued.serial, sha256(issued.der).hexdigest())


def revoke(role: Role) -> None:
    known = heard(role.directory, "issued")
    if not known:
        time.sleep(0.05)
        return
    serial = int(role.chance.choice(known)[1])
    with contextlib.suppress(RevocationRefusedError):
        role.authority.revoke(serial, RevocationReason.SUPERSEDED, moment=role.now())
        # When it was on record, which may be long after it was asked for: every refresh of OCSP
        # in a later second knows it.
        role.say("revoked", serial, int(role.now().timestamp()))


def publish(role: Role) -> None:
    before = {int(words[1]) for words in heard(role.directory, "revoked")}
    made = list(publish_night(role.authority, role.directory / "crl", moment=role.now()))
    listed = x509.load_der_x509_crl((role.directory / "crl" / FULL_LIST).read_bytes())
    missing = before - {entry.serial_number for entry in listed}
    if missing:
        role.say("BAD", "a list forgets", *sorted(missing))
    for each in made:
        record = each.record
        role.say("list", record.municipality or "full", record.generation, record.number)


def ask(role: Role) -> None:
    before = heard(role.directory, "revoked")
    known = heard(role.directory, "issued")
    if not known:
        time.sleep(0.05)
        return
    if not hasattr(role, "responder"):
        role.responder = Responder(role.authority, FileKey(role.directory / "responder.pem"))
    serial = int(role.chance.choice([*before, *known])[1])
    moment = role.now()
    issuer = role.authority.generations[0].certificate
    about = IssuedCertificate(serial, moment, moment, b"", issuer)
    answer = role.responder.answer(asking(about), moment=moment)
    if answer.status is not OcspStatus.SUCCESSFUL:
        role.say("BAD", "no answer:", answer.status.name)
        return
    single = ocsp.OCSPResponse.load(answer.der).response_data["responses"][0]
    revoked = {int(words[1]): int(words[2]) for words in before}
    refreshed = moment - (moment - datetime.fromtimestamp(0, moment.tzinfo)) % ANSWER.refresh
    due = serial in revoked and revoked[serial] < refreshed.timestamp()
    if due and single["cert_status"].name != "revoked":
        told = single["cert_status"].name, "of", serial, "revoked by", revoked[serial]
        role.say("BAD", "OCSP says", *told, "at", moment.timestamp())
    if serial not in revoked and single["cert_status"].name == "unknown":
        role.say("BAD", "OCSP does not know", serial)
    role.say("asked", serial)


ROLES: dict[str, Callable[[Role], None]] = {
    "issue": issue,
    "revoke": revoke,
    "publish": publish,
    "ask": ask,
}


def main(name: str, register: str, directory: str, pace: str) -> None:
    """Do one thing over and over."""
    with Register.open(register) as opened:
        role = Role(name, opened, Path(directory), float(pace))
        while True:
            try:
                ROLES[name](role)
            except RegisterError as error:
                # Starved of the lock, on a machine that has more to do than it can: said and
                # not acknowledged, so nothing is lost.
                role.say("refused", type(error).__name__)


if __name__ == "__main__":
    main(*sys.argv[1:])

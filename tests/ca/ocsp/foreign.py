"""What others' programs say of requests and answers: OpenSSL, GnuTLS.

They judge by the machine's clock and cannot be told another time, so what is handed to them is made
at that time. Not here: expectations.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jpki.ca import Authority, IssuedCertificate, Register, SoftwareKey
from jpki.ca.ocsp import OcspAnswer, Responder
from jpki.profiles import Kind, RevocationReason
from tests.ca.citizens import DAY, chance, request
from tests.support import openssl, processes

NO_SYSTEM = ("-no-CApath", "-no-CAstore")


class Bench:
    """A responder of today, two certificates, and files in a directory."""

    def __init__(self, directory: Path, keys: list[SoftwareKey]) -> None:
        self.directory = directory
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.register = Register.create(directory / "register.sqlite")
        self.authority = Authority.found(
            self.register, Kind.AUTH, key=keys[0], moment=self.now - 90 * DAY
        )
        self.good, self.revoked = (self.issue(keys[3]) for _ in range(2))
        self.authority.revoke(
            self.revoked.serial,
            RevocationReason.CERTIFICATE_HOLD,
            moment=self.now - timedelta(hours=1),
        )
        self.responder = Responder(self.authority, keys[2])
        self.ca = openssl.write_pem(directory / "ca.pem", "CERTIFICATE", [self.good.issuer])

    def issue(self, key: SoftwareKey) -> IssuedCertificate:
        moment = self.now - 10 * DAY
        return self.authority.issue(request(key.public_key), moment=moment, randomness=chance)

    def another_authority(self, key: SoftwareKey) -> bytes:
        """Found one of the same name elsewhere; give its certificate."""
        with Register.create(self.directory / "other.sqlite") as register:
            other = Authority.found(register, Kind.AUTH, key=key, moment=self.now - 90 * DAY)
            return other.generations[0].certificate

    def ask(self, *arguments: str | Path) -> bytes:
        """Have OpenSSL write a request: `-serial 7`, `-no_nonce`, `-sha256` for instance."""
        target = self.directory / "request.der"
        before = [each for each in arguments if str(each).startswith("-sha")]
        after = [each for each in arguments if each not in before]
        opinion = openssl.run("ocsp", *before, "-issuer", self.ca, *after, "-reqout", target)
        assert opinion.accepts, opinion.text
        return target.read_bytes()

    def answer(self, octets: bytes) -> OcspAnswer:
        """Have our responder answer now."""
        return self.responder.answer(octets, moment=self.now)

    def put(self, name: str, octets: bytes) -> Path:
        path = self.directory / name
        path.write_bytes(octets)
        return path

    def openssl_says(self, answer: bytes, octets: bytes, *arguments: str | Path) -> openssl.Opinion:
        """Have OpenSSL judge an answer to a request; the times are left out of what it says.

        With `-serial` it tells the state, and forgets the request with its nonce.
        """
        named = {"-VAfile", "-CAfile"} & set(arguments)
        trust = () if named else ("-CAfile", self.ca)
        opinion = openssl.run(
            *("ocsp", *trust, *NO_SYSTEM, "-no_nonce", "-reqin", self.put("asked.der", octets)),
            *("-respin", self.put("answer.der", answer)),
            *(("-sha256",) if "-sha256" in arguments else ()),
            *("-issuer", self.ca, *(each for each in arguments if each != "-sha256")),
        )
        return openssl.Opinion(opinion.accepts, re.sub(r"\n\t.*Update:.*", "", opinion.text))

    def gnutls_says(self, answer: bytes, *arguments: str | Path) -> str:
        """Have GnuTLS look at an answer."""
        path = self.put("answer.der", answer)
        return processes.run("ocsptool", "--load-response", path, *arguments).stdout.decode()

    def gnutls_verifies(self, answer: bytes) -> str:
        """Have GnuTLS judge an answer; give the last line."""
        path = self.put("answer.der", answer)
        said = processes.run(
            *("ocsptool", "--verify-response", "--load-trust", self.ca),
            *("--load-response", path),
            expect=None,
        )
        return said.stdout.decode().strip().splitlines()[-1]

"""The test authority for card-verifiable certificates, and who signs the contents of cards.

    MF root 6000020 → intermediate 6000021 → card manager 6000022    (GET DATA 00F8, 7F21)
    surface CA 6000023  → the municipality's surface signer          (券面事項確認AP EF 0004)
    text CA 6000033     → the municipality's text signer             (券面入力補助AP EF 0004)
    terminal CA 6000025 → a test institution                         (特定機関認証)

The three numbers of CAs are those of test cards; verifiers hold their public keys (`anchors`),
for they lie on no card. A signer's identifier begins with its municipality's code; here one key
signs for all municipalities. Terminal CA and institution are ours.
Not here: files on a card (`cardsim.mynumber.personalise`), verification (`jpki.verify`).
Card reference §3.6, §4.7. Called by `cardsim.world` and by tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from jpki.ca.errors import KeyFileError
from jpki.ca.keys import FileKey, SoftwareKey
from jpki.cv import CvCertificate, CvPublicKey, KeyId, cv_body
from jpki.sources import Grade, Source

_MF_PAD = b"\0\0\0\xa8"
_SEEN = Source("card §3.6: MC, on test cards", Grade.MEASURED)
_OURS = Source("card §3.6: silent", Grade.ASSUMED)
_SIGNER = Source("MC: 1322121/000 on a test card of 13221", Grade.MEASURED)


@dataclass(frozen=True, slots=True)
class CvRoleRow:
    """One key of the hierarchy: its identifier (None: the municipality's) and its source."""

    key_id: KeyId | None
    source: Source


@unique
class CvRole(Enum):
    """A key of the authority."""

    MF_ROOT = CvRoleRow(KeyId("6000020", pad=_MF_PAD), _SEEN)
    MF_INTERMEDIATE = CvRoleRow(KeyId("6000021", pad=_MF_PAD), _OURS)
    MF_CARD = CvRoleRow(KeyId("6000022", pad=_MF_PAD), _OURS)
    SURFACE_CA = CvRoleRow(KeyId("6000023"), _SEEN)
    SURFACE_SIGNER = CvRoleRow(None, _SIGNER)
    TEXT_CA = CvRoleRow(KeyId("6000033"), _SEEN)
    TEXT_SIGNER = CvRoleRow(None, Source("MC: the municipality's own", Grade.DEDUCED))
    TERMINAL_CA = CvRoleRow(KeyId("6000025"), _OURS)
    TERMINAL = CvRoleRow(KeyId("6900025"), _OURS)

    @property
    def source(self) -> Source:
        """Where the identifier is known from."""
        return self.value.source

    @property
    def issuer(self) -> "CvRole":
        """The key that certifies this one; an anchor is its own issuer."""
        return _ISSUERS.get(self, self)

    @property
    def is_anchor(self) -> bool:
        """Whether verifiers hold this key themselves."""
        return self not in _ISSUERS

    @property
    def file_name(self) -> str:
        """The name of its key file, `cv-text-signer.key` for one."""
        return f"cv-{self.name.lower().replace('_', '-')}.key"

    def key_id(self, municipality: str = "00000") -> KeyId:
        """Give the identifier; that of a signer begins with the 市区町村コード (5 digits)."""
        fixed: KeyId | None = self.value.key_id
        if fixed is not None:
            return fixed
        suffix = "21" if self is CvRole.SURFACE_SIGNER else "31"
        return KeyId(f"{municipality}{suffix}", "000")


_ISSUERS = {
    CvRole.MF_INTERMEDIATE: CvRole.MF_ROOT,
    CvRole.MF_CARD: CvRole.MF_INTERMEDIATE,
    CvRole.SURFACE_SIGNER: CvRole.SURFACE_CA,
    CvRole.TEXT_SIGNER: CvRole.TEXT_CA,
    CvRole.TERMINAL: CvRole.TERMINAL_CA,
}


class CvSigner:
    """A key with its certificate: all it takes to sign the contents of a card."""

    def __init__(self, key: SoftwareKey, certificate: CvCertificate) -> None:
        self.certificate = certificate
        self._key = key

    @property
    def key_id(self) -> KeyId:
        """The identifier of the key."""
        return self.certificate.holder

    def sign(self, message: bytes) -> bytes:
        """Sign a message: sha256WithRSAEncryption, 256 bytes."""
        return self._key.sign(message)

    def sign_block(self, block: bytes) -> bytes:
        """Sign up to 245 bytes as they are (PKCS#1 v1.5): a DigestInfo made by hand, say."""
        return self._key.sign_block(block)

    def __repr__(self) -> str:
        return f"<CvSigner {self.key_id}>"


class CvAuthority:
    """All keys of the hierarchy; certificates are made when asked for, the same each time."""

    def __init__(self, keys: Mapping[CvRole, SoftwareKey]) -> None:
        """Take the keys of all roles; `KeyFileError` names those that are missing."""
        missing = [role.name for role in CvRole if role not in keys]
        if missing:
            raise KeyFileError(f"the CV authority lacks the keys {', '.join(missing)}")
        self._keys = dict(keys)

    @classmethod
    def found(cls, *, keys: Mapping[CvRole, rsa.RSAPrivateKey]) -> Self:
        """Found the authority with RSA-2048 keys, one for each `CvRole`."""
        return cls({role: SoftwareKey(key) for role, key in keys.items()})

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Read the key files in a directory; raises `KeyFileError`."""
        return cls({role: FileKey(directory / role.file_name) for role in CvRole})

    def save(self, directory: Path) -> None:
        """Write the key files, only for their owner to read; raises `KeyFileError`."""
        for role, key in self._keys.items():
            key.save(directory / role.file_name)

    @property
    def anchors(self) -> dict[KeyId, CvPublicKey]:
        """The keys a verifier holds itself: those of the MF root and the three CAs."""
        return {role.key_id(): self._public(role) for role in CvRole if role.is_anchor}

    def certificate_for(self, role: CvRole, *, municipality: str = "00000") -> CvCertificate:
        """Certify the key of a role by its issuer's; an anchor's certificate is self-signed."""
        return self.certify(role.issuer, role.key_id(municipality=municipality), self._public(role))

    def certify(self, issuer: CvRole, holder: KeyId, public_key: CvPublicKey) -> CvCertificate:
        """Certify any key: a foreign institution's, or a wrong one for tests."""
        body = cv_body(issuer.key_id(), holder, public_key)
        signature = self._keys[issuer].sign(body)
        return CvCertificate(issuer.key_id(), holder, public_key, signature)

    def signer(self, role: CvRole, *, municipality: str = "00000") -> CvSigner:
        """Give the key of a role with its certificate."""
        return CvSigner(self._keys[role], self.certificate_for(role, municipality=municipality))

    def sign(self, role: CvRole, message: bytes) -> bytes:
        """Sign a message with the key of a role: sha256WithRSAEncryption."""
        return self._keys[role].sign(message)

    def _public(self, role: CvRole) -> CvPublicKey:
        key = load_der_public_key(self._keys[role].public_key)
        if not isinstance(key, rsa.RSAPublicKey):
            raise KeyFileError(f"the key {role.name} is not an RSA key")
        return CvPublicKey.of(key)

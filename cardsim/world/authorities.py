"""The two authorities of a world, in its directory `ca/`: register, keys, certificates, lists.

    register.sqlite             what was issued and revoked
    sign-g1.key, auth-g1.key    CA keys of the first generation (PEM, 0600), and so on
    sign-g1.cer, auth-g1.cer    their certificates (DER), for whoever wants files
    crl/                        the published revocation lists (DER)

What it is not: rules about certificates; those are `jpki.ca`'s. No clock: moments come in.
Called by `cardsim.world.founding` and `cardsim.world.world`.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric import rsa

from cardsim.world.errors import DamagedWorldError
from cardsim.world.files import make_private_directory
from jpki.ca import Authority, FileKey, Register, SoftwareKey
from jpki.ca.errors import CaError, NoUsableKeyError, RegisterUnreachableError
from jpki.ca.listing import make_lists
from jpki.ca.publishing import publish_list, write_atomically
from jpki.ca.reading import WHOLE_SCOPE
from jpki.profiles.kinds import Kind
from jpki.profiles.lists import FULL_LIST
from jpki.profiles.naming import Naming

_REGISTER = "register.sqlite"
_LISTS = "crl"


class Authorities:
    """Both authorities over one register; a context manager that closes it."""

    def __init__(self, directory: Path, register: Register, by_kind: dict[Kind, Authority]) -> None:
        """Take opened authorities: use `found` or `open`."""
        self._directory = directory
        self._register = register
        self._by_kind = by_kind

    @classmethod
    def found(
        cls,
        directory: Path,
        *,
        keys: dict[Kind, rsa.RSAPrivateKey],
        moment: datetime,
        naming: Naming,
        first_serials: dict[Kind, int],
    ) -> Self:
        """Found both authorities in a new directory, each with its first generation."""
        make_private_directory(directory)
        make_private_directory(directory / _LISTS)
        with ExitStack() as undo:
            register = undo.enter_context(Register.create(directory / _REGISTER))
            by_kind = {}
            for kind in Kind:
                key = _save_key(directory, kind, 1, keys[kind])
                by_kind[kind] = Authority.found(
                    register,
                    kind,
                    key=key,
                    moment=moment,
                    naming=naming,
                    first_serial=first_serials[kind],
                )
            undo.pop_all()
        self = cls(directory, register, by_kind)
        self._export_certificates()
        return self

    @classmethod
    def open(cls, directory: Path, *, naming: Naming, with_keys: bool = True) -> Self:
        """Open both; raises `DamagedWorldError` when anything of them cannot be used.

        `RegisterUnreachableError` says nothing against the world. Without keys nothing can be
        signed, and what is public can be read.
        """
        try:
            with ExitStack() as undo:
                register = undo.enter_context(Register.open(directory / _REGISTER))
                by_kind = {
                    kind: Authority(
                        register,
                        kind,
                        keys=list(_load_keys(directory, kind)) if with_keys else [],
                        naming=naming,
                    )
                    for kind in Kind
                }
                undo.pop_all()
        except RegisterUnreachableError:
            raise
        except CaError as error:
            raise DamagedWorldError(directory, str(error)) from error
        return cls(directory, register, by_kind)

    def __getitem__(self, kind: Kind) -> Authority:
        return self._by_kind[kind]

    def renew(self, keys: dict[Kind, rsa.RSAPrivateKey], *, moment: datetime) -> None:
        """Give each authority its next generation, under the same name."""
        for kind, authority in self._by_kind.items():
            # The key is on disk before the register knows it: a generation without a key at
            # hand could sign nothing, a key without a generation harms nobody.
            number = len(authority.generations) + 1
            authority.add_generation(
                _save_key(self._directory, kind, number, keys[kind]), moment=moment
            )
        self._export_certificates()

    def renew_one(
        self, kind: Kind, number: int, key: rsa.RSAPrivateKey, *, moment: datetime
    ) -> None:
        """Give one authority its generation `number` with this key, unless it has it."""
        authority = self[kind]
        if len(authority.generations) >= number:
            return
        path = _key_path(self._directory, kind, number)
        # A key that was saved before a crash is this one or nobody's: no generation has it.
        path.unlink(missing_ok=True)
        authority.add_generation(_save_key(self._directory, kind, number, key), moment=moment)
        self._export_certificates()

    def last_published(self) -> datetime | None:
        """Give the moment of the older authority's latest full list, None without one."""
        with self._register.reading() as asked:
            lasts = [
                [
                    last
                    for generation in authority.known_generations(asked)
                    if (last := asked.last_list(kind, WHOLE_SCOPE, generation=generation.number))
                ]
                for kind, authority in self._by_kind.items()
            ]
        return min((max(of_kind) for of_kind in lasts if of_kind), default=None)

    def certificates(self, kind: Kind) -> tuple[bytes, ...]:
        """Give the authority's own certificates (DER), oldest generation first."""
        return tuple(generation.certificate for generation in self[kind].generations)

    def publish(self, *, moment: datetime) -> list[Path]:
        """Make and publish every list of both authorities; give the files.

        Raises `NoUsableKeyError` when no key of one of them can sign at that moment.
        """
        published: list[Path] = []
        for kind, authority in self._by_kind.items():
            made = list(make_lists(authority, moment=moment))
            if not made:
                raise NoUsableKeyError(
                    f"no key of the {kind.value} authority can sign at {moment:%Y-%m-%d}"
                )
            published += (publish_list(self._directory / _LISTS, each) for each in made)
        return published

    def lists_are_due(self, *, moment: datetime) -> bool:
        """Whether a day has passed since the last lists (or the clock was set back)."""
        return any(self._is_due(authority, moment) for authority in self._by_kind.values())

    @property
    def lists_directory(self) -> Path:
        """Where the published lists are."""
        return self._directory / _LISTS

    def published_lists(self, kind: Kind) -> list[bytes]:
        """Give the published lists of one authority (DER), in the order of their file names."""
        return [p.read_bytes() for p in sorted(self.lists_directory.glob(f"{kind.value}-*.crl"))]

    def close(self) -> None:
        """Let go of the register."""
        self._register.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _is_due(self, authority: Authority, moment: datetime) -> bool:
        with self._register.reading() as asked:
            signing = [
                generation
                for generation in authority.known_generations(asked)
                if generation.not_before <= moment <= generation.not_after
                # Asked of the directory, so that nobody loads a key to learn that nothing is due.
                and _key_path(self._directory, authority.kind, generation.number).exists()
            ]
            lasts = [
                asked.last_list(authority.kind, WHOLE_SCOPE, generation=g.number) for g in signing
            ]
        # Without a key that can sign they are due as well: publishing then says why it cannot.
        return not lasts or any(
            last is None or not last <= moment < last + FULL_LIST.interval for last in lasts
        )

    def _export_certificates(self) -> None:
        for kind in Kind:
            for generation in self[kind].generations:
                path = self._directory / f"{kind.value}-g{generation.number}.cer"
                if not path.exists():
                    write_atomically(path, generation.certificate)


def _key_path(directory: Path, kind: Kind, number: int) -> Path:
    return directory / f"{kind.value}-g{number}.key"


def _save_key(directory: Path, kind: Kind, number: int, key: rsa.RSAPrivateKey) -> SoftwareKey:
    software = SoftwareKey(key)
    software.save(_key_path(directory, kind, number))
    return software


def _load_keys(directory: Path, kind: Kind) -> Iterator[FileKey]:
    """Load the keys of all generations that are there; a missing one can sign nothing."""
    for path in sorted(directory.glob(f"{kind.value}-g*.key")):
        yield FileKey(path)

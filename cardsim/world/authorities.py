"""The two authorities of a world, in its directory `ca/`: register, keys, certificates, lists.

    register.sqlite             what was issued and revoked
    sign-g1.key, auth-g1.key    CA keys of the first generation (PEM, 0600), and so on (`ca_keys`)
    passphrase, keeping.json    what opens them; what is kept elsewhere (`keeping`)
    sign-g1.cer, auth-g1.cer    their certificates (DER), for whoever wants files
    sign-ocsp.key               keys of the OCSP responders, made at first use
    crl/                        the published revocation lists (DER)
    archive/                    those of past days (`jpki.ca.archive`)

What it is not: rules about certificates; those are `jpki.ca`'s. No clock: moments come in.
Called by `cardsim.world.founding` and `cardsim.world.world`.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric import rsa

from cardsim.world.ca_keys import CaKeys, known_keys, new_keys
from cardsim.world.errors import DamagedWorldError, WorldError
from cardsim.world.files import make_private_directory
from cardsim.world.keeping import CaSecrets, Keeping
from jpki.ca import Archive, Authority, Register
from jpki.ca.atomic import write_atomically
from jpki.ca.errors import (
    CaError,
    KeyFileError,
    KeyTokenError,
    ListFileError,
    NotPublishedError,
    NoUsableKeyError,
    RegisterUnreachableError,
    told_with,
)
from jpki.ca.listfile import open_plain
from jpki.ca.nightly import PublishedList, is_due, plan_night, publish_night
from jpki.ca.ocsp import Requestors, Responder
from jpki.ca.places import Found, Owner, look
from jpki.ca.publishing import list_name, list_path
from jpki.ca.reading import WHOLE_SCOPE, Reading
from jpki.ca.records import ListRow
from jpki.profiles.kinds import Kind
from jpki.profiles.naming import Naming

_REGISTER = "register.sqlite"
_LISTS = "crl"
_ARCHIVE = "archive"

Clock = Callable[[], datetime]
IN_FILES = Keeping()
NO_SECRETS = CaSecrets()


class Authorities:
    """Both authorities over one register; a context manager that closes it."""

    def __init__(
        self, directory: Path, register: Register, keys: CaKeys, by_kind: dict[Kind, Authority]
    ) -> None:
        """Take opened authorities: use `found` or `open`."""
        self._directory = directory
        self.register = register
        self._keys = keys
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
        keeping: Keeping = IN_FILES,
        secrets: CaSecrets = NO_SECRETS,
    ) -> Self:
        """Found both authorities in a new directory, each with its first generation.

        What cannot be finished is taken away again, also from a database or a token.
        """
        make_private_directory(directory)
        make_private_directory(directory / _LISTS)
        with ExitStack() as undo:
            kept = new_keys(directory, keeping, secrets)
            undo.callback(kept.close)
            undo.callback(kept.abandon)
            register = undo.enter_context(Register.create(_place(directory, keeping)))
            undo.callback(register.remove)
            keeping.write(directory)
            by_kind = {}
            for kind in Kind:
                key = kept.make(kind, 1, keys[kind])
                by_kind[kind] = Authority.found(
                    register,
                    kind,
                    key=key,
                    moment=moment,
                    naming=naming,
                    first_serial=first_serials[kind],
                )
            undo.pop_all()
        self = cls(directory, register, kept, by_kind)
        self._export_certificates()
        return self

    def abandon(self) -> None:
        """Take away what `found` made elsewhere than in the directory: the world failed."""
        self._keys.abandon()
        self.register.remove()

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        naming: Naming,
        with_keys: bool = True,
        secrets: CaSecrets = NO_SECRETS,
    ) -> Self:
        """Open both; raises `DamagedWorldError` when anything of them cannot be used.

        `RegisterUnreachableError` and `KeyTokenError` say nothing against the world. Without
        keys nothing can be signed, and what is public can be read.
        """
        keeping = Keeping.read(directory)
        try:
            with ExitStack() as undo:
                kept = known_keys(directory, keeping, secrets, with_keys=with_keys)
                undo.callback(kept.close)
                register = undo.enter_context(Register.open(_place(directory, keeping)))
                by_kind = {
                    kind: Authority(register, kind, keys=list(kept.load(kind)), naming=naming)
                    for kind in Kind
                }
                undo.pop_all()
        except (RegisterUnreachableError, KeyTokenError):
            raise
        except KeyFileError as error:
            raise WorldError(f"the authorities' keys cannot be used: {error}") from error
        except CaError as error:
            raise DamagedWorldError(directory, str(error)) from error
        return cls(directory, register, kept, by_kind)

    def __getitem__(self, kind: Kind) -> Authority:
        return self._by_kind[kind]

    def renew(self, keys: dict[Kind, rsa.RSAPrivateKey], *, moment: datetime) -> None:
        """Give each authority its next generation, under the same name."""
        for kind, authority in self._by_kind.items():
            # The key is on disk before the register knows it: a generation without a key at
            # hand could sign nothing, a key without a generation harms nobody.
            number = len(authority.generations) + 1
            authority.add_generation(self._keys.make(kind, number, keys[kind]), moment=moment)
        self._export_certificates()

    def renew_one(
        self, kind: Kind, number: int, key: rsa.RSAPrivateKey, *, moment: datetime
    ) -> None:
        """Give one authority its generation `number` with this key, unless it has it."""
        authority = self[kind]
        if len(authority.generations) >= number:
            return
        # A key that was saved before a crash is this one or nobody's: no generation has it.
        self._keys.forget(kind, number)
        authority.add_generation(self._keys.make(kind, number, key), moment=moment)
        self._export_certificates()

    def last_published(self) -> datetime | None:
        """Give the moment of the older authority's latest full list, None where one has none."""
        with self.register.reading() as asked:
            lasts = [self._last_full_list(asked, each) for each in self._by_kind.values()]
        found = [last.this_update for last in lasts if last is not None]
        return min(found) if len(found) == len(lasts) else None

    def revoked_since(self, moment: datetime) -> list[datetime]:
        """Give when something was revoked at a moment or later that no full list knows yet.

        What it costs depends on how much is new, not on how much was ever revoked, unless the
        last list did not come out.
        """
        found = []
        with self.register.reading() as asked:
            for kind, authority in self._by_kind.items():
                last = self._last_full_list(asked, authority)
                # Each revocation took a number at least; so what the list counted has none beyond.
                state = None if last is None else last.state
                after = 0 if state is None else state.revoked
                found += asked.revoked_since(kind, moment, after=after)
        return found

    def _last_full_list(self, asked: Reading, authority: Authority) -> ListRow | None:
        """Give the latest full list on record, None when it, or another key's of then, is not out.

        Under each key of then it says the same; what was before it nobody has on record.
        """
        keys = {each.number: each.public_key for each in asked.generations(authority.kind)}
        lasts = asked.last_lists(authority.kind, [WHOLE_SCOPE], keys).values()
        latest = max((each.this_update for each in lasts), default=None)
        together = [each for each in lasts if each.this_update == latest]
        is_out = all(
            self._full_list(authority.kind, each.generation, keys, each).number >= each.number
            for each in together
        )
        return together[0] if together and is_out else None

    def _full_list(
        self, kind: Kind, number: int, keys: Mapping[int, bytes], last: ListRow | None
    ) -> Found:
        """Look at a published list of everything; `keys` are the public keys by generation."""
        path = list_path(self.lists_directory, kind, number, None)
        return look(path, Owner(keys[number], None), last)

    def certificates(self, kind: Kind) -> tuple[bytes, ...]:
        """Give the authority's own certificates (DER), oldest generation first."""
        return tuple(generation.certificate for generation in self[kind].generations)

    def publish(
        self,
        *,
        moment: datetime,
        only_due: bool = False,
        since: datetime | None = None,
        clock: Clock | None = None,
    ) -> list[Path]:
        """Make and publish every list of both authorities, or those that are due; give the files.

        Not those of `since` or later that are out and name all there is (`jpki.ca.nightly`).
        Where a later list is out, at the present of `clock` (`jpki.ca.numbering`). Raises
        `NoUsableKeyError` when no key of one of them can sign at that moment, and
        `NotPublishedError` when all lists are out but some that could not take their places.
        """
        made = self.publish_each(moment=moment, only_due=only_due, since=since, clock=clock)
        return [each.path for each in made]

    def publish_each(
        self,
        *,
        moment: datetime,
        only_due: bool = False,
        since: datetime | None = None,
        clock: Clock | None = None,
    ) -> Iterator[PublishedList]:
        """Do so one list at a time, for whoever shows how far it is."""
        # Of both before the first list: a night is whole, or nothing comes of it.
        for kind, authority in self._by_kind.items():
            if not plan_night(authority, moment=moment).signers:
                raise NoUsableKeyError(
                    f"no key of the {kind.value} authority can sign at {moment:%Y-%m-%d}"
                )
        why: dict[Path, str] = {}
        for authority in self._by_kind.values():
            try:
                with told_with(why):
                    yield from publish_night(
                        authority,
                        self.lists_directory,
                        moment=moment,
                        archive=self.archive(),
                        only_due=only_due,
                        since=since,
                        clock=clock,
                    )
            except NotPublishedError as error:
                # What keeps one's lists back keeps none of the other's.
                why |= error.why
        if why:
            raise NotPublishedError(why)

    def lists_planned(self, *, moment: datetime) -> int:
        """Give how many lists `publish` will make."""
        return sum(plan_night(each, moment=moment).lists for each in self._by_kind.values())

    def numbers_of_lists(self, *, moment: datetime) -> dict[str, int]:
        """Give the last number on record of each list that `publish` makes at a moment, by name.

        Not of one that was never made: it comes with the next night. No key is loaded for it.
        """
        numbers = {}
        with self.register.reading() as asked:
            for kind, authority in self._by_kind.items():
                signing = self._signing(asked, authority, moment)
                found = asked.last_numbers_by_key(kind, signing)
                for (scope, generation), number in found.items():
                    numbers[list_name(kind, generation, scope or None)] = number
        return numbers

    def archive(self, *, keep: timedelta | None = None) -> Archive:
        """Give the lists of past days; `keep` is how long pruning leaves them."""
        return Archive(self._directory / _ARCHIVE, keep=keep)

    def lists_are_due(self, *, moment: datetime, apart_from: Container[str] = ()) -> bool:
        """Whether a day has passed since the last lists (or the clock was set back).

        Asked of the lists of everything alone, which come out last, apart from those named.
        What else did not come out, or is gone, a service finds (`serving`), or the next night.
        """
        due, _ = self.look_at_lists(moment=moment, apart_from=apart_from)
        return due

    def look_at_lists(
        self, *, moment: datetime, apart_from: Container[str] = ()
    ) -> tuple[bool, dict[Path, str]]:
        """Say whether they are due, and by path why some cannot come out, which are never due."""
        due, obstacles = False, dict[Path, str]()
        for authority in self._by_kind.values():
            lists = self._full_lists(authority, moment)
            # Without a key that can sign they are due as well: publishing then says why it cannot.
            due |= not lists
            for path, (found, last) in lists.items():
                due |= path.name not in apart_from and is_due(found, None, last, moment)
                if found.obstacle is not None:
                    obstacles[path] = found.obstacle
        return due, obstacles

    @property
    def lists_directory(self) -> Path:
        """Where the published lists are."""
        return self._directory / _LISTS

    def published_files(
        self, kind: Kind, *, warn: Callable[[str], object] = lambda _: None
    ) -> dict[Path, bytes]:
        """Give the published lists of one authority (DER), in the order of their file names.

        What cannot be read, a directory or a pipe among them, is left out, and `warn` is told of
        it in a line each.
        """
        found = {}
        for path in sorted(self.lists_directory.glob(f"{kind.value}-*.crl")):
            try:
                with open_plain(path) as file:
                    found[path] = file.read()
            except OSError as error:
                warn(f"{path}: {error.strerror or error}")
            except ListFileError as error:
                warn(str(error))
        return found

    @property
    def certificates_directory(self) -> Path:
        """Where the certificates of all generations are."""
        return self._directory

    def responders(self, requestors: Requestors) -> list[Responder]:
        """Give an OCSP responder of each; its key is made when it is first asked for.

        Raises `KeyFileError`.
        """
        return [
            Responder(authority, self._keys.responder(kind), requestors=requestors)
            for kind, authority in self._by_kind.items()
        ]

    def close(self) -> None:
        """Let go of register and keys."""
        self.register.close()
        self._keys.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _full_lists(
        self, authority: Authority, moment: datetime
    ) -> dict[Path, tuple[Found, ListRow | None]]:
        """Look at the lists of everything under the keys that can sign; give their last rows."""
        kind = authority.kind
        with self.register.reading() as asked:
            signing = self._signing(asked, authority, moment)
            lasts = asked.last_lists(kind, [WHOLE_SCOPE], signing)
            keys = {each.number: each.public_key for each in asked.generations(kind)}
        found = {}
        for number in signing:
            last = lasts.get((WHOLE_SCOPE, number))
            path = list_path(self.lists_directory, kind, number, None)
            found[path] = self._full_list(kind, number, keys, last), last
        return found

    def _signing(self, asked: Reading, authority: Authority, moment: datetime) -> list[int]:
        """Give the generations that can sign at a moment."""
        return [
            generation.number
            for generation in authority.known_generations(asked)
            if generation.not_before <= moment <= generation.not_after
            # Asked of the directory, so that nobody loads a key to learn that nothing is due.
            and self._keys.has(authority.kind, generation.number)
        ]

    def _export_certificates(self) -> None:
        for kind in Kind:
            for generation in self[kind].generations:
                path = self._directory / f"{kind.value}-g{generation.number}.cer"
                if not path.exists():
                    write_atomically(path, generation.certificate)


def _place(directory: Path, keeping: Keeping) -> Path | str:
    return keeping.register or directory / _REGISTER

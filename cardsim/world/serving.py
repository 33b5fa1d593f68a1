"""A world's authorities as the HTTP service offers them: at the world's time, with its troubles.

What it is: the files of `ca/`, the OCSP responder, health, the nightly lists, and the faults
of `ca/faults.json`, read anew when they change.
What it is not: HTTP (`jpki.ca.service`), answers (`jpki.ca.ocsp`), what a fault does to a list or
to an answer (`evidence`).
Called by the command line (`jpki ca serve`) and by tests; each worker process opens its own.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from stat import S_ISREG
from typing import Generic, TypeVar

from cardsim.faults.evidence import NO_TROUBLE, EvidenceFaults, Trouble
from cardsim.faults.fault import Evidence
from cardsim.world import files, troubles
from cardsim.world.authorities import NO_SECRETS, Authorities
from cardsim.world.clock import ClockSetting, system_time
from cardsim.world.errors import WorldError
from cardsim.world.evidence import handed_out
from cardsim.world.keeping import CaSecrets
from cardsim.world.list_rounds import ListRounds
from cardsim.world.ocsp_evidence import answer_handed_out
from cardsim.world.world import World
from jpki.ca import der
from jpki.ca.errors import CaError, ListFileError
from jpki.ca.listfile import open_list, open_plain
from jpki.ca.ocsp import OcspAnswer, Requestors, ResponderFront, presign
from jpki.ca.publishing import lists_of
from jpki.ca.service.documents import CERTIFICATE_MEDIA_TYPE, CRL_MEDIA_TYPE
from jpki.ca.service.offer import Asked, Disturbance, Document, Health, OutOfServiceError
from jpki.profiles.kinds import Kind

_EVIDENCE = {Asked.OCSP: Evidence.OCSP, Asked.LIST: Evidence.CRL}
EVERYBODY = Requestors()
_MILLISECONDS = 1000
_HEAD = 1024
"""Octets of a list in which its issuer stands."""
_LONGEST_NAME = 255
"""Of a file; about a longer one the system cannot even be asked."""
_T = TypeVar("_T")
_Stamp = tuple[int, int, int, int] | None


class Watched(Generic[_T]):
    """What a file says, read again when the file has become another."""

    def __init__(self, path: Path, read: Callable[[], _T]) -> None:
        self._path = path
        self._read = read
        self._known: tuple[_Stamp, _T] | None = None

    def get(self) -> _T:
        """Give what the file says now."""
        # The stamp first: what changes meanwhile is read once more, never missed.
        stamp = _stamp(self._path)
        if self._known is None or self._known[0] != stamp:
            self._known = (stamp, self._read())
        return self._known[1]


def _stamp(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    # The time of its permissions, too: what may not be read any more is not as it was.
    return status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size


def _out_of_force(authorities: Authorities, kind: Kind, moment: datetime) -> set[str]:
    """Name the published lists of generations of which no certificate holds at a moment."""
    directory = authorities.lists_directory
    return {
        path.name
        for generation in authorities[kind].generations
        if not generation.not_before <= moment <= generation.not_after
        for path in lists_of(directory, kind, generation.number)
    }


class WorldOffer:
    """One world, opened for as long as a worker runs."""

    def __init__(self, world: World, requestors: Requestors, *, ahead: bool = False) -> None:
        """Take an open world; `requestors` are whose OCSP requests are answered.

        With `ahead` answers are signed before they are asked for, as many as are kept.

        Raises `WorldError` and `CaError` when the authorities cannot be used.
        """
        self._world = world
        self._requestors = requestors
        self._ahead = ahead
        self._clock: Watched[ClockSetting] = Watched(world.paths.clock, lambda: world.clock.setting)
        self._troubles: Watched[dict[Evidence, EvidenceFaults]] = Watched(
            world.paths.ca_faults, self._read_troubles
        )
        # An authority that was renewed has one certificate more in this directory.
        self._front: Watched[ResponderFront] = Watched(world.paths.ca, self._open_front)
        self._known: tuple[frozenset[str], ResponderFront] | None = None
        self._issuers = {kind: der.name(world.naming.authority(kind)) for kind in Kind}
        self._heads: dict[str, Watched[Document]] = {}
        self._rounds = ListRounds(world.published.lists_directory)
        self._front.get()

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        secrets: CaSecrets = NO_SECRETS,
        requestors: Requestors = EVERYBODY,
        ahead: bool = False,
    ) -> "WorldOffer":
        """Open a world to serve it; raises `WorldError` and `CaError`."""
        return cls(World.open(directory, secrets=secrets), requestors, ahead=ahead)

    def close(self) -> None:
        """Let go of the world."""
        self._world.close()

    def now(self) -> datetime:
        """Give the world's time."""
        return self._clock.get().now(system_time)

    def answer(self, request: bytes, *, moment: datetime) -> OcspAnswer:
        """Answer an OCSP request."""
        return self._front.get().answer(request, moment=moment)

    def kept(self, request: bytes, *, moment: datetime) -> OcspAnswer | None:
        """Give an answer kept in memory, if there is one."""
        # Whatever became of the authorities since: what is kept holds until the next refresh.
        return None if self._known is None else self._known[1].kept(request, moment=moment)

    def names(self) -> Iterable[str]:
        """Give the published lists and the certificates of all generations."""
        published = self._world.published
        yield from (path.name for path in published.lists_directory.glob("*.crl"))
        yield from (path.name for path in published.certificates_directory.glob("*.cer"))

    def document(self, name: str) -> Document | None:
        """Give a file of these by its name.

        Raises `OutOfServiceError` for one that is there and cannot be read.
        """
        published = self._world.published
        if not name.endswith((".cer", ".crl")) or not _is_plain(name):
            return None
        is_list = name.endswith(".crl")
        path = (published.lists_directory if is_list else published.certificates_directory) / name
        try:
            return self._list(path) if is_list else _certificate(path)
        except FileNotFoundError:
            return None
        except ListFileError as error:
            raise OutOfServiceError(
                f"{error}: `jpki ca crl` makes it anew, if the key of that generation signs; else"
                " take it away"
            ) from error
        except OSError as error:
            # Nothing is said against what is in the file: it may be a good one.
            raise OutOfServiceError(f"{path}: {error.strerror or error}") from error

    def is_calm(self, asked: Asked) -> bool:
        """Whether no trouble is set, for these or others."""
        return _EVIDENCE[asked] not in self._troubles.get()

    def disturbance(self, asked: Asked) -> Disturbance | None:
        """Count a request of a service that something may go wrong with."""
        faults = self._troubles.get().get(_EVIDENCE[asked])
        trouble = NO_TROUBLE if faults is None else faults.next_request()
        if not trouble:
            return None
        change: Callable[[bytes, bytes], bytes] | None = None
        if trouble.mishap is not None:
            how = self._changed_answer if asked is Asked.OCSP else self._changed_list
            change = partial(how, trouble)
        return Disturbance(trouble.late / _MILLISECONDS, trouble.status, change)

    def health(self, *, moment: datetime) -> Health:
        """Say whether register, faults and files can be read, and whether today's lists are out.

        A generation that has ended signs no more lists: its last ones stay, and age.
        """
        parts: dict[str, str] = {}
        good = True
        out_of_force: set[str] = set()
        for kind in Kind:
            try:
                generations = self._world.published[kind].generations
                out_of_force |= _out_of_force(self._world.published, kind, moment)
            except CaError as error:
                parts[f"{kind.value} register"] = str(error)
                good = False
                continue
            parts[f"{kind.value} register"] = f"{len(generations)} generations"
        try:
            self._troubles.get()
        except OutOfServiceError as error:
            parts["faults"] = str(error)
            good = False
        # Of a list that cannot be read more is said below.
        with contextlib.suppress(CaError, OSError):
            due = self._world.published.lists_are_due(moment=moment)
            parts["lists"] = "due" if due else "of today"
        found, unreadable = self._lists()
        with contextlib.suppress(CaError):
            wrong = self._rounds.wrong(
                self._world.published, _numbers(found, unreadable), moment=moment
            )
            parts |= {what: ", ".join(names) for what, names in wrong.items()}
            good &= {*chain.from_iterable(wrong.values())} <= out_of_force
        broken = {path.name for path in unreadable} - out_of_force
        if unreadable:
            parts["unreadable lists"] = ", ".join(path.name for path in unreadable)
        ends = {name: each.next_update for name, each in found.items() if name not in out_of_force}
        stale = [name for name, end in ends.items() if end is not None and end < moment]
        if stale:
            parts["stale lists"] = ", ".join(stale)
        certificates = sorted(self._world.published.certificates_directory.glob("*.cer"))
        shut = [path.name for path in certificates if not _can_be_opened(path)]
        if shut:
            parts["unreadable certificates"] = ", ".join(shut)
        return Health(good and not stale and not broken and not shut, parts)

    def keep_house(self) -> None:
        """Let happen what came due, nights among it; of several processes one does."""
        # Opened anew: another process may have renewed the authorities since.
        with (
            files.locked(self._world.paths.publishing_lock),
            World.open(self._world.directory, secrets=self._world.secrets) as world,
        ):
            with world.office() as office:
                office.catch_up()
            # The files first: what is out by then is on record.
            out = _numbers(*self._lists())
            wanted = self._rounds.look(world.published, out, moment=world.clock.now())
            self._rounds.publish(world, wanted)
        if self._ahead:
            for responder in self._front.get().responders:
                presign(responder, moment=self.now())

    def _lists(self) -> tuple[dict[str, Document], list[Path]]:
        """Give the published lists by name, and where those are that cannot be read."""
        found: dict[str, Document] = {}
        unreadable = []
        for path in sorted(self._world.published.lists_directory.glob("*.crl")):
            try:
                document = self.document(path.name)
            except OutOfServiceError:
                unreadable.append(path)
            else:
                found |= {} if document is None else {path.name: document}
        return found, unreadable

    def _list(self, path: Path) -> Document:
        """Give a published list; raises `ListFileError` and `OSError`."""
        if path.name not in self._heads:
            # Of what is not there nothing is kept, however often it is asked for.
            path.lstat()
            self._heads[path.name] = Watched(path, lambda: _list_document(path))
        try:
            return self._heads[path.name].get()
        except FileNotFoundError:
            if path.is_symlink():
                raise ListFileError(f"{path} is a link to what is not there") from None
            raise

    def _open_front(self) -> ResponderFront:
        certificates = frozenset(path.name for path in self._world.paths.ca.glob("*.cer"))
        if self._known is None or self._known[0] != certificates:
            self._world.close()
            responders = self._world.authorities.responders(self._requestors)
            self._known = (certificates, ResponderFront(responders))
        return self._known[1]

    def _changed_list(self, trouble: Trouble, _: bytes, honest: bytes) -> bytes:
        kind = next(kind for kind in Kind if self._issuers[kind] in honest[:_HEAD])
        authority = self._world.authorities[kind]
        (changed,) = handed_out([honest], authority, trouble, moment=self.now())
        return changed

    def _changed_answer(self, trouble: Trouble, _: bytes, honest: bytes) -> bytes:
        responders = self._front.get().responders
        whose = [one for one in responders if one.public_key in honest]
        changed = answer_handed_out(honest, (whose or responders)[0], trouble, moment=self.now())
        return honest if changed is None else changed

    def _read_troubles(self) -> dict[Evidence, EvidenceFaults]:
        try:
            faults = troubles.read_troubles(self._world.paths)
        except WorldError as error:
            raise OutOfServiceError(f"{error}; until then nothing is answered") from error
        return {each: EvidenceFaults(each, faults) for each in Evidence} if faults else {}


def _is_plain(name: str) -> bool:
    """Whether a name can only be a file of the directory it is looked up in."""
    is_name = name.isascii() and len(name) <= _LONGEST_NAME
    return is_name and "/" not in name and "\0" not in name and not name.startswith(".")


def _certificate(path: Path) -> Document | None:
    return Document(path, CERTIFICATE_MEDIA_TYPE) if S_ISREG(path.stat().st_mode) else None


def _can_be_opened(path: Path) -> bool:
    try:
        with open_plain(path):
            return True
    except (OSError, ListFileError):
        return False


def _list_document(path: Path) -> Document:
    with open_list(path) as found:
        return Document(path, CRL_MEDIA_TYPE, found.this_update, found.next_update, found.number)


def _numbers(found: Mapping[str, Document], unreadable: Iterable[Path]) -> dict[str, int]:
    """Give the numbers of published lists by name, 0 for those that cannot be read."""
    return {name: each.number or 0 for name, each in found.items()} | {
        path.name: 0 for path in unreadable
    }

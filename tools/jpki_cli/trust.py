"""What a check relies on: CA certificates, revocation lists, a moment, an environment.

Named on the command line, or else the world's own. The two are never mixed: whoever names a
CA certificate gets no list from the world.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki.profiles.kinds import Kind
from jpki.verify import (
    AllSources,
    CrlSource,
    Environment,
    OcspSource,
    RevocationSource,
    TrustAnchors,
    Verdict,
    Verifier,
    policies_of,
)
from jpki.verify.anchors import Anchor
from jpki.verify.errors import AnchorError, MalformedError
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.ocsp import OcspResponse
from jpki_cli.answer import warn
from jpki_cli.derfiles import (
    CERTIFICATE,
    OCSP_RESPONSE,
    REVOCATION_LIST,
    read_ders,
    read_file,
)
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.file_type import FILE
from jpki_cli.options import moment
from jpki_cli.settings import settings
from jpki_cli.world_lists import published_lists, renew_lists

if TYPE_CHECKING:
    from jpki.revocation import CaIndex

Command = Callable[..., Any]

STATUS_OF_VERDICT = {
    Verdict.GOOD: ExitStatus.YES,
    Verdict.BAD: ExitStatus.NO,
    Verdict.CANNOT_TELL: ExitStatus.CANNOT_TELL,
}
_ENVIRONMENT_OF_NAMING = {"emulator": Environment.EMULATOR, "faithful": Environment.JLIS_TEST}


@dataclass(frozen=True, slots=True)
class Trust:
    """Anchors and lists (DER), the moment, and whose certificates are judged."""

    roots: tuple[bytes, ...]
    lists: tuple[bytes, ...]
    moment: datetime
    environment: Environment
    answers: tuple[bytes, ...] = ()
    """OCSP answers; named on the command line alone, since a world has no responder of its own."""
    named: bool = False
    """Whether the command line names CA certificates: then the world is not asked."""
    index: "tuple[CaIndex, ...] | None" = None
    """The parts of an index that is asked instead of `lists`, which then are what to keep."""
    moment_is_named: bool = False
    """Whether the command line says which moment."""

    @property
    def anchors(self) -> TrustAnchors:
        """The roots as the two authorities' certificates; others fail as usage."""
        return anchors_of(self.roots)

    def verifier(self) -> Verifier:
        """Give the verifier that relies on these."""
        sources: list[RevocationSource] = [self._lists_source()]
        if self.answers:
            # An index holds more lists than to be given: it is asked itself about responders.
            index = sources[0] if self.index is not None else None
            sources.append(OcspSource.load(self.answers, lists=self.lists, responders=index))
        asked = sources[0] if len(sources) == 1 else AllSources(tuple(sources))
        return Verifier(self.anchors, asked, policies_of(self.environment))

    def _lists_source(self) -> RevocationSource:
        if self.index is None:
            return CrlSource.load(self.lists)
        from jpki.revocation import IndexSource

        return IndexSource(self.index)


def worst(verdicts: Iterable[Verdict]) -> ExitStatus:
    """Give the status of several verdicts: one bad is no, else one unknown is cannot tell."""
    seen = set(verdicts)
    for verdict in (Verdict.BAD, Verdict.CANNOT_TELL):
        if verdict in seen:
            return STATUS_OF_VERDICT[verdict]
    return ExitStatus.YES


def trust_options(command: Command) -> Command:
    """Add --ca, --crl, --crl-index, --ocsp, --at, --environment, handed over as one `Trust`."""

    @click.option(
        "--ca",
        "ca_files",
        multiple=True,
        type=FILE,
        metavar="FILE",
        help="A CA certificate to rely on, DER or PEM; may be repeated.",
    )
    @click.option(
        "--crl",
        "crl_files",
        multiple=True,
        type=FILE,
        metavar="FILE",
        help="A revocation list (失効リスト), DER or PEM; may be repeated.",
    )
    @click.option(
        "--crl-index",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        help="An index of revocation lists (`jpki crl index`) to ask instead of lists.",
    )
    @click.option(
        "--ocsp",
        "ocsp_files",
        multiple=True,
        type=FILE,
        metavar="FILE",
        help="An OCSP answer (失効状態の応答), DER; may be repeated. Whatever says revoked wins.",
    )
    @click.option(
        "--at",
        type=moment,
        metavar="TIME",
        help="Judge at TIME (default: the world's clock, else now).",
    )
    @click.option(
        "--environment",
        type=click.Choice([each.value for each in Environment]),
        help="Whose certificates: this emulator's (default), the J-LIS test"
        " environment's, or production's (its CA certificates must be named).",
    )
    @functools.wraps(command)
    def with_trust(
        *args: Any,
        ca_files: tuple[Path, ...],
        crl_files: tuple[Path, ...],
        crl_index: Path | None,
        ocsp_files: tuple[Path, ...],
        at: datetime | None,
        environment: str | None,
        **kwargs: Any,
    ) -> Any:
        if crl_files and crl_index and not kwargs.get("bundle"):
            raise click.UsageError(
                "--crl and --crl-index exclude each other: beside an index, lists are only kept"
                " with --bundle"
            )
        named = Environment(environment) if environment else None
        index = None if crl_index is None else opened_index(crl_index)
        # Whoever hands over kept evidence asks no world.
        if ca_files or kwargs.get("from_bundle"):
            trust = _named(ca_files, crl_files, at, named)
        else:
            trust = _own(crl_files, at, named, needed=index is None)
        if index is not None:
            # The lists named are for the bundle; the world's own are not asked.
            trust = replace(trust, lists=trust.lists if crl_files else (), index=index)
        answers = tuple(map(_answer, ocsp_files))
        return command(
            *args, trust=replace(trust, answers=answers, moment_is_named=at is not None), **kwargs
        )

    return with_trust


def opened_index(directory: Path) -> "tuple[CaIndex, ...]":
    """Map the parts of an index; fails when there is none."""
    from jpki.revocation import IndexDirectory

    parts = IndexDirectory(directory).parts()
    if not parts:
        raise Failure(
            f"{directory} holds no index; make one: jpki crl index add --index {directory} LIST",
            ExitStatus.USAGE,
        )
    return parts


def _named(
    ca_files: tuple[Path, ...],
    crl_files: tuple[Path, ...],
    at: datetime | None,
    environment: Environment | None,
) -> Trust:
    return Trust(
        _roots(ca_files),
        _lists(crl_files),
        at or now(),
        environment or Environment.EMULATOR,
        named=True,
    )


def _own(
    crl_files: tuple[Path, ...],
    at: datetime | None,
    environment: Environment | None,
    *,
    needed: bool = True,
) -> Trust:
    """Take the world's anchors, and its lists unless others are named or none are needed."""
    world = settings().existing_world()
    if world is None:
        return Trust((), _lists(crl_files), at or now(), environment or Environment.EMULATOR)
    with world:
        lists = _lists(crl_files)
        if not crl_files and needed:
            renew_lists(world)
            lists = tuple(der for _, der in published_lists(world))
        return Trust(
            tuple(der for kind in Kind for der in world.anchors(kind)),
            lists,
            at or world.clock.now(),
            environment or _ENVIRONMENT_OF_NAMING[world.naming.label],
        )


def now() -> datetime:
    """Give the clock's time of the world if there is one, else the system's."""
    world = settings().existing_world()
    if world is None:
        return datetime.now(UTC)
    with world:
        return world.clock.now()


def _roots(files: tuple[Path, ...]) -> tuple[bytes, ...]:
    """Read CA certificates; what is no certificate at all fails here, where the file is known."""
    found: list[bytes] = []
    for path in files:
        for der in read_ders(path, CERTIFICATE):
            try:
                PathCertificate.parse(der)
            except MalformedError as error:
                what = f"{path} is not a CA certificate to rely on: no strict DER: {error}"
                raise Failure(what, ExitStatus.USAGE) from None
            found.append(der)
    return tuple(found)


def anchors_of(ders: Iterable[bytes]) -> TrustAnchors:
    """Pin CA certificates of the two authorities; fails for one that may not be relied on."""
    with _to_rely_on():
        return TrustAnchors.sort(ders)


def anchors_named(ders: Iterable[bytes]) -> tuple[Anchor, ...]:
    """Pin CA certificates of whatever name; fails for one that may not be relied on."""
    with _to_rely_on():
        return tuple(map(Anchor.load, ders))


@contextmanager
def _to_rely_on() -> Iterator[None]:
    try:
        yield
    except AnchorError as error:
        raise Failure(f"not a CA certificate to rely on: {error}", ExitStatus.USAGE) from None


def _answer(path: Path) -> bytes:
    """Read an OCSP answer; one that is none proves nothing, and whoever named it is told so."""
    der = read_file(path, OCSP_RESPONSE)
    try:
        OcspResponse.parse(der)
    except MalformedError as error:
        warn(f"{path} is no OCSP answer (DER) and proves nothing: {error}")
    return der


def _lists(files: tuple[Path, ...]) -> tuple[bytes, ...]:
    return tuple(der for path in files for der in read_ders(path, REVOCATION_LIST))

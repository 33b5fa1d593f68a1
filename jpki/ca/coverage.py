"""Whether the published lists say of the register what they must: a proof, or what is wrong.

What it is: for each key, every list read from its file and held against the register: none of the
revoked serial numbers missing, none invented, none in another place's list, and the list of
everything the union of the rest.
What it is not: an auditor's trust in the register itself, which is what lists are held against;
nor a verifier (`jpki.verify`).
What a list must hold is what was revoked before its second and had not ended by the list before
it; it may hold whatever is revoked. A clock that was set back makes this stricter than life was.
Standard: RFC 5280 sections 3.3, 5.2.3 and 5.2.5.
Called by: `tools/jpki_cli`.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jpki.ca.authority import Authority
from jpki.ca.coverage_report import CoverageReport, Fault, Finding
from jpki.ca.errors import ListFileError
from jpki.ca.generations import Generation
from jpki.ca.list_checks import authenticity, numbering, read_in_order
from jpki.ca.listfile import ListFile, open_list
from jpki.ca.publishing import list_path
from jpki.ca.reading import Reading
from jpki.ca.reading_lists import WHOLE_SCOPE
from jpki.ca.serialset import SerialSet
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality

_SHOWN = 20
"""Serial numbers told of one finding; all are counted."""


def check_coverage(
    authority: Authority,
    directory: Path,
    *,
    moment: datetime,
    progress: Callable[[], object] = lambda: None,
) -> CoverageReport:
    """Hold the published lists of every key that is valid now against the register.

    `progress` is called after each list. Nothing is locked: what is revoked or published
    meanwhile is not taken for a fault.
    """
    keys, places = _planned(authority, moment)
    checks = [_KeyCheck(authority, directory, key, moment) for key in keys]
    for where in (*places, None):
        with ExitStack() as files:
            # Opened before the register is asked, which then knows of them.
            opened = [(check, check.open(where, files)) for check in checks]
            with authority.register.reading() as asked:
                held = _Held(asked, authority.kind, where)
                for check, published in opened:
                    if published is not None:
                        check.hold(held, published)
                    progress()
    for check in checks:
        check.compare_the_whole()
    findings = [finding for check in checks for finding in check.findings]
    if not keys:
        findings = [Finding(Fault.ABSENT, "", "no key of the authority is valid now")]
    return CoverageReport(
        kind=authority.kind,
        lists=sum(check.lists for check in checks),
        entries=sum(check.entries for check in checks),
        revoked=max((check.revoked for check in checks), default=0),
        between=sum(check.between for check in checks),
        findings=tuple(findings),
    )


def lists_to_check(authority: Authority, *, moment: datetime) -> int:
    """Give how often `check_coverage` will tell of its progress."""
    keys, places = _planned(authority, moment)
    return len(keys) * (len(places) + 1)


def _planned(authority: Authority, moment: datetime) -> tuple[list[Generation], list[Municipality]]:
    with authority.register.reading() as asked:
        keys = [
            generation
            for generation in authority.known_generations(asked)
            if generation.not_before <= moment <= generation.not_after
        ]
        return keys, asked.municipalities(authority.kind)


class _Held:
    """What the register holds of one scope, asked once for the lists of all keys."""

    def __init__(self, asked: Reading, kind: Kind, where: Municipality | None) -> None:
        self.asked = asked
        self.where = where
        self._kind = kind
        self._scope = where.code if where else WHOLE_SCOPE
        self.lists = asked.lists(kind, self._scope)
        self._serials: dict[tuple[datetime | None, datetime | None], SerialSet] = {}

    def serials(self, *, ended: datetime | None = None, until: datetime | None = None) -> SerialSet:
        """Give what was revoked before `until` and had not ended by `ended`."""
        if (ended, until) not in self._serials:
            self._serials[ended, until] = SerialSet(
                self.asked.revoked_serials(
                    self._kind, self._scope, expired_before=ended, revoked_before=until
                )
            )
        return self._serials[ended, until]


@dataclass(slots=True)
class _KeyCheck:
    """The lists under one key, one after the other, and what they hold together."""

    authority: Authority
    directory: Path
    key: Generation
    moment: datetime
    findings: list[Finding] = field(default_factory=list)
    lists: int = 0
    entries: int = 0
    revoked: int = 0
    between: int = 0
    moments: list[datetime] = field(default_factory=list)
    union: SerialSet = field(default_factory=SerialSet)
    full: SerialSet | None = None
    unread: int = 0

    def open(self, where: Municipality | None, files: ExitStack) -> ListFile | None:
        """Open the list of a scope; what cannot be read is found."""
        path = self._path(where)
        try:
            return files.enter_context(open_list(path))
        except FileNotFoundError:
            self.unread += 1
            self._find(Fault.ABSENT, path.name, "there is no such list")
        except (ListFileError, OSError) as error:
            self._unreadable(path, error)
        return None

    def hold(self, held: _Held, published: ListFile) -> None:
        """Hold one list against the register."""
        path = self._path(held.where)
        try:
            self._hold(held, path.name, published)
        except (ListFileError, OSError) as error:
            self._unreadable(path, error)

    def _path(self, where: Municipality | None) -> Path:
        scope = where.code if where else None
        return list_path(self.directory, self.authority.kind, self.key.number, scope)

    def _unreadable(self, path: Path, error: Exception) -> None:
        self.unread += 1
        self._find(Fault.UNREADABLE, path.name, str(error))

    def _hold(self, held: _Held, name: str, published: ListFile) -> None:
        kind, where = self.authority.kind, held.where
        mine = [row for row in held.lists if row.generation == self.key.number]
        point = self.authority.naming.distribution_point(kind, where) if where else None
        self.findings += authenticity(published, name, self.key, point=point, moment=self.moment)
        self.findings += numbering(published, name, mine, held.lists)
        listed = SerialSet()
        if not read_in_order(published, listed):
            self._find(Fault.DOUBLED, name, "a serial number comes twice, or out of order")
        before = [r.this_update for r in mine if r.number < published.number]
        must = held.serials(
            ended=min(before[-1], published.this_update) if before else None,
            until=published.this_update,
        )
        self._missing(name, must - listed)
        self._extra(held.asked, name, listed - held.serials())
        self.lists += 1
        self.entries += len(listed)
        self.moments.append(published.this_update)
        if where is None:
            self.full, self.revoked = listed, len(must)
        else:
            self.union.update(listed)

    def compare_the_whole(self) -> None:
        """Hold the list of everything against the others together.

        Not in what the authority's own certificates are, nor where one list was made before the
        other could know, or after the other could forget.
        """
        if self.full is None:
            return
        with self.authority.register.reading() as asked:
            own = SerialSet([[g.serial for g in asked.generations(self.authority.kind)]])
            both = _Held(asked, self.authority.kind, None).serials(
                ended=max(self.moments), until=min(self.moments)
            )
        # What is in no list that was read may be in one that was not.
        differ = (self.union - self.full if self.unread else self.full ^ self.union) - own
        wrong = differ & both
        self.between += len(differ) - len(wrong)
        if wrong:
            self._find(
                Fault.UNION,
                self._path(None).name,
                "this list and the others together do not hold the same",
                wrong,
            )

    def _missing(self, name: str, missing: SerialSet) -> None:
        if missing:
            self._find(Fault.MISSING, name, "revoked, and not on the list", missing)

    def _extra(self, asked: Reading, name: str, extra: SerialSet) -> None:
        """Tell what is on a list of no revoked certificate of its scope."""
        elsewhere, nowhere = SerialSet(), SerialSet()
        for serial in extra.first(len(extra)):
            record = asked.certificate(self.authority.kind, serial)
            known = record is not None and record.revocation is not None
            (elsewhere if known else nowhere).add([serial])
        if elsewhere:
            self._find(Fault.MISPLACED, name, "revoked, and of another place", elsewhere)
        if nowhere:
            self._find(Fault.INVENTED, name, "on the list, and not revoked", nowhere)

    def _find(
        self, fault: Fault, name: str, message: str, serials: SerialSet | None = None
    ) -> None:
        found = SerialSet() if serials is None else serials
        self.findings.append(Finding(fault, name, message, len(found), found.first(_SHOWN)))

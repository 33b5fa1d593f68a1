"""One directory that holds a small country: authorities, citizens, cards and a clock.

    world.json        format, version, seed, start
    clock.json        the clock (`clock`)
    citizens.json     the people (`citizens`)
    ca/               the two authorities (`authorities`)
    cards/NAME/       the cards (`cards`)
    life.jsonl        what happened to them all (`life`); made when something first does

What it is: making, opening, and the few operations a command or a test asks for.
What it is not: a reader, a verifier, a command line. It hands out certificates and lists as DER.
Called by the command line, and by tests of software that meets the card.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cardsim.world import cards, files
from cardsim.world.citizens import Citizen, read_citizens, resident_number
from cardsim.world.clock import Clock, checked
from cardsim.world.draw import Draw
from cardsim.world.errors import (
    CardNotMadeError,
    DamagedWorldError,
    NoWorldError,
    UnknownNameError,
    WorldError,
)
from cardsim.world.keeping import CaSecrets, Keeping
from cardsim.world.paths import Paths
from cardsim.world.place import make, making, read_description, resolve
from jpki.card.layout import AtrFamily, TokenKind
from jpki.profiles.kinds import Kind
from jpki.profiles.naming import EMULATOR, FAITHFUL, Naming
from jpki.profiles.reasons import RevocationReason

if TYPE_CHECKING:
    from cardsim.faults import AroundStore, Fault, Surroundings
    from cardsim.faults.evidence import Trouble
    from cardsim.readers.insertable import InsertableCard
    from cardsim.world.authorities import Authorities
    from cardsim.world.cards import CardEntry
    from cardsim.world.desk import Desk
    from cardsim.world.life.drawn import Drawn
    from cardsim.world.life.journal import Entry
    from cardsim.world.life.office import Office
    from cardsim.world.population import Population
    from jpki.ca.records import CertificateRecord, Revocation
    from jpki.cv import CvPublicKey, KeyId

_NAMINGS = {naming.label: naming for naming in (EMULATOR, FAITHFUL)}

DEFAULT_SEED = 1
IN_FILES = Keeping()
NO_SECRETS = CaSecrets()


class World:
    """A world that is open. A context manager; several processes may have one open."""

    def __init__(
        self,
        directory: Path,
        *,
        seed: int,
        started: datetime,
        naming: Naming,
        secrets: CaSecrets = NO_SECRETS,
    ) -> None:
        """Take a directory that is known to be a world: use `create` or `open`."""
        self._paths = Paths(directory)
        self._draw = Draw(seed)
        self.directory = directory
        self.seed = seed
        self.started = started
        self.naming = naming
        self._secrets = secrets
        self.clock = Clock(self._paths.clock)

    @classmethod
    def create(
        cls,
        directory: Path,
        *,
        seed: int = DEFAULT_SEED,
        moment: datetime | None = None,
        naming: Naming = EMULATOR,
        keeping: Keeping = IN_FILES,
        secrets: CaSecrets = NO_SECRETS,
    ) -> Self:
        """Make a world where nothing is, or only an empty directory, and open it.

        The same seed and the same moment give the same people, numbers, dates and serial
        numbers. With a moment, the world's clock stands at it; without one, the world begins
        now and its clock runs with the system's. The directory appears whole or not at all.
        `keeping` says where register and CA keys are, if not in files, and `secrets` what opens
        the keys from now on.

        Raises `WorldExistsError`, and `WorldError` when nothing can be made there.
        """
        place = resolve(directory)
        with making(place):
            make(place, seed=seed, moment=moment, naming=naming, keeping=keeping, secrets=secrets)
        return cls.open(place, secrets=secrets)

    @classmethod
    def open(cls, directory: Path, *, secrets: CaSecrets = NO_SECRETS) -> Self:
        """Open a world; `secrets` are asked for when one of its authorities' keys is.

        Raises `NoWorldError` when nothing (or an empty directory) is there, and, leaving what is
        there untouched, `ForeignDirectoryError`, `WorldVersionError` or `DamagedWorldError`.
        """
        place = resolve(directory)
        try:
            document = read_description(place)
        except OSError as error:
            raise WorldError(f"{place} cannot be read: {error.strerror}") from error
        try:
            world = cls(
                place,
                seed=_whole_number(document["seed"]),
                started=checked(datetime.fromisoformat(document["started"])),
                naming=_NAMINGS[document["naming"]],
                secrets=secrets,
            )
        except (KeyError, TypeError, ValueError):
            raise DamagedWorldError(Paths(place).world, "no description of a world") from None
        for part in (world._paths.ca, world._paths.cards):
            if not part.is_dir():
                raise DamagedWorldError(part, "missing")
        world.clock.now()
        return world

    @classmethod
    def open_or_create(
        cls,
        directory: Path,
        *,
        seed: int = DEFAULT_SEED,
        moment: datetime | None = None,
        naming: Naming = EMULATOR,
        secrets: CaSecrets = NO_SECRETS,
    ) -> Self:
        """Open the world, made first when there is none; one of several processes makes it."""
        place = resolve(directory)
        with contextlib.suppress(NoWorldError):
            return cls.open(place, secrets=secrets)
        with making(place):
            try:
                return cls.open(place, secrets=secrets)
            except NoWorldError:
                make(
                    place,
                    seed=seed,
                    moment=moment,
                    naming=naming,
                    keeping=IN_FILES,
                    secrets=secrets,
                )
        return cls.open(place, secrets=secrets)

    @property
    def secrets(self) -> CaSecrets:
        """What opens the authorities' keys."""
        return self._secrets

    @property
    def paths(self) -> Paths:
        """Where things lie."""
        return self._paths

    @cached_property
    def authorities(self) -> "Authorities":
        """The two authorities, opened at first use; raises `DamagedWorldError` or a `CaError`."""
        # Imported here: the database behind it takes longer to load than most commands to run,
        # and whoever only plugs in a card never needs it.
        from cardsim.world.authorities import Authorities

        return Authorities.open(self._paths.ca, naming=self.naming, secrets=self._secrets)

    @cached_property
    def published(self) -> "Authorities":
        """The two authorities as the public knows them: no private key is read for it.

        Raises `DamagedWorldError` or a `CaError`.
        """
        from cardsim.world.authorities import Authorities

        return Authorities.open(self._paths.ca, naming=self.naming, with_keys=False)

    def close(self) -> None:
        """Let go of the register, if it was opened."""
        for name in ("authorities", "published"):
            opened = self.__dict__.pop(name, None)
            if opened is not None:
                opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @cached_property
    def citizens(self) -> Mapping[str, Citizen]:
        """The people, by name."""
        return read_citizens(self._paths.citizens)

    def citizen(self, name: str) -> Citizen:
        """Give one of the people, or of a synthetic country's; raises `UnknownNameError`."""
        if name in self.citizens:
            return self.citizens[name]
        drawn = self._drawn(name)
        if drawn is None:
            raise UnknownNameError("citizen", name, self.citizens)
        return drawn.citizen

    def cards(self) -> "list[CardEntry]":
        """Give all cards, in order of their names."""
        return [self.card(name) for name in cards.card_names(self._paths.cards)]

    def card(self, name: str) -> "CardEntry":
        """Give what is known of one card, in either case; raises `UnknownNameError`."""
        try:
            return cards.read_card(self._paths.cards, name.lower())
        except UnknownNameError:
            if self._drawn(name.lower()) is None:
                raise
            raise CardNotMadeError(name.lower()) from None

    def open_card(
        self,
        name: str,
        *,
        faults: "Iterable[Fault]" = (),
        surroundings: "Surroundings | None" = None,
        raise_unexpected: bool = False,
    ) -> "InsertableCard":
        """Give a card to put into a reader, with the faults it has of itself and these.

        `surroundings` can take a card out of the reader it is in, and more
        (`cardsim.faults.surroundings`). With `raise_unexpected` a state that cannot be saved
        comes out of the card as a `CardFileError` where a reader would be told 6F00. Raises
        `UnknownNameError` or `CardFileError`.
        """
        present = (*self.faults(name), *faults)

        def opened(around: "AroundStore") -> "InsertableCard":
            return self.open_healthy_card(
                name, around_store=around, raise_unexpected=raise_unexpected
            )

        if not present:
            return opened(lambda store: store)
        from cardsim.faults import FaultyCard

        return FaultyCard(opened, present, surroundings=surroundings)

    def open_healthy_card(
        self,
        name: str,
        *,
        around_store: "AroundStore" = lambda store: store,
        raise_unexpected: bool = False,
    ) -> "InsertableCard":
        """Give a card without the faults it has of itself; as `open_card` otherwise."""
        from cardsim.mynumber.directory import open_card
        from cardsim.world.odd import odd_card

        entry = self.card(name)
        if entry.kind is not cards.CardKind.MY_NUMBER:
            return odd_card(entry.kind)
        return open_card(
            entry.directory, around_store=around_store, raise_unexpected=raise_unexpected
        )

    def faults(self, name: str) -> "tuple[Fault, ...]":
        """Give what goes wrong with a card of itself; raises `UnknownNameError`."""
        entry = self.card(name)
        if not entry.faults:
            return ()
        from cardsim.faults import FaultSyntaxError, parse_all

        try:
            return parse_all(entry.faults)
        except FaultSyntaxError as error:
            raise DamagedWorldError(entry.directory, str(error)) from error

    @contextlib.contextmanager
    def desk(self, *, keys: int, first: Callable[[], object] = lambda: None) -> "Iterator[Desk]":
        """Go to the counter where cards are issued, for so many keys; others wait meanwhile.

        `first` is done before anything else, when nobody else is there any more.
        """
        from cardsim.world.desk import open_desk

        with open_desk(
            self.directory,
            self.authorities,
            draw=self._draw,
            clock=self.clock.now,
            keys=keys,
            first=first,
        ) as desk:
            yield desk
        # People may have moved in.
        self.__dict__.pop("citizens", None)

    @contextlib.contextmanager
    def office(self, *, first: Callable[[], object] = lambda: None) -> "Iterator[Office]":
        """Go to the office where what happens is put on record, at the world's time.

        `first` may move that time, when nobody else is there any more.
        """
        from cardsim.world.life.office import Office

        with self.desk(keys=0, first=first) as desk:
            yield Office(desk, started=self.started)

    def events(self) -> "list[Entry]":
        """Give everything that happened, oldest first; nothing comes due by asking."""
        from cardsim.world.life.journal import Journal

        return Journal(self._paths.life).entries()

    def past(self, name: str) -> "list[Entry]":
        """Give what happened to a resident of a synthetic country before they were written down.

        Their fate, and what came due since the world's start; of others there is none.
        """
        drawn = self._drawn(name)
        if drawn is None:
            return []
        from cardsim.world.life.journal import lived_until

        written = self.citizens.get(name)
        until = None if written is None else written.entered
        if until is None:
            # The clock may have been set back since: what has come due stays told, as of others.
            until = max(self.clock.now(), lived_until(self.events(), self.started))
        return [*drawn.story.events, *drawn.came_due(since=self.started, until=until)]

    def make_cards(self, name: str) -> "list[CardEntry]":
        """Write down a resident of a synthetic country, with the cards they have; give those.

        They are what the register and the resident's fate say: nothing is issued for it, and
        whoever is written down already stays as they are. Raises `UnknownNameError`.
        """
        holder = self.citizen(name).name
        if holder not in self.citizens:
            with self.office() as office:
                office.write_down(holder)
        return [entry for entry in self.cards() if entry.holder == holder]

    def issue_card(
        self,
        citizen: str,
        *,
        name: str | None = None,
        renew: bool = False,
        sign_pin: str = "ABC123",
        auth_pin: str = "1234",
        without_pins: bool = False,
        token: TokenKind = TokenKind.CARD,
        atr: AtrFamily | None = None,
        licence: bool = False,
        long_form: bool = False,
        older: bool = False,
    ) -> "CardEntry":
        """Issue a further card to a citizen, at the world's time.

        Its name is free to choose, else it is NAME-2, NAME-3 and so on. With `renew` the
        certificates of the citizen's newest card are superseded (更新); without, they stay good,
        as no real citizen's would. `without_pins` makes a 顔認証マイナンバーカード, which has no
        signing certificate, `token` a phone's (JPKI AP only, contactless), `atr` says which chip
        and which side of it the reader sees.
        `licence` puts a マイナ免許証 on the card; `long_form` and `older` make it as some older
        chips are (`cardsim.world.contents.Variant`).
        A process killed half-way leaves no card; a certificate it had issued stays on record,
        its key lost. Raises `UnknownNameError`, `NameTakenError`, `PinFormatError`, `CaError`,
        `OrderRefusedError`, and `EventRefusedError` for whoever may have no card.
        """
        from cardsim.world.issuing import CardOrder
        from cardsim.world.life.office import Office

        self.make_cards(citizen)
        with self.desk(keys=len(Kind)) as desk:
            office = Office(desk, started=self.started)
            order = CardOrder(
                office.holder_of_further_card(citizen),
                office.free_card_name(citizen, name),
                moment=desk.now,
                sign_pin=sign_pin,
                auth_pin=auth_pin,
                token=token,
                atr=atr,
                renews=self.good_serials(citizen, desk.now) if renew else {},
                licence=licence,
                long_form=long_form,
                older=older,
            )
            return desk.issue(order.pinless() if without_pins else order)

    def populate(
        self,
        residents: int,
        *,
        processes: int | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> "Population":
        """Give the authorities so many synthetic residents with certificates.

        Their entry and cards are written when something first happens to them (`make_cards`).
        As of the world's start, from the years before it. Stopped at any point, the same call
        goes on; `progress` hears how many residents are done. Others who issue wait meanwhile.
        Raises `WorldError` when another number was begun with, or a `CaError`.
        """
        from cardsim.world.population.making import Source, populate

        source = Source(
            directory=self._paths.population,
            ca=self._paths.ca,
            seed=self.seed,
            start=self.started,
            naming=self.naming,
            secrets=self._secrets,
        )
        with files.locked(self._paths.issuing_lock):
            return populate(
                source,
                self.authorities,
                residents=residents,
                processes=processes,
                progress=progress,
            )

    def certificates_of(self, name: str, kind: Kind) -> "list[CertificateRecord]":
        """Give the register's records of a citizen's certificates of one kind, oldest first."""
        return list(self.published[kind].certificates(holder=self.citizen(name).name))

    def certificate(self, name: str, kind: Kind) -> "CertificateRecord":
        """Give the register's record of the certificate on a card, named by the card.

        A citizen's name means their newest card. Raises `UnknownNameError`.
        """
        return self.published[kind].certificate(self.serial(name, kind))

    def serial(self, name: str, kind: Kind) -> int:
        """Give the serial number of the certificate on a card (or a citizen's newest card).

        Raises `UnknownNameError`, also for a certificate the card does not carry.
        """
        entry = self._named_card(name)
        if kind not in entry.serials:
            had = [f"{entry.name} {each.value}" for each in entry.serials]
            raise UnknownNameError("certificate", f"{entry.name} {kind.value}", had)
        return entry.serials[kind]

    def revoke(self, kind: Kind, serial: int, reason: RevocationReason) -> "Revocation":
        """Revoke a certificate at the world's time; the lists know it after `publish_lists`.

        Raises `UnknownSerialError` or `RevocationRefusedError` (`jpki.ca.errors`).
        """
        return self.authorities[kind].revoke(serial, reason, moment=self.clock.now())

    def renew_authorities(self) -> None:
        """Give both authorities a new key under the same name, at the world's time.

        Needed years on: no certificate may outlive the one that vouches for it.
        """
        from cardsim.world.keypool import KeyPool

        with files.locked(self._paths.issuing_lock), KeyPool(len(Kind)) as keys:
            self.authorities.renew({kind: keys.take() for kind in Kind}, moment=self.clock.now())

    def publish_lists(self, *, only_due: bool = False) -> list[Path]:
        """Make and publish the revocation lists at the world's time; give the files.

        With `only_due` nothing is done within a day of the last ones. Raises `NotPublishedError`,
        also where it is only because none could come out that nothing is due.
        """
        now = self.clock.now()
        if only_due:
            is_due, obstacles = self.published.look_at_lists(moment=now)
            if not is_due and obstacles:
                from jpki.ca.errors import NotPublishedError

                raise NotPublishedError(obstacles)
            if not is_due:
                return []
        return self.authorities.publish(moment=now, only_due=only_due, clock=self.clock.now)

    def published_lists(
        self,
        kind: Kind,
        *,
        trouble: "Trouble | None" = None,
        warn: Callable[[str], object] = lambda _: None,
    ) -> list[bytes]:
        """Give the published revocation lists of one authority (DER).

        What cannot be read is left out, and `warn` is told of it in a line each. With `trouble`,
        as a service that has it would hand them out; being late is for whoever serves them to play.
        """
        published = list(self.published.published_files(kind, warn=warn).values())
        if not trouble:
            return published
        from cardsim.world.evidence import handed_out

        now = self.clock.now()
        return list(handed_out(published, self.authorities[kind], trouble, moment=now))

    def anchors(self, kind: Kind) -> tuple[bytes, ...]:
        """Give the CA certificates (DER) a verifier should pin: every generation, oldest first."""
        return self.published.certificates(kind)

    def cv_anchors(self) -> "dict[KeyId, CvPublicKey]":
        """Give the keys a verifier of card contents should hold; none in a world without them."""
        from cardsim.world.contents import Press

        ca = self._paths.ca
        return Press.open(ca).authority.anchors if Press.is_in(ca) else {}

    def cv_certificates(self) -> dict[str, bytes]:
        """Give the self-signed CV certificates of the CAs for text and face, by file name."""
        from cardsim.world.contents import Press
        from jpki.ca.cv import CvRole

        ca = self._paths.ca
        if not Press.is_in(ca):
            return {}
        authority = Press.open(ca).authority
        return {
            f"cv-{name}-ca.cvcert": bytes(authority.certificate_for(role))
            for name, role in (("text", CvRole.TEXT_CA), ("surface", CvRole.SURFACE_CA))
        }

    def _named_card(self, name: str) -> "CardEntry":
        """Give the card of that name, or the newest card of the citizen of that name.

        One without any certificate only where there is no other.
        """
        drawn = None if name in self.citizens else self._drawn(name)
        if name not in self.citizens and drawn is None:
            return self.card(name)
        own = drawn.cards if drawn else [each for each in self.cards() if each.holder == name]
        if not own:
            raise UnknownNameError("card", name, cards.card_names(self._paths.cards))
        return max(own, key=lambda each: (bool(each.serials), each.issued, each.name == name))

    def _drawn(self, name: str) -> "Drawn | None":
        """Give a resident of a synthetic country, as before anything was written of them."""
        if resident_number(name) is None:
            return None
        from cardsim.world.life.drawn import DrawnPeople

        people = DrawnPeople(self._paths, self.published, self._draw, started=self.started)
        return people.find(name)

    def good_serials(self, citizen: str, now: datetime) -> dict[Kind, int]:
        """Give the serial numbers on a citizen's newest card that are good, by kind."""
        from jpki.ca.records import CertificateState

        newest = self._named_card(citizen)
        return {
            kind: serial
            for kind, serial in newest.serials.items()
            if self.published[kind].certificate(serial).state(now) is CertificateState.GOOD
        }


def _whole_number(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a whole number")
    return value

"""A card as a directory: `image.json` (as issued) and `state.json` (PINs and counters).

At the municipality's counter an image can be written anew, and PINs set: `rewrite_card`,
`set_pins`. A card that is in a reader meanwhile stays what it was until it is put in again.

The directory is the owner's alone (0700, files 0600): private keys are in it, unencrypted.
It appears whole or not at all. Not here: which cards there are (the world).
Called by the world, the command line and tests.
"""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cardsim.chip import Application, Card, CardState, CardStore, KeyDataError, ObjectId
from cardsim.mynumber import durable
from cardsim.mynumber.applications import build_applications, initial_state, pin_limits
from cardsim.mynumber.assembly import assemble
from cardsim.mynumber.contents import (
    CommonContents,
    JukiContents,
    TextContents,
    VisualContents,
)
from cardsim.mynumber.errors import CardExistsError, CardFileError
from cardsim.mynumber.image import CardImage
from cardsim.mynumber.image_codec import FORMAT, VERSION, image_body, parse_image
from cardsim.mynumber.memory import MemoryStore
from cardsim.mynumber.pinfiles import first_state
from cardsim.mynumber.sealed import seal, unseal
from cardsim.mynumber.state import STATE_FILE, FileStore, seal_state
from jpki.card.layout import Ap, JpkiEf, PinKind

IMAGE_FILE = "image.json"

_CHOSEN = {
    ObjectId(Ap.JPKI.aid, JpkiEf.AUTH_PIN): PinKind.AUTH,
    ObjectId(Ap.JPKI.aid, JpkiEf.SIGN_PIN): PinKind.SIGN,
    **{
        ObjectId(ap.aid, ef): kind
        for ap, contents in (
            (Ap.TEXT, TextContents),
            (Ap.COMMON, CommonContents),
            (Ap.JUKI, JukiContents),
        )
        for ef, kind in contents.secret_kinds.items()
        if kind in {PinKind.TEXT, PinKind.JUKI}
    },
}
_PRINTED = frozenset(
    ObjectId(ap.aid, ef)
    for ap, contents in ((Ap.TEXT, TextContents), (Ap.VISUAL, VisualContents))
    for ef, kind in contents.secret_kinds.items()
    if kind not in {PinKind.TEXT, PinKind.JUKI}
)


def create_card(directory: Path, image: CardImage) -> None:
    """Write a new card; `CardExistsError` when the directory holds anything already.

    Parent directories must exist. Raises `KeyDataError` for a key no card can use.
    """
    # A card that could never be opened is not written.
    build_applications(image)
    try:
        # mkdtemp makes it 0700.
        draft = Path(tempfile.mkdtemp(dir=directory.parent, prefix=f".{directory.name}-"))
    except OSError as error:
        reason = f"a card cannot be made here ({error.strerror})"
        raise CardFileError(directory, reason) from error
    try:
        state = seal_state(image.identifier, initial_state(image))
        durable.write_new(draft / STATE_FILE, state)
        durable.write_new(draft / IMAGE_FILE, seal(FORMAT, VERSION, image_body(image)))
        durable.sync_directory(draft)
        # Fails on a directory with something in it, and replaces an empty one.
        draft.rename(directory)
        durable.sync_directory(directory.parent)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        if directory.exists():
            raise CardExistsError(directory, "there is something here already") from error
        reason = f"a card cannot be made here ({error.strerror})"
        raise CardFileError(directory, reason) from error


def rewrite_card(directory: Path, image: CardImage) -> None:
    """Put another image in the place of a card's, at once, and set the secrets printed on it.

    What a holder chose stays as it is, tries too. Raises `CardFileError`, also for an image with
    other applications than the card's, and `KeyDataError`.
    """
    _, _, store = _opened(directory)
    first = initial_state(image).pins
    with store.exclusive() as change:
        pins = change.state.pins
        if pins.keys() != pin_limits(build_applications(image)).keys():
            raise CardFileError(directory / IMAGE_FILE, "a card keeps its applications")
        # Those that changed: a try spent on the others is not given back.
        printed = {
            name: first[name]
            for name, was in pins.items()
            if name in _PRINTED and first[name].value != was.value
        }
        # Killed between the two, whoever comes again writes the same.
        change.save(CardState({**pins, **printed}))
        _replace(directory / IMAGE_FILE, seal(FORMAT, VERSION, image_body(image)))


def set_pins(directory: Path, secrets: Mapping[PinKind, str | None]) -> None:
    """Set PINs as the municipality does (暗証番号再設定), counters full; None takes one away.

    Kinds the card does not have are passed over. Raises `CardFileError` or `PinFormatError`.
    """
    _, _, store = _opened(directory)
    with store.exclusive() as change:
        states = {
            name: first_state(kind, secrets[kind])
            for name, kind in _CHOSEN.items()
            if name in change.state.pins and kind in secrets
        }
        change.save(CardState({**change.state.pins, **states}))


def was_set(directory: Path, kind: PinKind) -> bool:
    """Whether a PIN of this kind was ever set, blocked or not; raises `CardFileError`."""
    names = [name for name, each in _CHOSEN.items() if each is kind]
    pins = load_state(directory).pins
    return any(pins[name].value is not None for name in names if name in pins)


def load_image(directory: Path) -> CardImage:
    """Read what a card was made with; `CardFileError` names file and reason."""
    return unseal(directory / IMAGE_FILE, FORMAT, VERSION, parse_image)


def load_state(directory: Path) -> CardState:
    """Read what changes in use, every PIN with its value and its tries; `CardFileError`."""
    return _opened(directory)[2].read()


def open_card(
    directory: Path,
    *,
    random: Callable[[int], bytes] = secrets.token_bytes,
    raise_unexpected: bool = False,
    around_store: Callable[[CardStore], CardStore] = lambda store: store,
) -> Card:
    """Give the card kept in `directory`; several processes may have it open at once.

    `around_store` may put something between the card and its state, such as a power failure.
    """
    image, applications, store = _opened(directory)
    return assemble(
        image,
        applications,
        around_store(store),
        random=random,
        raise_unexpected=raise_unexpected,
    )


@dataclass(frozen=True, slots=True)
class LoadedCard:
    """A card read from its directory once, to be opened any number of times as it was then."""

    image: CardImage
    applications: tuple[Application, ...] = field(repr=False)
    state: CardState = field(repr=False)

    def open(self, store: CardStore) -> Card:
        """Give the card with its state in `store`."""
        return assemble(self.image, self.applications, store)


def load_card(directory: Path) -> LoadedCard:
    """Read a card; `CardFileError`."""
    image, applications, store = _opened(directory)
    return LoadedCard(image, applications, store.read())


def open_copy(
    directory: Path, *, around_store: Callable[[CardStore], CardStore] = lambda store: store
) -> Card:
    """Give the card kept in `directory` as it is now; what happens to it is forgotten."""
    loaded = load_card(directory)
    return loaded.open(around_store(MemoryStore(loaded.state)))


def _replace(path: Path, content: bytes) -> None:
    try:
        durable.replace(path, content)
    except OSError as error:
        raise CardFileError(path, f"cannot be written ({error.strerror})") from error


def _opened(directory: Path) -> tuple[CardImage, tuple[Application, ...], FileStore]:
    image = load_image(directory)
    try:
        applications = build_applications(image)
    except KeyDataError as error:
        raise CardFileError(directory / IMAGE_FILE, str(error)) from None
    store = FileStore(directory, image.identifier, pin_limits(applications))
    # Before the card is in a reader is the time to refuse a damaged state.
    store.read()
    return image, applications, store

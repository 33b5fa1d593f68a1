"""What an entry promises held against the card: status words, verdicts, answer to reset.

Everything happens to copies in memory: no try is spent on the card, nothing is published.
Not here: making cards (`making`). Called by the command line and by tests.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256

from cardsim.chip import CardState
from cardsim.faults import FaultyCard
from cardsim.mynumber import CardImage, load_image, load_state, open_copy
from cardsim.readers.inprocess import connect
from cardsim.readers.insertable import InsertableCard, NoAnswerError
from cardsim.world.cards import CardEntry, CardKind
from cardsim.world.catalogue.entry import Entry, Secret, Step, Subject
from cardsim.world.catalogue.reading import CatalogueError
from cardsim.world.catalogue.spending import SecretMissingError, secret_value, wrong_value
from cardsim.world.world import World
from jpki.card.client import (
    CardError,
    CertificateMissingError,
    Channel,
    JpkiSession,
    PinBlockedError,
    TextSession,
    UnexpectedStatusError,
    VisualSession,
)
from jpki.card.connection import ConnectionLostError
from jpki.digest_info import DigestAlgorithm
from jpki.iso7816 import SW, ApduError, ResponseApdu
from jpki.profiles.kinds import Kind
from jpki.profiles.naming import FAITHFUL
from jpki.signing.card import CardSigner
from jpki.signing.cms import sign_detached
from jpki.signing.login import answer
from jpki.verify import (
    CrlSource,
    Environment,
    Outcome,
    Report,
    TrustAnchors,
    Verdict,
    Verifier,
    policies_of,
)
from jpki.verify.card_anchors import sort_keys
from jpki.verify.card_face import Answer, CardFaceVerifier, Evidence, NoAnswer
from jpki.verify.cms import verify_detached
from jpki.verify.login import RelyingParty

ABSENT = "absent"
LOST = "lost"
NO_ANSWER = "none"
_PARTY = "https://rehearsal.example"
_CONTENT = "架空の文書".encode()
_CHALLENGE = bytes(range(32))
"""Always the same: this proves what is on the card, not that it is here."""
_ANY_PIN = {Kind.AUTH: "0000", Kind.SIGN: "AAAAAA"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise: what it is about, what was promised, what was seen."""

    what: str
    expected: str
    seen: str

    @property
    def holds(self) -> bool:
        """Whether what was seen is what was promised; `x` in a promise stands for any digit."""
        return fnmatchcase(self.seen, self.expected.replace("x", "?"))


class Rehearsal:
    """Plays entries of a catalogue in a world whose lists are up to date."""

    def __init__(self, world: World) -> None:
        environment = Environment.JLIS_TEST if world.naming == FAITHFUL else Environment.EMULATOR
        self._world = world
        self._moment = world.clock.now()
        self._face_verifier = CardFaceVerifier(
            sort_keys({bytes(name): bytes(key) for name, key in world.cv_anchors().items()})
        )
        self._verifier = Verifier(
            TrustAnchors.load(sign=world.anchors(Kind.SIGN), auth=world.anchors(Kind.AUTH)),
            CrlSource.load([der for kind in Kind for der in world.published_lists(kind)]),
            policies_of(environment),
        )

    def play(self, entry: Entry) -> tuple[Finding, ...]:
        """Give what came of every promise of an entry; raises `UnknownNameError` without card."""
        return tuple(self._play(entry, self._world.card(entry.name)))

    def _play(self, entry: Entry, card: CardEntry) -> Iterator[Finding]:
        answers = "answers to reset", "is mute"
        yield Finding(
            "answer to reset", answers[not entry.answers], answers[not self._copy(card).power_on()]
        )
        image = None if card.kind is not CardKind.MY_NUMBER else load_image(card.directory)
        if entry.answers:
            yield from self._dialogue(entry, card, image)
        for subject in Subject:
            seen = ABSENT if image is None else self._verdict(subject, card, image)
            yield Finding(f"verdict: {subject.value}", entry.verdicts[subject], seen)

    def _copy(self, card: CardEntry) -> InsertableCard:
        """Give a copy that has the card's faults, each counting from its first command."""
        if card.kind is not CardKind.MY_NUMBER:
            return self._world.open_card(card.name)
        faults = self._world.faults(card.name)
        if not faults:
            return open_copy(card.directory)
        return FaultyCard(
            lambda around: open_copy(card.directory, around_store=around),
            faults,
            # A rehearsal is about answers: nobody waits for a slow card.
            sleep=lambda _: None,
        )

    def _dialogue(
        self, entry: Entry, card: CardEntry, image: CardImage | None
    ) -> Iterator[Finding]:
        copy = self._copy(card)
        copy.power_on()
        state = None if image is None else load_state(card.directory)
        for step in entry.dialogue:
            name = step.why or step.send
            try:
                command = command_of(step, state)
            except CatalogueError as error:
                raise CatalogueError(f"{entry.number} dialogue: {error}") from None
            answer = _answer_of(copy, command)
            if not answer:
                yield Finding(name, step.status, NO_ANSWER)
                copy.power_off()
                copy.power_on()
                continue
            try:
                received = ResponseApdu.decode(answer)
            except ApduError:
                yield Finding(name, step.status, f"{len(answer)} bytes without a status word")
                continue
            yield Finding(name, step.status, f"{received.status.value:04X}")
            if step.data:
                data = bytes.fromhex(step.data)
                yield Finding(f"{name}: data", data.hex(), received.data[: len(data)].hex())

    def _verdict(self, subject: Subject, card: CardEntry, image: CardImage) -> str:
        if subject is Subject.LOGIN:
            return self._with_key(card, image, Kind.AUTH, self._log_in)
        if subject is Subject.SIGNATURE:
            return self._with_key(card, image, Kind.SIGN, self._sign)
        if subject is Subject.FACE:
            return self._face(card, image)
        kind = Kind(subject.value)
        credential = image.auth if kind is Kind.AUTH else image.sign
        if credential is None:
            return ABSENT
        return _words(self._verifier.check(credential.certificate, kind, moment=self._moment))

    def _with_key(
        self,
        card: CardEntry,
        image: CardImage,
        kind: Kind,
        use: Callable[[CardSigner], Report],
    ) -> str:
        """Present the right PIN and use a key; a refusal of the card is the verdict then."""
        if (image.auth if kind is Kind.AUTH else image.sign) is None:
            return ABSENT
        pin = image.auth_pin if kind is Kind.AUTH else image.sign_pin
        # A PIN that was never set: any will do to hear what the card says.
        shown = pin or "000000"[: 4 if kind is Kind.AUTH else 6]
        try:
            session = JpkiSession(connect(self._copy(card)))
            session.verify_pin(kind, shown, allow_last_try=True)
            return _words(use(CardSigner.open(session, kind)))
        except (CardError, ConnectionLostError) as error:
            return _failed(error)

    def _face(self, card: CardEntry, image: CardImage) -> str:
        """Judge the files on the card, and its answers to challenges."""
        if image.text is None or image.visual is None:
            return ABSENT
        try:
            channel = Channel(connect(self._copy(card)))
            answers = _answered(TextSession(channel)), _answered(VisualSession(channel))
        except (CardError, ConnectionLostError) as error:
            return _failed(error)
        evidence = Evidence(
            text=image.text.files,
            visual=image.visual.files,
            text_answer=answers[0],
            visual_answer=answers[1],
        )
        return _words(self._face_verifier.check(evidence, moment=self._moment))

    def _log_in(self, signer: CardSigner) -> Report:
        service = RelyingParty(_PARTY, self._verifier)
        challenge, state = service.begin(moment=self._moment)
        response = answer(challenge.encode(), signer, relying_party=_PARTY, moment=self._moment)
        return service.complete(state, response, moment=self._moment)

    def _sign(self, signer: CardSigner) -> Report:
        message = sign_detached(_CONTENT, signer, moment=self._moment)
        return verify_detached(message, _CONTENT, self._verifier, moment=self._moment)


def _answer_of(card: InsertableCard, command: bytes) -> bytes:
    """Have a card answer; nothing when no answer comes through."""
    try:
        return card.transmit(command)
    except NoAnswerError:
        return b""


def _answered(session: TextSession | VisualSession) -> Answer | NoAnswer:
    info = DigestAlgorithm.SHA256.digest_info(sha256(_CHALLENGE).digest())
    try:
        return Answer(_CHALLENGE, session.sign_with_card_key(info))
    except UnexpectedStatusError as error:
        return NoAnswer(str(error))


def command_of(step: Step, state: CardState | None) -> bytes:
    """Give a step's command with the card's secrets put in.

    Raises `CatalogueError` when the card has no such secret.
    """

    def right(label: str) -> bytes:
        try:
            value = None if state is None else secret_value(state, Secret.named(label))
        except SecretMissingError:
            value = None
        if value is None:
            raise CatalogueError(f"the card has no secret {label}")
        return value

    filled = step.filled(
        lambda label: right(label).hex(), lambda label: wrong_value(right(label)).hex()
    )
    return bytes.fromhex(filled)


def _failed(error: CardError | ConnectionLostError) -> str:
    """Put into the words of a catalogue why there is nothing to judge."""
    match error:
        case PinBlockedError():
            return f"refused: {SW.REFERENCE_DATA_NOT_USABLE:04X}"
        case UnexpectedStatusError():
            return f"refused: {error.status.value:04X}"
        case ConnectionLostError():
            return LOST
        case CertificateMissingError():
            return ABSENT
    # No entry can promise this: what else goes wrong is no case of its own.
    return f"unusable: {error}"


def _words(report: Report) -> str:
    """Put a verdict into the words of a catalogue: with the rule that decided."""
    if report.verdict is Verdict.GOOD:
        return "good"
    outcome = Outcome.FAIL if report.verdict is Verdict.BAD else Outcome.CANNOT_TELL
    rule = next(check.rule.id for check in report.all_checks if check.outcome is outcome)
    return f"{'bad' if outcome is Outcome.FAIL else 'cannot-tell'}: {rule}"

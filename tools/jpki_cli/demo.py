"""`jpki demo`: the whole story in one run, in a world that is thrown away afterwards.

Everything it shows is done by the calls a user's program would make. A step that goes otherwise
than it should makes the demo fail.
"""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from cardsim.readers.inprocess import connect
from cardsim.readers.pcsc import PcscService
from cardsim.world import World
from jpki.card.client import CommonSession, JpkiSession, WrongPinError
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.signing.card import CardSigner
from jpki.signing.cms import sign_detached
from jpki.signing.login import answer as answer_challenge
from jpki.verify import CrlSource, TrustAnchors, Verdict, Verifier
from jpki.verify.cms import verify_detached
from jpki.verify.login import RelyingParty
from jpki_cli.answer import Answer, answers, as_json
from jpki_cli.clearing import clearing_up
from jpki_cli.counting import tries_words
from jpki_cli.exits import ExitStatus
from jpki_cli.telling import Telling

_WHO = "hanako"
_AUTH_PIN, _WRONG_PIN, _SIGN_PIN = "1234", "0000", "ABC123"
_SERVICE = "https://login.example"
_DOCUMENT = "I move to 架空町.".encode()


@dataclass(frozen=True, slots=True)
class Scene:
    """Who plays: the world, the card's session, and the one who tells."""

    telling: Telling
    world: World
    session: JpkiSession


@click.command()
@answers
def demo() -> Answer:
    """Show it all: a card is made, plugged in, logs in and signs, is checked, revoked, refused.

    Needs no root, no reader, no system package. Nothing is kept.

    \b
    Example:
      jpki demo
    """
    telling = Telling(quiet=as_json())
    with clearing_up(), tempfile.TemporaryDirectory(prefix="jpki-demo-") as directory:
        _play(telling, Path(directory) / "world")
    good = telling.went_well
    last = "everything went as it should" if good else "something did NOT go as it should"
    return Answer(
        {"steps": telling.steps, "as_expected": good},
        f"\n{last}\n\nNext: jpki card run {_WHO} -- opensc-tool -n    (jpki --help for the rest)",
        ExitStatus.YES if good else ExitStatus.NO,
    )


def _play(telling: Telling, home: Path) -> None:
    with World.create(home) as world:
        telling.step(
            "A world is made: two test CAs, three citizens, their cards (マイナンバーカード)",
            *(
                f"{entry.name}: {', '.join(kind.japanese for kind in entry.serials)}"
                for entry in world.cards()
            ),
        )
        connection = connect(world.open_card(_WHO))
        with JpkiSession(connection) as session:
            scene = Scene(telling, world, session)
            _look(scene)
            _spend_a_try(scene)
            _log_in(scene, "It logs in (利用者証明)", Verdict.GOOD)
            message = _sign(scene)
            _change_the_document(scene, message)
            _revoke(scene)
            _log_in(scene, "The same card, PIN and key again: refused", Verdict.BAD)
            _verify_again(scene, message)
            _without_lists(scene)
        connection.power_off()
        _let_opensc_look(telling, world)


def _look(scene: Scene) -> None:
    session = scene.session
    token, record = session.token_info(), CommonSession(session.channel).card_record()
    tries = ", ".join(f"{kind.value} {session.tries_left(kind)}" for kind in Kind)
    scene.telling.step(
        "The card is plugged in and read",
        f"token {token.label}, ATR {session.channel.connection.atr.hex(' ').upper()}",
        f"card number {record.serial}, expires {record.expires}",
        f"tries left: {tries}",
    )


def _spend_a_try(scene: Scene) -> None:
    session = scene.session
    try:
        session.verify_pin(Kind.AUTH, _WRONG_PIN)
    except WrongPinError as wrong:
        refused = str(wrong)
    else:
        raise RuntimeError("the card took a wrong PIN")
    session.verify_pin(Kind.AUTH, _AUTH_PIN)
    scene.telling.step(
        "A wrong PIN costs a try, the right one restores the counter",
        refused,
        f"then the right one: {tries_words(session.tries_left(Kind.AUTH))}",
    )


def _log_in(scene: Scene, title: str, expected: Verdict) -> None:
    now = scene.world.clock.now()
    service = RelyingParty(_SERVICE, _verifier(scene.world))
    challenge, state = service.begin(moment=now)
    scene.session.verify_pin(Kind.AUTH, _AUTH_PIN)
    signer = CardSigner.open(scene.session, Kind.AUTH)
    answer = answer_challenge(challenge.encode(), signer, relying_party=_SERVICE, moment=now)
    report = service.complete(state, answer, moment=now)
    scene.telling.judged(title, report, expected, rows=("login.signature", "cert.revocation"))


def _sign(scene: Scene) -> bytes:
    now = scene.world.clock.now()
    scene.session.verify_pin(Kind.SIGN, _SIGN_PIN)
    message = sign_detached(_DOCUMENT, CardSigner.open(scene.session, Kind.SIGN), moment=now)
    report = verify_detached(message, _DOCUMENT, _verifier(scene.world), moment=now)
    name = scene.world.citizen(_WHO).person.name.text
    scene.telling.judged(
        f"It signs a document (電子署名, CMS) as {name}",
        report,
        Verdict.GOOD,
        rows=("cms.signature", "cert.attributes", "cert.revocation"),
    )
    return message


def _change_the_document(scene: Scene, message: bytes) -> None:
    report = verify_detached(
        message, _DOCUMENT + b"!", _verifier(scene.world), moment=scene.world.clock.now()
    )
    scene.telling.judged(
        "The document is changed by one byte: refused",
        report,
        Verdict.BAD,
        rows=("cms.content-digest",),
    )


def _revoke(scene: Scene) -> None:
    world = scene.world
    done = world.revoke(Kind.AUTH, world.serial(_WHO, Kind.AUTH), RevocationReason.KEY_COMPROMISE)
    lists = world.publish_lists()
    scene.telling.step(
        "The authentication certificate is revoked (失効)",
        f"serial {done.serial}: {done.reason.rfc_name} ({done.reason.japanese})",
        f"{len(lists)} revocation lists published, one a municipality and the full ones",
    )


def _verify_again(scene: Scene, message: bytes) -> None:
    report = verify_detached(
        message, _DOCUMENT, _verifier(scene.world), moment=scene.world.clock.now()
    )
    scene.telling.judged(
        "The signing certificate is another one: its signature stays good",
        report,
        Verdict.GOOD,
        rows=("cert.revocation",),
    )


def _without_lists(scene: Scene) -> None:
    verifier = Verifier(_verifier(scene.world).anchors)
    certificate = scene.session.read_certificate(Kind.AUTH)
    scene.telling.judged(
        "Without a revocation list nobody can tell, so it is not good",
        verifier.check(certificate, Kind.AUTH, moment=scene.world.clock.now()),
        Verdict.CANNOT_TELL,
        rows=("cert.revocation",),
    )


def _verifier(world: World) -> Verifier:
    lists = [der for kind in Kind for der in world.published_lists(kind)]
    anchors = TrustAnchors.load(sign=world.anchors(Kind.SIGN), auth=world.anchors(Kind.AUTH))
    return Verifier(anchors, CrlSource.load(lists))


def _let_opensc_look(telling: Telling, world: World) -> None:
    """Let OpenSC meet the card through our PC/SC service, where it is installed."""
    tool = shutil.which("opensc-tool")
    if tool is None:
        telling.step(
            "Software of others sees the card through PC/SC (OpenSC is not installed here)",
            f"apt-get install opensc; jpki card run {_WHO} -- opensc-tool -n",
        )
        return
    with PcscService() as service:
        service.add_reader("demo reader 00 00").insert(world.open_card(_WHO))
        done = subprocess.run(
            [tool, "-n"],
            env={"PATH": "/usr/bin:/bin", **service.environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    telling.compared(
        "OpenSC sees the card through PC/SC: opensc-tool -n",
        done.stdout.strip() or done.stderr.strip(),
        expected="jpki",
    )

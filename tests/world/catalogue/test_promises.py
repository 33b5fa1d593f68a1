"""Each entry of the catalogue is what it says: to the card's clients, to verifiers, to OpenSSL."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest

from cardsim.faults import parse
from cardsim.mynumber import load_image
from cardsim.mynumber.face.photo import draw_photo
from cardsim.mynumber.face.text import draw_name
from cardsim.world.cards import CardKind
from cardsim.world.catalogue import CatalogueError, built_in, make
from cardsim.world.catalogue.entry import Step, Subject
from cardsim.world.catalogue.rehearsal import Rehearsal
from cardsim.world.founding import SECOND_GENERATION
from jpki.card.layout.visual import VisualEf
from jpki.card.layout.visual_files import FrontRecord
from jpki.profiles.kinds import Kind
from jpki.profiles.validity import japanese_date, nth_birthday_after
from tests.world.judging import openssl_says

ENTRIES = built_in().entries
CERTIFICATES = [
    pytest.param(entry, kind, id=f"{entry.number} {kind.value}")
    for entry in ENTRIES
    for kind in Kind
    if entry.verdicts[Subject(kind.value)] != "absent" and entry.number != "JP-069"
]
OPENSSL_WORDS = {
    "good": ": OK",
    "bad: cert.revocation": "certificate revoked",
    "bad: cert.not-after": "certificate has expired",
    "bad: cert.not-before": "certificate is not yet valid",
    "bad: cert.signature": "signature failure",
    "bad: cert.issuer": "unable to get local issuer certificate",
}
ENDED_AUTHORITY = {"JP-030": "unable to get certificate CRL"}
"""OpenSSL asks for a list first; an authority that has ended itself signs none any more."""

STARTS = [date(2024, 2, 29), date(2028, 2, 29), date(2026, 11, 23), date(2027, 1, 1)]


@pytest.fixture(scope="module")
def rehearsal(peopled):
    """Give a rehearsal in the peopled world."""
    return Rehearsal(peopled)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.number)
def test_each_promise_of_an_entry_holds(rehearsal, entry):
    """Status words, verdicts and the answer to reset are those the entry names."""
    findings = rehearsal.play(entry)

    assert [finding for finding in findings if not finding.holds] == []
    assert len(findings) >= len(Subject) + 1


@pytest.mark.parametrize(("entry", "kind"), CERTIFICATES)
def test_openssl_says_of_each_certificate_what_the_entry_says(peopled, tmp_path, entry, kind):
    """Somebody else's verifier agrees, for the same reason."""
    image = load_image(peopled.card(entry.name).directory)
    certificate = (image.auth if kind is Kind.AUTH else image.sign).certificate

    said = openssl_says(peopled, certificate, kind, tmp_path)

    words = OPENSSL_WORDS[entry.verdicts[Subject(kind.value)]]
    assert ENDED_AUTHORITY.get(entry.number, words) in said


@pytest.mark.parametrize("ago", SECOND_GENERATION)
@pytest.mark.parametrize("start", STARTS, ids=str)
def test_a_certificate_of_the_second_generation_has_ended_or_not_whatever_the_birthday(start, ago):
    """Those of its first days have (JP-085), later ones have not (JP-031); the card is valid."""
    birthdays = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
    first, later = (
        start - timedelta(days=ago - built_in().entry(number).card.issued.day)
        for number in ("JP-085", "JP-031")
    )

    assert max(birthday_after(first, 5, each) for each in birthdays) < start - timedelta(days=1)
    assert min(birthday_after(first, 10, each) for each in birthdays) > start
    assert min(birthday_after(later, 5, each) for each in birthdays) > start


def birthday_after(day, count, birthday):
    return nth_birthday_after(day, count, month=birthday.month, day=birthday.day)


def test_certificates_can_end_before_their_card_and_their_authority(peopled):
    """JP-085: the everyday case of an expired certificate."""
    today = japanese_date(peopled.clock.now())
    card = peopled.card("JP-085")
    record = peopled.certificate("jp-085", Kind.AUTH)
    authority = peopled.authorities[Kind.AUTH].generations[record.generation - 1]

    assert record.generation == 2
    assert japanese_date(record.not_after) < today < card.expires
    assert today < japanese_date(authority.not_after)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.number)
def test_a_number_is_the_name_of_its_card_in_either_case(peopled, entry):
    """JP-001 and jp-001 are the same card."""
    card = peopled.card(entry.number)

    assert card == peopled.card(entry.number.lower())
    assert card.holder == entry.citizen
    assert card.kind is entry.card.kind


def test_rehearsing_spends_no_try(peopled, rehearsal):
    """What an entry plays is played to a copy."""
    entry = built_in().entry("JP-044")
    state = (peopled.card(entry.name).directory / "state.json").read_bytes()

    rehearsal.play(entry)

    assert (peopled.card(entry.name).directory / "state.json").read_bytes() == state


def test_a_broken_promise_is_told(peopled, rehearsal):
    """A rehearsal can fail: a card is held against the promises of another entry's."""
    blocked = built_in().entry("JP-048")
    pretender = replace(blocked, number="JP-001", holder=built_in().entry("JP-001").holder)

    findings = rehearsal.play(pretender)

    broken = {finding.what for finding in findings if not finding.holds}
    assert {"verdict: login", "verdict: signature", "blocked"} <= broken


def test_a_tampered_photo_is_somebody_elses(peopled):
    """A photo as any other, not the holder's; what is printed beside it was not touched."""
    card = peopled.card("JP-083")
    image = load_image(card.directory)
    own = draw_photo(sha256(b"JPKI-EMU face " + image.record.serial.encode()).digest())

    front = FrontRecord.parse(image.visual.files[VisualEf.FRONT])

    assert front.photo != own
    assert front.photo[:12] == own[:12]
    assert front.name == draw_name(peopled.citizen(card.holder).person.name.text)


def test_a_card_that_gives_no_answer_breaks_the_promise_of_one(rehearsal):
    """A mute card is no reason to stop."""
    step = Step("00 20 00 98", "9000", why="an answer")
    entry = replace(built_in().entry("JP-071"), answers=True, dialogue=(step,))

    broken = {finding.what: finding.seen for finding in rehearsal.play(entry) if not finding.holds}

    assert broken == {"answer to reset": "is mute", "an answer": "none"}


def test_a_secret_the_card_has_not_is_said_with_the_number_of_the_entry(rehearsal):
    """A child has no password for signing."""
    entry = replace(built_in().entry("JP-003"), dialogue=(Step("{sign}", "9000"),))

    with pytest.raises(CatalogueError, match="JP-003 dialogue: the card has no secret sign"):
        rehearsal.play(entry)


@pytest.mark.parametrize(
    ("faults", "subject", "seen"),
    [
        ("truncate 1 at verify on auth-pin", "login", "lost"),
        ("truncate 1 at select every", "signature", "lost"),
        ("status 6F00 before select every", "login", "unusable: the card has no"),
        ("status 6F00 before compute-digital-signature in text", "face", "cannot-tell: text.pres"),
    ],
)
def test_whatever_goes_wrong_with_a_card_is_found(world, faults, subject, seen):
    """In a dialogue and in a verdict: a rehearsal tells it and goes on."""
    card = replace(built_in().entry("JP-001").card, faults=(parse(faults),))
    entry = replace(built_in().entry("JP-001"), card=card)
    make(world, [entry])

    findings = {finding.what: finding for finding in Rehearsal(world).play(entry)}

    assert findings[f"verdict: {subject}"].seen.startswith(seen)
    assert not findings[f"verdict: {subject}"].holds


def test_the_kinds_of_card_are_all_there(peopled):
    """A card of another kind and a mute one are among the entries."""
    kinds = {peopled.card(entry.name).kind for entry in ENTRIES}

    assert kinds == set(CardKind)

"""PINs: counting before comparing, blocking, changing."""

import hmac

import pytest

from cardsim.chip import CardState, Dialect, ObjectId, StoreError
from cardsim.chip.pins import PinOutcome, change, present, tries_left
from cardsim.mynumber import MemoryStore
from jpki.iso7816 import SW
from tests.chip.plain import EF_PIN, FIRST, PIN, SECOND, TRIES, plain_card, send, state, verify

NAME = ObjectId(FIRST, EF_PIN)
QUERY = f"002000{0x80 | EF_PIN:02X}"


class Diary(MemoryStore):
    """A store that notes every counter saved."""

    def __init__(self, saved: CardState) -> None:
        super().__init__(saved)
        self.saved: list[int] = []

    def save(self, state: CardState) -> None:
        self.saved.append(state.pins[NAME].tries_left)
        super().save(state)


class FullDisk(MemoryStore):
    """A store that cannot save."""

    def save(self, state: CardState) -> None:
        raise StoreError("no space left")


def test_a_try_is_saved_before_anything_is_compared(monkeypatch):
    """When the comparison begins, the lowered counter is already in the store."""
    store, seen = Diary(state()), []
    real = hmac.compare_digest
    monkeypatch.setattr(
        hmac, "compare_digest", lambda a, b: (seen.extend(store.saved), real(a, b))[1]
    )

    outcome = present(store, NAME, PIN, tries=TRIES)

    assert seen == [TRIES - 1]
    assert outcome == (PinOutcome.VERIFIED, TRIES)
    assert store.saved == [TRIES - 1, TRIES]


def test_wrong_pin_costs_one_try():
    """The counter goes down by one and stays there."""
    store = Diary(state())

    outcome = present(store, NAME, b"wrong!", tries=TRIES)

    assert outcome == (PinOutcome.WRONG, TRIES - 1)
    assert tries_left(store, NAME) == TRIES - 1


def test_a_blocked_pin_is_not_compared(monkeypatch):
    """Without tries left the right PIN is as wrong as any, and nothing is saved."""
    store = Diary(state(tries=0))
    monkeypatch.delattr(hmac, "compare_digest")

    outcome = present(store, NAME, PIN, tries=TRIES)

    assert outcome == (PinOutcome.BLOCKED, 0)
    assert store.saved == []


def test_nothing_is_compared_when_the_try_cannot_be_saved(monkeypatch):
    """A full disk must not become a way to guess for free."""
    monkeypatch.delattr(hmac, "compare_digest")

    with pytest.raises(StoreError):
        present(FullDisk(state()), NAME, PIN, tries=TRIES)


@pytest.mark.parametrize(
    "offered",
    [b"", b"secre", b"secret\0", b"secrets", b"SECRET", b"secret" + bytes(58), b"s" * 70],
)
def test_only_the_pin_itself_is_right(offered):
    """Shorter, longer, padded or other bytes are wrong and cost a try."""
    store = MemoryStore(state())

    assert present(store, NAME, offered, tries=TRIES) == (PinOutcome.WRONG, TRIES - 1)


def test_a_pin_the_state_does_not_know_is_blocked():
    """Missing information is never a way in."""
    store = MemoryStore(CardState({}))

    assert tries_left(store, NAME) == 0
    assert present(store, NAME, PIN, tries=TRIES) == (PinOutcome.BLOCKED, 0)
    assert change(store, NAME, PIN) is PinOutcome.BLOCKED


def test_pins_of_two_applications_count_apart():
    """The same identifier in another application is another PIN."""
    store = MemoryStore(state())

    present(store, NAME, b"wrong!", tries=TRIES)

    assert tries_left(store, ObjectId(SECOND, EF_PIN)) == TRIES


def test_changing_a_pin_gives_no_try_back():
    """The new value has the tries the old one had left."""
    store = MemoryStore(state(tries=1))

    assert change(store, NAME, b"newpin") is PinOutcome.VERIFIED
    assert tries_left(store, NAME) == 1
    assert present(store, NAME, b"newpin", tries=TRIES) == (PinOutcome.VERIFIED, TRIES)


def test_verify_counts_down_and_blocks():
    """63C2, 63C1, 63C0, then the word for blocked, even for the right PIN."""
    card = plain_card()
    wrong = verify(b"wrong!")

    answers = [send(card, command) for command in (wrong, wrong, wrong, wrong, verify())]

    assert answers == ["63C2", "63C1", "63C0", "6983", "6983"]
    assert send(card, QUERY) == "63C0"


def test_the_dialect_names_the_word_for_blocked():
    """Cards differ between 6983 and 6984."""
    card = plain_card(Dialect(blocked=SW.REFERENCE_DATA_NOT_USABLE), tries=0)

    assert send(card, verify()) == "6984"


def test_success_gives_the_tries_back():
    """After two failures the right PIN sets the counter to its maximum."""
    card = plain_card(tries=1)

    assert send(card, verify()) == "9000"
    assert card._store.read().pins[NAME].tries_left == TRIES


@pytest.mark.parametrize(("tells", "answer"), [(True, "9000"), (False, "63C3")])
def test_a_query_after_success_answers_as_the_dialect_says(tells, answer):
    """ISO says 9000 once the PIN is verified; some cards always tell the tries."""
    card = plain_card(Dialect(query_tells_verified=tells))
    send(card, verify())

    assert send(card, QUERY) == answer


def test_a_wrong_pin_after_the_right_one_forgets_the_proof():
    """Security status follows the last presentation."""
    card = plain_card()
    send(card, verify())

    send(card, verify(b"wrong!"))

    assert send(card, "00B0830000") == "6982"


def test_a_presentation_that_cannot_be_counted_forgets_the_proof():
    """Whatever goes wrong inside, the card is not more open than before."""
    store = MemoryStore(state())
    card = plain_card(store=store)
    send(card, verify())
    store.save = FullDisk(state()).save

    with pytest.raises(StoreError):
        send(card, verify())

    assert send(card, "00B0830000") == "6982"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (QUERY, "63C3"),
        (QUERY + "00", "6700"),
        (QUERY + "000000", "6700"),
        (verify() + "00", "9000"),
        ("00200080", "6986"),
        ("00200081", "6981"),
        ("00200099", "6A82"),
        ("00200005", "6A86"),
        ("00200000", "6A86"),
        ("0020009F", "6A86"),
        ("00200185", "6A86"),
    ],
)
def test_verify_forms(command, answer):
    """With and without data, by short identifier; a Le behind data is ignored."""
    assert send(plain_card(), command) == answer


def test_verify_by_short_identifier_leaves_the_current_file():
    """Naming a PIN is not selecting it."""
    card = plain_card()
    send(card, "00A4020C020001")

    send(card, verify())

    assert send(card, "00B0000001") == "009000"


@pytest.mark.parametrize(
    ("new", "answer"),
    [
        (b"newpin", "9000"),
        (b"four", "9000"),
        (b"eightlet", "9000"),
        (b"abc", "6A80"),
        (b"ninechars", "6A80"),
        (b"DIGIT5", "6A80"),
    ],
)
def test_a_new_pin_must_follow_the_rule(new, answer):
    """Length and alphabet are checked when a PIN is changed, and 6A80 says no."""
    card = plain_card()
    send(card, verify())

    assert send(card, f"002401{0x80 | EF_PIN:02X}{len(new):02X}{new.hex()}") == answer
    assert (send(card, verify(new)) == "9000") is (answer == "9000")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("0024018506" + b"newpin".hex(), "6982"),
        ("0024008506" + b"newpin".hex(), "6A86"),
        ("0024018106" + b"newpin".hex(), "6981"),
        ("0024018006" + b"newpin".hex(), "6986"),
        ("00240185", "6700"),
        ("0024018500", "6700"),
    ],
)
def test_a_pin_is_not_changed_without_being_proven(command, answer):
    """The old PIN must have been verified, and the command be whole."""
    card = plain_card()

    assert send(card, command) == answer
    assert send(card, verify()) == "9000"


def test_a_pin_blocked_elsewhere_cannot_be_changed():
    """A session that proved the PIN before it was blocked does not revive it."""
    store = MemoryStore(state())
    card = plain_card(store=store)
    send(card, verify())
    store.save(state(tries=0))

    assert send(card, "0024018506" + b"newpin".hex()) == "6983"
    assert send(card, QUERY) == "63C0"

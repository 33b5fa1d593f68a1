"""The journal holds what happened, whole lines only, and nothing secret."""

import json
from datetime import UTC, date, datetime

import pytest

from cardsim.world import DamagedWorldError, WorldVersionError
from cardsim.world.cards import CardStanding
from cardsim.world.life import effects as do
from cardsim.world.life.events import Event, EventKind
from cardsim.world.life.journal import Journal, open_applications
from jpki.people import BirthDate
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from tests.life.lives import resident

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
STEPS = (
    do.WriteDown("resident-000000007"),
    do.Enter("hanako", resident(name="髙見　花子", birth_date=BirthDate.of(date(1989, 1, 7)))),
    do.Renumber("hanako"),
    do.Revoke(Kind.SIGN, 7, RevocationReason.AFFILIATION_CHANGED),
    do.Stand("card", CardStanding.SUSPENDED),
    do.Rewrite("card"),
    do.SetPins("card"),
    do.ClearPins("card"),
    do.Apply("card", (Kind.SIGN,), new_card=True),
    do.Issue(1, "hanako", "card", (Kind.AUTH,), ((Kind.AUTH, 9),), NOW.isoformat(), False),
    do.Lapse(1, "because", (Kind.SIGN,)),
    do.AddGeneration(Kind.AUTH, 4),
    do.Publish(),
    do.SetSignPin("card"),
)
EVENT = Event(kind=EventKind.MOVE, who="hanako", card="card", kinds=(Kind.SIGN,), serial=7)


@pytest.fixture
def journal(tmp_path):
    """Give a journal nobody has written."""
    return Journal(tmp_path / "life.jsonl")


@pytest.fixture
def path(tmp_path):
    """Give where it is."""
    return tmp_path / "life.jsonl"


def test_every_step_comes_back_as_it_was(journal):
    """One of each kind there is."""
    assert {type(step) for step in STEPS} == set(do.Effect.__args__)

    journal.begin(1, NOW, EVENT, STEPS)

    [entry] = journal.entries()
    assert (entry.moment, entry.event, entry.effects) == (NOW, EVENT, STEPS)


def test_an_entry_is_unfinished_until_it_is_done(journal):
    """One without steps is done by being there."""
    entry = journal.begin(1, NOW, EVENT, STEPS)
    journal.begin(2, NOW, EVENT, ())
    assert [each.number for each in journal.unfinished()] == [1]

    journal.finish(entry)

    assert journal.unfinished() == []


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_a_line_that_was_never_whole_never_happened(journal, path, cut):
    """What a crash left of it is written over."""
    journal.begin(1, NOW, EVENT, ())
    whole = path.read_bytes()
    journal.begin(2, NOW, EVENT, ())
    path.write_bytes(path.read_bytes()[:-cut])

    assert [entry.number for entry in journal.entries()] == [1]
    journal.begin(3, NOW, EVENT, ())
    assert [entry.number for entry in journal.entries()] == [1, 3]
    assert path.read_bytes().startswith(whole)


def test_only_its_owner_can_read_it(journal, path):
    """Names are in it."""
    journal.begin(1, NOW, EVENT, STEPS)

    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "line", [b"{}\n", b"[]\n", b'{"number": 1}\n', b'{"number": 1, "at": "x"}\n', b"nonsense\n"]
)
def test_a_line_nobody_wrote_is_damage(journal, path, line):
    """Refused, not passed over; the message names the file and quotes nothing."""
    journal.begin(1, NOW, EVENT, STEPS)
    path.write_bytes(path.read_bytes() + line)

    with pytest.raises(DamagedWorldError, match=r"life\.jsonl") as caught:
        journal.entries()

    assert caught.value.__cause__ is None


def test_a_journal_of_another_version_is_refused(journal, path):
    """And left as it is."""
    path.write_text(json.dumps({"format": "jpki-emu life", "version": 2}) + "\n")

    with pytest.raises(WorldVersionError):
        journal.entries()


@pytest.mark.parametrize("settled", [STEPS[9], STEPS[10]])
def test_an_application_is_open_until_it_is_settled(journal, settled):
    """By an issue or by its lapse."""
    journal.begin(1, NOW, EVENT, [STEPS[8]])
    assert [asked.number for asked in open_applications(journal.entries())] == [1]

    journal.begin(2, NOW, EVENT, [settled])

    assert open_applications(journal.entries()) == []


def test_what_lapses_of_an_application_leaves_the_rest(journal):
    """The kinds that are named, one after the other."""
    asked = do.Apply("card", (Kind.SIGN, Kind.AUTH))
    journal.begin(1, NOW, EVENT, [asked])
    journal.begin(2, NOW, EVENT, [asked])
    journal.begin(3, NOW, EVENT, [do.Lapse(1, "because", (Kind.SIGN,))])

    assert [(each.number, each.kinds) for each in open_applications(journal.entries())] == [
        (1, (Kind.AUTH,)),
        (2, (Kind.SIGN, Kind.AUTH)),
    ]
    journal.begin(4, NOW, EVENT, [do.Lapse(1, "because", (Kind.AUTH,))])
    assert [each.number for each in open_applications(journal.entries())] == [2]


def test_a_lapse_written_before_it_named_kinds_is_read(journal, path):
    """Journals of older worlds: all of the application."""
    journal.begin(1, NOW, EVENT, [do.Lapse(1, "because")])
    path.write_text(path.read_text().replace(',"kinds":[]}]', "}]"))

    [entry] = journal.entries()
    assert '"why":"because"}]' in path.read_text()
    assert entry.effects == (do.Lapse(1, "because"),)


def test_what_an_authority_would_not_do_is_not_told_as_done(journal):
    """The reason stands in the place of the steps, and the application is settled."""
    journal.begin(1, NOW, EVENT, [do.Apply("card", (Kind.SIGN,))])
    night = Event(kind=EventKind.ISSUE, who="hanako", card="card", application=1)
    steps = [do.Issue(1, "hanako", "card", (Kind.SIGN,), (), NOW.isoformat(), False)]
    begun = journal.begin(2, NOW, night, steps)

    told = journal.finish(begun, "no key")

    assert (told.effects, told.done) == ((do.Lapse(1, "no key"),), True)
    assert journal.entries()[1] == told
    assert open_applications(journal.entries()) == []

"""`jpki ca event`, `status`, `history` and `jpki world clock`: what they say and how they end."""

import os
from contextlib import closing
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import click
import pytest
from asn1crypto import ocsp
from jpki_cli.ca_event import FORMS, birth_date
from jpki_cli.world_clock import step

from cardsim.world import World
from cardsim.world.clock import Clock
from cardsim.world.life import TABLE, EventKind
from cardsim.world.life.events import OF_THE_CLOCK
from cardsim.world.paths import Paths
from cardsim.world.serving import WorldOffer
from jpki.people import BirthDate, Era
from jpki.profiles.kinds import Kind
from tests.ca.ocsp.asking import asking
from tests.cli.calling import NO, USAGE, YES

MOVE = ("ca", "event", "move", "hanako", "--to", "13221", "--address", "架空町1-2-3")


def test_every_kind_people_bring_about_has_a_command():
    """The rest comes with the clock."""
    assert set(FORMS) == set(EventKind) - OF_THE_CLOCK


def test_the_list_has_every_row_with_its_source(jpki):
    """What it says is what the rules use."""
    rows = jpki("ca", "event", "--list", "--json").json["events"]

    assert {row["event"]: row["grade"] for row in rows} == {
        kind.value: row.source.grade.value for kind, row in TABLE.items()
    }
    assert len(jpki("ca", "event", "--list").stdout.splitlines()) == len(TABLE) + 1


def test_a_life_told_in_commands(jpki):
    """Move, new certificate in the night, loss, finding, death; each with its answer."""
    moved = jpki(*MOVE, "--json")
    asked = jpki("ca", "event", "certify", "hanako")
    night = jpki("world", "clock", "advance", "--night", "--json")
    good = jpki("ca", "status", "hanako", "--kind", "sign", "--json")
    lost = jpki("ca", "event", "loss", "hanako")
    found = jpki("ca", "event", "finding", "hanako")
    held = jpki("ca", "status", "hanako", "--json")
    dead = jpki("ca", "event", "death", "hanako")
    nothing = jpki("ca", "event", "certify", "hanako", "--json")

    assert [s.status for s in (moved, asked, night, good, lost, found, held, dead, nothing)] == [
        *(YES, YES, YES, YES, YES, YES),
        NO,
        YES,
        NO,
    ]
    [revoked] = [step for step in moved.json["steps"] if step["do"] == "Revoke"]
    assert (revoked["kind"], revoked["reason"]) == ("sign", "affiliationChanged")
    assert [entry["event"] for entry in night.json["passed"]] == ["issue", "night"]
    [certificate] = good.json["certificates"]
    assert certificate["predecessor"] == revoked["serial"]
    assert certificate["state"] == "good"
    states = {row["kind"]: row["reason"] for row in held.json["certificates"]}
    assert states == {"sign": "certificateHold", "auth": "certificateHold"}
    assert nothing.json["rule"] == "death"


def test_lists_say_so_after_the_night_and_ocsp_sooner(jpki):
    """Before it no list names the serial number; OCSP may know it within 15 minutes."""
    serial = str(jpki(*MOVE, "--json").json["steps"][1]["serial"])
    [before] = jpki("ca", "status", serial, "--json").json["certificates"]
    jpki("world", "clock", "advance", "1d")
    [after] = jpki("ca", "status", serial, "--json").json["certificates"]

    assert before["lists"]
    assert {row["says_revoked"] for row in before["lists"]} == {False}
    assert {row["says_revoked"] for row in after["lists"]} == {True}
    assert (before["revoked_at"][11:19], before["ocsp_from"][11:19]) == ("03:04:05", "03:15:00")


def answers_of(home, record, moments):
    """Give what the world's own OCSP responder says of a certificate, moment by moment."""
    with World.open(home) as world:
        issuer = world.authorities[Kind.AUTH].generations[record["generation"] - 1].certificate
    request = asking(SimpleNamespace(serial=record["serial"], issuer=issuer))
    with closing(WorldOffer.open(home)) as offer:
        said = [offer.answer(request, moment=moment).der for moment in moments]
    singles = [ocsp.OCSPResponse.load(der).response_data["responses"][0] for der in said]
    return [each["cert_status"].native for each in singles]


def test_the_responder_says_so_from_the_moment_that_is_named(jpki):
    """Not a second sooner, a revocation at the very refresh and a final reason included."""
    jpki("world", "clock", "set", "2026-11-23T12:15:00")
    jpki("ca", "event", "loss", "hanako")
    [held] = jpki("ca", "status", "hanako", "--kind", "auth", "--json").json["certificates"]
    jpki("world", "clock", "set", "2026-11-23T12:40:00")
    jpki("ca", "event", "death", "hanako")
    [final] = jpki("ca", "status", "hanako", "--kind", "auth", "--json").json["certificates"]
    told = jpki("ca", "status", "hanako", "--kind", "auth").stdout

    first, last = (datetime.fromisoformat(final[n]) for n in ("ocsp_from", "ocsp_settled_from"))
    second = timedelta(seconds=1)
    said = answers_of(jpki.home, final, [first - second, first, last - second, last])

    assert [each if each == "good" else each["revocation_reason"] for each in said] == [
        "good",
        "certificate_hold",
        "certificate_hold",
        "cessation_of_operation",
    ]
    assert (held["ocsp_from"], held["settled_at"]) == (final["ocsp_from"], None)
    assert "12:15:00 JST; OCSP from 2026-11-23 12:30:00" in told
    assert "12:40:00 JST; OCSP from 2026-11-23 12:45:00, certificateHold until then" in told


def test_a_responders_certificate_is_not_the_authoritys_own(jpki):
    """In the list, the history and its status; which says what is current, too."""
    now = datetime.fromisoformat("2026-11-23T12:30:00+09:00")
    [hers] = jpki("ca", "status", "hanako", "--kind", "auth", "--json").json["certificates"]
    answers_of(jpki.home, hers, [now])

    listed = jpki("ca", "list", "--kind", "auth", "--json").json["certificates"]
    [serial] = [str(row["serial"]) for row in listed if row["role"] == "OCSP"]

    for words in (("list", "--kind", "auth"), ("history", serial), ("status", serial)):
        assert "(OCSP)" in jpki("ca", *words).stdout
        assert "(CA)" not in jpki("ca", words[0], serial).stdout
    told = jpki("ca", "status", "hanako", "--kind", "auth").stdout
    current = ", ".join(f"{kind} {serial}" for kind, serial in hers["current"].items())
    assert f"  current      {current}\n" in told


def test_what_is_ended_before_the_night_is_said_to_lapse(jpki):
    """In the answer to what ended it, and nothing is said to be issued for it."""
    jpki(*MOVE)
    jpki("ca", "event", "certify", "hanako")
    bare = jpki("ca", "event", "pinless", "hanako")
    night = jpki("world", "clock", "advance", "--night")

    assert "nothing comes of it: 署名用電子証明書 asked for before" in bare.stdout
    assert "issued for card" not in night.stdout


def test_history_is_by_date_and_of_whom_it_was_asked(jpki):
    """All, one citizen, one certificate."""
    revoked = jpki(*MOVE, "--json").json["steps"][1]["serial"]
    jpki("ca", "event", "death", "taro")
    everything = jpki("ca", "history", "--json").json["history"]
    hers = jpki("ca", "history", "hanako", "--json").json["history"]
    one = jpki("ca", "history", str(revoked), "--json").json["history"]

    assert [row["at"] for row in everything] == sorted(row["at"] for row in everything)
    assert {row["who"] for row in hers} == {"hanako"}
    words = [row.get("event") or row["certificate"] for row in one]
    assert words == ["issued", "move", "revoked"]


def test_history_lets_nothing_come_due(jpki):
    """Asking changes nothing."""
    jpki(*MOVE)
    with World.open(jpki.home) as world:
        before = world.events()
    jpki("ca", "history")

    with World.open(jpki.home) as world:
        assert world.events() == before


def test_no_answer_holds_name_address_or_number(jpki):
    """They end in logs."""
    with World.open(jpki.home) as world:
        hanako = world.citizen("hanako")
        private = [hanako.person.name.text, hanako.person.name.text[:2], hanako.my_number]
    said = [
        jpki(*MOVE),
        jpki(*MOVE, "--json"),
        jpki("ca", "event", "rename", "hanako", "--name", "髙見 花子"),
        jpki("ca", "event", "number", "hanako", "--json"),
        jpki("ca", "history"),
        jpki("ca", "history", "--json"),
        jpki("ca", "status", "hanako"),
    ]
    with World.open(jpki.home) as world:
        private.append(world.citizen("hanako").my_number)

    everything = "".join(each.everything for each in said)
    assert [word for word in (*private, "架空町", "髙見", "高見") if word in everything] == []


def test_pins_come_from_variables_and_are_said_nowhere(jpki):
    """A PIN that cannot be is refused by its rule."""
    bad = jpki("ca", "event", "pin-reset", "hanako", environment={"JPKI_AUTH_PIN": "12x4"})
    jpki("ca", "event", "pin-reset", "hanako", environment={"JPKI_AUTH_PIN": "4711"})
    login = jpki("login", "--card", "hanako", environment={"JPKI_AUTH_PIN": "4711"})

    assert (bad.status, "12x4" in bad.everything) == (USAGE, False)
    assert login.status == YES


def test_time_does_not_go_back_before_what_happened(jpki):
    """It may go back as long as nothing happened."""
    assert jpki("world", "clock", "set", "2026-11-22").status == YES
    jpki(*MOVE)

    said = jpki("world", "clock", "set", "2026-11-21")

    assert (said.status, "has lived until" in said.error) == (NO, True)


def test_the_clock_is_shown_set_and_let_run(jpki):
    """Japan's time without an offset."""
    moved = jpki("world", "clock", "set", "2026-12-01T09:00", "--json").json
    shown = jpki("world", "clock", "show", "--json").json
    running = jpki("world", "clock", "set", "2026-12-01T09:00", "--running").status
    mode = jpki("world", "clock", "show", "--json").json["mode"]

    assert moved["now"] == shown["now"] == "2026-12-01T00:00:00+00:00"
    assert (shown["mode"], running, mode) == ("fixed", YES, "offset")


@pytest.mark.parametrize("words", [(), ("3d", "--night"), ("3x",), ("",)])
def test_advance_takes_a_step_or_the_night(jpki, words):
    """One of them, and a step it can read."""
    assert jpki("world", "clock", "advance", *words).status == USAGE


@pytest.mark.parametrize("words", [("advance", "--night"), ("advance", "3d"), ("follow",)])
def test_time_is_read_and_moved_while_nobody_else_can(jpki, monkeypatch, words):
    """Of two who let a night pass at once, the second starts from where the first left it."""
    lock = Paths(jpki.home).issuing_lock
    held = []

    class Watched(Clock):
        def write(self, setting):
            held.append(("write", lock.exists()))
            super().write(setting)

        def now(self):
            held.append(("now", lock.exists()))
            return super().now()

    jpki("world", "clock", "set", "2026-11-23T12:15:00")
    monkeypatch.setattr("cardsim.world.world.Clock", Watched)
    done = jpki("world", "clock", *words, "--json")

    assert done.status == YES
    # The first look is that of opening the world.
    assert held[0] == ("now", False)
    assert ("write", True) in held
    assert {there for _, there in held[1:]} == {True}


def test_a_step_beyond_the_calendar_is_refused(jpki):
    """In a line, not a traceback."""
    said = jpki("world", "clock", "advance", "999999w")

    assert (said.status, said.stdout) == (USAGE, "")


@pytest.mark.parametrize(
    ("text", "hours"), [("3d", 72), ("1d6h", 30), ("90m", 1.5), ("2w", 336), ("3600s", 1)]
)
def test_steps_are_read(text, hours):
    """Weeks, days, hours, minutes, seconds, in this order."""
    assert step(text).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("1990-06-15", BirthDate.of(date(1990, 6, 15))),
        ("1989-01", None),
        ("1950-03", BirthDate(Era.SHOWA, 1950, 3)),
        ("1950", BirthDate(Era.SHOWA, 1950)),
        ("unknown", BirthDate(Era.UNKNOWN)),
        ("419890108", BirthDate(Era.HEISEI, 1989, 1, 8)),
        ("1990-13-01", None),
        ("x", None),
    ],
)
def test_birth_dates_are_read_as_far_as_they_are_known(text, born):
    """A month in which an era changed does not say which one: refused."""
    try:
        found = birth_date(text)
    except click.BadParameter:
        found = None

    assert found == born


OCTET = os.fsdecode(b"\xff")
NAMED = ("--name", f"髙{OCTET} 花子")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("correction", "--kana", f"モギ{OCTET} ハナコ"), "the kana"),
        (("rename", *NAMED, "--kana", "タカミ ハナコ"), "the name"),
        (("rename", *NAMED, "--substitute", f"{OCTET}=高"), "the name"),
        (("move", "--address", f"架空町{OCTET}", "--substitute", f"{OCTET}=高"), "the address"),
    ],
)
def test_what_is_no_text_is_refused_before_anything_changes(jpki, words, why):
    """With its place; and whoever is named so is nobody."""
    said = jpki("ca", "event", words[0], "hanako", *words[1:], "--json")
    nobody = jpki("ca", "event", words[0], OCTET, *words[1:])

    assert (said.status, said.json["rule"], nobody.status) == (NO, "characters", NO)
    assert said.json["why"].startswith(f"{why} holds what is no character (character ")
    assert not Paths(jpki.home).life.exists()
    assert jpki("ca", "status", "hanako").status == YES


def test_octets_of_a_shell_that_are_no_text_are_refused_in_a_line(jpki):
    """As they come to a process."""
    said = jpki.process("ca", "event", "rename", "hanako", *NAMED, "--kana", "タカミ ハナコ")

    assert (said.status, said.stderr) == (NO, "")
    assert said.stdout.startswith("no: the name holds what is no character (character 2)")


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda der: b"", "no revocation list, or is damaged"),
        (lambda der: der[:-1], "no revocation list, or is damaged"),
        # The tag of its one entry, behind which the extensions begin.
        (lambda der: der.replace(b"0\x23\x02\x04", b"1\x23\x02\x04"), "an entry of another form"),
    ],
)
def test_a_list_that_cannot_be_read_is_told_beside_what_is_known(jpki, damage, why):
    """The register knows the rest; and what to do about the list is said, and does it."""
    jpki("ca", "revoke", "hanako", "--kind", "auth", "--reason", "keyCompromise")
    asked = ("ca", "status", "hanako", "--kind", "auth")
    whole = jpki(*asked, "--json").json["certificates"][0]
    path = Paths(jpki.home).ca / "crl" / "auth-g3-full.crl"
    path.write_bytes(damage(path.read_bytes()))

    told, data = jpki(*asked), jpki(*asked, "--json")
    row = data.json["certificates"][0]
    lists = {each.pop("list"): each for each in row["lists"]}
    known = {each.pop("list"): each for each in whole["lists"]}

    assert (told.status, data.status, row | {"lists": 0}) == (NO, NO, whole | {"lists": 0})
    unread, good = lists.pop(path.name), known.pop(path.name)
    assert (unread["this_update"], unread["says_revoked"], lists) == (None, None, known)
    assert (why in unread["unreadable"], good["unreadable"]) == (True, None)
    assert "; `jpki ca crl` makes it anew" in unread["unreadable"]
    assert f"list         {path.name}: unreadable, {unread['unreadable']}\n" in told.stdout
    assert jpki("ca", "crl").status == YES
    assert "unreadable" not in jpki(*asked).stdout


def test_a_list_that_may_not_be_read_is_told_so_too(jpki):
    """In the system's words, and no good list is to be taken away for what may pass."""
    path = Paths(jpki.home).ca / "crl" / "auth-g3-full.crl"
    path.unlink()
    path.mkdir()

    told = jpki("ca", "status", "hanako", "--kind", "auth")

    assert told.status == YES
    assert f"{path.name}: unreadable, {path}: Is a directory\n" in told.stdout


def test_what_is_unknown_is_told_as_such(jpki):
    """Citizens, serial numbers, cards."""
    who = jpki("ca", "event", "death", "nobody")
    serial = jpki("ca", "status", "1")
    name = jpki("ca", "history", "nobody")
    card = jpki("ca", "event", "loss", "hanako", "--card", "x")

    assert [each.status for each in (who, serial, name, card)] == [NO, USAGE, USAGE, NO]
    assert "'nobody' is not in the register: `jpki world show` names who is" in who.stdout
    assert "there are: hanako, jiro, taro" in name.error
    assert "hanako has no card 'x'; there are: hanako" in card.stdout


def test_of_nobody_every_event_says_where_to_look(jpki):
    """But for a birth, which needs more than a name."""
    kinds = {kind for kind, form in FORMS.items() if not form.of_nobody} - {EventKind.BIRTH}
    said = {kind: jpki("ca", "event", kind.value, "nobody", "--json") for kind in kinds}

    assert {each.status for each in said.values()} == {NO}
    [why] = {each.json["why"] for each in said.values()}
    assert why == (
        "'nobody' is not in the register: `jpki world show` names who is,"
        " `jpki ca event birth` enters somebody"
    )


def test_events_of_a_new_world_are_none(jpki):
    """But for the certificates, which came before it began."""
    rows = jpki("ca", "history", "hanako", "--json").json["history"]

    assert [row["certificate"] for row in rows] == ["issued", "issued"]
    assert len(rows) == len(Kind)


def test_the_group_alone_shows_its_help(jpki):
    """And a typing mistake is a usage error."""
    assert "jpki ca event move" in jpki("ca", "event").stdout
    assert jpki("ca", "event", "mvoe", "hanako").status == USAGE


def test_a_serial_number_is_taken_as_reports_write_it(jpki, files):
    """For people and in JSON; one that is too long for the register is not there."""
    report = jpki("check", files / "auth.cer", "--json").json["reports"][0]["certificate"]
    people = f"{report['serial_decimal']} ({report['serial']})"

    found = [
        jpki("ca", "status", each, "--json").json["certificates"][0]["serial_hex"]
        for each in (report["serial"], report["serial_decimal"], people)
    ]
    lost = jpki("ca", "status", "0x" + "F" * 40)

    assert found == [report["serial"]] * 3
    assert people in jpki("check", files / "auth.cer").stdout
    assert (lost.status, "no certificate has serial number" in lost.error) == (USAGE, True)
    assert "`jpki ca list`" in lost.error


def test_a_night_in_which_one_list_did_not_come_out_is_not_told_as_nothing(jpki):
    """All others are out."""
    taken = jpki.home / "ca" / "crl" / "auth-g3-full.crl"
    taken.unlink()
    taken.mkdir()

    said = jpki("world", "clock", "advance", "--night")

    told = f"    not every list came out: {taken} is a directory: take it away; all other lists are"
    assert (said.status, told in said.stdout) == (YES, True)
    assert told in jpki("ca", "history").stdout

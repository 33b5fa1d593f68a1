"""A trace survives being written and read; a file that is none is refused by line."""

import contextlib
import json
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardsim.trace import TraceFormatError, event_line, load_trace, read_trace
from cardsim.trace.codec import MAX_LINE, opening_line
from tests.trace.talk import WHOLE_TALK, Listened

OPENING = opening_line("card").decode()


def events():
    listened = Listened()
    listened(*WHOLE_TALK)
    listened.card.warm_reset()
    listened.card.power_off()
    return listened.events


def lines_of(found):
    return [OPENING, *(event_line(event).decode() for event in found)]


def damaged(**changes):
    """Give a trace whose third line is a command with some parts changed."""
    found = lines_of(events())
    fields = json.loads(found[2])
    for name, value in changes.items():
        outer, _, inner = name.partition("__")
        if inner:
            fields[outer][inner] = value
        else:
            fields[outer] = value
    return [*found[:2], json.dumps(fields) + "\n"]


def test_what_is_read_is_what_was_written():
    """Every kind of event of a conversation with every application."""
    found = events()

    trace = read_trace(lines_of(found))

    assert (trace.source, list(trace.events)) == ("card", found)


def test_a_line_says_who_when_what_and_what_came_of_it():
    """For people with `jq` and programs without this library."""
    wrong = json.loads(lines_of(events())[5])

    assert {name: wrong[name] for name in ("time", "card", "event", "name", "ap", "ef", "pin")} == {
        "time": "2026-11-23T03:04:05.678901Z",
        "card": "card",
        "event": "command",
        "name": "VERIFY",
        "ap": "JPKI",
        "ef": "0018",
        "pin": "AUTH",
    }
    assert (wrong["ap_ja"], wrong["pin_ja"]) == (
        "公的個人認証AP",
        "利用者証明用電子証明書の暗証番号",
    )
    assert (wrong["outcome"], wrong["answer"]["sw"]) == ("2 tries left", "63C2")
    assert wrong["command"]["data"] is None
    assert wrong["state"]["verified"] == []


def test_names_in_a_file_are_not_believed():
    """They follow from the bytes; a file edited by hand does not change what was said."""
    (event,) = read_trace([OPENING, lines_of(events())[2].replace("SELECT", "DELETE")]).events

    assert event.what.name == "SELECT application"


@pytest.mark.parametrize(
    "changes",
    [
        {"command__data": "31323334353637383930"},
        {"command__length": -1},
        {"command__length": 10**9},
        {"command__nc": True},
        {"command__nc": "10"},
        {"command__header": "zz"},
        {"command__header": "31323334"},
        {"command__ne": 10**30},
        {"command__extended": None},
        {"command": None},
        {"answer": {}},
        {"answer__sw": "90000"},
        {"answer__sw": "-1"},
        {"answer__sw": "3733"},
        {"answer__length": 10**9},
        {"answer__data": "31"},
        {"time": "yesterday"},
        {"time": 5},
        {"event": "explosion"},
        {"event": "power on"},
        {"card": ""},
        {"card": "a\nb"},
        {"card": "\x1b[2J"},
        {"card": 7},
        {"took_us": "long"},
        {"took_us": -1},
    ],
    ids=str,
)
def test_a_line_with_parts_that_no_event_has_is_named(changes):
    """Also when somebody put a secret into a trace by hand."""
    with pytest.raises(TraceFormatError, match=r"^line 3: "):
        read_trace(damaged(**changes))


@pytest.mark.parametrize(
    "changes",
    [{"event": "7351PINVALUE"}, {"time": "7351PINVALUE"}, {"answer__sw": "7351PINVALUE"}],
    ids=str,
)
def test_a_refused_line_is_not_quoted(changes):
    """Neither in the message nor in what led to it: a log of errors may be shown around."""
    with pytest.raises(TraceFormatError) as refused:
        read_trace(damaged(**changes))

    assert "7351" not in "".join(traceback.format_exception(refused.value, chain=True))


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([], 1),
        (["\n"], 1),
        (["{}\n"], 1),
        (["[]\n"], 1),
        (['{"format": "jpki-emu trace", "version": 2, "source": "card"}\n'], 1),
        (['{"format": "jpki-emu trace", "version": 1}\n'], 1),
        (['{"format": "jpki-emu trace", "version": 1, "source": ""}\n'], 1),
        (['{"format": "jpki-emu trace", "version": 1, "source": "\\u001b[2J"}\n'], 1),
        ([OPENING, "{}\n"], 2),
        ([OPENING, "[" * 10_000 + "\n"], 2),
        ([OPENING, "9" * 10_000 + "\n"], 2),
        ([OPENING, "x" * MAX_LINE + "\n"], 2),
        ([OPENING.rstrip()], 1),
    ],
)
def test_what_is_no_trace_is_refused(lines, number):
    """With the number of the line, and without quoting it."""
    with pytest.raises(TraceFormatError, match=f"^line {number}: "):
        read_trace(lines)


def test_a_trace_cut_anywhere_is_read_or_refused_at_its_last_line():
    """No cut goes unnoticed but one between two lines."""
    whole = "".join(lines_of(events())[:4])
    for at in range(len(OPENING) + 1, len(whole)):
        cut = whole[:at].splitlines(keepends=True)
        if cut[-1].endswith("\n"):
            assert len(read_trace(cut).events) == len(cut) - 1
        else:
            with pytest.raises(TraceFormatError, match=f"^line {len(cut)}: "):
                read_trace(cut)


def test_bytes_that_are_no_text_are_no_trace(tmp_path):
    """A picture, for instance."""
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")

    with pytest.raises(TraceFormatError):
        load_trace(tmp_path / "picture")


@given(st.lists(st.text(max_size=80).map(lambda text: text + "\n"), max_size=6))
def test_any_text_is_refused_cleanly(lines):
    """Whatever somebody takes for a trace."""
    with pytest.raises(TraceFormatError):
        read_trace([*lines, "no trace\n"])


@given(st.data())
def test_a_line_with_any_part_replaced_is_read_or_refused(data):
    """JSON of any shape where a part of an event belongs: no other exception comes out."""
    leaf = st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.floats()
    value = data.draw(st.recursive(leaf, lambda inner: st.lists(inner, max_size=3)))
    place = data.draw(st.sampled_from(["time", "card", "took_us", "event", "command", "answer",
        "command__header", "command__nc", "command__ne", "command__data", "command__length",
        "command__extended", "answer__length", "answer__data", "answer__sw"]))  # fmt: skip
    # Whether it is refused or not: no other exception may come out.
    with contextlib.suppress(TraceFormatError):
        read_trace(damaged(**{place: value}))

"""Logs that are damaged, foreign or hostile: a clear error that names the line, and no secret."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardsim.trace import Step, event_line
from cardsim.trace.importing import (
    LogFormat,
    LogFormatError,
    UnknownLogError,
    import_log,
    log_lines,
)
from cardsim.trace.importing.lines import MAX_LINE
from tests.trace.logs import LOGS, PIN, TALK

REFUSALS = (LogFormatError, UnknownLogError)


def lines(text):
    return text.splitlines(keepends=True)


def steps(text):
    return [e.what for e in import_log(lines(text)).events if isinstance(e.what, Step)]


def written(trace):
    return b"".join(map(event_line, trace.events))


@pytest.mark.parametrize("name", LOGS)
def test_each_kind_of_log_is_known_and_read(name):
    """Nobody has to say which it is."""
    found = steps(LOGS[name])

    assert [step.outcome for step in found] == ["success"] * len(TALK)
    assert found[-1].after.proven == ["SIGN_PIN"]


def test_all_kinds_tell_the_same():
    """What was said does not depend on who wrote it down."""
    told = [steps(text) for text in LOGS.values()]

    assert [s.exchange for s in told[0]] == [s.exchange for s in told[1]]
    assert told[1] == told[2] == told[3]


def test_digits_where_a_status_belongs_are_not_taken_for_one():
    """A log of an answer that was cut short ends in a part of a number."""
    cut = LOGS["pcscd"].replace("SW: 90 00", "SW: 37 33 35 31")

    found = import_log(lines(cut))

    assert b"3531" not in written(found)
    assert b'"length": 4, "data": null, "sw": null' in written(found)


@pytest.mark.parametrize("name", LOGS)
def test_colours_and_line_ends_of_windows_do_not_matter(name):
    """Logs come from terminals and by mail."""
    coloured = "".join(f"\x1b[32m{line[:-1]}\x1b[0m\r\n" for line in lines(LOGS[name]))

    assert steps(coloured) == steps(LOGS[name])


@pytest.mark.parametrize("name", LOGS)
def test_a_log_cut_anywhere_tells_nothing_that_was_not_said(name):
    """After every character: refused, or the beginning of the conversation."""
    text = LOGS[name]
    whole = steps(text)
    for at in range(len(text)):
        with contextlib.suppress(*REFUSALS):
            found = steps(text[:at])
            assert found == whole[: len(found)]


@pytest.mark.parametrize(
    ("name", "after", "line"),
    [
        ("pcscd", "APDU: 00 20 00 9B 06 ", 6),
        ("pcscd", "APDU: 00 20 00 9B 06 51 5A 38 31 4B 58 \n", 6),
        ("pcscd", "SW: 90 00 ", 4),
        ("opensc", "Outgoing APDU (11 bytes):\n", 14),
        ("opensc", "00 20 00 9B 06 51", 15),
        ("opensc", "00 20 00 9B 06 51 5A 38 31 4B 58", 15),
        ("spy", "@>|1795661797|948346|SCardTransmit\n", 11),
        ("spy", "00 20 00 9B 06 51 5A 38 31 4B 58 \n", 22),
        ("spy", "<|1795661797|948484|SCardTransmit|Command successful.|0x0", 21),
        ("printed spy", " i bSendLength 0x0000000B (11)\n", 16),
        ("printed spy", " i  0000 00 20 00 9B 06 51", 20),
    ],
)
def test_the_line_is_named_at_which_a_log_was_cut(name, after, line):
    """Within a command, or between it and its answer."""
    text = LOGS[name]
    cut = text[: text.index(after) + len(after)]

    with pytest.raises(LogFormatError) as caught:
        import_log(lines(cut))
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("pcscd", "SW: 90 00 ", "SW: 90 0", "no bytes in hexadecimal"),
        ("pcscd", "APDU: 00 20", "APDU: 00 2x", "no bytes in hexadecimal"),
        ("pcscd", "APDU: 00 B0", "nothing: 00 B0", "an answer without a command before it"),
        ("opensc", "Outgoing APDU (11 bytes)", "Outgoing APDU (12 bytes)", "12 bytes in hex"),
        ("opensc", "Outgoing APDU (11 bytes)", "Outgoing APDU (999999 bytes)", "more than"),
        ("opensc", "Outgoing APDU (5 bytes)", "Nothing", "an answer without a command before it"),
        ("spy", "0x0000000B", "0x0000000C", "not as many bytes"),
        ("spy", "0x0000000B", "eleven", "no number in hexadecimal"),
        ("spy", ">|1795661797|948346|", ">|1795661797|94834600|", "no time"),
        ("spy", ">|1795661797|948346|", ">|99999999999999|1|", "no time"),
        ("spy", "7FABD760F840@<|1795661797|948484", "1@<|1795661797|948484", "did not begin"),
        ("spy", "0x40C3C838\n", "0x40C3C838\n7FABD760F840@more\n", "does not have"),
        ("printed spy", "bSendLength 0x0000000B", "bSendLength 0x0000000C", "row of bytes"),
        ("printed spy", "bSendLength 0x0000000B", "bSendLength 0x0FFFFFFF", "more than"),
        ("printed spy", " i  0000 00 B0", " i  0001 00 B0", "row of bytes"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_without_quoting_it(name, old, new, reason):
    """The line may hold a PIN; its number is enough."""
    text = LOGS[name]
    assert old in text

    with pytest.raises(LogFormatError, match=reason) as caught:
        import_log(lines(text.replace(old, new)))
    assert PIN.hex(" ").upper() not in str(caught.value)
    assert str(caught.value).startswith(f"line {caught.value.line}: ")


def test_a_command_without_an_answer_in_the_middle_got_none():
    """A card that was pulled: pcscd says nothing, and goes on."""
    text = LOGS["pcscd"].replace(f"00000293 SW: {bytes.fromhex('9000').hex(' ')} \n", "", 1)

    assert [step.outcome for step in steps(text)] == ["no answer", "success", "success"]


def test_a_transmission_that_failed_had_no_answer():
    """What pcsc-spy prints as received is then what was in the buffer before."""
    failed = LOGS["spy"].replace("|SCardTransmit|Command successful.|0x00000000",
                                 "|SCardTransmit|Card was removed.|0x80100069")  # fmt: skip

    assert [step.outcome for step in steps(failed)] == ["no answer"] * len(TALK)


@pytest.mark.parametrize("kind", LogFormat)
@pytest.mark.parametrize(
    "text",
    ["", "\n", "hello\n", "{}\n" * 100, "\0" * 1000, "﻿\n", "x" * MAX_LINE, "SCardTransmit"],
    ids=["empty", "blank", "text", "JSON", "zeros", "BOM", "long", "cut"],
)
def test_what_is_no_log_is_refused(kind, text):
    """Whether its kind was named or has to be found out."""
    for asked in (kind, None):
        with pytest.raises(REFUSALS):
            import_log(lines(text), asked)


def test_a_line_without_an_end_does_not_fill_the_memory(tmp_path):
    """It is read in pieces, and refused at its length."""
    (tmp_path / "log").write_text(LOGS["pcscd"] + "00000003 APDU: " + "00 " * MAX_LINE)

    with pytest.raises(LogFormatError, match=f"longer than {MAX_LINE}"):
        import_log(log_lines(tmp_path / "log"))


def test_bytes_in_another_coding_are_passed_over(tmp_path):
    """A reader's name in Shift JIS harms nobody."""
    sjis = "リーダー".encode("shift_jis")
    (tmp_path / "log").write_bytes(LOGS["opensc"].encode().replace(b"Reader", sjis))

    found = import_log(log_lines(tmp_path / "log"))
    assert len(found.events) == len(TALK)


@pytest.mark.parametrize("name", LOGS)
@given(data=st.data())
def test_a_damaged_log_is_read_or_refused_and_keeps_its_secret(name, data):
    """Lines lost, doubled, swapped, changed: no other exception, and never the PIN."""
    found = lines(LOGS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(found) - 1))
        found[at : at + 1] = data.draw(
            st.sampled_from(
                [[], [found[at]] * 2, [found[at][:-3] + "\n"], [found[at - 1], found[at]],
                 [found[at].replace("0", "F", 1)], [found[at].replace(" ", "", 1)],
                 [found[at].lower()], ["\n"], [found[at].rstrip("\n") + found[at]]]
            )
        )  # fmt: skip
        found = found or ["\n"]
    with contextlib.suppress(*REFUSALS):
        text = written(import_log(found))
        assert PIN not in text
        assert PIN.hex().upper().encode() not in text


@given(
    st.lists(st.text(max_size=60).map(lambda text: f"{text}\n"), max_size=8),
    st.sampled_from(list(LOGS)),
)
def test_any_text_between_the_lines_is_read_or_refused(noise, name):
    """Whatever another program writes into the same file."""
    found = lines(LOGS[name])
    mixed = [line for pair in zip(found, noise * len(found), strict=False) for line in pair]

    with contextlib.suppress(*REFUSALS):
        assert PIN.hex().upper().encode() not in written(import_log(mixed))


@pytest.mark.parametrize(
    "line",
    [
        "00000003 APDU: " + "00 " * 100_000,
        "APDU: " * 50_000,
        " " * 300_000 + "SW: 90 00",
        "[0x" * 90_000,
        " => " * 90_000,
        " i bSendLength " + "0x" * 90_000,
        "\x1b[" * 100_000,
        "A" * 300_000 + "@>|1|1|SCardTransmit",
    ],
    ids=["long", "many", "spaces", "brackets", "arrows", "lengths", "escapes", "thread"],
)
@pytest.mark.parametrize("name", LOGS)
@pytest.mark.timeout(20)
def test_a_hostile_line_takes_no_time(name, line):
    """No pattern here goes over a line more than a few times."""
    with contextlib.suppress(*REFUSALS):
        import_log([*lines(LOGS[name]), f"{line}\n"])

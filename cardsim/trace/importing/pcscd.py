"""The log of `pcscd --apdu` with `--info` or `--debug`, on its terminal or in a journal.

    00000003 APDU: 00 20 00 80 04 … ␠      (the first column: microseconds since the line before)
    00000293 SW: 90 00 ␠                   (the whole answer, data first)

Without a name for the reader in these lines, all belong to one card: two at once cannot be told
apart, and are refused where that shows. pcsc-lite 1.9.9 and 2.3.3, debuglog.c.
"""

import re
from collections.abc import Iterable

from cardsim.trace.events import Event
from cardsim.trace.heard import PowerKind
from cardsim.trace.importing.hearing import Hearing
from cardsim.trace.importing.lines import numbered, parse_hex

SOURCE = "pcscd"
_SAID = re.compile(r"(?:^|\s)(APDU|SW|Card ATR): ?(.*)$")
_UNPOWERED = ("POWER_STATE_UNPOWERED", "Card Removed From ")
_RESET = "Reset complete"


def recognises(text: str) -> bool:
    """Whether a line is one of this log's own."""
    return re.match(r"(?:.*\s)?\d{8,}\s(?:APDU|SW): (?:[0-9A-F]{2} )+$", text) is not None


def parse(lines: Iterable[str]) -> tuple[Event, ...]:
    """Read the log; raises `LogFormatError`."""
    hearing = Hearing()
    for line in numbered(lines):
        found = _SAID.search(line.text)
        if found is not None:
            data = parse_hex(line, found[2])
            if found[1] == "APDU":
                hearing.asked(line.number, data)
            elif found[1] == "SW":
                hearing.answered(line.number, data)
            else:
                hearing.powered(line.number, PowerKind.ON, data)
        elif any(word in line.text for word in _UNPOWERED):
            hearing.powered(line.number, PowerKind.OFF)
        elif _RESET in line.text:
            hearing.powered(line.number, PowerKind.WARM_RESET)
    return hearing.finished()

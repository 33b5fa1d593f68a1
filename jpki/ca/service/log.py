"""The service's log: one JSON object a line.

What it is: a formatter and the logger's name. Each line has `time`, `level`, `event`, and the
fields its event came with.
What it is not: a place for serial numbers (発行番号 are for certified parties alone, PKI profile
section 3.1), requests or names of holders: no event has a field for them.
Called by: `app`, `ocsp`, `running`.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

LOGGER = logging.getLogger("jpki.ca.service")
_FIELDS = "jpki_fields"


def event(name: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Write one event with its fields."""
    LOGGER.log(level, name, extra={_FIELDS: fields})


class JsonFormatter(logging.Formatter):
    """Makes a line of a record; an exception is told by its type, its text and its place."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the JSON object, without a newline."""
        written: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, _FIELDS, {}),
        }
        if record.exc_info:
            written["exception"] = self.formatException(record.exc_info)
        return json.dumps(written, ensure_ascii=False, default=str)

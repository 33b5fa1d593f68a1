"""Traces out of the logs of other programs, so that real cards can be seen at work.

What is read here was written by somebody else and may hold secrets: it is redacted before it is
kept anywhere, and errors name lines without quoting them.
"""

from cardsim.trace.importing.formats import LogFormat, UnknownLogError, import_log
from cardsim.trace.importing.lines import LogFormatError, log_lines

__all__ = ["LogFormat", "LogFormatError", "UnknownLogError", "import_log", "log_lines"]

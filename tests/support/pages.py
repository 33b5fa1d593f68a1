"""Pages for users, carried out block by block as a reader would type them.

What a block is, is what its page says of it:

- a paragraph that ends with a name and a colon, "`tests/test_card.py`:", makes the block after it
  a file of that name;
- `sh` is typed, in one shell for the whole page, which stops at the first line that fails;
- `text` after it is what it prints: these lines, in this order, where `…` stands for anything;
- a comment `not executed: REASON` before a block excuses it.

Not here: what the machine of a reader has (the tests). Called by tests/docs.
"""

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.cache import ROOT
from tests.support.processes import ProgramFailedError

PAGES = ROOT / "docs/use"

_BLOCK = re.compile(
    r"(?:<!-- not executed: (?P<reason>[^>]*\S) -->\n)?"
    r"^```(?P<language>[\w-]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_NAMED = re.compile(r"`([^`\s]+)`:\Z")
_BEGINS = "≫≫ block "
_PATIENCE = 110.0


@dataclass(frozen=True)
class Block:
    """One example: `name` if it is a file, `reason` if it is not executed."""

    language: str
    text: str
    name: str | None
    reason: str | None


def blocks(page: Path) -> list[Block]:
    """Give the examples of a page in their order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        named = _NAMED.search(text[: match.start()].rstrip())
        name = None if named is None else named[1]
        found.append(Block(match["language"], match["text"], name, match["reason"]))
    return found


def file(page: Path, name: str) -> str:
    """Give the file of that name."""
    [found] = [block.text for block in blocks(page) if block.name == name]
    return found


def write_files(told: list[Block], folder: Path) -> None:
    """Write those of the blocks that are files."""
    for block in told:
        if block.name is not None:
            place = folder / block.name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.text, encoding="utf-8")


def unexplained(page: Path) -> list[Block]:
    """Give the blocks that nothing here would execute or compare, and that have no excuse."""
    told = blocks(page)
    answers = {second for first, second in _pairs(told) if _is_answer(first, second)}
    return [
        block
        for block in told
        if not (block.reason or block.name or block.language == "sh" or block in answers)
    ]


def follow(
    page: Path,
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    changes: Mapping[str, str] | None = None,
) -> str:
    """Do in `folder` what a page says; give all that was printed.

    `environment` comes on top of that of a new user; `changes` are texts of the page and what
    stands there on this machine, ports for instance. Whatever the page starts is ended.
    Raises `ProgramFailedError` when a line fails or does not print what the page says.
    """
    told = [_changed(block, changes or {}) for block in blocks(page) if block.reason is None]
    write_files(told, folder)
    typed = [block for block in told if block.name is None and block.language == "sh"]
    printed = shell(
        "".join(f"echo '{_BEGINS}{n}'\n{block.text}\n" for n, block in enumerate(typed)),
        folder,
        environment=environment,
    )
    parts = re.split(rf"^{_BEGINS}\d+\n", printed, flags=re.MULTILINE)[1:]
    answers = {first: second for first, second in _pairs(told) if _is_answer(first, second)}
    for block, part in zip(typed, parts, strict=True):
        if block in answers:
            _compare(answers[block].text, part)
    return printed


def shell(script: str, folder: Path, *, environment: Mapping[str, str] | None = None) -> str:
    """Run a script as a new user whose home is `folder`, in this suite's virtual environment.

    Gives what was printed, errors too. Raises `ProgramFailedError` when a line fails.
    """
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    home = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8"}
    # In a file: a program that stays in the background would keep a pipe open.
    said = folder / ".said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env={**home, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_ended(process.pid)
        finally:
            # Before the shell is waited for: until then its number is that of its group only.
            os.killpg(process.pid, signal.SIGKILL)
            status = process.wait()
    printed = said.read_text(encoding="utf-8", errors="replace")
    if status != 0:
        raise ProgramFailedError(f"exit status {status}:\n{printed}")
    return printed


def _wait_ended(process: int) -> None:
    """Return when a child has ended, without taking its exit status."""
    deadline = time.monotonic() + _PATIENCE
    while os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.monotonic() > deadline:
            raise ProgramFailedError(f"a page takes more than {_PATIENCE} s")
        time.sleep(0.02)


def _changed(block: Block, changes: Mapping[str, str]) -> Block:
    text = block.text
    for old, new in changes.items():
        text = text.replace(old, new)
    return Block(block.language, text, block.name, block.reason)


def _pairs(told: list[Block]) -> Iterator[tuple[Block, Block]]:
    return itertools.pairwise(told)


def _is_answer(first: Block, second: Block) -> bool:
    is_typed = first.language == "sh" and first.name is None
    return is_typed and second.language == "text" and second.name is None


def _compare(expected: str, printed: str) -> None:
    lines = iter(printed.splitlines())
    for wanted in expected.splitlines():
        pattern = ".*".join(map(re.escape, wanted.strip().split("…")))
        if not any(re.fullmatch(pattern, line.strip()) for line in lines):
            raise ProgramFailedError(f"the page says {wanted!r}, and printed was:\n{printed}")

"""Pages for users, carried out block by block as a reader would type them.

What a block is, is what its page says of it:

- `sh` is typed, in one shell for the whole page, which stops at the first line that fails;
- after a paragraph that ends with a name and a colon, "`tests/test_card.py`:", any other block is
  written into a file of that name;
- `text` after `sh` is what that prints: these lines, in this order, where `…` stands for anything;
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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.cache import ROOT
from tests.support.processes import ProgramFailedError

PAGES = ROOT / "docs/use"
WITHOUT_OURS = "-p no:schemathesis"
"""A plugin of pytest that is here for this suite, and takes a second of every run to load."""

_BLOCK = re.compile(
    r"(?:<!-- not executed: (?P<reason>[^>]*\S) -->\n)?"
    r"^```(?P<language>[\w-]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_NAMED = re.compile(r"`([^`\s]+)`:\Z")
_BEGINS = "≫≫ what the page says next"
_FILE_ENDS = "≪≪ end of file"
_PATIENCE = 500.0


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
        name = None if named is None or match["language"] == "sh" else named[1]
        found.append(Block(match["language"], match["text"], name, match["reason"]))
    return found


def file(page: Path, name: str) -> str:
    """Give the file of that name."""
    [found] = [block.text for block in blocks(page) if block.name == name]
    return found


def unexplained(page: Path) -> list[Block]:
    """Give the blocks that nothing here would execute or compare, and that have no excuse."""
    told = blocks(page)
    return [
        block
        for before, block in itertools.pairwise([None, *told])
        if not (block.reason or block.name or block.language == "sh" or _answers(block, before))
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
    printed = shell("".join(map(_as_script, told)), folder, environment=environment)
    parts = iter(printed.split(f"{_BEGINS}\n")[1:])
    for block, after in itertools.pairwise([*told, None]):
        part = next(parts) if block.language == "sh" else ""
        if after is not None and _answers(after, block):
            _compare(after.text, part)
    return printed


def shell(script: str, folder: Path, *, environment: Mapping[str, str] | None = None) -> str:
    """Run a script as a new user whose home is `folder`, in this suite's virtual environment.

    Gives what was printed, errors too. Raises `ProgramFailedError` when a line fails.
    """
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    home = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "PYTEST_ADDOPTS": WITHOUT_OURS}
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


def fetching(*prefixes: str) -> dict[str, str]:
    """Give what is set here of the way packages are fetched: proxies, and names that so begin."""
    common = ("http_proxy", "https_proxy", "no_proxy", "ssl_cert_file", "node_extra_ca_certs")
    names = (*common, *prefixes)
    return {name: value for name, value in os.environ.items() if name.lower().startswith(names)}


def _wait_ended(process: int) -> None:
    """Return when a child has ended, without taking its exit status."""
    deadline = time.monotonic() + _PATIENCE
    while os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.monotonic() > deadline:
            raise ProgramFailedError(f"a page takes more than {_PATIENCE} s")
        time.sleep(0.02)


def _as_script(block: Block) -> str:
    if block.language == "sh":
        return f"echo '{_BEGINS}'\n{block.text}\n"
    if block.name is None:
        return ""
    return (
        f"mkdir -p '{Path(block.name).parent}'\n"
        f"cat > '{block.name}' <<'{_FILE_ENDS}'\n{block.text}{_FILE_ENDS}\n"
    )


def _changed(block: Block, changes: Mapping[str, str]) -> Block:
    text = block.text
    for old, new in changes.items():
        text = text.replace(old, new)
    return Block(block.language, text, block.name, block.reason)


def _answers(block: Block, before: Block | None) -> bool:
    return block.language == "text" and before is not None and before.language == "sh"


def _compare(expected: str, printed: str) -> None:
    lines = iter(printed.splitlines())
    for wanted in expected.splitlines():
        pattern = ".*".join(map(re.escape, wanted.strip().split("…")))
        if not any(re.fullmatch(pattern, line.strip()) for line in lines):
            raise ProgramFailedError(f"the page says {wanted!r}, and printed was:\n{printed}")

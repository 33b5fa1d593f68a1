"""What the programs that write pages of docs/ share: write a page, or say that it would change.

Not here: what a page says. Called by the programs beside this one.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path


def between(page: Path, begin: str, end: str, lines: Iterable[str]) -> str:
    """Give a page with these lines between its two marks, each of which ends with a newline."""
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    return before + begin + "\n".join(lines) + "\n" + end + after


def write_or_check(page: Path, render: Callable[[], str], *, about: str | None) -> int:
    """Write a page; with --check on the command line only say whether it is up to date.

    Gives the exit status: 1 for a page that is not as the code has it.
    """
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    text = render()
    if not check:
        page.write_text(text, encoding="utf-8")
    elif not page.exists() or page.read_text(encoding="utf-8") != text:
        print(f"{page} is not as the code has it; run `make docs`", file=sys.stderr)
        return 1
    return 0

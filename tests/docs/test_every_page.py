"""What holds for all pages of docs/use."""

import re
from pathlib import Path

import pytest

from tests.support import pages
from tests.support.pcsc import wait_until

INDEX = pages.PAGES / "README.md"
PAGES = sorted(set(pages.PAGES.glob("*.md")) - {INDEX})


def by_name(page: Path) -> str:
    return page.stem


def test_the_index_leads_to_every_page():
    """Nobody has to list the directory."""
    listed = re.findall(
        r"^\| \[.*?\]\((\S+\.md)\)", INDEX.read_text(encoding="utf-8"), re.MULTILINE
    )

    assert sorted(listed) == [page.name for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_a_page_is_followed_by_a_test(page: Path):
    """A page that nobody follows goes stale."""
    test = Path(__file__).parent / f"test_{page.stem.replace('-', '_')}.py"

    assert f'"{page.name}"' in test.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_block_is_executed_or_says_why_not(page: Path):
    """A block is a file, is typed, is what was printed, or has its excuse on the page."""
    assert pages.blocks(page)
    assert pages.unexplained(page) == []


@pytest.mark.parametrize("page", [INDEX, *PAGES], ids=by_name)
def test_links_lead_somewhere(page: Path):
    """Those within the project."""
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_page_that_says_what_is_not_printed_is_refused(tmp_path: Path):
    """Whoever compares must be able to see a difference."""
    page = tmp_path / "page.md"
    page.write_text("```sh\necho one\necho two\n```\n```text\ntwo\none\n```\n")

    with pytest.raises(AssertionError, match="the page says 'one'"):
        pages.follow(page, tmp_path)


def test_a_page_stops_at_the_first_line_that_fails(tmp_path: Path):
    """Also in the middle of a block, and in a pipe."""
    page = tmp_path / "page.md"
    page.write_text("```sh\nfalse | true\necho on\n```\n")

    with pytest.raises(AssertionError, match="exit status 1"):
        pages.follow(page, tmp_path)


def test_what_a_page_leaves_running_is_ended(tmp_path: Path):
    """In the background too."""
    page = tmp_path / "page.md"
    page.write_text("```sh\nsleep 1000 & echo $! > pid\n```\n")

    pages.follow(page, tmp_path)

    number = int((tmp_path / "pid").read_text())
    wait_until(lambda: is_gone(number), "its end")


def is_gone(number: int) -> bool:
    """Whether a process has ended, though perhaps nobody has asked for its exit status."""
    try:
        return ") Z " in Path(f"/proc/{number}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True

"""docs/use/ssh.md, followed: the server on the page is a real one."""

from pathlib import Path

from tests.support import pages
from tests.support.ports import free_ports
from tests.support.sshd import make_privilege_separation


def test_a_new_user_can_follow_the_page_for_ssh(tmp_path: Path):
    """The card logs in, with the port of the page exchanged for one that is free here."""
    make_privilege_separation()
    [port] = free_ports(1)

    pages.follow(pages.PAGES / "ssh.md", tmp_path, changes={"2222": port})

"""What is left of a CA key of which every list was forgotten: nothing that says anything."""

from hashlib import sha256
from pathlib import Path

import pytest

from jpki.revocation import IndexDirectory, SerialJudge, layout, store
from jpki.revocation.columns import no_columns
from jpki.verify import Kind
from jpki.verify.anchors import Anchor
from jpki.verify.policy import CrlRules
from jpki.verify.revocation import Status
from tests.support import pki

SIGN, FIRST = pki.ca(Kind.SIGN), pki.ca(Kind.SIGN, 1)
ANCHOR = Anchor.load(SIGN.der)
BENT = pki.crl(FIRST, pki.entry(reason=1)) + b"\0"


@pytest.fixture
def index(tmp_path):
    """Give an index with a whole list of one key, and a refused one of another."""
    found = IndexDirectory(tmp_path / "index")
    lists = [("whole", pki.crl(SIGN, pki.entry(9), point=None)), ("bent", BENT)]
    list(found.add(lists, (ANCHOR, Anchor.load(FIRST.der))))
    return found


def judged(index):
    """Say what is known of a serial number when the first key is not named."""
    rules = CrlRules(max_age=None)
    return SerialJudge(index.parts(), (ANCHOR,), moment=pki.NOW, crl_rules=rules).one(5).status


def test_a_key_of_which_all_was_forgotten_leaves_nothing_open(index):
    """Its file goes; whoever has it open reads on."""
    before, opened = judged(index), index.parts()
    forgotten = index.forget([sha256(BENT).digest()])

    assert (before, judged(index)) == (Status.UNKNOWN, Status.NOT_REVOKED)
    assert (len(forgotten), len(opened), len(list(index.path.glob("*.crlx")))) == (1, 2, 1)
    assert all(part.may_mention(pki.SERIAL) for part in opened if part.doubts)


def test_a_file_without_a_list_is_no_part_and_goes_when_something_is_forgotten(tmp_path, index):
    """As earlier versions left it."""
    index.forget([sha256(BENT).digest()])
    ca = Anchor.load(FIRST.der).certificate
    left = index.path / store.file_name(ca.subject, ca.public_key_info)
    contents = layout.Contents.of(ca.subject, ca.public_key_info, {}, no_columns())
    with left.open("wb") as file:
        layout.write(file, contents)

    assert (len(index.parts()), judged(index)) == (1, Status.NOT_REVOKED)
    assert index.forget([bytes(32)]) == ()
    assert not left.exists()


def test_a_part_that_goes_while_it_is_looked_for_is_not_there(index, monkeypatch):
    """Another process may forget it; where a link leads nowhere, something is wrong."""
    listed = sorted(index.path.glob("*.crlx"))
    index.forget([sha256(BENT).digest()])
    monkeypatch.setattr(Path, "glob", lambda *_: listed)
    (gone,) = (path for path in listed if not path.exists())

    assert len(index.parts()) == 1
    gone.symlink_to("nowhere")
    with pytest.raises(FileNotFoundError):
        index.parts()

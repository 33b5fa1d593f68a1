"""The files of the 券面事項確認AP as bytes (card reference §3.3)."""

from jpki.card.layout.visual import VisualEf
from tests.support.whole import whole_image


def test_the_birth_record_has_547_bytes():
    """FF 10 82 02 1E and the 542 bytes it announces; nothing fills it up."""
    raw = whole_image().visual.files[VisualEf.BIRTH_RECORD]

    assert raw[:5] == bytes.fromhex("FF1082021E")
    assert len(raw) == 547

"""Write the table of docs/use/life.md from the table the rules use.

    python tools/life_page.py           write it
    python tools/life_page.py --check   say whether the page has it as it is (exit 1: no)

Not here: what the rows mean (`cardsim.world.life.table`), the text around the table.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from pages import between, write_or_check

from cardsim.world.life.table import TABLE, CardOutcome, Outcome
from jpki.profiles.reasons import RevocationReason

PAGE = Path(__file__).parents[1] / "docs" / "use" / "life.md"
_BEGIN = "<!-- table: made by tools/life_page.py -->\n"
_END = "<!-- end of table -->\n"


def markdown() -> Iterator[str]:
    """Give the lines of the table."""
    yield "| event | | 署名用 sign | 利用者証明用 auth | card | known from | how sure |"
    yield "|---|---|---|---|---|---|---|"
    for kind, row in TABLE.items():
        cells = (
            f"`{kind.value}`",
            row.japanese + (f"; {row.note}" if row.note else ""),
            _certificate(row.sign),
            _certificate(row.auth),
            "–" if row.card is CardOutcome.STAYS else row.card.value,
            row.source.reference,
            row.source.grade.value + (" (a guess)" if row.source.is_guess else ""),
        )
        yield f"| {' | '.join(cells)} |"


def _certificate(effect: RevocationReason | Outcome) -> str:
    if isinstance(effect, RevocationReason):
        return f"revoked: {effect.rfc_name}"
    return "–" if effect is Outcome.STAYS else effect.value


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, lambda: between(PAGE, _BEGIN, _END, markdown()), about=__doc__))

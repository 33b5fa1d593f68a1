"""Write the tables of docs/faults.md from the words of the language of faults.

    python tools/faults_page.py           write them
    python tools/faults_page.py --check   say whether the page has them as they are (exit 1: no)

Not here: what the words mean (`cardsim.faults.words`), the text around the tables.
"""

import argparse
import sys
from pathlib import Path

from cardsim.faults.words import markdown

PAGE = Path(__file__).parents[1] / "docs" / "faults.md"
_BEGIN = "<!-- tables: made by tools/faults_page.py -->\n"
_END = "<!-- end of tables -->\n"


def main() -> int:
    """Write the tables, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    written = before + _BEGIN + "\n".join(markdown()) + "\n" + _END + after
    if parser.parse_args().check:
        return int(page != written)
    PAGE.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

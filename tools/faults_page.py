"""Write the tables of docs/faults.md from the words of the language of faults.

    python tools/faults_page.py           write them
    python tools/faults_page.py --check   say whether the page has them as they are (exit 1: no)

Not here: what the words mean (`cardsim.faults.words`), the text around the tables.
"""

import sys
from pathlib import Path

from pages import between, write_or_check

from cardsim.faults.words import markdown

PAGE = Path(__file__).parents[1] / "docs" / "faults.md"
_BEGIN = "<!-- tables: made by tools/faults_page.py -->\n"
_END = "<!-- end of tables -->\n"


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, lambda: between(PAGE, _BEGIN, _END, markdown()), about=__doc__))

"""One secret of a card as a row: where it lies, what it is called, the tries it has left."""

from collections.abc import Mapping
from typing import Any

from jpki.card.layout import Ap, PinKind


def secret_row(ap: Ap, secret: PinKind, tries_left: int | None) -> dict[str, Any]:
    """Give the row for programs; `tries_left` is None when the card does not say."""
    return {
        "application": ap.name.lower(),
        "application_name": ap.japanese,
        "secret": secret.name.lower().replace("_", "-"),
        "secret_name": secret.japanese,
        "tries_left": tries_left,
        "tries": secret.rule.tries,
    }


def tries_words(left: int | None) -> str:
    """Tell the tries left in a sentence; None when the card does not say."""
    if left is None:
        return "the card does not say how many tries are left"
    if left == 0:
        return "blocked (閉塞)"
    return "1 try left" if left == 1 else f"{left} tries left"


def tries_text(row: Mapping[str, Any]) -> str:
    """Tell the tries left for people, in 9 columns."""
    left = row["tries_left"]
    text = "unknown" if left is None else f"{left} of {row['tries']}" if left else "blocked"
    return f"{text:<9}"

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


def tries_text(row: Mapping[str, Any]) -> str:
    """Tell the tries left for people, in 9 columns."""
    left = row["tries_left"]
    text = "unknown" if left is None else f"{left} of {row['tries']}" if left else "blocked"
    return f"{text:<9}"

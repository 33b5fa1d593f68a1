"""`jpki card list` and `show`: the cards of a world, told from their files.

Not here: asking the card itself (`jpki read`).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki.card.layout.secret_files import SECRET_FILES
from jpki.profiles.kinds import Kind
from jpki_cli.answer import Answer, answers
from jpki_cli.counting import secret_row, tries_text
from jpki_cli.options import japanese_day
from jpki_cli.secrets import ASKED
from jpki_cli.settings import settings
from jpki_cli.writing import require_writable, write_file

if TYPE_CHECKING:
    from cardsim.world.cards import CardEntry


@click.command(name="list")
@answers
def list_() -> Answer:
    """List the cards of the world.

    \b
    Example:
      jpki card list --json
    """
    with settings().world() as world:
        rows = [_row(entry) for entry in world.cards()]
    lines = [
        f"{'card':<12} {'holder':<10} {'issued':<11} {'expires':<11} {'standing':<9} certificates"
    ]
    lines += [
        f"{row['card']:<12} {row['holder']:<10} {japanese_day(row['issued']):<11}"
        f" {row['expires']:<11} {row['standing']:<9}"
        f" {', '.join(f'{kind} {serial}' for kind, serial in row['serials'].items())}"
        for row in rows
    ]
    return Answer({"cards": rows}, "\n".join(lines))


@click.command()
@click.argument("name")
@click.option(
    "--secrets",
    "with_secrets",
    is_flag=True,
    help="Also the card's PINs, 照合番号 (A is the 個人番号) and 生年月日, as they are now.",
)
@click.option(
    "--save-secrets",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write them into FILE, as `jpki check-card --secrets-file` reads them.",
)
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@answers
def show(name: str, with_secrets: bool, save_secrets: Path | None, force: bool) -> Answer:
    """Show what is on a card: token, ATR, certificates, dates; its secrets when asked to.

    \b
    Example:
      jpki card show hanako
      jpki card show hanako --secrets
      jpki card show hanako --save-secrets hanako.env
    """
    if save_secrets is not None:
        require_writable([save_secrets], overwrite=force)
    with settings().world() as world:
        entry = world.card(name)
    shown = described(entry)
    rows = _secrets(entry) if with_secrets or save_secrets else []
    if save_secrets is not None:
        write_file(save_secrets, _as_file(rows), overwrite=force, private=True)
    if not with_secrets:
        return shown
    lines = [shown.text, "secrets"]
    lines += [
        f"  {row['application']:<8} {row['secret']:<11} {row['value'] or 'never set':<16}"
        f" {tries_text(row)} {row['variable'] or ''}".rstrip()
        for row in rows
    ]
    return Answer({**shown.data, "secrets": rows}, "\n".join(lines))


def described(entry: "CardEntry") -> Answer:
    """Describe a card without its secrets."""
    from cardsim.mynumber import load_image
    from cardsim.world.cards import CardKind
    from jpki.verify.names import printable

    directory = printable(str(entry.directory))
    row = _row(entry) | {"kind": entry.kind.value, "directory": str(entry.directory)}
    if entry.kind is not CardKind.MY_NUMBER:
        lines = [
            f"card         {entry.name}, of {entry.holder}",
            f"kind         {entry.kind.value}: no My Number card",
            f"directory    {directory}",
        ]
        return Answer(row, "\n".join(lines))
    image = load_image(entry.directory)
    family = image.atr
    side = "contactless" if family.is_contactless else "contact"
    data = row | {
        "token": image.token.label,
        "atr": family.atr.hex().upper(),
        "atr_family": family.label,
        "serial": image.record.serial,
        "municipality": image.record.municipality,
        "licence": image.licence is not None,
    }
    lines = [
        f"card         {entry.name}, of {entry.holder}",
        f"token        {image.token.label} ({image.token.medium})",
        f"ATR          {family.atr.hex(' ').upper()}",
        f"             {family.label} ({side}: {family.description})",
        f"serial       {image.record.serial}, municipality {image.record.municipality}",
        f"issued       {japanese_day(row['issued'])}, expires {entry.expires}",
        f"standing     {entry.standing.value}{', without PINs' if entry.without_pins else ''}",
        *(f"{kind.value:<12} {kind.japanese} {entry.serials.get(kind, 'none')}" for kind in Kind),
        *(["licence      マイナ免許証"] if image.licence is not None else []),
        f"directory    {directory}",
    ]
    return Answer(data, "\n".join(lines))


def _secrets(entry: "CardEntry") -> list[dict[str, Any]]:
    """Give every secret that is on the card, with its value and where `jpki` looks for it."""
    from cardsim.chip import ObjectId
    from cardsim.mynumber import load_state
    from cardsim.world.cards import CardKind

    if entry.kind is not CardKind.MY_NUMBER:
        return []
    pins = load_state(entry.directory).pins
    rows = []
    for ap, files in SECRET_FILES.items():
        for secret, ef in files.items():
            state = pins.get(ObjectId(ap.aid, ef))
            if state is None:
                continue
            asked = ASKED.get(secret)
            row = secret_row(ap, secret, state.tries_left)
            row["value"] = None if state.value is None else state.value.decode("ascii")
            row["variable"] = None if asked is None else asked.variable
            rows.append(row)
    return rows


def _as_file(rows: list[dict[str, Any]]) -> bytes:
    """Give a line for each variable; the 照合番号 of two applications are the same."""
    values = {row["variable"]: row["value"] for row in rows if row["variable"] and row["value"]}
    return "".join(f"{name}={value}\n" for name, value in values.items()).encode()


def _row(entry: "CardEntry") -> dict[str, Any]:
    return {
        "card": entry.name,
        "holder": entry.holder,
        "issued": entry.issued.isoformat(),
        "expires": entry.expires.isoformat(),
        "serials": {kind.value: serial for kind, serial in entry.serials.items()},
        "standing": entry.standing.value,
    }

"""Write docs/catalogue.md: every entry of the catalogue, what comes of it, what to tell the user.

`python tools/catalogue_page.py` writes the page, `--check` says by its exit status whether it is
as the data has it. Called by `make docs` and by a test.
"""

import sys
from pathlib import Path

from pages import write_or_check

from cardsim.world.catalogue import Entry, built_in

PAGE = Path(__file__).parents[1] / "docs" / "catalogue.md"

_INTRODUCTION = """# The catalogue

Numbered citizens and cards, one for every case that matters to software that meets the My Number
card. **This page is generated** (`make docs`) from `cardsim/world/catalogue/catalogue.yaml`.

```sh
jpki catalogue make JP-001 JP-047      # or --all
jpki card run jp-047 -- pkcs15-tool --list-pins
jpki catalogue rehearse                # is every card what its entry promises?
```

A number is for ever: entries are corrected and added, never removed, and no number goes to another
case. Days count from the world's time when a card is made; what an entry leaves open is drawn from
the world's seed.

## Your own

`jpki catalogue make --all --file mine.yaml` takes a file of the same form, YAML or JSON;
`jpki catalogue schema` prints its JSON Schema, and `jpki catalogue rehearse --file mine.yaml` holds
the cards against it. Numbers begin with letters of your own (`MY-001`). Example:

```yaml
format: jpki-emu catalogue
version: 1
entries:
  - number: MY-001
    title: One try left
    japanese: 残り1回
    holder: {name: 見本　自分, born: "1990-01-02"}
    card: {tries_left: {auth: 1}}
    verdicts: {auth: good, sign: good, login: good, signature: good, face: good}
    dialogue:
      - jpki
      - {send: "00 20 00 98", status: "63C1", why: one try left}
    advice: {english: Say so before asking for the PIN., japanese: 入力前に残り1回と伝える。}
```

## Nobody is described

- Surnames are words for sample and fiction (見本, 例示, 架空, 試験, 仮名, 模擬; SAMPLE and EXAMPLE
  for foreigners), and every town is 架空町, "fictitious town". A test holds both for every entry.
  They were chosen for what they mean. That nobody has such a surname, and that no municipality has
  such a town, is not proven: no register was asked. Given names and the names of the municipalities
  are real; block and house number are drawn.
- A 個人番号 is never written down; it is drawn from the seed, with a check digit that is wrong: the
  right one plus one. The right one follows from the other eleven digits by the ordinance
  (総務省令第85号(2014) 第5条), every number in use ends in it, so a number that does not is
  nobody's. Only an entry of your own can ask for a right one (`valid_number: true`), and then
  somebody may have it.
- A card's serial number is 99999 and ten drawn digits, so that its 製造番号 (the last 13 digits, in
  共通AP, GET DATA 0045 and the token's serial number) begins with 999. One serial number is
  published, 400000012719843, of a test card: if cards are counted, as it looks, none in use is
  near. How they are numbered is not public, so this is a guess. Cards made by earlier versions have
  40000 and ten drawn digits: such a number may be that of a real card.
- The number of a driving licence begins with 00. The codes of 公安委員会 begin at 10, as far as we
  know, so it is nobody's.
- Photos are drawn by program, certificates are of `O=JPKI-EMU` and test policies.

## Entries

`good`; `absent`: there is nothing to judge; `bad` and `cannot-tell` with the rule that decides;
`refused` with the card's status word; `lost`: the card gave no answer. auth and sign are the two
certificates, login and signature what is made with their keys, face what the card's own signatures
prove. What goes wrong is written in the language of [faults](faults.md).
"""


def render() -> str:
    """Give the page."""
    parts = [_INTRODUCTION]
    parts += [_section(entry) for entry in built_in().entries]
    return "\n".join(parts)


def _section(entry: Entry) -> str:
    verdicts = " · ".join(f"{subject.value} {words}" for subject, words in entry.verdicts.items())
    faults = "".join(f"Goes wrong: `{fault}`\n\n" for fault in entry.card.faults)
    return (
        f"### {entry.number} {entry.title}\n\n{entry.japanese}\n\n{verdicts}\n\n{faults}"
        f"> {entry.advice.english}\n>\n> {entry.advice.japanese}\n"
    )


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, render, about=__doc__))

"""`jpki read attributes` and `number`: what 券面入力補助AP holds as text.

Not here: whether it is genuine (`jpki check-card`). Card reference §3.2.
"""

import click

from jpki.card.client import TextSession
from jpki.people import Gender
from jpki.verify.names import printable
from jpki_cli.answer import Answer, answers
from jpki_cli.connecting import card_connection
from jpki_cli.options import SECRETS, card_options, day_of_digits, with_option
from jpki_cli.secrets import PinSource, pin_options


@click.command()
@with_option("pin", "number-b")
@pin_options()
@card_options
@answers
def attributes(
    with_secret: str, pin: PinSource, reader: str | None, card_name: str | None
) -> Answer:
    """Read name, address, birth date and gender as text (基本4情報).

    $JPKI_TEXT_PIN or $JPKI_NUMBER_B holds the secret, else it is asked for. A wrong one costs a
    try; the last one is never spent.

    \b
    Example:
      JPKI_TEXT_PIN=1234 jpki read attributes --card hanako
      jpki card run hanako -- jpki read attributes --with number-b --json
    """
    kind = SECRETS[with_secret]
    secret = pin.read(kind)
    with (
        card_connection(reader=reader, card_name=card_name) as connection,
        TextSession(connection) as session,
    ):
        session.verify(kind, secret)
        found = session.attributes()
    gender = Gender(found.gender)
    born = day_of_digits(found.birth_date)
    data = {
        "name": found.name,
        "address": found.address,
        "birth_date": born,
        "gender": {"code": gender.value, "meaning": gender.meaning.value},
    }
    lines = [
        f"name (氏名)            {found.name}",
        f"address (住所)         {found.address}",
        f"birth date (生年月日)  {born}",
        f"gender (性別)          {gender.meaning.value} ({gender.value})",
    ]
    return Answer(data, "\n".join(map(printable, lines)))


@click.command()
@with_option("pin", "number-a")
@pin_options()
@card_options
@answers
def number(with_secret: str, pin: PinSource, reader: str | None, card_name: str | None) -> Answer:
    """Print 個人番号, twelve digits and nothing else: asked for by name, it is not hidden.

    $JPKI_TEXT_PIN or $JPKI_NUMBER_A holds the secret, else it is asked for. A wrong one costs a
    try; the last one is never spent.

    \b
    Example:
      JPKI_TEXT_PIN=1234 jpki read number --card hanako
    """
    kind = SECRETS[with_secret]
    secret = pin.read(kind)
    with (
        card_connection(reader=reader, card_name=card_name) as connection,
        TextSession(connection) as session,
    ):
        session.verify(kind, secret)
        found = session.number()
    return Answer({"number": found}, found)

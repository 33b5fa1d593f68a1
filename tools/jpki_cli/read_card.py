"""`jpki read serial`, `counters` and `licence`: 共通AP, every secret's tries, マイナ免許証.

Card reference §3.5, §4.4, §5, §8.
"""

import click

from jpki.card.client import Channel, CommonSession, LicenceSession, read_counters
from jpki.card.layout import PinKind
from jpki.profiles.municipalities import municipalities
from jpki_cli.answer import Answer, answers
from jpki_cli.connecting import card_connection
from jpki_cli.counting import secret_row, tries_text
from jpki_cli.options import card_options
from jpki_cli.secrets import PinSource, pin_options


@click.command()
@card_options
@answers
def serial(reader: str | None, card_name: str | None) -> Answer:
    """Read serial number, municipality and expiry of the card (共通AP). No PIN.

    製造番号 is the last 13 of the serial's 15 digits, as マイナポータル uses it.

    \b
    Example:
      jpki read serial --card hanako --json
    """
    with card_connection(reader=reader, card_name=card_name) as connection:
        record = CommonSession(connection).card_record()
    place = municipalities().get(record.municipality)
    data = {
        "serial": record.serial,
        "manufacturing_number": record.manufacturing_number,
        "municipality": record.municipality,
        "municipality_name": None if place is None else str(place),
        "expires": record.expires.isoformat(),
    }
    where = record.municipality if place is None else f"{record.municipality} {place}"
    lines = [
        f"serial                   {record.serial}",
        f"製造番号                 {record.manufacturing_number}",
        f"municipality             {where}",
        f"expires (有効期限)       {record.expires}",
    ]
    return Answer(data, "\n".join(lines))


@click.command()
@card_options
@answers
def counters(reader: str | None, card_name: str | None) -> Answer:
    """Show the tries left of every PIN and 照合番号 in every application. Costs none.

    \b
    Example:
      jpki read counters --card hanako
    """
    with card_connection(reader=reader, card_name=card_name) as connection:
        rows = [
            secret_row(each.ap, each.secret, each.tries_left)
            for each in read_counters(Channel(connection))
        ]
    lines = [
        f"{row['application']:<8} {row['secret']:<11} {tries_text(row)}"
        f" {row['application_name']}: {row['secret_name']}"
        for row in rows
    ]
    return Answer({"counters": rows}, "\n".join(lines))


@click.command()
@pin_options()
@card_options
@answers
def licence(pin: PinSource, reader: str | None, card_name: str | None) -> Answer:
    """Read the マイナ免許証, if it is on the card: number, issue, expiry.

    A PIN is asked for only when the card says that one is set: $JPKI_LICENCE_PIN, else a prompt.
    A wrong one costs a try; the last one is never spent.

    \b
    Example:
      jpki card new hanako --name driver --licence
      JPKI_LICENCE_PIN=1234 jpki read licence --card driver
    """
    # In two steps, so that nobody waits for the card while the PIN is typed.
    with card_connection(reader=reader, card_name=card_name) as connection:
        pin_is_set = LicenceSession(connection).pin_is_set()
    secret = pin.read(PinKind.LICENCE) if pin_is_set else None
    with (
        card_connection(reader=reader, card_name=card_name) as connection,
        LicenceSession(connection) as session,
    ):
        if secret is not None:
            session.verify(PinKind.LICENCE, secret)
        found = session.data()
    data = {
        "pin_is_set": pin_is_set,
        "number": found.number,
        "issued": found.issued.isoformat(),
        "expires": found.expires.isoformat(),
    }
    lines = [
        f"PIN          {'set' if pin_is_set else 'not set: the data are free'}",
        f"number       {found.number}",
        f"issued       {found.issued}",
        f"expires      {found.expires}",
    ]
    return Answer(data, "\n".join(lines))

"""`jpki login`: a challenge, the card's signature, the relying party's verdict."""

import click

from jpki.card.client import JpkiSession
from jpki.card.layout import PinKind
from jpki.profiles.kinds import Kind
from jpki.signing.card import CardSigner
from jpki.signing.login import answer as answer_challenge
from jpki.verify import render
from jpki.verify.formats import Language
from jpki.verify.login import RelyingParty
from jpki_cli.answer import Answer, answers
from jpki_cli.connecting import card_connection
from jpki_cli.languages import language_option
from jpki_cli.options import card_options
from jpki_cli.pin import require_pin
from jpki_cli.secrets import PinSource, pin_options
from jpki_cli.trust import STATUS_OF_VERDICT, Trust, trust_options


@click.command()
@click.option(
    "--relying-party",
    "name",
    default="https://login.example",
    show_default=True,
    help="The service to log in to; its name is part of what the card signs.",
)
@pin_options()
@card_options
@trust_options
@language_option
@answers
def login(
    *,
    name: str,
    pin: PinSource,
    reader: str | None,
    card_name: str | None,
    trust: Trust,
    language: Language,
) -> Answer:
    """Log in with a card (利用者証明), playing both the service and the holder.

    The service gives out a challenge, the card signs it with the authentication key, the service
    judges signature and certificate. A wrong PIN costs a try; the last one is never spent.

    \b
    Example:
      jpki login --card hanako
      jpki card run hanako -- jpki login
      jpki login --reader 0 --ca auth-ca.cer --crl auth-full.crl
    """
    service = RelyingParty(name, trust.verifier())
    try:
        challenge, state = service.begin(moment=trust.moment)
    except ValueError as error:
        raise click.UsageError(f"--relying-party: {error}") from None
    secret = pin.read(PinKind.AUTH)
    with (
        card_connection(reader=reader, card_name=card_name) as connection,
        JpkiSession(connection) as session,
    ):
        require_pin(session, Kind.AUTH)
        session.verify_pin(Kind.AUTH, secret)
        signer = CardSigner.open(session, Kind.AUTH)
        response = answer_challenge(
            challenge.encode(), signer, relying_party=name, moment=trust.moment
        )
    report = service.complete(state, response, moment=trust.moment)
    text = render(report, language).rstrip("\n")
    return Answer(report.to_json(), text, STATUS_OF_VERDICT[report.verdict])

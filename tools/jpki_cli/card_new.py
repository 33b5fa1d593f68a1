"""`jpki card new`: a further card for a citizen of the world, of any kind there is.

`jpki card make`: the cards a resident of a synthetic country has.

Not here: the order in which things are issued (`cardsim.world`).
"""

import click

from jpki.card.layout import AtrFamily, TokenKind
from jpki_cli.answer import Answer, answers
from jpki_cli.ca_crl import MAKES_THEM
from jpki_cli.card_show import described
from jpki_cli.exits import failing_with
from jpki_cli.settings import settings

_FAMILIES = {family.label: family for family in AtrFamily}
_TOKENS = {"card": TokenKind.CARD, "android": TokenKind.ANDROID, "iphone": TokenKind.IPHONE}


@click.command()
@click.argument("citizen")
@click.option("--name", metavar="NAME", help="The card's name (default: CITIZEN-2, -3, …).")
@click.option(
    "--atr",
    "family",
    type=click.Choice(list(_FAMILIES)),
    help="The answer to reset: which chip, and which side of it the reader sees; type-b is"
    " contactless, and all a phone can have. Default: contact-e0, of a phone type-b-41e0.",
)
@click.option(
    "--token",
    type=click.Choice(list(_TOKENS)),
    default="card",
    show_default=True,
    help="What carries it; a phone has 公的個人認証AP only, and its certificates need PINs.",
)
@click.option(
    "--without-pins",
    is_flag=True,
    help="No PIN was ever set (顔認証マイナンバーカード); no signing certificate then.",
)
@click.option(
    "--renew",
    is_flag=True,
    help="Its certificates supersede (更新) those of the citizen's newest card.",
)
@click.option(
    "--licence",
    is_flag=True,
    help="With a driving licence (普通免許 as マイナ免許証), PIN 1234; from 18.",
)
@click.option(
    "--long-form",
    is_flag=True,
    help="Write the outer length of 基本4情報 as 82 hh ll, as some cards do.",
)
@click.option(
    "--older",
    is_flag=True,
    help="Without the lower CV certificate (GET DATA 7F21), as older cards.",
)
@answers
def new(
    *,
    citizen: str,
    name: str | None,
    family: str | None,
    token: str,
    without_pins: bool,
    renew: bool,
    licence: bool,
    long_form: bool,
    older: bool,
) -> Answer:
    """Issue a further card to CITIZEN at the world's time, with the PINs of a new card.

    Without --renew the certificates of earlier cards stay good, as no real citizen's would.

    \b
    Example:
      jpki card new hanako --renew
      jpki card new hanako --name phone --token android
      jpki card new hanako --name driver --licence --atr type-b-41e0
      jpki card show driver --secrets
    """
    with settings().world() as world:
        entry = world.issue_card(
            citizen,
            name=name,
            renew=renew,
            without_pins=without_pins,
            token=_TOKENS[token],
            atr=None if family is None else _FAMILIES[family],
            licence=licence,
            long_form=long_form,
            older=older,
        )
        answer = described(entry)
        if renew:
            # Whoever checks an old certificate shall see that it was superseded.
            told = f"card {entry.name} is made; not every list says yet that the one before ended"
            with failing_with(told, hint=MAKES_THEM, done=answer.data):
                world.publish_lists()
    return answer


@click.command()
@click.argument("resident")
@answers
def make(resident: str) -> Answer:
    """Make the cards that RESIDENT of a synthetic country has (`jpki ca populate`).

    They carry the certificates on record, with their keys and the usual PINs, and stand as the
    resident's life left them. Nothing is issued; a second time nothing is changed. An event of
    RESIDENT's makes them as well.

    \b
    Example:
      jpki card make resident-000000012
      jpki login --card resident-000000012
    """
    with settings().world() as world:
        made = world.make_cards(resident)
    told = [described(entry) for entry in made]
    return Answer(
        {"resident": resident, "cards": [each.data for each in told]},
        "\n\n".join(each.text for each in told) or f"{resident} has no card",
    )

"""`jpki ca event`: let something happen to a resident, a card or the authorities.

One command for each kind of event that people bring about, built from `FORMS`. What follows from an
event is the world's (`cardsim.world.life`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cardsim.world.life.events import Event, EventKind
from cardsim.world.life.residents import Attributes
from cardsim.world.life.table import TABLE, Outcome, Row
from jpki.card.layout import PinKind
from jpki.card.layout.pins import PinFormatError
from jpki.people import AttributeFormatError, BirthDate, Era, Gender
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki_cli.answer import Answer, answers, as_json, json_option, say_json
from jpki_cli.exits import ExitStatus, Failure, status_of, words_of
from jpki_cli.groups import CommandGroup
from jpki_cli.life_telling import entry_lines, entry_row
from jpki_cli.options import KIND
from jpki_cli.settings import settings

if TYPE_CHECKING:
    from cardsim.world.life.journal import Entry

Command = Callable[..., Any]
Option = Callable[[Command], Command]

_PIN_VARIABLES = {
    PinKind.SIGN: "JPKI_SIGN_PIN",
    PinKind.AUTH: "JPKI_AUTH_PIN",
    PinKind.TEXT: "JPKI_TEXT_PIN",
    PinKind.JUKI: "JPKI_JUKI_PIN",
}
_WITH_DAY, _WITH_MONTH, _WITH_YEAR = 3, 2, 1


def birth_date(text: str) -> BirthDate:
    """Read `1990-06-15`, less of it from the right, `EYYYYMMDD`, or `unknown`."""
    try:
        if text == "unknown":
            return BirthDate(Era.UNKNOWN)
        if text.isdigit() and len(text) > len("YYYY"):
            return BirthDate.parse(text)
        parts = [int(part) for part in text.split("-")]
        if len(parts) == _WITH_DAY:
            return BirthDate.of(date(*parts))
        if len(parts) in {_WITH_MONTH, _WITH_YEAR}:
            known = (*parts, 0, 0)[:3]
            eras = {
                Era.of(day) if day else Era.UNKNOWN
                for day in (
                    BirthDate(Era.UNKNOWN, *known).earliest,
                    BirthDate(Era.UNKNOWN, *known).latest,
                )
            }
            if len(eras) == 1:
                return BirthDate(eras.pop(), *known)
    except (AttributeFormatError, TypeError, ValueError):
        pass
    raise click.BadParameter(
        "write 1990-06-15, 1990-06, 1990, unknown, or EYYYYMMDD (E: 1 明治 to 5 令和, 0 不明)"
    )


def _substitute(text: str) -> tuple[str, str]:
    true, _, stand_in = text.partition("=")
    if len(true) != 1 or len(stand_in) != 1:
        raise click.BadParameter(f"{text!r}: write 髙=高")
    return true, stand_in


_NAME = click.option("--name", help="The true name (氏名), a space between the parts.")
_KANA = click.option("--kana", help="Its reading (振り仮名), in as many parts.")
_TO = click.option("--to", metavar="CODE", help="The municipality's code, 5 or 6 digits.")
_ADDRESS = click.option("--address", help="The address (住所), with or without the municipality.")
_BORN = click.option(
    "--born",
    type=birth_date,
    metavar="DATE",
    help="The birth date: 1990-06-15; 1990-06, 1990 or unknown where no more is; or EYYYYMMDD.",
)
_GENDER = click.option(
    "--gender", type=click.Choice(["1", "2", "3", "9"]), help="1 男, 2 女, 3 or 9 その他."
)
_SUBSTITUTE = click.option(
    "--substitute",
    "substitutes",
    type=_substitute,
    multiple=True,
    metavar="A=B",
    help="Let B stand in certificates for A (代替文字); more than once.",
)
_CARD = click.option("--card", help="Which card; not needed where it can be one only.")
_CARD_NAME = click.option("--card", help="The new card's name (default: NAME, NAME-2, …).")
_KINDS = click.option(
    "--kind", "kinds", type=KIND, multiple=True, help="Only this certificate; more than once."
)


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of event is asked for: its sentence, options, and an example."""

    sentence: str
    options: tuple[Option, ...]
    example: str
    of_nobody: bool = False


_PINS = (
    " The PINs are the usual ones (ABC123, 1234), or those in JPKI_SIGN_PIN, JPKI_AUTH_PIN,"
    " JPKI_TEXT_PIN and JPKI_JUKI_PIN."
)
FORMS: Mapping[EventKind, Form] = {
    EventKind.BIRTH: Form(
        "Enter somebody new into the register (出生).",
        (_NAME, _KANA, _TO, _ADDRESS, _BORN, _GENDER, _SUBSTITUTE),
        "momo --name '見本 桃' --to 13221 --address 架空町1-2-3 --born 2026-11-01 --gender 2",
    ),
    EventKind.CARD: Form(
        "Ask for a card (交付申請); it is made in the night, and waits to be handed over.",
        (_CARD_NAME,),
        "hanako",
    ),
    EventKind.HANDOVER: Form(
        f"Hand over a card that waits (交付), with PINs; an older one ends.{_PINS}",
        (_CARD,),
        "hanako",
    ),
    EventKind.DISCARD: Form(
        "Discard a card that was never handed over (交付前に破棄).", (_CARD,), "hanako"
    ),
    EventKind.MOVE: Form(
        "Move (転入・転居): the signing certificate ends, the other one stays.",
        (_TO, _ADDRESS, _SUBSTITUTE),
        "hanako --to 13221 --address 架空町1-2-3",
    ),
    EventKind.RENAME: Form(
        "Change a name (氏名の変更).", (_NAME, _KANA, _SUBSTITUTE), "hanako --name '髙見 花子'"
    ),
    EventKind.MARRIAGE: Form(
        "Marry (婚姻), with another name or address perhaps.",
        (_NAME, _KANA, _TO, _ADDRESS, _SUBSTITUTE),
        "hanako --name '例示 花子'",
    ),
    EventKind.CORRECTION: Form(
        "Correct what the register holds (記載の修正).",
        (_NAME, _KANA, _ADDRESS, _BORN, _GENDER, _SUBSTITUTE),
        "hanako --born 1990-06-15",
    ),
    EventKind.NUMBER: Form(
        "Give another 個人番号 (個人番号の変更): card and certificates end.", (), "hanako"
    ),
    EventKind.DEATH: Form("Die (死亡): card and certificates end.", (), "taro"),
    EventKind.EMIGRATION: Form("Move abroad (国外転出): card and certificates end.", (), "taro"),
    EventKind.EMIGRATION_WITH_CARD: Form(
        "Move abroad and keep the card (国外継続利用, since 2024-05-27).", (), "taro"
    ),
    EventKind.LOSS: Form(
        "Report a card lost (紛失): it is suspended, its certificates are held (一時保留).",
        (_CARD,),
        "hanako",
    ),
    EventKind.FINDING: Form(
        "Find a lost card (発見): it is in use again, its certificates stay held.",
        (_CARD,),
        "hanako",
    ),
    EventKind.COMPROMISE: Form(
        "Report a key compromised (秘密鍵の危殆化).", (_CARD, _KINDS), "hanako --kind sign"
    ),
    EventKind.STOP: Form(
        "Stop using certificates (利用の終了).", (_CARD, _KINDS), "hanako --kind sign"
    ),
    EventKind.RETURN: Form("Give a card back (返納).", (_CARD,), "hanako"),
    EventKind.CERTIFY: Form(
        "Ask for certificates onto a card where none is good (発行); they come in the night."
        " Whoever never had a signing one gets its password: ABC123, or that in JPKI_SIGN_PIN.",
        (_CARD, _KINDS),
        "hanako",
    ),
    EventKind.RENEWAL: Form(
        "Renew certificates (更新), within three months of their end; they come in the night.",
        (_CARD, _KINDS),
        "hanako",
    ),
    EventKind.LATE_RENEWAL: Form(
        "Take new certificates for what has ended (期限切れ後); they come in the night.",
        (_CARD, _KINDS),
        "hanako",
    ),
    EventKind.PIN_RESET: Form(
        f"Set the PINs of a card anew (暗証番号再設定).{_PINS}", (_CARD,), "hanako"
    ),
    EventKind.PINLESS: Form(
        "Make a card one without PINs (顔認証マイナンバーカード).", (_CARD,), "hanako"
    ),
    EventKind.AUTHORITIES: Form(
        "Give both authorities a new key (認証局の鍵の更新); the old one goes on being listed.",
        (),
        "",
        of_nobody=True,
    ),
}
"""Every kind people bring about; the others come with the clock (`jpki world clock`)."""


@click.group(cls=CommandGroup, invoke_without_command=True)
@click.option("--list", "show_list", is_flag=True, help="List what each event does, and stop.")
@json_option()
@click.pass_context
def event(context: click.Context, show_list: bool) -> None:
    """Let something happen to a resident, a card or the authorities, at the world's time.

    \b
    Example:
      jpki ca event move hanako --to 13221 --address 架空町1-2-3
      jpki ca event death taro
      jpki ca event --list
    """
    if not show_list:
        if context.invoked_subcommand is None:
            click.echo(context.get_help())
        return
    if as_json():
        say_json({"events": [_row(kind, row) for kind, row in TABLE.items()]})
    else:
        click.echo("\n".join(_table()))
    context.exit(0)


def _happen(kind: EventKind, who: str, given: Mapping[str, Any]) -> Answer:
    from cardsim.world.errors import NameTakenError
    from cardsim.world.life.conditions import EventRefusedError

    environ = settings().environ
    pins = {each: environ[name] for each, name in _PIN_VARIABLES.items() if name in environ}
    happening = Event(
        kind=kind,
        who=who,
        attributes=_attributes(given),
        card=given.get("card"),
        kinds=tuple(Kind(value) for value in given.get("kinds", ())),
    )
    before: list[Entry] = []
    with settings().world() as world:
        try:
            with world.office() as office:
                before = office.catch_up()
                done = office.happen(happening, pins)
        except (EventRefusedError, NameTakenError) as refused:
            rule = getattr(refused, "rule", "name")
            rows = [entry_row(entry) for entry in before]
            data = {"happened": False, "rule": rule, "why": str(refused), "before": rows}
            text = "\n".join([*entry_lines(before), f"no: {refused}"])
            return Answer(data, text, ExitStatus.NO)
        except PinFormatError as error:
            raise Failure(str(error), ExitStatus.USAGE) from None
        except Exception as error:
            status = status_of(error)
            last = world.events()[-1:] if status else []
            if (
                status is None
                or not last
                or last[0].done
                or (last[0].event.kind, last[0].event.who) != (kind, who)
            ):
                raise
            # Whoever took it for nothing would let it happen twice.
            told = f"the event is on record, and not all its steps are done: {words_of(error)}"
            hint = "`jpki world clock advance 0s` does the rest"
            row = {"happened": True, **entry_row(last[0])}
            raise Failure(f"{told}; {hint}", status, row) from error
    data = {
        "happened": True,
        **entry_row(done),
        "before": [entry_row(entry) for entry in before],
    }
    return Answer(data, "\n".join(entry_lines([*before, done])))


def _attributes(given: Mapping[str, Any]) -> Attributes | None:
    names = {"name", "kana", "to", "address", "born", "gender"}
    if not names & given.keys():
        return None
    gender = given.get("gender")
    return Attributes(
        name=given.get("name"),
        kana=given.get("kana"),
        address=given.get("address"),
        municipality=given.get("to"),
        birth_date=given.get("born"),
        gender=None if gender is None else Gender(gender),
        substitutes=dict(given.get("substitutes", ())),
    )


def _command(kind: EventKind, form: Form) -> click.Command:
    def run(who: str = "", **given: Any) -> Answer:
        return _happen(kind, who, given)

    words = f"jpki ca event {kind.value} {form.example}".rstrip()
    run.__doc__ = f"{form.sentence}\n\n\b\nExample:\n  {words}\n"
    decorated: Command = answers(run)
    for option in reversed(form.options):
        decorated = option(decorated)
    if not form.of_nobody:
        decorated = click.argument("who", metavar="NAME")(decorated)
    return click.command(name=kind.value)(decorated)


for _kind, _form in FORMS.items():
    event.add_command(_command(_kind, _form))


def _row(kind: EventKind, row: Row) -> dict[str, Any]:
    return {
        "event": kind.value,
        "japanese": row.japanese,
        "sign": effect_word(row.sign),
        "auth": effect_word(row.auth),
        "card": row.card.value,
        "source": row.source.reference,
        "grade": row.source.grade.value,
        "guess": row.source.is_guess,
        "note": row.note,
        "with_the_clock": kind not in FORMS,
    }


def _table() -> list[str]:
    head = f"{'event':<21} {'sign':<21} {'auth':<21} {'card':<52} grade"
    rows = [
        f"{kind.value:<21} {effect_word(row.sign):<21} {effect_word(row.auth):<21}"
        f" {row.card.value:<52} {row.source.grade.value}"
        for kind, row in TABLE.items()
    ]
    return [head, *rows]


def effect_word(effect: RevocationReason | Outcome) -> str:
    """Give what becomes of a certificate, in a word: the reason it is revoked with, or none."""
    return effect.rfc_name if isinstance(effect, RevocationReason) else effect.value

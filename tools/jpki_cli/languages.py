"""The option --lang of commands that print reports, and what `jpki check-card` says in Japanese.

Not here: the phrases of the reports themselves (`jpki.verify.formats`).
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import click

from jpki.verify.formats import Language
from jpki.verify.formats.words import in_japanese

Command = Callable[..., Any]

_PHRASES: Mapping[str, str] = MappingProxyType(
    {
        "REFUTED": "真正でない",
        "not on the card (by the card's own word)": "カードにない（カード自身の申告）",
        "certificate for logging in (利用者証明用電子証明書)": "利用者証明用電子証明書",
        "certificate for signing (署名用電子証明書)": "署名用電子証明書",
        "key for logging in, no copy (利用者証明用の秘密鍵)": "利用者証明用の秘密鍵（複製でない）",
        "what the card says of its certificates (証明書の有無, EF 0008)": (
            "証明書の有無についてのカードの申告（EF 0008）"
        ),
        "no certificate was found to know it by": "確かめるための証明書がない",
        "driving licence (マイナ免許証): the form of its signature is not public": (
            "マイナ免許証：署名の形式が公開されていない"
        ),
        "text (券面入力補助AP)": "券面入力補助AP",
        "face (券面事項確認AP)": "券面事項確認AP",
        "whose the certificate for logging in is (利用者証明用): it names nobody, and no signature"
        " ties it to text and face": (
            "利用者証明用電子証明書の名義：氏名の記載がなく、券面の情報と結び付ける署名もない"
        ),
        "not read: ": "読出しなし: ",
        "to decide: ": "判定に必要なもの: ",
        " or ": "または",
        "Card: ": "カード: ",
        " for what is on it; by its own unsigned word it has not: ": (
            "（載っているものについて）；署名のない自己申告によればカードにないもの: "
        ),
    }
)
_AFTER = {
    "; no signing certificate was read beside it": "（署名用電子証明書は読み出していない）",
    "; if a phone was presented, say --phone": "；スマートフォンの場合は--phoneを指定",
}
"""What may stand behind another phrase."""
_NOT_ON = re.compile(r"(.+): not on this token, by its own unsigned word \((.+)\)")


def language_option(command: Command) -> Command:
    """Add --lang, handed over as a `Language` named `language`."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice([each.value for each in Language]),
        default=Language.ENGLISH.value,
        show_default=True,
        callback=lambda _context, _option, value: Language(value),
        help="Write for people in English with Japanese terms, or in Japanese.",
    )(command)


def spoken(text: str, language: Language) -> str:
    """Give what `jpki check-card` says, in this language."""
    if language is Language.ENGLISH:
        return text
    for after, japanese in _AFTER.items():
        if text.endswith(after):
            return f"{spoken(text.removesuffix(after), language)}{japanese}"
    missing = _NOT_ON.fullmatch(text)
    if missing:
        part = spoken(missing[1], language)
        return f"{part}：この媒体にはない（署名のない自己申告による、{missing[2]}）"
    return _PHRASES.get(text) or in_japanese(text)

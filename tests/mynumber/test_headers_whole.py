"""Every header of card reference §9.1, sent to every application of the full card.

No secret has been proven and no file is selected. One word stands for all applications, seven
for ISD, 公的個人認証AP, 券面入力補助AP, 券面事項確認AP, 共通AP, 住基AP and マイナ免許証.
`9000+n` comes with n bytes. Other states: `test_headers`, `test_security_rules`.
"""

import pytest

from tests.mynumber.talk import Talk
from tests.support import reference
from tests.support.whole import whole_card

DIGEST = "5A" * 32
ANSWERS = [
    # SELECT (§4.1, §3.7)
    ("00A40000", "6A86 9000 9000 9000 9000 9000 9000"),
    ("00A4000C", "6A86 9000 9000 9000 9000 9000 9000"),
    ("00A4000C023F00", "6A82"),
    ("00A4090C020001", "6A86"),
    ("00A4020C020001", "6A82 9000 9000 9000 9000 6A82 6A82"),
    ("00A4020C02001D", "6A82"),
    ("00A4020C02001C", "6A82 9000 9000 9000 9000 9000 9000"),
    ("00A4020002000100", "6A82 9000+6 9000+6 9000+6 9000+6 6A82 6A82"),
    # READ BINARY (§4.2)
    ("00B0000000", "6986"),
    ("00B00000000000", "6986"),
    ("00B0810000", "6A82 6982 6982 6982 6981 6A82 6A82"),
    ("00B08100000000", "6A82 6982 6982 6982 6981 6A82 6A82"),
    ("00B0820000", "6A82 9000+256 6982 6982 6981 6981 6A82"),
    ("00B0840000", "6A82 6A82 9000+256 9000+256 6A82 6A82 6A82"),
    ("00B09D0000", "6A82"),
    # READ RECORD (§4.3)
    ("00B2010400", "6986"),
    ("00B2010C00", "6A82 6981 6981 6981 9000+30 6A82 6A82"),
    ("00B2010500", "6A81"),
    ("00B2020C00", "6A82 6981 6981 6981 6A83 6A82 6A82"),
    # VERIFY (§4.4)
    ("00200080", "6986"),
    ("0020008000", "6700"),
    ("002000800431323334", "6986"),
    ("0020009100", "6700"),
    ("00200091", "6A82 6A82 63C3 63CA 6A82 6A82 6A82"),
    ("00200094", "6A82 6A82 63CA 6A82 6A82 6A82 6A82"),
    ("00200098", "6A82 63C3 6A82 6A82 6A82 6A82 6A82"),
    ("0020009C", "6A82 6300 6300 6300 63C3 63C3 6981"),
    ("00200086", "6A82 6981 6981 6981 6A82 6A82 63CA"),
    # CHANGE REFERENCE DATA, CHANGE KEY (§4.6)
    ("00240180", "6700"),
    ("002401800431323334", "6986"),
    ("002401980431323334", "6A82 6982 6A82 6A82 6A82 6A82 6A82"),
    ("002401910431323334", "6A82 6A82 6982 6982 6A82 6A82 6A82"),
    ("0024019C0431323334", "6A82 6300 6300 6300 6982 6982 6981"),
    ("803200800431323334", "6986"),
    ("8032009C0431323334", "6A82 6982 6982 6982 6982 6982 6981"),
    ("803200980431323334", "6A82 6982 6A82 6A82 6A82 6A82 6A82"),
    # COMPUTE DIGITAL SIGNATURE (§4.5)
    ("802A008001AA00", "6986"),
    (f"802A028020{DIGEST}00", "6986"),
    ("802A009701AA00", "6A82 6982 6A82 6A82 6A82 6A82 6A82"),
    ("802A009301AA00", "6A82 6A82 9000+256 6981 6A82 6A82 6A82"),
    ("802A009A01AA00", "6A82 6982 6A82 9000+256 6A82 6A82 6981"),
    ("802A000001AA00", "6A86 6A86 9000+256 9000+256 6A86 6A86 6A86"),
    (f"802A020020{DIGEST}00", "6A86 6A86 9000+256 9000+256 6A86 6A86 6A86"),
    (f"802A050020{DIGEST}00", "6A86 6A86 9000+256 9000+256 6A86 6A86 6A86"),
    ("802A060001AA00", "6A86"),
    ("802A009901AA00", "6A82 6982 6A82 6A82 6982 6A82 6A82"),
    ("002A9E9A01AA00", "6E00"),
    ("002A808601AA00", "6E00"),
    ("002A808401AA00", "6E00"),
    ("002A908601AA00", "6E00"),
    # INTERNAL AUTHENTICATE, GET CHALLENGE (§4.7)
    ("0088008001AA00", "6986"),
    ("0088009901AA00", "6A82 6982 6A82 6A82 9000+256 6A82 6A82"),
    ("0088009701AA00", "6A82 6982 6A82 6A82 6A82 6A82 6A82"),
    ("0088009301AA00", "6A82 6A82 6982 6981 6A82 6A82 6A82"),
    ("0088009A01AA00", "6A82 6982 6A82 6985 6A82 6A82 6981"),
    ("0088000001AA00", "6985 6985 6982 6985 6985 6985 6985"),
    ("0084000008", "9000+8"),
    ("00840000000008", "6985"),
    # GET DATA (§3.7)
    ("00CA004200", "9000+16 6A88 6A88 6A88 6A88 6A88 6A88"),
    ("00CA004500", "9000+15 6A88 6A88 6A88 6A88 6A88 6A88"),
    ("00CA006600", "9000+51 6A88 6A88 6A88 6A88 6A88 6A88"),
    ("00CA00F000", "9000+5 6A88 6A88 6A88 6A88 6A88 6A88"),
    ("00CA00F200", "9000+8 6A88 6A88 6A88 6A88 6A88 6A88"),
    ("00CA00F700", "9000+16 6A88 6A88 6A88 6A88 6A88 6A88"),
    ("00CA00F800", "6700 6A88 6A88 6A88 6A88 6A88 6A88"),
    ("00CA00F8000000", "9000+563 6A88 6A88 6A88 6A88 6A88 6A88"),
    ("00CA7F2100", "6700 6A88 6A88 6A88 6A88 6A88 6A88"),
    ("00CA7F21000000", "9000+563 6A88 6A88 6A88 6A88 6A88 6A88"),
    ("00CA5F5100", "9000+8 9000+8 9000+8 9000+8 9000+8 9000+8 6A88"),
    # authentication and session keys (§4.7)
    ("8082008000", "6986"),
    ("8082009600", "6A82 6300 6A82 6A82 6A82 6A82 6A82"),
    ("8082009800", "6A82 63C3 6A82 6A82 6A82 6A82 6A82"),
    ("80A206C1", "6D00 6700 6D00 6D00 6D00 6D00 6D00"),
    ("80A200C1", "6D00 6700 6D00 6D00 6D00 6D00 6D00"),
    ("80A20000", "6D00 6A86 6D00 6D00 6D00 6D00 6D00"),
    ("80AE0000", "6D00 6982 6982 66F1 66F1 6982 6D00"),
    ("80AE000001AA", "6D00 6982 6982 66F1 66F1 6982 6D00"),
    ("80FC0000", "6700"),
    # the issuer's (§4.6)
    ("80540080", "6982"),
    ("80500000", "6982"),
    ("80520000", "6982"),
    ("80060000", "6982"),
    ("808A2200", "6982"),
    ("808A2400", "6982"),
    ("808A0000", "6A86"),
    # other classes, unknown instructions (§4.7, §4.8)
    ("08A4020C020001", "6882"),
    ("08B0000000", "69FC"),
    ("08200080", "69FC"),
    ("0CB0000000", "6987"),
    ("0CA4020C020001", "6987"),
    ("01B0000000", "6881"),
    ("02A4040C", "6881"),
    ("03200080", "6881"),
    ("00C0000000", "6D00"),
    ("002C008000", "6D00"),
]

HEADERS = [
    "00A4040C", "00A40400", "00A40402", "00A4020C", "00A40000", "00A4000C", "00A4000C023F00",
    "00A409", "00B00000", "00B081", "00B0000000", "00B08100000000", "00B20104", "00B2010C",
    "00B20105", "00200080", "0020008000", "002000800", "00200091", "00200098", "00240180",
    "00240191", "80320080", "8032009C", "802A0080", "802A0280", "802A0097", "802A0000", "802A0500",
    "002A9E9A", "002A8086", "002A8084", "002A9086", "00880080", "00880099", "00880000", "00840000",
    "00CA0042", "00CA0045", "00CA0066", "00CA00F0", "00CA00F2", "00CA00F7", "00CA00F8", "00CA7F21",
    "00CA5F51", "8082008000", "80A206C1", "80A200C1", "80AE0000", "80FC0000", "80540080",
    "80500000", "80520000", "80060000", "808A22", "08", "0C", "01", "02", "03", "00C00000"
]  # fmt: skip
"""The table of card reference §9.1."""


@pytest.mark.parametrize("number", range(len(reference.AIDS)), ids=list(reference.AIDS))
@pytest.mark.parametrize(("command", "answers"), ANSWERS, ids=[row[0][:18] for row in ANSWERS])
def test_a_header_has_its_answer_in_every_application(command: str, answers: str, number: int):
    """Refused or answered as the card reference says, where it says anything."""
    talk = Talk(whole_card())
    assert talk(reference.select(list(reference.AIDS)[number])) == "9000"
    words = answers.split()
    word, _, length = words[number % len(words)].partition("+")

    answer = talk(command)

    assert (answer[-4:], len(answer) // 2 - 2) == (word, int(length or 0))


@pytest.mark.parametrize("ap", reference.AIDS)
@pytest.mark.parametrize("form", ["00A4040C{}", "00A40400{}", "00A40402{}", "00A40400{}00"])
def test_an_application_is_selected_by_every_form_clients_use(form: str, ap: str):
    """P2 = 0C, 00, 02; with Le there is file information, which names the application."""
    talk = Talk(whole_card())
    if ap == "ISD":
        talk(reference.select("JPKI"))

    answer = talk(form.format(reference.select(ap)[8:]))

    assert answer.endswith("9000")
    assert (reference.AIDS[ap] in answer) == form.endswith("00")


@pytest.mark.parametrize("header", HEADERS)
def test_the_table_covers_what_public_clients_send(header: str):
    """Each header of §9.1 begins a row, or is a form of SELECT."""
    forms = ["00A4040C", "00A40400", "00A40402"]

    assert any(line.startswith(header) for line in [*forms, *(row[0] for row in ANSWERS)])

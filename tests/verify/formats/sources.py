"""The texts that stand in the verifier's source, as a report would show them.

Read from the source itself, so that a new text without a Japanese phrase is found before anybody
makes a report that has it. A value written into a text is filled in: the moment for `show(...)`,
a constant's own value, both sides of a choice, 7 for anything else.
"""

import ast
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from types import ModuleType

import jpki.verify

_ROOM = Path(jpki.verify.__file__).parent
_MOMENT = "2026-04-01T03:00:00Z (2026-04-01 12:00:00 JST)"
_FILLED = "7"
_NOT_REPORTED = frozenset(
    {
        *("formats", "render.py", "report_json.py", "places.py", "serials.py"),
        *("card_anchors.py", "card_evidence.py"),  # errors of whoever pins a key
    }
)
_OTHER_CALLS = frozenset(
    {
        # Errors of whoever calls, tables of facts, and the rules: those have a test of their own.
        *("ChallengeStoreError", "KeyError", "NotImplementedError", "TypeError", "ValueError"),
        *("Rule", "Source", "cast"),
    }
)
_NO_TEXT = frozenset(
    {
        "JPKI for digital signature",  # names of CAs
        "JPKI for user authentication",
        "7: expected 7; seen 7",  # what an exception says in a program
        "1 of 1: ",  # taken away before anything is shown
        "not revoked",  # a value of an enumeration
    }
)


def written() -> list[str]:
    """Give every text, those in parts left out."""
    return sorted(_all() - _NO_TEXT - set(IN_PARTS))


def unknown_parts() -> set[str]:
    """Give what is listed in parts and stands nowhere any more."""
    return set(IN_PARTS) - _all()


def _all() -> set[str]:
    found: set[str] = set()
    for file in sorted(_ROOM.rglob("*.py")):
        relative = file.relative_to(_ROOM)
        if relative.parts[0] not in _NOT_REPORTED:
            dotted = ".".join(("jpki", "verify", *relative.with_suffix("").parts))
            module = import_module(dotted.removesuffix(".__init__"))
            tree = ast.parse(file.read_text(encoding="utf-8"))
            found.update(text for node in _texts(tree) for text in _values(node, module))
    return {text for text in found if " " in text.strip()}


def _texts(node: ast.AST) -> Iterator[ast.expr]:
    """Give the outermost strings, without docstrings, annotations and what is for programmers."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _OTHER_CALLS:
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.JoinedStr):
        yield node
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node
    else:
        for name, value in ast.iter_fields(node):
            if name not in {"annotation", "returns"}:
                parts = value if isinstance(value, list) else [value]
                for part in parts:
                    if isinstance(part, ast.AST):
                        yield from _texts(part)


def _values(node: ast.expr, module: ModuleType) -> Iterator[str]:
    match node:
        case ast.JoinedStr():
            parts = (list(_values(part, module)) for part in node.values)
            yield from map("".join, product(*parts))
        case ast.FormattedValue():
            yield from _values(node.value, module)
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp():
            yield from _values(node.body, module)
            yield from _values(node.orelse, module)
        case ast.BoolOp(op=ast.Or()):
            for value in node.values:
                yield from _values(value, module)
        case ast.Name(id=name) if isinstance(getattr(module, name, None), str):
            yield getattr(module, name)
        case ast.Call(func=ast.Name(id="show")):
            yield _MOMENT
        case _:
            yield _FILLED


_NEEDED_ANSWER = (
    "an OCSP answer about serial number 77 (0x4D){} by C=JP or its responder, fresh at {}{}"
)
IN_PARTS: dict[str, str] = {
    " at 7": "one OCSP responder at 7 and nothing else",
    "one OCSP responder7 and nothing else": "one OCSP responder at 7 and nothing else",
    "7, C in PrintableString, the others in UTF8String": (
        "C=JP, CN=…, C in PrintableString, the others in UTF8String"
    ),
    " for 7": (
        "the revocation list (失効リスト) of C=JP for directoryName C=JP, complete, understood and "
        f"fresh at {_MOMENT}, with its signer's certificate"
    ),
    "the revocation list (失効リスト) of 7": (
        f"the revocation list (失効リスト) of C=JP or C=JP, O=A, issued and not stale at {_MOMENT}"
    ),
    "the revocation list (失効リスト) of the CA": (
        f"the revocation list (失効リスト) of the CA, issued and not stale at {_MOMENT}"
    ),
    f"7, issued and not stale at {_MOMENT}": (
        f"the revocation list (失効リスト) of C=JP, issued and not stale at {_MOMENT}"
    ),
    " for PSS alone": "RSA 2048 bits for PSS alone",
    f" of {_MOMENT}": f"good in OCSP answer by C=JP about 77 (0x4D) of {_MOMENT}",
    "OCSP answer 77": f"good in OCSP answer by C=JP about 77 (0x4D) of {_MOMENT}",
    "by 7 about 7": f"good in OCSP answer by C=JP about 77 (0x4D) of {_MOMENT}",
    "by 7": "by 7 for 7",
    "key 7": f"good in OCSP answer by key 07af about 77 (0x4D) of {_MOMENT}",
    "CRL no. 7 77": f"not on CRL no. 7 C=JP of {_MOMENT}",
    "7 names it: 7": f"CRL no. 7 C=JP of {_MOMENT} names it: without nextUpdate",
    "not looked at": "OCSP answer not looked at: too many paths",
    "revoked 7, 7; 7": f"revoked {_MOMENT}, unspecified; CRL no. 7 C=JP of {_MOMENT}",
    " with the nonce sent,": _NEEDED_ANSWER.format(" with the nonce sent,", _MOMENT, ""),
    ", asked for again later": _NEEDED_ANSWER.format("", _MOMENT, ", asked for again later"),
    f"an OCSP answer about serial number 77 by 7 or its responder, fresh at {_MOMENT}7": (
        _NEEDED_ANSWER.format("", _MOMENT, "")
    ),
    "older than 7": "older than 7 days, 0:00:00",
    ", and none is required here": "no policy is valid, and none is required here",
    f"7, to {_MOMENT}": f"C=JP, to {_MOMENT}",
    ", unproven": "name (氏名), unproven",
    "name (氏名)7": "name (氏名), unproven",
    "born (生年月日)7": "born (生年月日), unproven",
    "gender (性別)7": "gender (性別), unproven",
    "address (住所)7": "address (住所), unproven",
    "; its policy OID is a guess": "移動端末設備 (phone); its policy OID is a guess",
    "7 for 7": "by 1000033/100 for 1000033/101",
    "by 7, which is not pinned": "by 1000033/100 for 1000033/101, which is not pinned",
    "by 7; no CA key is pinned": "by 1000033/100 for 1000033/101; no CA key is pinned",
    "said to be by 7; that key did not sign it": (
        "said to be by 1000033/100 for 1000033/101; that key did not sign it"
    ),
    "; another address (住所): one of the two is older": (
        "the same; another address (住所): one of the two is older"
    ),
    "the same7": "the same; another address (住所): one of the two is older",
    "certificates and lists considered": "too many certificates and lists considered",
    "names and policies compared": "too many names and policies compared",
    "list of 7": "list of Attribute: tag 02 where 30 belongs",
}
"""What is written in parts, each with a whole in which it stands."""

"""A card image as the body of `image.json`, and back.

Not here: envelope and disk. Bytes are base64; enumerations are written by name.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from cardsim.mynumber.contents import (
    ApContents,
    CommonContents,
    DomainContents,
    JukiContents,
    LicenceContents,
    TextContents,
    VisualContents,
)
from cardsim.mynumber.image import CardImage, Credential
from cardsim.mynumber.sealed import BodyError, mapping, optional_text, text
from jpki.card.layout import AtrFamily, CardRecord, PinFormatError, TokenKind
from jpki.card.layout.common import CardRecordError

FORMAT = "jpki-emu card image"
VERSION = 2
"""1 had no contents of applications; such files are read as images without them."""

Contents = TypeVar("Contents", bound=ApContents)

Member = TypeVar("Member", bound=Enum)


def image_body(image: CardImage) -> dict[str, Any]:
    """Give the image as plain JSON values."""
    return {
        "identifier": image.identifier,
        "token": image.token.name,
        "atr": image.atr.name,
        "serial": image.record.serial,
        "municipality": image.record.municipality,
        "expires": image.record.expires.isoformat(),
        "sign": _credential_body(image.sign),
        "auth": _credential_body(image.auth),
        "sign_ca": _base64(image.sign_ca),
        "auth_ca": _base64(image.auth_ca),
        "sign_pin": image.sign_pin,
        "auth_pin": image.auth_pin,
        "text": _contents_body(image.text),
        "visual": _contents_body(image.visual),
        "common": _contents_body(image.common),
        "juki": _contents_body(image.juki),
        "licence": _contents_body(image.licence),
        "domain": _domain_body(image.domain),
        "terminal_ca": None if image.terminal_ca is None else _base64(image.terminal_ca),
    }


def parse_image(body: Mapping[str, Any]) -> CardImage:
    """Read the image; `BodyError` says what is wrong without quoting secrets."""
    try:
        record = CardRecord(
            text(body, "serial"),
            text(body, "municipality"),
            date.fromisoformat(text(body, "expires")),
        )
        return CardImage(
            identifier=text(body, "identifier"),
            token=_member(TokenKind, body, "token"),
            atr=_member(AtrFamily, body, "atr"),
            record=record,
            sign=_parse_credential(body, "sign"),
            auth=_parse_credential(body, "auth"),
            sign_ca=_bytes(body, "sign_ca"),
            auth_ca=_bytes(body, "auth_ca"),
            sign_pin=optional_text(body, "sign_pin"),
            auth_pin=optional_text(body, "auth_pin"),
            text=_parse_contents(TextContents, body, "text"),
            visual=_parse_contents(VisualContents, body, "visual"),
            common=_parse_contents(CommonContents, body, "common"),
            juki=_parse_contents(JukiContents, body, "juki"),
            licence=_parse_contents(LicenceContents, body, "licence"),
            domain=_parse_domain(body),
            terminal_ca=_optional_bytes(body, "terminal_ca"),
        )
    except BodyError:
        raise
    except (CardRecordError, PinFormatError) as error:
        raise BodyError(str(error)) from error
    except ValueError as error:
        raise BodyError("expires is no date") from error


def _credential_body(credential: Credential | None) -> dict[str, str] | None:
    if credential is None:
        return None
    return {
        "certificate": _base64(credential.certificate),
        "private_key": _base64(credential.private_key),
    }


def _parse_credential(body: Mapping[str, Any], key: str) -> Credential | None:
    if key in body and body[key] is None:
        return None
    inner = mapping(body, key)
    return Credential(_bytes(inner, "certificate"), _bytes(inner, "private_key"))


def _contents_body(contents: ApContents | None) -> dict[str, Any] | None:
    if contents is None:
        return None
    return {
        "files": {f"{ef:04X}": _base64(raw) for ef, raw in contents.files.items()},
        "keys": {f"{ef:04X}": _base64(raw) for ef, raw in contents.keys.items()},
        "secrets": {f"{ef:04X}": secret for ef, secret in contents.secrets.items()},
    }


def _parse_contents(kind: type[Contents], body: Mapping[str, Any], key: str) -> Contents | None:
    if body.get(key) is None:
        return None
    inner = mapping(body, key)
    files, keys, secrets = (mapping(inner, part) for part in ("files", "keys", "secrets"))
    try:
        return kind(
            files={_identifier(ef): _bytes(files, ef) for ef in files},
            keys={_identifier(ef): _bytes(keys, ef) for ef in keys},
            secrets={_identifier(ef): optional_text(secrets, ef) for ef in secrets},
        )
    except (BodyError, PinFormatError):
        raise
    except ValueError as error:
        raise BodyError(f"{key}: {error}") from None


def _identifier(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        raise BodyError("an EF identifier is not hexadecimal") from None


def _domain_body(domain: DomainContents | None) -> dict[str, str | None] | None:
    if domain is None:
        return None
    lower = None if domain.lower is None else _base64(domain.lower)
    return {"upper": _base64(domain.upper), "lower": lower}


def _parse_domain(body: Mapping[str, Any]) -> DomainContents | None:
    if body.get("domain") is None:
        return None
    inner = mapping(body, "domain")
    return DomainContents(_bytes(inner, "upper"), _optional_bytes(inner, "lower"))


def _optional_bytes(body: Mapping[str, Any], key: str) -> bytes | None:
    return None if body.get(key) is None else _bytes(body, key)


def _member(kind: type[Member], body: Mapping[str, Any], key: str) -> Member:
    try:
        return kind[text(body, key)]
    except KeyError as error:
        raise BodyError(f"{key} is none of {', '.join(kind.__members__)}") from error


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def _bytes(body: Mapping[str, Any], key: str) -> bytes:
    try:
        return b64decode(text(body, key), validate=True)
    except (binascii.Error, ValueError):
        raise BodyError(f"{key} is not base64") from None

"""A card image as the body of `image.json`, and back.

Not here: envelope and disk. Bytes are base64; enumerations are written by name.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from cardsim.mynumber.image import CardImage, Credential
from cardsim.mynumber.sealed import BodyError, mapping, optional_text, text
from jpki.card.layout import AtrFamily, CardRecord, PinFormatError, TokenKind
from jpki.card.layout.common import CardRecordError

FORMAT = "jpki-emu card image"
VERSION = 1

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

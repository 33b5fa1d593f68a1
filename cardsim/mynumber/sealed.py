"""The envelope of a card's files: JSON that names its format, version and checksum.

Not here: what is inside (`image_codec`, `state_codec`), how it is written (`durable`).
A file that was damaged, edited, written by another program or by a newer version of this one
is refused with the reason. The checksum finds accidents; it is no protection against malice.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from cardsim.mynumber.errors import CardFileError, CardNotFoundError

Content = TypeVar("Content")


class BodyError(ValueError):
    """A body that lacks something or has it in a wrong shape; the message never quotes it."""


def seal(name: str, version: int, body: Mapping[str, Any]) -> bytes:
    """Give the bytes of a file of format `name`."""
    envelope = {
        "format": name,
        "version": version,
        "sha256": _checksum(name, version, body),
        "body": body,
    }
    return (json.dumps(envelope, indent=1, ensure_ascii=False) + "\n").encode()


def unseal(
    path: Path, name: str, version: int, parse: Callable[[Mapping[str, Any]], Content]
) -> Content:
    """Read the file at `path` and give what `parse` makes of its body."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise CardNotFoundError(path, "there is no such file") from error
    except OSError as error:
        raise CardFileError(path, f"cannot be read ({error.strerror})") from error
    try:
        # Decoded here: from bytes, json guesses UTF-16 and UTF-32, which nobody wrote.
        envelope = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        # The cause would quote the file, which holds secrets.
        raise CardFileError(path, "is not JSON") from None
    body = _open(path, envelope, name, version)
    try:
        return parse(body)
    except BodyError as error:
        raise CardFileError(path, str(error)) from error


def _open(path: Path, envelope: object, name: str, version: int) -> Mapping[str, Any]:
    if not isinstance(envelope, dict) or envelope.get("format") != name:
        raise CardFileError(path, f"is not a file of format {name!r}")
    found = envelope.get("version")
    if type(found) is not int or found < 1:
        raise CardFileError(path, "has no usable version number")
    if found > version:
        reason = f"has version {found}, newer than this program knows ({version})"
        raise CardFileError(path, reason)
    body = envelope.get("body")
    if not isinstance(body, dict):
        raise CardFileError(path, "has no body")
    if envelope.get("sha256") != _checksum(name, found, body):
        raise CardFileError(path, "was damaged or edited: its checksum does not match")
    return body


def _checksum(name: str, version: int, body: Mapping[str, Any]) -> str:
    canonical = json.dumps([name, version, body], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def text(body: Mapping[str, Any], key: str) -> str:
    """Give a text of the body."""
    value = body.get(key)
    if not isinstance(value, str):
        raise BodyError(f"{key} is missing or is no text")
    return value


def optional_text(body: Mapping[str, Any], key: str) -> str | None:
    """Give a text of the body that may be null, but not missing."""
    if key not in body:
        raise BodyError(f"{key} is missing")
    return None if body[key] is None else text(body, key)


def mapping(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Give an object of the body."""
    value = body.get(key)
    if not isinstance(value, dict):
        raise BodyError(f"{key} is missing or is no object")
    return value


def number(body: Mapping[str, Any], key: str) -> int:
    """Give a whole number of the body."""
    value = body.get(key)
    if type(value) is not int:
        raise BodyError(f"{key} is missing or is no whole number")
    return value

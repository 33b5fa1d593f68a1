"""Nights of the signing authority with three places, and what is out after them."""

import shutil

import pytest

from jpki.ca import Authority, Register, publish_night
from jpki.ca.errors import ListFileError
from jpki.ca.listfile import open_list
from jpki.profiles import Kind, RevocationReason

from .citizens import KIYOSE, NOON, SAPPORO_MINAMI, YOKOHAMA_NAKA, chance, request

HOLD = RevocationReason.CERTIFICATE_HOLD
PLACES = (SAPPORO_MINAMI, KIYOSE, YOKOHAMA_NAKA)
NAMES = [
    "sign-g1-01106.crl",
    "sign-g1-13221.crl",
    "sign-g1-14104.crl",
    "sign-g1-full.crl",
]

ON_SQLITE = pytest.mark.parametrize("register_at", ["sqlite"], indirect=True)
"""For tests that look into the file or copy it."""


def issue(authority, key, where=KIYOSE, moment=NOON) -> int:
    wanted = request(key, municipality=where)
    return authority.issue(wanted, moment=moment, randomness=chance).serial


def night(authority, directory, moment, **options) -> dict[str, bool]:
    """Publish; give for each list whether it was rebuilt."""
    made = publish_night(authority, directory, moment=moment, **options)
    return {each.path.name: each.rebuilt for each in made}


def contents(directory) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def copy(keys, tmp_path, name) -> Authority:
    """Open a copy of the register, as a second machine would have it."""
    place = tmp_path / name
    place.mkdir()
    for path in tmp_path.glob("register.sqlite*"):
        shutil.copy(path, place)
    return Authority(Register.open(place / "register.sqlite"), Kind.SIGN, keys=keys)


def published_number(path) -> int:
    """Give a published list's cRLNumber, 0 for none and for what cannot be read."""
    try:
        with open_list(path) as published:
            return published.number
    except (OSError, ListFileError):
        return 0

"""The CA keys a card's text and face are judged under: named on the command line, or the world's.

The two are never mixed, nor with the CAs of certificates (`trust`): whoever names any of them
judges a card from elsewhere, about which this world can say nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from jpki.verify.card_anchors import read_anchors, sort_keys
from jpki.verify.card_face import CvAnchors
from jpki.verify.errors import AnchorError
from jpki_cli.derfiles import CERTIFICATE, read_file
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.file_type import FILE
from jpki_cli.options import refuse_without_effect
from jpki_cli.settings import settings
from jpki_cli.trust import Trust

Command = Callable[..., Any]

_LISTS = ("--crl", "--crl-index", "--ocsp", "--environment")


def cv_option(command: Command) -> Command:
    """Add --cv-ca."""
    return click.option(
        "--cv-ca",
        "cv_files",
        multiple=True,
        type=FILE,
        metavar="FILE",
        help="The self-signed CV certificate (568 bytes) of a CA for text or face to rely on,"
        " as `jpki ca export` writes it; may be repeated.",
    )(command)


def settle(files: tuple[Path, ...], trust: Trust) -> tuple[CvAnchors, Trust]:
    """Give the keys to judge text and face under, and what certificates are judged under."""
    if files:
        try:
            anchors = read_anchors(read_file(path, CERTIFICATE) for path in files)
        except AnchorError as error:
            raise Failure(f"not a CV CA key to rely on: {error}", ExitStatus.USAGE) from None
        if not trust.named:
            refuse_without_effect(
                "with --cv-ca alone, which leaves certificates open: name --ca", *_LISTS
            )
        return anchors, trust if trust.named else replace(trust, roots=(), lists=())
    world = None if trust.named else settings().existing_world()
    if world is None:
        return CvAnchors(), trust
    with world:
        keys = {bytes(name): bytes(key) for name, key in world.cv_anchors().items()}
    return sort_keys(keys), trust

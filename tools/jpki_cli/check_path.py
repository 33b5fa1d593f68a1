"""The options of `jpki check --policy path`: what RFC 5280 6.1.1 lets a user decide.

Not here: the CA certificates, lists and moment, which are those of every check (`trust`).
"""

import functools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from jpki.verify.errors import AnchorError
from jpki.verify.path import OcspRules, Parameters, PathVerifier, TrustAnchor
from jpki.verify.path.extensions import ANY_POLICY
from jpki.verify.policy import CrlRules
from jpki_cli.derfiles import CERTIFICATE, read_ders
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.file_type import FILE
from jpki_cli.trust import Trust

Command = Callable[..., Any]

PURPOSES = {
    "serverAuth": "1.3.6.1.5.5.7.3.1",
    "clientAuth": "1.3.6.1.5.5.7.3.2",
    "codeSigning": "1.3.6.1.5.5.7.3.3",
    "emailProtection": "1.3.6.1.5.5.7.3.4",
    "timeStamping": "1.3.6.1.5.5.7.3.8",
    "OCSPSigning": "1.3.6.1.5.5.7.3.9",
}
"""RFC 5280 4.2.1.12, by the names there without id-kp."""
PATH_OPTIONS = (
    "--intermediate",
    "--initial-policy",
    "--explicit-policy",
    "--inhibit-policy-map",
    "--inhibit-any-policy",
    "--purpose",
    "--max-age",
    "--any-crl-signer",
    "--bare-anchor",
)
"""What says nothing where no path of any shape is asked for."""
_MOST_DAYS = 3650
_OID = re.compile(r"(?:[01]\.[1-3]?[0-9]|2\.(?:0|[1-9][0-9]*))(?:\.(?:0|[1-9][0-9]*))*")
"""X.660: the second arc is below 40 under 0 and 1."""
_OID_LENGTH = 200


@dataclass(frozen=True, slots=True)
class PathOptions:
    """What was asked of a path on the command line."""

    intermediates: tuple[bytes, ...]
    parameters: Parameters
    bare_anchors: bool
    """Whether name and key of a CA certificate are all that counts."""

    def verifier(self, trust: Trust) -> PathVerifier:
        """Give the verifier under the CA certificates named; fail when one may not be trusted."""
        try:
            anchors = [
                TrustAnchor.of(der, constrained=not self.bare_anchors) for der in trust.roots
            ]
        except AnchorError as error:
            raise Failure(f"not a CA certificate to rely on: {error}", ExitStatus.USAGE) from None
        return PathVerifier.load(
            anchors,
            certificates=self.intermediates,
            lists=trust.lists,
            ocsp=trust.answers,
            parameters=self.parameters,
            clock=time.monotonic,
        )


_WEEK = timedelta(days=7)


def _days(text: str) -> timedelta | None:
    if text == "any":
        return None
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_DAYS:
        raise click.BadParameter(f"{text!r}: write days from 1 to {_MOST_DAYS}, or any")
    return timedelta(days=int(text))


def path_options(command: Command) -> Command:
    """Add the options, handed to the command as one `PathOptions` named `path`."""

    @click.option(
        "--intermediate",
        "intermediate_files",
        multiple=True,
        type=FILE,
        metavar="FILE",
        help="With --policy path: a CA certificate that may help, not trusted; may be repeated.",
    )
    @click.option(
        "--initial-policy",
        "initial_policies",
        multiple=True,
        type=_oid,
        metavar="OID",
        help="With --policy path: a certificate policy you accept (default: any).",
    )
    @click.option(
        "--explicit-policy", is_flag=True, help="With --policy path: one of them must be valid."
    )
    @click.option(
        "--inhibit-policy-map", is_flag=True, help="With --policy path: no policy is mapped."
    )
    @click.option(
        "--inhibit-any-policy", is_flag=True, help="With --policy path: anyPolicy matches nothing."
    )
    @click.option(
        "--purpose",
        "purposes",
        multiple=True,
        type=_purpose,
        metavar="NAME|OID",
        help=f"With --policy path: an extended key usage it must have: {', '.join(PURPOSES)}.",
    )
    @click.option(
        "--max-age",
        type=_days,
        default=str(_WEEK.days),
        show_default=True,
        metavar="DAYS|any",
        help="With --policy path: how old a list or OCSP answer may be to say not revoked;"
        " any leaves it to its nextUpdate, as lists of root CAs need.",
    )
    @click.option(
        "--any-crl-signer",
        is_flag=True,
        help="With --policy path: every key that holds a list issuer's name under the same"
        " --ca may say not revoked.",
    )
    @click.option(
        "--bare-anchor",
        is_flag=True,
        help="With --policy path: of a --ca take name and key alone, not its period, key usage,"
        " purposes, policies or constraints.",
    )
    @functools.wraps(command)
    def with_path(
        *args: Any,
        intermediate_files: tuple[Path, ...],
        initial_policies: tuple[str, ...],
        explicit_policy: bool,
        inhibit_policy_map: bool,
        inhibit_any_policy: bool,
        purposes: tuple[str, ...],
        max_age: timedelta | None,
        any_crl_signer: bool,
        bare_anchor: bool,
        **kwargs: Any,
    ) -> Any:
        path = PathOptions(
            tuple(der for file in intermediate_files for der in read_ders(file, CERTIFICATE)),
            Parameters(
                initial_policies=frozenset(initial_policies or {ANY_POLICY}),
                initial_explicit_policy=explicit_policy,
                initial_policy_mapping_inhibit=inhibit_policy_map,
                initial_any_policy_inhibit=inhibit_any_policy,
                purposes=frozenset(purposes),
                crl=CrlRules(max_age=max_age),
                ocsp=OcspRules(max_age=max_age),
                any_crl_signer=any_crl_signer,
            ),
            bare_anchor,
        )
        return command(*args, path=path, **kwargs)

    return with_path


def _oid(text: str) -> str:
    if not _OID.fullmatch(text) or len(text) > _OID_LENGTH:
        raise click.BadParameter(f"{text!r}: write an object identifier such as 2.5.29.32.0")
    return text


def _purpose(text: str) -> str:
    return PURPOSES.get(text) or _oid(text)

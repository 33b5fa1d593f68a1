"""What is kept of a verdict: certificate, CA certificates, lists, answers, question and report.

The manifest names every part with its size and SHA-256, the format, the moment and the policy
that were asked. Reading refuses what is not exactly that: a part that is missing, changed,
unlisted, or a field of another type.
Not here: the zip (`container`), judging (`recheck`). Called by `jpki check` and programs.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from types import MappingProxyType
from typing import TypeVar, cast

from jpki.verify.bundle.container import MANIFEST, BundleError, BundleLimits, pack, unpack
from jpki.verify.checks import Verdict
from jpki.verify.path import OcspRules, Parameters
from jpki.verify.policy import CrlRules
from jpki.verify.times import iso, second_of

FORMAT = "jpki-evidence/1"
"""Changes when a reader of this format could misunderstand a bundle."""
PATH = "path"
"""The policy's name for a path of any shape."""
_CERTIFICATE, _REPORT = "certificate.der", "report.json"
_ROLES = ("anchors", "intermediates", "lists", "answers")
_WEEK = 7
_MOST_DAYS = 3650
_LATER: Mapping[str, object] = MappingProxyType(
    {"max_age_days": _WEEK, "any_crl_signer": False, "bare_anchors": False}
)
"""Fields of a policy the format had not at first, with what was asked before there were any."""
_Value = TypeVar("_Value")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class KeptPolicy:
    """What was asked: a named JPKI policy of an environment, or a path's parameters."""

    name: str
    environment: str | None = None
    initial_policies: tuple[str, ...] = ()
    explicit_policy: bool = False
    inhibit_mapping: bool = False
    inhibit_any_policy: bool = False
    purposes: tuple[str, ...] = ()
    max_age_days: int | None = 7
    """The greatest age of a list or answer that says not revoked; None leaves it to nextUpdate."""
    any_crl_signer: bool = False
    bare_anchors: bool = False

    @classmethod
    def of_path(cls, parameters: Parameters, *, bare_anchors: bool = False) -> "KeptPolicy":
        """Give what can be kept of a path's parameters: algorithms and limits are the reader's."""
        age = parameters.crl.max_age
        return cls(
            PATH,
            None,
            tuple(sorted(parameters.initial_policies)),
            parameters.initial_explicit_policy,
            parameters.initial_policy_mapping_inhibit,
            parameters.initial_any_policy_inhibit,
            tuple(sorted(parameters.purposes)),
            None if age is None else age.days,
            parameters.any_crl_signer,
            bare_anchors,
        )

    def __str__(self) -> str:
        """Write the whole question: whoever relies on a bundle must see what was asked."""
        accepted, purposes = " ".join(self.initial_policies), " ".join(self.purposes)
        days = self.max_age_days
        age = "of any age" if days is None else f"at most {days} days old"
        asked = (
            (self.environment, f"{self.environment}"),
            (accepted, f"policies {accepted}"),
            (self.explicit_policy, "one of them required"),
            (self.inhibit_mapping, "no mapping"),
            (self.inhibit_any_policy, "no anyPolicy"),
            (purposes, f"purposes {purposes}"),
            (self.name == PATH or days != _WEEK, f"lists and answers {age}"),
            (self.any_crl_signer, "lists by any key of their issuer's name"),
            (self.bare_anchors, "anchors by name and key alone"),
        )
        return ", ".join([self.name, *(words for given, words in asked if given)])

    def parameters(self) -> Parameters:
        """Give the parameters of a path again."""
        return Parameters(
            initial_policies=frozenset(self.initial_policies),
            initial_explicit_policy=self.explicit_policy,
            initial_policy_mapping_inhibit=self.inhibit_mapping,
            initial_any_policy_inhibit=self.inhibit_any_policy,
            purposes=frozenset(self.purposes),
            crl=CrlRules(max_age=self._max_age),
            ocsp=OcspRules(max_age=self._max_age),
            any_crl_signer=self.any_crl_signer,
        )

    @property
    def _max_age(self) -> timedelta | None:
        return None if self.max_age_days is None else timedelta(days=self.max_age_days)

    def to_json(self) -> dict[str, object]:
        """Give the fields; what came to the format later is left out unless it says something."""
        found = {name: getattr(self, name) for name in KeptPolicy.__slots__}
        return {
            name: value
            for name, value in found.items()
            if name not in _LATER or value != _LATER[name]
        }


@dataclass(frozen=True, slots=True)
class Kept:
    """One verdict's evidence; everything in DER, the report in JSON."""

    moment: datetime
    policy: KeptPolicy
    certificate: bytes = field(repr=False)
    anchors: tuple[bytes, ...] = field(default=(), repr=False)
    intermediates: tuple[bytes, ...] = field(default=(), repr=False)
    lists: tuple[bytes, ...] = field(default=(), repr=False)
    answers: tuple[bytes, ...] = field(default=(), repr=False)
    """OCSP responses."""
    report: bytes = field(default=b"{}", repr=False)
    """What was said then; nothing rests on it."""

    @property
    def verdict(self) -> str:
        """The verdict of the report that was kept, empty when it has none."""
        try:
            return Verdict(json.loads(self.report)["verdict"]).value
        except (KeyError, TypeError, ValueError, RecursionError):
            return ""

    def write(self) -> bytes:
        """Give the bundle's bytes: the same for the same evidence.

        Raises `BundleError` for more than could be read again.
        """
        parts = {_CERTIFICATE: self.certificate}
        for role in _ROLES:
            content: tuple[bytes, ...] = getattr(self, role)
            parts |= {f"{role}/{at:04}.der": der for at, der in enumerate(content)}
        parts[_REPORT] = self.report
        size, most = sum(map(len, parts.values())), BundleLimits().total
        if size > most:
            raise BundleError(f"{size} bytes of evidence, more than the {most} of a bundle")
        manifest = {
            "format": FORMAT,
            "moment": iso(self.moment),
            "policy": self.policy.to_json(),
            "parts": [
                {"name": name, "size": len(content), "sha256": sha256(content).hexdigest()}
                for name, content in parts.items()
            ],
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2)
        return pack({MANIFEST: f"{text}\n".encode(), **parts})

    @classmethod
    def read(cls, data: bytes, limits: BundleLimits | None = None) -> "Kept":
        """Read a bundle; raise `BundleError` for what is none, or is not as its manifest says."""
        parts = unpack(data, limits or BundleLimits())
        manifest = _manifest(parts.pop(MANIFEST, None))
        _check_parts(_field(manifest, "parts", list), parts)
        if _CERTIFICATE not in parts:
            raise BundleError(f"no {_CERTIFICATE}")
        roles = {
            role: tuple(parts[name] for name in sorted(parts) if name.startswith(f"{role}/"))
            for role in _ROLES
        }
        return cls(
            moment=_moment(_field(manifest, "moment", str)),
            policy=_policy(_field(manifest, "policy", dict)),
            certificate=parts[_CERTIFICATE],
            report=parts.get(_REPORT, b"{}"),
            **roles,
        )


def _manifest(raw: bytes | None) -> Mapping[str, object]:
    if raw is None:
        raise BundleError(f"no {MANIFEST}")
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{MANIFEST} is no JSON: {error}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BundleError(f"{MANIFEST} is not of the format {FORMAT}")
    return found


def _check_parts(listed: Sequence[object], parts: Mapping[str, bytes]) -> None:
    """Hold every part against the manifest: none changed, none missing, none besides."""
    seen: set[str] = set()
    for one in listed:
        if not isinstance(one, dict):
            raise BundleError(f"{MANIFEST}: a part that is no object")
        name, digest = _field(one, "name", str), _field(one, "sha256", str)
        if name in seen:
            raise BundleError(f"{MANIFEST} lists {name} twice")
        seen.add(name)
        if name not in parts:
            raise BundleError(f"{name} is missing")
        content = parts[name]
        if _field(one, "size", int) != len(content) or not compare_digest(
            sha256(content).hexdigest().encode(), digest.encode()
        ):
            raise BundleError(f"{name} is not what the manifest says: it was changed")
    unlisted = sorted(set(parts) - seen)
    if unlisted:
        raise BundleError(f"{unlisted[0]} is not in the manifest")


def _policy(found: Mapping[str, object]) -> KeptPolicy:
    fields = set(KeptPolicy.__slots__)
    if not fields - set(_LATER) <= set(found) <= fields:
        raise BundleError(f"{MANIFEST}: policy has other fields than those of {FORMAT}")
    environment = found["environment"]
    if environment is not None and not isinstance(environment, str):
        raise BundleError(f"{MANIFEST}: environment is no text")
    return KeptPolicy(
        _field(found, "name", str),
        environment,
        _texts(found, "initial_policies"),
        _field(found, "explicit_policy", bool),
        _field(found, "inhibit_mapping", bool),
        _field(found, "inhibit_any_policy", bool),
        _texts(found, "purposes"),
        _days({**_LATER, **found}["max_age_days"]),
        _field({**_LATER, **found}, "any_crl_signer", bool),
        _field({**_LATER, **found}, "bare_anchors", bool),
    )


def _days(value: object) -> int | None:
    if value is not None and (type(value) is not int or not 1 <= value <= _MOST_DAYS):
        raise BundleError(f"{MANIFEST}: max_age_days is no number of days")
    return value


def _field(found: Mapping[str, object], name: str, kind: type[_Value]) -> _Value:
    value = found.get(name)
    if type(value) is not kind:
        raise BundleError(f"{MANIFEST}: {name} is no {kind.__name__}")
    return value


def _texts(found: Mapping[str, object], name: str) -> tuple[str, ...]:
    values = _field(found, name, list)
    if not all(isinstance(one, str) for one in values):
        raise BundleError(f"{MANIFEST}: {name} is no list of texts")
    return tuple(cast("list[str]", values))


def _moment(text: str) -> datetime:
    try:
        return second_of(datetime.strptime(text, _TIME).replace(tzinfo=UTC))
    except ValueError:
        raise BundleError(f"{MANIFEST}: {text!r} is no moment") from None

"""The direction of the house: who may know whom, and who may touch the world outside.

`docs/architecture.md` says it in words, this test reads it out of the source. Each rule names
the rooms it binds, what they must not import or call, and the few files that are the exception.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ("jpki", "cardsim", "tools")


@dataclass(frozen=True)
class Rule:
    """In `rooms`, apart from `exceptions`, none of `forbidden` but what is in `allowed`.

    All are dotted names; each stands for itself and everything below it. `forbidden` holds
    names of modules, and of functions as they are called.
    """

    name: str
    rooms: tuple[str, ...]
    forbidden: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Use:
    """One name that a line imports or calls."""

    line: int
    text: str
    name: str


EVERYTHING = ("jpki", "cardsim")
SOCKETS = ("socket", "select", "selectors", "socketserver", "asyncio", "http", "ssl", "urllib")
SANS_IO = (
    "jpki.iso7816",
    "jpki.card.layout",
    "jpki.ca.ocsp",
    "jpki.profiles",
    "jpki.verify",
    "jpki.lint",
    "jpki.revocation",
    "jpki.signing",
    "jpki.people",
    "jpki.numbers",
    "jpki.substituting",
    "jpki.oids",
    "cardsim.chip",
    "cardsim.faults",
    "cardsim.readers.vpcd.codec",
    "cardsim.readers.vpcd.dialogue",
    "cardsim.readers.pcsc",
    "cardsim.diagnosis.judging",
    "cardsim.trace",
)
WITH_SOCKETS = (
    "cardsim.readers.pcsc.endpoint",
    "cardsim.readers.pcsc.loop",
    "cardsim.readers.pcsc.service",
)

RULES = (
    # Floors.
    Rule("jpki stands alone", ("jpki",), ("cardsim", "jpki_cli", "tools", "bench", "tests")),
    Rule("nobody asks who is above", ("cardsim",), ("jpki_cli", "tools", "bench", "tests")),
    Rule("the command is not a test", ("jpki_cli",), ("tests", "bench")),
    # Rooms of jpki.
    Rule(
        "iso7816 is a language, not a card",
        ("jpki.iso7816",),
        ("jpki",),
        allowed=("jpki.iso7816", "jpki.sources"),
    ),
    Rule(
        "the map of the card has no behaviour",
        ("jpki.card.layout",),
        ("jpki.card", "jpki.ca", "jpki.verify", "jpki.signing", "jpki.profiles"),
        allowed=("jpki.card.layout",),
    ),
    Rule(
        "the client cannot tell what carries its commands",
        ("jpki.card.client",),
        ("jpki.card.pcsc", "jpki.ca", "jpki.verify", "jpki.signing"),
    ),
    Rule("a profile signs nothing", ("jpki.profiles",), ("jpki.ca", "jpki.card", "jpki.signing")),
    Rule("the CA knows no card", ("jpki.ca",), ("jpki.card",)),
    Rule("who verifies does not issue", ("jpki.verify",), ("jpki.ca", "jpki.card")),
    Rule("who verifies does not lint", ("jpki.verify",), ("jpki.lint",)),
    Rule(
        "who lints neither issues nor knows a card",
        ("jpki.lint",),
        ("jpki.ca", "jpki.card", "jpki.signing"),
    ),
    Rule(
        "a path knows no JPKI profile",
        ("jpki.verify.path",),
        ("jpki.profiles", "jpki.verify.anchors", "jpki.verify.profile_checks"),
    ),
    Rule(
        "a format decides nothing",
        ("jpki.verify.formats",),
        (
            "jpki.verify.verifier",
            "jpki.verify.path",
            "jpki.verify.crl_source",
            "jpki.verify.bundle",
        ),
    ),
    Rule(
        "a verifier touches no file",
        ("jpki.verify",),
        ("open", "os", "pathlib", "zipfile.Path", "tempfile"),
    ),
    Rule("who signs does not issue", ("jpki.signing",), ("jpki.ca",)),
    Rule(
        "an index of lists belongs to who verifies",
        ("jpki.revocation",),
        ("jpki.ca", "jpki.card", "jpki.signing", "jpki.profiles"),
    ),
    Rule("who verifies does not know where lists are kept", ("jpki.verify",), ("jpki.revocation",)),
    Rule(
        "lists are read and looked up without touching a file",
        ("jpki.revocation",),
        ("open", "os", "mmap", "fcntl", "pathlib"),
        exceptions=("jpki.revocation.store",),
    ),
    # Rooms of cardsim.
    Rule(
        "the chip knows ISO 7816, not My Number",
        ("cardsim.chip",),
        ("jpki", "cardsim"),
        allowed=("jpki.iso7816", "jpki.sources", "cardsim.chip", "cardsim.readers.insertable"),
    ),
    Rule(
        "a reader knows no card kind",
        ("cardsim.readers",),
        ("jpki", "cardsim"),
        allowed=("jpki.iso7816", "jpki.card.connection", "cardsim.readers"),
    ),
    Rule(
        "a card does not know which reader holds it",
        ("cardsim.mynumber",),
        ("cardsim.world", "cardsim.readers", "jpki.ca", "jpki.verify", "jpki.card.client"),
        allowed=("cardsim.readers.insertable",),
    ),
    Rule(
        "who is disturbed does not know who disturbs",
        ("cardsim.chip", "cardsim.mynumber", "cardsim.readers"),
        ("cardsim.faults",),
    ),
    Rule(
        "a fault belongs to no world",
        ("cardsim.faults",),
        ("cardsim.world", "jpki.ca", "jpki.verify", "jpki.card.client"),
    ),
    Rule(
        "what follows from an event is decided on paper",
        tuple(
            f"cardsim.world.life.{name}"
            for name in (
                "conditions",
                "rules",
                "table",
                "events",
                "effects",
                "lives",
                "residents",
                "codec",
            )
        ),
        (
            *("open", "io", "os", "pathlib", "jpki.ca", "sqlalchemy"),
            *("cardsim.world.authorities", "cardsim.world.files", "cardsim.world.desk"),
            *("cardsim.world.life.applying", "cardsim.world.life.journal"),
            *("cardsim.world.life.office", "cardsim.world.life.view"),
        ),
        allowed=("jpki.ca.revoking",),
    ),
    Rule(
        "an event's moment comes in",
        ("cardsim.world.life",),
        ("datetime.now", "time.time", "time.time_ns", "cardsim.world.clock"),
    ),
    Rule(
        "who judges a machine does not look at it",
        ("cardsim.diagnosis.judging",),
        ("cardsim.diagnosis.looking", "os", "shutil", "pathlib.Path"),
    ),
    Rule(
        "a diagnosis needs no world", ("cardsim.diagnosis",), ("cardsim.world", "cardsim.mynumber")
    ),
    Rule(
        "a trace knows bytes and the map, and no card",
        ("cardsim.trace",),
        ("jpki", "cardsim"),
        allowed=(
            "jpki.iso7816",
            "jpki.card.layout",
            "jpki.digest_info",
            "cardsim.readers.insertable",
            "cardsim.trace",
        ),
    ),
    Rule(
        "who is overheard does not know it",
        ("cardsim.chip", "cardsim.mynumber", "cardsim.readers", "cardsim.world"),
        ("cardsim.trace",),
    ),
    Rule(
        "what is redacted and named touches no file",
        ("cardsim.trace",),
        ("open", "io", "os", "pathlib"),
        exceptions=("cardsim.trace.files", "cardsim.trace.importing.lines"),
    ),
    # Third parties.
    Rule(
        "pyscard is in one file",
        ("jpki", "cardsim", "jpki_cli"),
        ("smartcard",),
        (),
        ("jpki.card.pcsc",),
    ),
    Rule(
        "databases are for those who keep records",
        ("jpki", "cardsim", "jpki_cli"),
        ("sqlalchemy", "sqlite3"),
        exceptions=("jpki.ca", "cardsim.world"),
    ),
    Rule(
        "PostgreSQL's driver is in one file",
        ("jpki", "cardsim", "jpki_cli"),
        ("psycopg",),
        exceptions=("jpki.ca.postgresql",),
    ),
    Rule(
        "the shell is for tools",
        EVERYTHING,
        ("click", "rich", "argparse", "sys.argv"),
        # A program of its own, since a library that may crash is called in it.
        exceptions=("cardsim.diagnosis.looking.calls",),
    ),
    Rule(
        "readers carry bytes and need no cryptography",
        ("cardsim.readers", "jpki.iso7816"),
        ("cryptography", "hashlib", "hmac"),
    ),
    # The world outside.
    Rule(
        "codecs and cards open no sockets",
        SANS_IO,
        (*SOCKETS, "subprocess"),
        exceptions=WITH_SOCKETS,
    ),
    Rule(
        "the clock comes in as an argument",
        EVERYTHING,
        (
            "datetime.now",
            "datetime.utcnow",
            "datetime.today",
            "date.today",
            "datetime.datetime.now",
            "datetime.date.today",
            "time.time",
            "time.time_ns",
            "time.localtime",
            "time.gmtime",
        ),
        # The world has the clock that everybody else is handed.
        exceptions=("cardsim.world",),
    ),
    Rule("nobody below tools speaks to the terminal", EVERYTHING, ("print", "input", "breakpoint")),
    Rule(
        "chance that matters is not pseudo",
        EVERYTHING,
        ("random",),
        # Invented people are made again from the same seed.
        exceptions=("cardsim.world",),
    ),
)


def is_within(name: str, scope: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of these or below one of them."""
    return any(name == outer or name.startswith(f"{outer}.") for outer in scope)


def module_name(path: Path) -> str:
    """Give the dotted name a file is imported by."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removeprefix("tools.").removesuffix(".__init__")


def dotted(node: ast.expr) -> str | None:
    """Give `a.b.c` for such an expression, None for any other."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            outer = dotted(value)
            return None if outer is None else f"{outer}.{attr}"
    return None


@cache
def uses(source: str, module: str, *, is_package: bool = False) -> tuple[Use, ...]:
    """Find every name that a source file imports or mentions with dots, or calls."""
    lines = source.splitlines()
    package = module.split(".") if is_package else module.split(".")[:-1]
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                mentioned = [alias.name for alias in names]
            case ast.ImportFrom(module=origin, names=names, level=level):
                base = package[: len(package) - level + 1] if level else []
                start = ".".join([*base, *([origin] if origin else [])])
                mentioned = [f"{start}.{alias.name}" for alias in names]
            case ast.Call(func=ast.Name(id=name)):
                mentioned = [name]
            case ast.Attribute():
                mentioned = [name] if (name := dotted(node)) else []
            case _:
                continue
        found += [Use(node.lineno, lines[node.lineno - 1].strip(), name) for name in mentioned]
    return tuple(found)


def offences(rule: Rule, source: str, module: str, *, is_package: bool = False) -> list[Use]:
    """Give the lines of a source file that break the rule."""
    if not is_within(module, rule.rooms) or is_within(module, rule.exceptions):
        return []
    return [
        use
        for use in uses(source, module, is_package=is_package)
        if is_within(use.name, rule.forbidden) and not is_within(use.name, rule.allowed)
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_house_keeps_its_direction(rule: Rule):
    """Imports go down only, and the outside world is touched where the design says."""
    paths = [path for top in SOURCES for path in sorted((ROOT / top).rglob("*.py"))]

    found = [
        f"{path.relative_to(ROOT)}:{use.line}: {use.text}    ({use.name}: {rule.name})"
        for path in paths
        for use in offences(
            rule, path.read_text(), module_name(path), is_package=path.name == "__init__.py"
        )
    ]

    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("module", "source", "broken"),
    [
        ("jpki.verify.chain", "from jpki.ca import Authority", "who verifies does not issue"),
        ("jpki.verify.chain", "from jpki import ca", "who verifies does not issue"),
        ("jpki.verify.chain", "from ..ca.issue import x", "who verifies does not issue"),
        ("jpki.oids", "import cardsim.chip", "jpki stands alone"),
        ("jpki.verify.crl", "from jpki.lint import Linter", "who verifies does not lint"),
        (
            "jpki.lint.rules.version",
            "from jpki.ca import der",
            "who lints neither issues nor knows a card",
        ),
        (
            "cardsim.chip.card",
            "from jpki.card import layout",
            "the chip knows ISO 7816, not My Number",
        ),
        ("cardsim.readers.slot", "import smartcard.System", "pyscard is in one file"),
        (
            "jpki.ca.issue",
            "def f():\n    return datetime.now(UTC)",
            "the clock comes in as an argument",
        ),
        ("jpki.ca.issue", "born = time.time()", "the clock comes in as an argument"),
        ("jpki.ca.issue", "Factory(datetime.now)", "the clock comes in as an argument"),
        (
            "cardsim.mynumber.state",
            "from cardsim.faults import Plan",
            "who is disturbed does not know who disturbs",
        ),
        ("cardsim.chip.card", "print(1)", "nobody below tools speaks to the terminal"),
        ("jpki.iso7816.tlv", "from socket import socket", "codecs and cards open no sockets"),
        (
            "cardsim.trace.steps",
            "from cardsim.chip import Session",
            "a trace knows bytes and the map, and no card",
        ),
        (
            "cardsim.chip.card",
            "from cardsim.trace import RecordedCard",
            "who is overheard does not know it",
        ),
        (
            "cardsim.world.life.rules",
            "from cardsim.world.authorities import Authorities",
            "what follows from an event is decided on paper",
        ),
        ("cardsim.world.life.due", "now = datetime.now(UTC)", "an event's moment comes in"),
        (
            "cardsim.trace.exchange",
            "open('log', 'w')",
            "what is redacted and named touches no file",
        ),
        (
            "jpki.revocation.reading",
            "from pathlib import Path",
            "lists are read and looked up without touching a file",
        ),
        (
            "jpki.verify.verifier",
            "from jpki.revocation import IndexSource",
            "who verifies does not know where lists are kept",
        ),
    ],
)
def test_a_broken_rule_is_seen(module: str, source: str, broken: str):
    """A watchman who sees nothing would let every test above pass."""
    seen = {rule.name for rule in RULES if offences(rule, source, module)}

    assert broken in seen


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("jpki.card.pcsc", "from smartcard.System import readers"),
        ("cardsim.chip.card", "from jpki.iso7816 import StatusWord"),
        ("cardsim.readers.slot", "from cardsim.readers.insertable import InsertableCard"),
        ("cardsim.world.clock", "now = datetime.now(UTC)"),
        ("jpki_cli.main", "print(click.get_current_context())"),
        ("jpki.card_reader", "import jpki.card.client"),
        ("cardsim.mynumber.image", "card.print(paper)"),
    ],
)
def test_what_is_allowed_passes(module: str, source: str):
    """The exceptions hold, and names that only begin alike are not mistaken."""
    seen = {rule.name for rule in RULES if offences(rule, source, module)}

    assert seen == set()

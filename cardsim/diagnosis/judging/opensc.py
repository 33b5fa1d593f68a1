"""Rows about OpenSC, through which browsers, ssh and TLS clients use the card.

Source: `opensc.conf(5)`: `card_drivers`, where `internal` stands for every driver built in, and
`ignored_readers`, parts of names.
Called by `judging`.
"""

from collections.abc import Iterator

from cardsim.diagnosis.facts import Facts
from cardsim.diagnosis.findings import Check, Finding
from cardsim.diagnosis.judging.readers import PRESENT
from cardsim.diagnosis.machine import CARD_DRIVER

TOOL = Check("opensc.tool", "OpenSC")
CONFIGURATION = Check("opensc.configuration", "OpenSC's configuration")
NAME = Check("opensc.card", "what OpenSC calls the card")
MODULE = Check("opensc.module", "OpenSC's PKCS#11 module")

_BUILT_IN = "internal"


def judge_opensc(facts: Facts) -> Iterator[Finding]:
    """Judge tool, configuration, the card's name, the module."""
    opensc = facts.opensc
    yield _tool(facts)
    faults = list(_configuration(facts))
    yield from faults or (CONFIGURATION.ok("the driver jpki is not excluded"),)
    if opensc.named is not None:
        yield _name(opensc.named)
    yield _module(facts)


def _tool(facts: Facts) -> Finding:
    opensc = facts.opensc
    if opensc.version is None:
        return TOOL.note(
            "opensc-tool is not installed", "if your program uses PKCS#11: install opensc"
        )
    if opensc.has_driver is None:
        advice = "opensc-tool --list-drivers says why"
        return TOOL.unknown(
            f"{opensc.version}, which does not list its drivers",
            "mend libpcsclite first" if facts.library.file is None else advice,
        )
    if not opensc.has_driver:
        return TOOL.wrong(f"{opensc.version}, without the driver jpki", "install a newer OpenSC")
    return TOOL.ok(f"{opensc.version}, with the driver jpki")


def _configuration(facts: Facts) -> Iterator[Finding]:
    opensc = facts.opensc
    for setting in opensc.card_drivers:
        if not {CARD_DRIVER, _BUILT_IN} & set(setting.values):
            yield CONFIGURATION.wrong(
                f"{setting.file}: card_drivers = {', '.join(setting.values)}",
                f"it leaves jpki out: add {CARD_DRIVER} or {_BUILT_IN} to the list",
            )
    if opensc.forced not in {None, CARD_DRIVER}:
        yield CONFIGURATION.wrong(
            f"OPENSC_DRIVER={opensc.forced} forces another driver", "unset OPENSC_DRIVER"
        )
    filled = [reader.name for reader in facts.readers.readers if reader.state & PRESENT]
    for setting in opensc.ignored_readers:
        for name in filled:
            parts = [part for part in setting.values if part in name]
            if parts:
                yield CONFIGURATION.wrong(
                    f"{setting.file}: ignored_readers has {parts[0]!r}, so {name} is passed over",
                    "take it off the list",
                )


def _name(named: str) -> Finding:
    if named == CARD_DRIVER:
        return NAME.ok(named)
    last = named.splitlines()[-1] if named else "nothing"
    return NAME.wrong(
        f"opensc-tool --name: {last}",
        "another driver takes the card first, or jpki is excluded: look at card_drivers and"
        " OPENSC_DRIVER; OPENSC_DEBUG=3 shows each driver's try",
    )


def _module(facts: Facts) -> Finding:
    opensc, program = facts.opensc, facts.program
    wanted = opensc.architecture
    if program is not None and program.architecture is not None:
        wanted = program.architecture
    fitting = [file for file, architecture in opensc.modules if architecture == wanted]
    if fitting:
        return MODULE.ok(f"{fitting[0]} ({wanted})")
    if opensc.modules:
        others = ", ".join(f"{file} ({architecture})" for file, architecture in opensc.modules)
        return MODULE.wrong(
            f"{others}; none for {wanted}", "install opensc-pkcs11 of that architecture"
        )
    return MODULE.note("not found", "if your program uses PKCS#11: install opensc-pkcs11")

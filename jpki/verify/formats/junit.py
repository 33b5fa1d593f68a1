"""Reports as JUnit XML: a suite a report, a case a check, for CI servers.

A check that failed is a failure; one that could not be made is an error, for it is not good.
There is no standard; the elements are those of the Ant task, which everybody reads.
Not here: writing the file. Called by `jpki check`.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from jpki.verify.checks import Check, Outcome
from jpki.verify.formats.judged import Judged
from jpki.verify.names import printable
from jpki.verify.times import iso


def junit(judged: Sequence[Judged]) -> bytes:
    """Write reports as one XML document in UTF-8."""
    root = ET.Element("testsuites", name="jpki")
    totals = [0, 0, 0]
    for one in judged:
        suite = _suite(one)
        root.append(suite)
        totals = [
            total + int(suite.get(name, "0")) for total, name in zip(totals, _COUNTS, strict=True)
        ]
    for name, total in zip(_COUNTS, totals, strict=True):
        root.set(name, str(total))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


_COUNTS = ("tests", "failures", "errors")


def _suite(judged: Judged) -> ET.Element:
    report = judged.report
    outcomes = [check.outcome for check in report.all_checks]
    suite = ET.Element(
        "testsuite",
        name=printable(judged.name),
        tests=str(len(outcomes)),
        failures=str(outcomes.count(Outcome.FAIL)),
        errors=str(outcomes.count(Outcome.CANNOT_TELL)),
        skipped="0",
        timestamp=iso(report.moment).removesuffix("Z"),
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in (("subject", report.subject), ("verdict", report.verdict.value)):
        ET.SubElement(properties, "property", name=name, value=value)
    for check in report.all_checks:
        suite.append(_case(check))
    return suite


def _case(check: Check) -> ET.Element:
    rule = check.rule
    case = ET.Element(
        "testcase",
        classname=f"jpki.{rule.id.partition('.')[0]}",
        name=f"{rule.id}: {rule.title} ({rule.japanese})",
        time="0",
    )
    if check.outcome is Outcome.FAIL:
        _problem(case, "failure", rule.error.__name__, check)
    elif check.outcome is Outcome.CANNOT_TELL:
        _problem(case, "error", check.outcome.value, check)
    else:
        ET.SubElement(case, "system-out").text = printable(check.seen)
    return case


def _problem(case: ET.Element, element: str, kind: str, check: Check) -> None:
    lines = [f"expected: {check.expected}", f"seen: {check.seen}", f"clause: {check.rule.clause}"]
    if check.needed:
        lines.append(f"needed to tell: {check.needed}")
    if check.offset is not None:
        lines.append(f"at: {check.field or 'DER'}, offset {check.offset}")
    problem = ET.SubElement(case, element, type=kind, message=printable(check.seen))
    problem.text = "\n".join(map(printable, lines))

"""How the demo tells its story: step by step, with what was expected and what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from jpki.verify import Report, Verdict, render


@dataclass
class Telling:
    """The story so far: printed as it goes, or (`quiet`) only kept for --json."""

    quiet: bool
    steps: list[dict[str, Any]] = field(default_factory=list)

    def step(self, title: str, *lines: str) -> None:
        """Tell one step that went as it should."""
        self.steps.append({"step": title, "as_expected": True, "seen": list(lines)})
        self._print(title, lines)

    def judged(self, title: str, report: Report, expected: Verdict, *, rows: Sequence[str]) -> None:
        """Tell one step that ends in a report: the rows named, and the verdict."""
        as_expected = report.verdict is expected
        lines = [f"{check.rule.title}: {check.seen}" for check in map(report.check, rows)]
        lines.append(f"verdict: {report.verdict.value} ({report.verdict.japanese})")
        if not as_expected:
            lines += [f"EXPECTED {expected.value}", *render(report).splitlines()]
        self.steps.append({"step": title, "as_expected": as_expected, "report": report.to_json()})
        self._print(title, lines)

    def compared(self, title: str, seen: str, *, expected: str) -> None:
        """Tell one step that ends in a word somebody else says."""
        as_expected = seen == expected
        lines = [seen] if as_expected else [seen, f"EXPECTED {expected}"]
        self.steps.append({"step": title, "as_expected": as_expected, "seen": lines})
        self._print(title, lines)

    @property
    def went_well(self) -> bool:
        """Whether every step went as it should."""
        return all(step["as_expected"] for step in self.steps)

    def _print(self, title: str, lines: Sequence[str]) -> None:
        if self.quiet:
            return
        click.echo(f"\n{len(self.steps)}. {title}")
        for line in lines:
            click.echo(f"   {line}")

"""An event in words, on one line, for people: what was asked, what came of it, who is proven.

Not here: colours and columns (the command line). Called by `jpki trace`, the live view, `mermaid`
and `comparing`.
"""

from cardsim.trace.events import Event, PowerChange
from cardsim.trace.steps import Step


def subject_of(step: Step) -> str:
    """Say what a command is about: application, file and PIN, with their Japanese names."""
    words = []
    if step.ap is not None:
        words.append(f"{step.ap.name} {step.ap.japanese}")
    if step.ef is not None:
        words.append(_file(step))
    if step.detail:
        words.append(step.detail)
    return ", ".join(words)


def _file(step: Step) -> str:
    known = step.file
    text = f"EF {step.ef:04X}"
    return text if known is None else f"{text} {known.name} {known.japanese}".rstrip()


def asked_in_words(step: Step) -> str:
    """Say what was asked."""
    return " · ".join(filter(None, (step.name, subject_of(step))))


def answered_in_words(step: Step) -> str:
    """Say what was answered: status word, its meaning, and how many bytes of data."""
    answered = step.exchange.answered
    if answered is None:
        return f"{step.outcome} ({step.outcome_japanese})"
    word = "" if answered.status is None else f"{answered.status.value:04X} "
    japanese = f" ({step.outcome_japanese})" if step.outcome_japanese else ""
    amount = f", {answered.length} bytes" if answered.length else ""
    return f"{word}{step.outcome}{japanese}{amount}"


def state_in_words(what: Step | PowerChange) -> str:
    """Say what the card knows afterwards: who is proven, and whether messages are secured."""
    proven, channel = what.after.proven, what.after.channel
    words = [f"verified: {', '.join(proven)}"] if proven else []
    if channel != "none":
        words.append(f"secure messaging {channel}")
    return "; ".join(words)


def change_in_words(change: PowerChange) -> str:
    """Say what happened at the contacts."""
    if change.atr is None:
        return change.kind.value
    if not change.atr:
        return f"{change.kind.value}: no answer to reset"
    return f"{change.kind.value}: ATR {change.atr.hex(' ').upper()}"


def event_in_words(event: Event) -> str:
    """Say one event in one line, without its time."""
    what = event.what
    if isinstance(what, PowerChange):
        return change_in_words(what)
    state = state_in_words(what)
    text = f"{asked_in_words(what)} → {answered_in_words(what)}"
    return f"{text} [{state}]" if state else text

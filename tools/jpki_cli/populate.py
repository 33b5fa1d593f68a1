"""`jpki ca populate`: a synthetic country in the world's register."""

import time

import click

from jpki_cli.answer import Answer, answers, as_json
from jpki_cli.settings import settings


@click.command()
@click.option(
    "--citizens",
    type=click.IntRange(min=1, max=1_000_000_000),
    required=True,
    metavar="N",
    help="How many residents (住民); the same number goes on with them.",
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    metavar="P",
    help="How many processes sign (default: one more than there are cores).",
)
@answers
def populate(citizens: int, processes: int | None) -> Answer:
    """Issue certificates (電子証明書) to N synthetic residents.

    They live in all municipalities, are of all ages, and came in the years before the world's
    start; some certificates are revoked, for every reason (失効). Stopped at any point, the same
    command goes on. Their keys share primes: anybody can compute the private keys. The lists
    name what is revoked after `jpki ca crl`. They are called resident-000000000 and so on; entry
    and cards are written with the first `jpki ca event`, or by `jpki card make`.

    \b
    Example:
      jpki ca populate --citizens 10000
      jpki ca event death resident-000000012
      jpki ca crl
    """
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    started, console = time.monotonic(), Console(stderr=True)
    with (
        settings().world() as world,
        Progress(
            *Progress.get_default_columns()[:2],
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=as_json() or not console.is_terminal,
            transient=True,
        ) as progress,
    ):
        task = progress.add_task("issuing", total=citizens)
        population = world.populate(
            citizens,
            processes=processes,
            progress=lambda done: progress.update(task, completed=done),
        )
    seconds = time.monotonic() - started
    data = {
        "citizens": population.residents,
        "certificates": {kind.value: n for kind, n in population.certificates.items()},
        "revoked": {
            kind.value: {reason.rfc_name: n for reason, n in reasons.items()}
            for kind, reasons in population.revoked.items()
        },
        "signed_now": population.signed,
        "seconds": round(seconds, 1),
    }
    lines = [f"{population.residents} residents (住民) are on record"]
    for kind, count in population.certificates.items():
        lost = population.revoked[kind]
        reasons = ", ".join(f"{reason.rfc_name} {n}" for reason, n in lost.items())
        lines.append(f"{kind.value:<5} {count} certificates, {sum(lost.values())} revoked")
        lines += [f"      {reasons}"] if reasons else []
    rate = population.signed / seconds
    lines.append(f"signed now: {population.signed}, {rate:.0f} a second")
    return Answer(data, "\n".join(lines))

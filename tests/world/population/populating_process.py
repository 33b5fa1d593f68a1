"""A process that populates a world and dies on the way; the tests say where.

Arguments: world, residents, at which commit of a writing transaction to die (0: never), how many
processes. It says "begun" when the first batch is done.
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event

from cardsim.world import World
from cardsim.world.population import making, plan
from tests.world.population.conftest import BATCH


def main(directory: str, residents: str, commit: str, processes: str) -> None:
    """Populate, or die."""
    plan.BATCH = BATCH
    left = [int(commit)]
    open_batches = making._open

    def opened(*given):
        batches = open_batches(*given)

        def committing(connection) -> None:
            left[0] -= connection.get_execution_options().get("jpki_writes", False)
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(batches.authorities.register._engine, "commit", committing)
        return batches

    making._open = opened
    with World.open(Path(directory)) as world:
        world.populate(
            int(residents),
            processes=int(processes),
            progress=lambda _: print("begun", flush=True),
        )


if __name__ == "__main__":
    main(*sys.argv[1:])

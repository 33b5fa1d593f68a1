"""The type of options and arguments that name a file to read."""

import os
from pathlib import Path
from typing import Any

import click


class _File(click.Path):
    """A file that is there, or a pipe; no device but the empty one, since it may have no end."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        path = Path(os.fsdecode(found))
        is_device = path.is_char_device() or path.is_block_device()
        if is_device and not path.samefile(os.devnull):
            self.fail(f"{str(path)!r} is a device: name a file or a pipe", param, ctx)
        return found


FILE = _File(exists=True, dir_okay=False, path_type=Path)

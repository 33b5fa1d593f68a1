"""Ports of this machine that nobody listens on."""

import contextlib
import socket


def free_ports(count: int) -> list[str]:
    """Give so many, all different."""
    with contextlib.ExitStack() as held:
        found = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in found:
            each.bind(("127.0.0.1", 0))
        return [str(each.getsockname()[1]) for each in found]

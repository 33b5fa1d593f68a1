"""One database that can hold a register: how to reach it, and what its errors may say.

What it is: the few differences between SQLite and PostgreSQL, as values the register asks for.
What it is not: tables (`jpki.ca.schema`) or queries; those are the same for both.
Called by: `jpki.ca.register`; made by `jpki.ca.sqlite` and `jpki.ca.postgresql`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from jpki.ca.errors import RegisterError

WRITES = "jpki_writes"
"""The option of a connection whose transactions change something."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database within reach, holding a register or not yet.

    `name` is what errors call it, without any secret. `begin` is told whether the transaction
    writes; one that writes has the register for itself when `begin` returns. `founding` are the
    statements that begin the transaction in which tables are made. `failure` makes our error of
    the driver's, without the values that were on their way; `refusal` does while nobody knows
    yet whether this is a register.
    """

    name: str
    engine: Engine
    begin: Callable[[Connection, bool], None]
    founding: tuple[str, ...]
    failure: Callable[[DBAPIError], RegisterError]
    refusal: Callable[[DBAPIError], RegisterError]
    writable: bool = True

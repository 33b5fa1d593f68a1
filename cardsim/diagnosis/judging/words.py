"""Words several rows share: return codes by name, versions, advice given more than once.

Not here: when any of it is said. Called by everything in this room.
"""

from cardsim.readers.pcsc.codes import ReturnCode
from cardsim.readers.pcsc.protocol import MAJOR, NEWEST_MINOR, OLDEST_MINOR

SERVE = (
    "for a virtual card (仮想カード): jpki card run NAME -- PROGRAM, or jpki card serve NAME and"
    " the line it prints"
)
START_PCSCD = "for a real reader (カードリーダー): sudo systemctl enable --now pcscd.socket"
POLKIT = (
    "polkit lets only local, active sessions use cards: log in at the machine itself, or let an"
    " administrator add a rule to /etc/polkit-1/rules.d for org.debian.pcsc-lite.access_pcsc and"
    " .access_card, or start pcscd with --disable-polkit (in a container, where no polkit runs, it"
    " refuses everybody); `journalctl -u pcscd` has the refusal"
)
_PREFIXES = {0x80100001: "SCARD_F_"}


def version(pair: tuple[int, int]) -> str:
    """Write a version as pcsc-lite's log does."""
    return f"{pair[0]}:{pair[1]}"


def spoken_by_us(pair: tuple[int, int]) -> bool:
    """Whether our own service speaks this version."""
    return pair[0] == MAJOR and OLDEST_MINOR <= pair[1] <= NEWEST_MINOR


def code_name(code: int) -> str:
    """Name a return code of PC/SC as its documentation does, with its number."""
    try:
        name = ReturnCode(code).name
    except ValueError:
        return f"{code:#010x}"
    warning = range(0x80100065, 0x80100070)
    prefix = _PREFIXES.get(code, "SCARD_W_" if code in warning else "SCARD_E_")
    return f"{prefix if code else 'SCARD_S_'}{name} ({code:#010x})"

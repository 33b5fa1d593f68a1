"""What was seen of a machine, as plain data.

Not here: what it means (`judging`), how it was seen (`looking`). A fact that could not be had is
None or says why; it is never left out.
Called by both.
"""

from dataclasses import dataclass
from enum import Enum, unique


@dataclass(frozen=True, slots=True)
class Library:
    """The PC/SC library as the loader finds it for a program with this environment."""

    file: str | None
    """The file that was mapped, None when none could be."""
    error: str | None
    """What the loader said instead."""
    package: str | None
    """Name and version of the package it is from, None when no package manager knows it."""
    stated: tuple[int, int] | None
    """The protocol version its first message states."""
    others: tuple[str, ...]
    """Further files of that name the loader knows."""
    search_path: str | None
    """LD_LIBRARY_PATH."""
    delegate: str | None
    """LIBPCSCLITE_DELEGATE."""
    delegate_exists: bool
    preload: str | None
    """LD_PRELOAD."""
    guarded: bool
    """It asks `secure_getenv`, and so reads no variable in a setuid program (2.x; not 1.9.9)."""


@unique
class Entrance(Enum):
    """What stands at a socket's path."""

    OPEN = "open"
    """Somebody accepted a connection."""
    EMPTY_NAME = "empty name"
    TOO_LONG = "too long"
    MISSING = "missing"
    DANGLING = "dangling"
    """A symbolic link to nothing."""
    NO_ENTRY = "no entry"
    """A directory on the way that this user cannot search."""
    NO_SOCKET = "no socket"
    DENIED = "denied"
    """The socket is not writable for this user, or a security module refuses."""
    DEAD = "dead"
    """The file outlived its server."""
    BUSY = "busy"
    """Nobody accepted in time."""
    THERE = "there"
    """A socket nobody knocked at, since programs do not come here."""


@unique
class Talk(Enum):
    """How a handshake went."""

    SPOKEN = "spoken"
    """A version was answered."""
    HUNG_UP = "hung up"
    """The connection was closed without a word."""
    SILENT = "silent"
    FOREIGN = "foreign"
    """What came back is no answer of this protocol."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """CMD_VERSION and SCardEstablishContext, sent by us to whoever accepted."""

    talk: Talk
    asked: tuple[int, int]
    stated: tuple[int, int] | None = None
    """The version in the answer."""
    version_code: int | None = None
    context_code: int | None = None
    heard: bytes = b""
    """The first bytes of an answer that is none."""


@dataclass(frozen=True, slots=True)
class Door:
    """One socket path, from the name to what answers behind it."""

    path: str
    entrance: Entrance
    detail: str = ""
    """The directory that cannot be entered, or the system's word for the error."""
    owner: int | None = None
    """The user the socket belongs to."""
    user: int = 0
    """The user who looked."""
    private: bool = True
    """Its directory lets only its owner in."""
    server: str | None = None
    """The program behind it, by SO_PEERCRED; `systemd` where that listens for pcscd."""
    handshake: Handshake | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """How this program was started, as far as variables tell."""

    socket: str | None
    """PCSCLITE_CSOCK_NAME."""
    sudo: bool
    """Under sudo, pkexec or doas, which keep few variables."""


@dataclass(frozen=True, slots=True)
class System:
    """pcscd, as a service of the machine."""

    installed: bool
    running: tuple[str, ...]
    """Command lines of the pcscd processes that can be seen."""
    socket_unit: str | None
    """`systemctl is-active pcscd.socket`, None without systemd."""
    service_unit: str | None
    polkit_policy: bool
    """The file by which polkit knows the actions of pcsc-lite."""
    modules: tuple[str, ...]
    """Kernel modules that take NFC readers for themselves."""
    door: Door


@dataclass(frozen=True, slots=True)
class VpcdEntry:
    """One entry for vpcd among pcscd's readers."""

    file: str
    driver: str | None
    driver_exists: bool
    port: int | None
    listening: bool | None
    """Whether any program listens at the port; None when the system does not say."""


@dataclass(frozen=True, slots=True)
class Vpcd:
    """The reader driver for virtual cards."""

    drivers: tuple[str, ...]
    entries: tuple[VpcdEntry, ...]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What stands round this program, and which browsers are in one."""

    around: tuple[str, ...]
    """`snap firefox`, `flatpak`, `docker`, `podman`, `user namespace`, `AppArmor profile x`."""
    snaps: tuple[str, ...]
    """Browsers and mail programs installed as snaps."""
    flatpaks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenReader:
    """One reader, seen through the library."""

    name: str
    state: int
    """`SCARD_STATE_…` of SCardGetStatusChange."""
    atr: str
    connect_code: int | None
    """Of SCardConnect; None when it was not tried."""
    transmit_code: int | None
    """Of SCardTransmit; None when nothing was sent."""
    answer: str | None
    """To SELECT, in hexadecimal digits; None when it was not sent or not answered."""


@dataclass(frozen=True, slots=True)
class Readers:
    """What the library says when it is asked as a program asks it."""

    asked: bool
    error: str | None
    """Why there is no answer: it crashed, or took too long."""
    context_code: int | None
    list_code: int | None
    readers: tuple[SeenReader, ...]

    @property
    def usable(self) -> int | None:
        """The number of the first reader whose card answered, None when none did."""
        numbers = (n for n, reader in enumerate(self.readers) if reader.answer is not None)
        return next(numbers, None)


@dataclass(frozen=True, slots=True)
class Setting:
    """One list in a configuration file."""

    file: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opensc:
    """OpenSC's tools, configuration and module."""

    version: str | None
    """None when opensc-tool is not there."""
    has_driver: bool | None
    """Whether its list of card drivers has ours; None when it gives no list."""
    card_drivers: tuple[Setting, ...]
    """`card_drivers = …` in the configuration read."""
    ignored_readers: tuple[Setting, ...]
    forced: str | None
    """OPENSC_DRIVER."""
    named: str | None
    """What `opensc-tool -n` calls the card; None when it was not asked."""
    modules: tuple[tuple[str, str], ...]
    """PKCS#11 modules found: file, and the architecture it is for."""
    architecture: str
    """What this machine's programs are built for."""


@dataclass(frozen=True, slots=True)
class Program:
    """The program whose way to the card is looked at."""

    words: tuple[str, ...]
    file: str | None
    """None when it, or what runs it, is not found."""
    interpreter: str | None
    """What runs it when it is a script."""
    privileged: str | None
    """`setuid`, `setgid` or `file capabilities`; None when it has its user's rights."""
    runs_as: int
    """The user it will run as."""
    sandbox: str | None
    """`snap firefox`, `flatpak`."""
    architecture: str | None
    """None when it is no ELF file."""
    static: bool
    linked: str | None
    """The libpcsclite that ldd shows, None when it is not linked with one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was seen."""

    library: Library
    environment: Environment
    door: Door
    system: System
    vpcd: Vpcd
    sandbox: Sandbox
    readers: Readers
    opensc: Opensc
    program: Program | None

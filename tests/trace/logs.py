"""Small logs of each kind, in the form real programs write, for tests that damage them."""

PIN = b"QZ81KX"
TALK = [
    ("00A4040C0AD392F000260100000001", "9000"),
    ("0020009B06" + PIN.hex(), "9000"),
    ("00B0810014", "3082061F" + "41" * 16 + "9000"),
]


def _spaced(data: str) -> str:
    return bytes.fromhex(data).hex(" ").upper()


def _rows(data: str) -> list[str]:
    raw = bytes.fromhex(data)
    return [_spaced(raw[i : i + 16].hex()) for i in range(0, len(raw), 16)]


def pcscd() -> str:
    """Give what pcscd --debug --apdu writes."""
    lines = ["00000003 Card ATR: 3B E0 00 FF 81 31 FE 45 14 "]
    for command, answer in TALK:
        lines += [
            "00000002 winscard.c:1596:SCardTransmit() Send Protocol: T=1",
            f"00000003 APDU: {_spaced(command)} ",
            f"00000293 SW: {_spaced(answer)} ",
        ]
    return "".join(f"{line}\n" for line in lines)


def opensc() -> str:
    """Give what OpenSC 0.23 writes with OPENSC_DEBUG=9."""
    start = "P:7; T:0x1 02:56:37.872 [tool] "
    lines = [f"{start}ctx.c:1:sc_context_create: =====", ""]
    for command, answer in TALK:
        lines += [
            f"{start}reader-pcsc.c:325:pcsc_transmit: reader 'Reader 00 00'",
            f"{start}reader-pcsc.c:326:pcsc_transmit: ",
            f"Outgoing APDU ({len(command) // 2} bytes):",
            *(f"{row:<47} ................" for row in _rows(command)),
            "",
            f"{start}reader-pcsc.c:335:pcsc_transmit: ",
            f"Incoming APDU ({len(answer) // 2} bytes):",
            *(f"{row:<47} ................" for row in _rows(answer)),
            "",
        ]
    return "".join(f"{line}\n" for line in lines)


def spy() -> str:
    """Give what libpcscspy writes into its pipe."""
    lines = [
        ">|1795661797|930967|SCardConnect",
        *("0x02AC646E", "Reader 00 00", "0x00000002", "0x00000003", "0x0", "0x0"),
        *("0x40C3C838", "0x00000002"),
        "<|1795661797|931108|SCardConnect|Command successful.|0x00000000",
    ]
    for command, answer in TALK:
        lines += [
            ">|1795661797|948346|SCardTransmit",
            *("0x40C3C838", "0x00000002", "0x00000010"),
            *(f"0x{len(command) // 2:08X}", f"{_spaced(command)} "),
            *("0x00000002", "0x00000010"),
            *(f"0x{len(answer) // 2:08X}", f"{_spaced(answer)} "),
            "<|1795661797|948484|SCardTransmit|Command successful.|0x00000000",
        ]
    lines += [
        *(">|1795661797|948703|SCardDisconnect", "0x40C3C838", "0x00000001"),
        "<|1795661797|948863|SCardDisconnect|Command successful.|0x00000000",
    ]
    return "".join(f"7FABD760F840@{line}\n" for line in lines)


def printed_spy() -> str:
    """Give what pcsc-spy prints."""
    success = " => Command successful. (SCARD_S_SUCCESS [0x00000000])  [0.000261]"
    lines = [
        *("SCardConnect", " i hContext: 0x1", " i szReader Reader 00 00"),
        *(" i phCard 0x00000000 (0)", " o phCard 0x5C6BE8A5 (1550575781)", success),
    ]
    for command, answer in TALK:
        lines += ["SCardTransmit", " i hCard: 0x5C6BE8A5"]
        for direction, name, data in (("i", "Send", command), ("o", "Recv", answer)):
            size = len(data) // 2
            lines += [f" {direction} b{name}Length 0x{size:08X} ({size})"]
            lines += [f" {direction} b{name}Buffer"]
            lines += [
                f" {direction}  {number * 16:04X} {row:<47} ................"
                for number, row in enumerate(_rows(data))
            ]
        lines += [success]
    lines += ["SCardDisconnect", " i hCard: 0x5C6BE8A5"]
    lines += [" i dwDisposition: SCARD_RESET_CARD (0x00000001)", success]
    return "".join(f"{line}\n" for line in lines)


LOGS = {"pcscd": pcscd(), "opensc": opensc(), "spy": spy(), "printed spy": printed_spy()}

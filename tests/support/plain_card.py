"""A card that keeps a diary and echoes: what a reader does to a card, without a chip."""

from dataclasses import dataclass, field

ATR = bytes.fromhex("3BE000FF8131FE4514")


@dataclass
class EchoCard:
    """Answers every command with the command itself and 9000; notes what happened to it."""

    diary: list[str] = field(default_factory=list)

    def power_on(self) -> bytes:
        self.diary.append("power on")
        return ATR

    def power_off(self) -> None:
        self.diary.append("power off")

    def warm_reset(self) -> bytes:
        self.diary.append("warm reset")
        return ATR

    def transmit(self, command: bytes) -> bytes:
        self.diary.append(command.hex())
        return command + b"\x90\x00"

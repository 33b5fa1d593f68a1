"""Where cards differ within, or from, ISO 7816-4: data the card kind supplies.

The defaults follow the standard. Not here: My Number (its values: `cardsim.mynumber.dialect`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jpki.iso7816 import SW, CommandApdu, StatusWord

_COMMAND_CHAINING = 0x10
_FIRST_INTERINDUSTRY = 0x1F
_CHANNEL = 0x03
_FURTHER_INTERINDUSTRY = range(0x40, 0x80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The choices of one kind of card."""

    blocked: SW = SW.AUTHENTICATION_METHOD_BLOCKED
    """VERIFY with data on a blocked PIN."""
    query_tells_verified: bool = True
    """Whether an empty VERIFY answers 9000 once the PIN is verified; else always 63Cx."""
    verify_ignores_le: bool = False
    """Whether a VERIFY without data but with Le counts as an empty one; else 6700."""
    verify_on_key: SW = SW.INCOMPATIBLE_FILE_STRUCTURE
    """VERIFY on a key file, which has no counter."""
    partial_name_minimum: int | None = None
    """Shortest beginning of an AID that selects; None: only whole names do."""
    empty_name_selects_first: bool = False
    """Whether SELECT by an empty name selects the application current after power-up."""
    master_file_at_start: SW = SW.FILE_OR_APPLICATION_NOT_FOUND
    """SELECT MF without data while the application current after power-up is selected."""
    master_file_elsewhere: SW = SW.FILE_OR_APPLICATION_NOT_FOUND
    """SELECT MF without data while another application is selected (9000: nothing changes)."""
    warm_reset_keeps_session: bool = False
    """Whether selection and verified PINs outlive a reset under power; ISO's card starts anew."""
    extended_challenge: SW | None = None
    """GET CHALLENGE with an extended Le; None: served like any other."""
    malformed: SW = SW.WRONG_LENGTH
    """Bytes that are no command APDU."""
    class_refusals: Mapping[int, SW | StatusWord] = field(default_factory=dict)
    """Status words for classes that are not served, before the rules of ISO 7816-4."""
    instruction_refusals: Mapping[tuple[int, int], SW | StatusWord] = field(default_factory=dict)
    """Status words for (CLA, INS) that are not served, before `class_refusals`."""

    def refusal(self, apdu: CommandApdu, *, ins_known: bool, cla_known: bool) -> SW | StatusWord:
        """Give the status word for a command no instruction serves.

        ISO/IEC 7816-4:2020 clause 5.4.1: the class tells chaining, secure messaging, channel.
        """
        special = self.instruction_refusals.get((apdu.cla, apdu.ins))
        special = special or self.class_refusals.get(apdu.cla) or _interindustry(apdu.cla)
        if special is not None:
            return special
        if not cla_known or ins_known:
            return SW.CLASS_NOT_SUPPORTED
        return SW.INSTRUCTION_NOT_SUPPORTED


def _interindustry(cla: int) -> SW | None:
    """Give what a class coded by ISO/IEC 7816-4 asks for and a plain card does not have."""
    first = cla <= _FIRST_INTERINDUSTRY
    if cla in _FURTHER_INTERINDUSTRY or (first and cla & _CHANNEL):
        return SW.LOGICAL_CHANNEL_UNSUPPORTED
    if first and cla & _COMMAND_CHAINING:
        return SW.COMMAND_CHAINING_UNSUPPORTED
    return SW.SECURE_MESSAGING_UNSUPPORTED if first and cla else None

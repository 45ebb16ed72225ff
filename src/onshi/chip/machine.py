"""The chip: one pure function from a command to its response."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from onshi.chip import instructions
from onshi.chip.apdu import Command, Status, parse_command
from onshi.chip.instructions import Chip, Random, Step
from onshi.chip.model import CardContent, ChipState, Session

Instruction: TypeAlias = Callable[[Chip, Command], Step]

_ISO, _OWN = 0x00, 0x80
_INSTRUCTIONS: Mapping[tuple[int, int], Instruction] = MappingProxyType(
    {
        (_ISO, 0xA4): instructions.select,
        (_ISO, 0xB0): instructions.read_binary,
        (_ISO, 0x20): instructions.verify,
        (_ISO, 0x24): instructions.change_reference_data,
        (_ISO, 0x84): instructions.get_challenge,
        (_ISO, 0x82): instructions.external_authenticate,
        (_OWN, 0x2A): instructions.sign,
        (_OWN, 0xA2): instructions.set_terminal_key,
    }
)


def respond(content: CardContent, memory: ChipState, session: Session, apdu: bytes, random: Random) -> Step:
    """What the card answers to these bytes, and what it then remembers with and without power.

    Whatever the bytes are, there is an answer with a status word. `random` gives as many random bytes as it is asked
    for.
    """
    chip = Chip(content, memory, session, random)
    command = parse_command(apdu)
    if command is None:
        return chip.refused(Status.WRONG_LENGTH)
    known = _INSTRUCTIONS.get((command.cla, command.ins))
    if known is not None:
        return known(chip, command)
    is_class = command.cla in (_ISO, _OWN)
    return chip.refused(Status.UNKNOWN_INSTRUCTION if is_class else Status.UNKNOWN_CLASS)

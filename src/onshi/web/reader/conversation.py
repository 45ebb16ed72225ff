"""What passes between reader, card and server, written down so that a person understands it; a PIN is never in it."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from onshi.chip import Channel
from onshi.chip.apdu import Command, Status, parse_command, tries_of

_SHOWN_BYTES = 32
_STATUS_BYTES = 2
_SELECT, _READ, _VERIFY, _SIGN = 0xA4, 0xB0, 0x20, 0x2A
_CHALLENGE, _TERMINAL, _PROOF = 0x84, 0xA2, 0x82
_BY_NAME = 0x04
_STEPS = {
    _READ: "read_certificate",
    _SIGN: "sign",
    _TERMINAL: "show_terminal",
    _CHALLENGE: "challenge",
    _PROOF: "prove_terminal",
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One command and its response as they are shown; `step` names what they were for."""

    step: str
    command: str
    response: str
    status: int


@dataclass(frozen=True, slots=True)
class Step:
    """Commands in a row that serve one end. `tries` is what the card said of its PIN, where it said something."""

    name: str
    exchanges: tuple[Exchange, ...] = ()
    tries: int | None = None

    @property
    def is_refused(self) -> bool:
        """Whether the card said no to the last of them. How many tries are left, it is only asked."""
        return self.name != "ask_tries" and bool(self.exchanges) and self.exchanges[-1].status != Status.OK


class Overheard:
    """A card with a witness: passes everything on and writes it down."""

    def __init__(self, card: Channel) -> None:
        self._card = card
        self.exchanges: list[Exchange] = []

    def transmit(self, command: bytes, /) -> bytes:
        """The response of the card."""
        response = self._card.transmit(command)
        self.exchanges.append(_exchange(command, response))
        return response

    @property
    def steps(self) -> list[Step]:
        """What was done with the card, in order."""
        steps = []
        for name, group in groupby(self.exchanges, key=attrgetter("step")):
            exchanges = tuple(group)
            said = exchanges[-1].status
            steps.append(Step(name, exchanges, 0 if said == Status.BLOCKED else tries_of(said)))
        return steps


def _exchange(raw: bytes, response: bytes) -> Exchange:
    command = parse_command(raw)
    assert command is not None, "the reader's own command"
    status = int.from_bytes(response[-_STATUS_BYTES:])
    return Exchange(_step_of(command), _shown_command(command, raw), _shown(response), status)


def _step_of(command: Command) -> str:
    if command.ins == _SELECT:
        return "select" if command.p1 == _BY_NAME else "read_certificate"
    if command.ins == _VERIFY:
        return "show_pin" if command.data else "ask_tries"
    return _STEPS[command.ins]


def _shown_command(command: Command, raw: bytes) -> str:
    if command.ins == _VERIFY and command.data:
        # The PIN is forgotten here: what is written down has only its length.
        return " ".join((raw[: len(raw) - len(command.data)].hex(" ").upper(), *["••"] * len(command.data)))
    return _shown(raw)


def _shown(raw: bytes) -> str:
    if len(raw) <= _SHOWN_BYTES + _STATUS_BYTES:
        return raw.hex(" ").upper()
    return f"{raw[:_SHOWN_BYTES].hex(' ')} … {raw[-_STATUS_BYTES:].hex(' ')} ({len(raw)})".upper()

"""The reader's part: a card is asked to sign a nonce, opened by a PIN or by a certified terminal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from onshi.chip import Application, Channel, Lock, presence_digest, talk
from onshi.chip.talk import PinBlocked, PinRight, PinWrong, TerminalAnswer
from onshi.presence.model import Bound, Mode, Presented


@dataclass(frozen=True, slots=True)
class OtherCard:
    """What lies on the reader is no My Number Card, or one without a certificate for its holder."""


@dataclass(frozen=True, slots=True)
class Proving:
    """A certified terminal: its certificate (307 bytes), and ES256 with its key (r and s, 32 bytes each)."""

    certificate: bytes = field(repr=False)
    sign: Callable[[bytes], bytes] = field(repr=False)


Shown: TypeAlias = Presented | PinWrong | PinBlocked | TerminalAnswer | OtherCard


def pin_tries(channel: Channel) -> int | OtherCard:
    """How many wrong PINs the card still takes; asking costs none. At one, let the holder decide."""
    if not talk.select(channel, Application.JPKI):
        return OtherCard()
    return talk.tries_left(channel, Lock.AUTH_PIN)


def show_with_pin(channel: Channel, bound: Bound, nonce: bytes, pin: str) -> Shown:
    """The card signs after its holder's PIN, which is shown to it once and never again."""
    assert bound.mode is Mode.PIN, "the card signs how its holder was recognised"
    if not talk.select(channel, Application.JPKI) or (certificate := talk.read_auth_certificate(channel)) is None:
        return OtherCard()
    said = talk.verify_pin(channel, pin)
    if not isinstance(said, PinRight):
        return said
    signature = talk.sign_digest(channel, _digest(bound, nonce))
    assert signature is not None, "a right PIN opens the key"
    return Presented(bound, nonce, certificate, signature)


def show_at_terminal(channel: Channel, bound: Bound, nonce: bytes, terminal: Proving) -> Shown:
    """The card signs for a terminal that proves itself to it; whose face it is, the terminal or its staff have seen."""
    assert bound.mode.needs_terminal, "the card signs how its holder was recognised"
    if not talk.select(channel, Application.JPKI) or (certificate := talk.read_auth_certificate(channel)) is None:
        return OtherCard()
    said = talk.authenticate_terminal(channel, terminal.certificate, terminal.sign, certificate)
    if said is not TerminalAnswer.ACCEPTED:
        return said
    digest = _digest(bound, nonce)
    signature = talk.sign_digest(channel, digest)
    assert signature is not None, "a terminal that proved itself opens the key"
    return Presented(bound, nonce, certificate, signature, terminal.certificate, terminal.sign(digest))


def _digest(bound: Bound, nonce: bytes) -> bytes:
    return presence_digest(
        institution=bound.party,
        terminal=bound.terminal,
        purpose=bound.purpose.value,
        mode=bound.mode.value,
        nonce=nonce,
    )

"""The reader's side of the conversation, over anything that carries bytes to a card and back.

What can happen to a healthy card is a value. No function shows a secret twice: after a wrong PIN the person decides.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Protocol, TypeAlias

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from onshi.chip.apdu import Command, Response, Status, parse_response, tries_of
from onshi.chip.cvc import is_certified, parse_public_key, parse_record_certificate
from onshi.chip.errors import CardAnswerUnexpected
from onshi.chip.files import PLACES
from onshi.chip.model import Application, Lock
from onshi.chip.records import face_payload
from onshi.chip.signing import SIGNATURE_BYTES, digest_info, is_signed
from onshi.chip.terminal import CHALLENGE_BYTES, terminal_proof_bytes
from onshi.chip.tlv import items_of, size_of

_AUTH_CERTIFICATE, _AUTH_KEY, _FACE, _RECORD_CERTIFICATE = 0x000A, 0x0017, 0x0002, 0x0004
_CHUNK = 256
_OFFSET_MAX = 0x7FFF
_FACE_TAGS = tuple(range(0xDF21, 0xDF2B))


class Channel(Protocol):
    """Carries one command to a card and brings its response."""

    def transmit(self, command: bytes, /) -> bytes:
        """The response to a command, its status word included."""
        ...


@dataclass(frozen=True, slots=True)
class PinRight:
    """The card took the secret."""


@dataclass(frozen=True, slots=True)
class PinWrong:
    """It did not, and takes so many more (at least one)."""

    left: int


@dataclass(frozen=True, slots=True)
class PinBlocked:
    """No try is left, or none was ever set: the municipality sets a new one."""


PinAnswer: TypeAlias = PinRight | PinWrong | PinBlocked


class TerminalAnswer(StrEnum):
    """How a card took a terminal's proof."""

    ACCEPTED = "accepted"
    CERTIFICATE_REFUSED = "certificate-refused"
    PROOF_REFUSED = "proof-refused"


@dataclass(frozen=True, slots=True)
class Face:
    """What the 券面事項確認 application tells of its holder, read and not verified.

    `parts` are the six objects under the signature; `card_key` is in them. `expires_on` and `security_code_image` are
    not under it.
    """

    birth_on: date = field(repr=False)
    sex: str = field(repr=False)
    name_image: bytes = field(repr=False)
    address_image: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    expires_on: date
    security_code_image: bytes = field(repr=False)
    card_key: RSAPublicKey = field(repr=False)
    parts: tuple[bytes, ...] = field(repr=False)
    signature: bytes = field(repr=False)
    certificate: bytes = field(repr=False)


def select(channel: Channel, application: Application) -> bool:
    """Selects an application; False when the card does not have it: it is no My Number Card."""
    said = _ask(channel, Command(0x00, 0xA4, 0x04, 0x0C, application.value))
    return _one_of(said, "select", Status.OK, Status.NOT_FOUND) is Status.OK


def read_auth_certificate(channel: Channel) -> bytes | None:
    """The 利用者証明用 certificate, which anybody may read; None when there is none. JPKI is selected."""
    return _read_file(channel, _AUTH_CERTIFICATE, "read certificate")


def tries_left(channel: Channel, lock: Lock) -> int:
    """How many wrong tries a lock still takes; asking costs none. Its application is selected."""
    number = PLACES[lock][1]
    said = _ask(channel, Command(0x00, 0x20, 0x00, 0x80 | number))
    left = tries_of(said.status)
    if left is None:
        raise _unexpected("tries left", said)
    return left


def show_secret(channel: Channel, lock: Lock, secret: str) -> PinAnswer:
    """Shows a PIN, password or code to the card, once. Its application is selected."""
    number = PLACES[lock][1]
    # A card takes an empty secret for the question how many tries are left.
    if not secret.isascii() or not 1 <= len(secret) < _CHUNK:
        raise ValueError("a secret of a card is 1 to 255 ASCII signs")
    said = _ask(channel, Command(0x00, 0x20, 0x00, 0x80 | number, secret.encode()))
    if said.status == Status.OK:
        return PinRight()
    left = tries_of(said.status)
    if left == 0 or said.status == Status.BLOCKED:
        return PinBlocked()
    if left is None:
        raise _unexpected("show secret", said)
    return PinWrong(left)


def verify_pin(channel: Channel, pin: str) -> PinAnswer:
    """Shows the 利用者証明用 PIN. JPKI is selected."""
    return show_secret(channel, Lock.AUTH_PIN, pin)


def change_secret(channel: Channel, lock: Lock, secret: str) -> bool:
    """Sets a new PIN or password after the old one was shown; False when it has not the form the card asks for."""
    number = PLACES[lock][1]
    said = _ask(channel, Command(0x00, 0x24, 0x01, 0x80 | number, secret.encode("ascii", "replace")))
    return _one_of(said, "change secret", Status.OK, Status.WRONG_DATA) is Status.OK


def sign_digest(channel: Channel, digest: bytes) -> bytes | None:
    """Signs a SHA-256 hash with the 利用者証明用 key (RSA, PKCS #1 v1.5); None when nothing has opened the key.

    JPKI is selected.
    """
    command = Command(0x80, 0x2A, 0x00, 0x80 | _AUTH_KEY, digest_info(digest), SIGNATURE_BYTES)
    said = _ask(channel, command)
    if _one_of(said, "sign", Status.OK, Status.NOT_ALLOWED) is Status.NOT_ALLOWED:
        return None
    if len(said.data) != SIGNATURE_BYTES:
        raise _unexpected("sign", said)
    return said.data


def authenticate_terminal(
    channel: Channel, certificate: bytes, sign: Callable[[bytes], bytes], auth_certificate: bytes
) -> TerminalAnswer:
    """Proves this terminal to the card, after which `sign_digest` needs no PIN. JPKI is selected.

    `sign` is ES256 with the terminal's key: r and s, 32 bytes each.
    """
    said = _ask(channel, Command(0x80, 0xA2, 0x00, 0xC1, certificate))
    if _one_of(said, "terminal", Status.OK, Status.NOT_ALLOWED, Status.WRONG_DATA, Status.WRONG_LENGTH) != Status.OK:
        return TerminalAnswer.CERTIFICATE_REFUSED
    given = _ask(channel, Command(0x00, 0x84, 0x00, 0x00, expected=CHALLENGE_BYTES))
    _one_of(given, "challenge", Status.OK)
    proof = sign(terminal_proof_bytes(given.data, auth_certificate))
    said = _ask(channel, Command(0x00, 0x82, 0x00, 0x00, proof))
    is_taken = _one_of(said, "terminal proof", Status.OK, Status.NOT_PROVED) is Status.OK
    return TerminalAnswer.ACCEPTED if is_taken else TerminalAnswer.PROOF_REFUSED


def read_face(channel: Channel, code: str) -> Face | PinWrong | PinBlocked:
    """Selects the 券面事項確認 application, opens it with 照合番号B and reads what is printed on the card."""
    if not select(channel, Application.SURFACE):
        raise CardAnswerUnexpected(step="select", status=f"{Status.NOT_FOUND:04X}")
    shown = show_secret(channel, Lock.SURFACE_CODE_B, code)
    if not isinstance(shown, PinRight):
        return shown
    raw, certificate = _read_file(channel, _FACE, "read face"), _read_file(channel, _RECORD_CERTIFICATE, "read face")
    face = _face(raw or b"", certificate or b"")
    if face is None:
        raise CardAnswerUnexpected(step="read face", status=f"{Status.OK:04X}")
    return face


def is_face_genuine(face: Face, root: RSAPublicKey) -> bool:
    """Whether the root of the 券面 issuers stands behind the face: their certificate, and the signature over it."""
    certificate = parse_record_certificate(face.certificate)
    if certificate is None or not is_certified(certificate, root):
        return False
    return is_signed(certificate.public_key, face.signature, face_payload(face.parts))


def is_chip_genuine(channel: Channel, face: Face, challenge: bytes) -> bool:
    """Whether the chip holds the key that stands in a genuine face (内部認証), so that it is no copy of files.

    A 券面 application is selected. `challenge` is fresh and random.
    """
    payload = digest_info(sha256(challenge).digest())
    said = _ask(channel, Command(0x80, 0x2A, 0x00, 0x00, payload, SIGNATURE_BYTES))
    _one_of(said, "internal authentication", Status.OK)
    return is_signed(face.card_key, said.data, payload)


def _face(raw: bytes, certificate: bytes) -> Face | None:
    items = items_of(raw, 0xFF20)
    if items is None or tuple(item.tag for item in items) != _FACE_TAGS:
        return None
    value = {item.tag: item.value for item in items}
    key, born, ends = parse_public_key(value[0xDF24]), _day(value[0xDF22]), _day(value[0xDF29])
    if key is None or born is None or ends is None:
        return None
    return Face(
        birth_on=born,
        sex=value[0xDF23].decode("ascii", "replace"),
        name_image=value[0xDF25],
        address_image=value[0xDF26],
        photo=value[0xDF27],
        expires_on=ends,
        security_code_image=value[0xDF2A],
        card_key=key,
        parts=tuple(item.raw for item in items[1:7]),
        signature=value[0xDF28],
        certificate=certificate,
    )


def _day(raw: bytes) -> date | None:
    if len(raw) != 8 or not raw.isdigit():
        return None
    try:
        return date(int(raw[:4]), int(raw[4:6]), int(raw[6:]))
    except ValueError:
        return None


def _read_file(channel: Channel, number: int, step: str) -> bytes | None:
    """A file that is one object, without the filler behind it; None when the card has no such file."""
    said = _ask(channel, Command(0x00, 0xA4, 0x02, 0x0C, number.to_bytes(2)))
    if _one_of(said, step, Status.OK, Status.NOT_FOUND) is Status.NOT_FOUND:
        return None
    data = _read_part(channel, 0, step)
    size = size_of(data)
    if size is None or size > _OFFSET_MAX:
        raise CardAnswerUnexpected(step=step, status=f"{Status.OK:04X}")
    while len(data) < size:
        data += _read_part(channel, len(data), step)
    return data[:size]


def _read_part(channel: Channel, offset: int, step: str) -> bytes:
    said = _ask(channel, Command(0x00, 0xB0, offset >> 8, offset & 0xFF, expected=_CHUNK))
    # An empty part would be asked for without end.
    if said.status != Status.OK or not said.data:
        raise _unexpected(step, said)
    return said.data


def _ask(channel: Channel, command: Command) -> Response:
    said = parse_response(channel.transmit(bytes(command)))
    if said is None:
        raise CardAnswerUnexpected(step="any", status="none")
    return said


def _one_of(said: Response, step: str, *expected: Status) -> Status:
    if said.status not in expected:
        raise _unexpected(step, said)
    return Status(said.status)


def _unexpected(step: str, said: Response) -> CardAnswerUnexpected:
    return CardAnswerUnexpected(step=step, status=f"{said.status:04X}")

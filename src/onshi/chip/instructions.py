"""What each instruction does. Where no source says what a card does, the choice is ours and marked so."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from onshi.chip.apdu import Command, Response, Status, tries_status
from onshi.chip.files import DataFile, File, KeyFile, LockFile, file_of
from onshi.chip.locks import SECRET_FORMS, has_form, secret_of
from onshi.chip.model import TRIES, Application, CardContent, ChipState, Lock, Session
from onshi.chip.signing import SCHEMES, SIGNATURE_BYTES, sign_with_scheme
from onshi.chip.terminal import (
    CERTIFICATE_BYTES,
    CHALLENGE_BYTES,
    PROOF_BYTES,
    is_terminal_proof,
    parse_terminal_certificate,
    verify_terminal_certificate,
)

Random: TypeAlias = Callable[[int], bytes]
Step: TypeAlias = tuple[ChipState, Session, Response]

_BY_NAME, _BY_ID = (0x04, 0x0C), (0x02, 0x0C)
_CURRENT, _SHORT, _SHORT_ID = 0x80, 0xE0, 0x1F
_NEW_SECRET = 0x01
_TERMINAL_KEY = (0x00, 0xC1)
_CHALLENGE_MAX = 256


@dataclass(frozen=True, slots=True)
class Chip:
    """A card with power, between two commands."""

    content: CardContent
    memory: ChipState
    session: Session
    random: Random

    def refused(self, status: int) -> Step:
        """No data, and nothing changed."""
        return self.memory, self.session, Response(b"", status)

    def answered(self, data: bytes = b"", *, session: Session | None = None) -> Step:
        """Data and 9000."""
        return self.memory, session or self.session, Response(data, Status.OK)

    def file(self, number: int) -> File | None:
        """A file of the application that is selected."""
        application = self.session.application
        return None if application is None else file_of(self.content, application, number)

    def named(self, p2: int) -> int | Status:
        """The file that P2 means: the one selected, or one by its short id."""
        if self.session.application is None:
            return Status.NOTHING_SELECTED
        if p2 & _SHORT != _CURRENT:
            return Status.WRONG_PARAMETERS
        number = p2 & _SHORT_ID or self.session.file
        if number is None:
            return Status.NOTHING_SELECTED
        return Status.NOT_FOUND if self.file(number) is None else number

    def at(self, number: int) -> "Chip":
        """The same with this file selected, as a short id selects it."""
        return replace(self, session=replace(self.session, file=number))


def select(chip: Chip, command: Command) -> Step:
    """SELECT: an application by its whole name, or a file of it. Selecting closes nothing that was opened."""
    way = (command.p1, command.p2)
    if way == _BY_NAME:
        found = next((one for one in Application if one.value == command.data), None)
        if found is None:
            return chip.refused(Status.NOT_FOUND)
        return chip.answered(session=replace(chip.session, application=found, file=None))
    if way != _BY_ID:
        return chip.refused(Status.WRONG_PARAMETERS)
    if chip.session.application is None:
        return chip.refused(Status.NOTHING_SELECTED)  # our choice
    number = int.from_bytes(command.data)
    if len(command.data) != 2 or chip.file(number) is None:
        return chip.refused(Status.NOT_FOUND)
    return chip.answered(session=replace(chip.session, file=number))


def read_binary(chip: Chip, command: Command) -> Step:
    """READ BINARY: up to the end of the file and no further; from its end on there is nothing to read."""
    is_short = command.p1 & _CURRENT
    named = chip.named(command.p1 if is_short else _CURRENT)
    if isinstance(named, Status):
        return chip.refused(named)
    offset = command.p2 if is_short else command.p1 << 8 | command.p2
    return _read(chip.at(named), named, offset, command)


def _read(chip: Chip, number: int, offset: int, command: Command) -> Step:
    file = chip.file(number)
    if not isinstance(file, DataFile):
        return chip.refused(Status.WRONG_FILE)
    if file.opened_by is not None and not file.opened_by & chip.session.opened:
        return chip.refused(Status.NOT_ALLOWED)
    if command.expected is None or command.data:
        return chip.refused(Status.WRONG_LENGTH)
    data = file.read(chip.content) or b""
    if offset >= len(data):
        return chip.refused(Status.PAST_THE_END)
    return chip.answered(data[offset : offset + command.expected])


def _lock(chip: Chip, p2: int) -> tuple[Chip, Lock] | Status:
    named = chip.named(p2)
    if isinstance(named, Status):
        return named
    file = chip.file(named)
    return (chip.at(named), file.lock) if isinstance(file, LockFile) else Status.WRONG_FILE


def verify(chip: Chip, command: Command) -> Step:
    """VERIFY: shows a secret; without data it asks how many tries are left, which costs none.

    The number of tries is told even after a right PIN; middleware relies on it.
    """
    found = Status.WRONG_PARAMETERS if command.p1 else _lock(chip, command.p2)
    if isinstance(found, Status):
        return chip.refused(found)
    chip, lock = found
    left = chip.memory.tries[lock]
    if not command.data:
        return chip.refused(tries_status(left))
    if left == 0:
        return chip.refused(Status.BLOCKED)
    return _shown(chip, lock, command.data)


def _shown(chip: Chip, lock: Lock, data: bytes) -> Step:
    secret = secret_of(chip.content, chip.memory, lock)
    opened = chip.session.opened
    if secret is not None and compare_digest(secret.encode(), data):
        memory = _with_tries(chip.memory, lock, TRIES[lock])
        return memory, replace(chip.session, opened=opened | {lock}), Response(b"", Status.OK)
    left = chip.memory.tries[lock] - 1
    session = replace(chip.session, opened=opened - {lock})
    return _with_tries(chip.memory, lock, left), session, Response(b"", tries_status(left))


def _with_tries(memory: ChipState, lock: Lock, left: int) -> ChipState:
    # The same object when nothing changes: whoever stores it need not write.
    if memory.tries[lock] == left:
        return memory
    return replace(memory, tries={**memory.tries, lock: left})


def change_reference_data(chip: Chip, command: Command) -> Step:
    """CHANGE REFERENCE DATA: a new PIN or password, after the old one was shown."""
    found = Status.WRONG_PARAMETERS if command.p1 != _NEW_SECRET else _lock(chip, command.p2)
    if isinstance(found, Status):
        return chip.refused(found)
    chip, lock = found
    if lock not in SECRET_FORMS:
        return chip.refused(Status.CONDITIONS)
    if chip.memory.tries[lock] == 0:
        return chip.refused(Status.BLOCKED)
    if lock not in chip.session.opened:
        return chip.refused(Status.NOT_ALLOWED)
    secret = command.data.decode("latin-1")
    if not has_form(lock, secret):
        return chip.refused(Status.WRONG_DATA)
    memory = replace(chip.memory, changed={**chip.memory.changed, lock: secret})
    return memory, chip.session, Response(b"", Status.OK)


def sign(chip: Chip, command: Command) -> Step:
    """PERFORM SECURITY OPERATION: P1 is the scheme.

    In the application JPKI a key of the holder, once it was opened; in the others the card's own key, for anybody:
    it shows that this is the chip whose key stands in the signed records.
    """
    if chip.session.application is None:
        return chip.refused(Status.NOTHING_SELECTED)
    if command.p1 not in SCHEMES:
        return chip.refused(Status.WRONG_PARAMETERS)
    if chip.session.application is Application.JPKI:
        return _sign_for_holder(chip, command)
    if command.p2 != 0:
        return chip.refused(Status.WRONG_PARAMETERS)
    return _signed(chip, chip.content.card_key, command)


def _sign_for_holder(chip: Chip, command: Command) -> Step:
    named = chip.named(command.p2)
    if isinstance(named, Status):
        return chip.refused(named)
    file = chip.file(named)
    if not isinstance(file, KeyFile):
        return chip.refused(Status.WRONG_FILE)
    is_opened = file.opened_by in chip.session.opened or (file.terminal_opens and chip.session.is_terminal_proved)
    if not is_opened:
        return chip.refused(Status.NOT_ALLOWED)
    return _signed(chip.at(named), file.key(chip.content), command)


def _signed(chip: Chip, key: RSAPrivateKey | None, command: Command) -> Step:
    if key is None or (command.expected or 0) < SIGNATURE_BYTES:
        return chip.refused(Status.WRONG_LENGTH)
    signature = sign_with_scheme(key, command.p1, command.data)
    return chip.refused(Status.WRONG_LENGTH) if signature is None else chip.answered(signature)


def get_challenge(chip: Chip, command: Command) -> Step:
    """GET CHALLENGE: random bytes, to be answered once by EXTERNAL AUTHENTICATE."""
    if (command.p1, command.p2) != (0, 0):
        return chip.refused(Status.WRONG_PARAMETERS)
    if command.data or command.expected is None or command.expected > _CHALLENGE_MAX:
        return chip.refused(Status.WRONG_LENGTH)
    challenge = chip.random(command.expected)
    return chip.answered(challenge, session=replace(chip.session, challenge=challenge))


def set_terminal_key(chip: Chip, command: Command) -> Step:
    """Takes a terminal's certificate and keeps its key until reset. Body and checks are our own design."""
    if chip.session.application is not Application.JPKI:
        return chip.refused(_elsewhere(chip))
    if (command.p1, command.p2) != _TERMINAL_KEY:
        return chip.refused(Status.WRONG_PARAMETERS)
    if len(command.data) != CERTIFICATE_BYTES:
        return chip.refused(Status.WRONG_LENGTH)
    certificate = parse_terminal_certificate(command.data)
    if certificate is None:
        return chip.refused(Status.WRONG_DATA)
    if not verify_terminal_certificate(certificate, chip.content.terminal_root):
        return chip.refused(Status.NOT_ALLOWED)
    session = replace(chip.session, terminal=certificate.public_key, is_terminal_proved=False)
    return chip.answered(session=session)


def external_authenticate(chip: Chip, command: Command) -> Step:
    """EXTERNAL AUTHENTICATE: the terminal's answer to the last challenge, which counts once. Our own design."""
    session = chip.session
    if session.application is not Application.JPKI:
        return chip.refused(_elsewhere(chip))
    if (command.p1, command.p2) != (0, 0):
        return chip.refused(Status.WRONG_PARAMETERS)
    if len(command.data) != PROOF_BYTES:
        return chip.refused(Status.WRONG_LENGTH)
    challenge, certificate = session.challenge, chip.content.auth.certificate
    if session.terminal is None or certificate is None or challenge is None or len(challenge) != CHALLENGE_BYTES:
        return chip.refused(Status.CONDITIONS)
    is_proved = is_terminal_proof(session.terminal, command.data, challenge, certificate)
    after = replace(session, challenge=None, is_terminal_proved=is_proved)
    return chip.memory, after, Response(b"", Status.OK if is_proved else Status.NOT_PROVED)


def _elsewhere(chip: Chip) -> Status:
    return Status.NOTHING_SELECTED if chip.session.application is None else Status.UNKNOWN_INSTRUCTION

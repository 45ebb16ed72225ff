"""A software card in one file: what manufacture wrote, and what the chip remembers without power."""

import contextlib
import fcntl
import os
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from onshi import chip
from onshi.chip import CardContent, CertifiedKey, ChipState, Lock, RecordSignatures, Session, Surface
from onshi.outside.errors import CardExists, CardExposed, CardInUse, CardMissing, CardUnreadable

_FORMAT = "onshi-card-1"
_OWNER_ONLY = 0o600
_OTHERS = 0o077


class CardFile:
    """A card that is plugged in: a `chip.Channel`.

    What a command changes in the card's memory is on disk before its response is given. One process at a time has the
    card; the file is locked until `close`.
    """

    def __init__(self, path: Path) -> None:
        """Raises CardMissing, CardExposed, CardUnreadable, CardInUse."""
        self.path = path
        self._held = _hold(path)
        try:
            self.content, self.memory = read_card(path)
        except BaseException:
            os.close(self._held)
            raise
        self._session = Session()

    @classmethod
    def create(cls, path: Path, content: CardContent, memory: ChipState | None = None) -> None:
        """Writes a new card, as it leaves manufacture if no memory is given. Raises CardExists."""
        data = _encoded(content, memory or chip.new_state(content))
        draft = _written(path, data)
        try:
            # A link and not a rename: a card that is there is never overwritten.
            path.hardlink_to(draft)
        except FileExistsError:
            raise CardExists(file=path.name) from None
        finally:
            draft.unlink()
        _force_folder(path)

    def transmit(self, command: bytes, /) -> bytes:
        """The response to a command."""
        memory, session, response = chip.respond(self.content, self.memory, self._session, command, os.urandom)
        if memory is not self.memory:
            self._save(self.content, memory)
        self._session = session
        return bytes(response)

    def reset(self) -> None:
        """Power off and on: nothing is selected or opened any more."""
        self._session = Session()

    def rewrite(self, content: CardContent, memory: ChipState) -> None:
        """What the municipality does at its desk: new certificates, a PIN set anew. The card is reset."""
        self._save(content, memory)
        self.content = content
        self.reset()

    def close(self) -> None:
        """Takes the card out."""
        self.reset()
        os.close(self._held)

    def _save(self, content: CardContent, memory: ChipState) -> None:
        draft = _written(self.path, _encoded(content, memory))
        held = _locked(draft)
        draft.replace(self.path)
        _force_folder(self.path)
        os.close(self._held)
        self._held, self.memory = held, memory


def read_card(path: Path) -> tuple[CardContent, ChipState]:
    """What is in the file, also while the card is plugged in elsewhere.

    Raises CardMissing, CardExposed, CardUnreadable.
    """
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise CardExposed(file=path.name)
            data = file.read()
    except FileNotFoundError:
        raise CardMissing(file=path.name) from None
    except OSError:
        raise CardUnreadable(file=path.name) from None
    try:
        return _decoded(msgspec.json.decode(data, type=_Card))
    except (msgspec.MsgspecError, UnsupportedAlgorithm, ValueError, TypeError):
        raise CardUnreadable(file=path.name) from None
    except (chip.SurfaceMalformed, chip.SecretMalformed):
        raise CardUnreadable(file=path.name) from None


# -- The format --------------------------------------------------------------------------------------------------------
# The twelve digits are not in it: they come out of seed and holder whenever the chip needs them.


class _Key(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    key: bytes | None
    certificate: bytes | None
    authority: bytes


class _Surface(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    address: str
    birth_on: date
    sex: str
    expires_on: date
    security_code: str
    municipality: str
    photo: bytes
    name_image: bytes
    address_image: bytes


class _Signatures(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    age: bytes
    face: bytes
    number_image: bytes
    integrity: bytes
    card_key: bytes


_Tries = Annotated[int, msgspec.Meta(ge=0, le=15)]


class _Card(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    format: str
    auth: _Key
    sign: _Key
    auth_pin: str | None
    sign_password: str | None
    text_pin: str
    surface: _Surface
    signatures: _Signatures
    surface_certificate: bytes
    card_key: bytes
    terminal_root: bytes
    # A text: readers that know only doubles would round it.
    seed: str
    holder: str
    is_demo: bool
    tries: dict[Lock, _Tries]
    changed: dict[Lock, str | None]


def _encoded(content: CardContent, memory: ChipState) -> bytes:
    document = _Card(
        format=_FORMAT,
        auth=_key_document(content.auth),
        sign=_key_document(content.sign),
        auth_pin=content.auth_pin,
        sign_password=content.sign_password,
        text_pin=content.text_pin,
        surface=_Surface(**{name: getattr(content.surface, name) for name in _Surface.__struct_fields__}),
        signatures=_Signatures(**{name: getattr(content.signatures, name) for name in _Signatures.__struct_fields__}),
        surface_certificate=content.surface_certificate,
        card_key=_private_bytes(content.card_key),
        terminal_root=content.terminal_root.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        seed=str(content.seed),
        holder=str(content.holder),
        is_demo=content.is_demo,
        tries=dict(memory.tries),
        changed=dict(memory.changed),
    )
    return msgspec.json.encode(document)


def _decoded(document: _Card) -> tuple[CardContent, ChipState]:
    if document.format != _FORMAT or set(document.tries) != set(Lock):
        raise ValueError("another format")
    surface, signatures = document.surface, document.signatures
    content = CardContent(
        auth=_certified(document.auth),
        sign=_certified(document.sign),
        auth_pin=document.auth_pin,
        sign_password=document.sign_password,
        text_pin=document.text_pin,
        surface=Surface(**msgspec.structs.asdict(surface)),
        signatures=RecordSignatures(**msgspec.structs.asdict(signatures)),
        surface_certificate=document.surface_certificate,
        card_key=_private_key(document.card_key),
        terminal_root=_public_key(document.terminal_root),
        seed=int(document.seed),
        holder=int(document.holder),
        is_demo=document.is_demo,
    )
    chip.check_content(content)
    return content, ChipState(document.tries, document.changed)


def _key_document(found: CertifiedKey) -> _Key:
    key = None if found.key is None else _private_bytes(found.key)
    return _Key(key, found.certificate, found.authority)


def _certified(document: _Key) -> CertifiedKey:
    key = None if document.key is None else _private_key(document.key)
    return CertifiedKey(key, document.certificate, document.authority)


def _private_bytes(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _private_key(der: bytes) -> RSAPrivateKey:
    key = load_der_private_key(der, password=None)
    if not isinstance(key, RSAPrivateKey) or key.key_size != 2048:
        raise ValueError("no RSA-2048 key")
    return key


def _public_key(der: bytes) -> RSAPublicKey:
    key = load_der_public_key(der)
    if not isinstance(key, RSAPublicKey) or key.key_size != 2048:
        raise ValueError("no RSA-2048 key")
    return key


# -- On disk -----------------------------------------------------------------------------------------------------------


def _written(path: Path, data: bytes) -> Path:
    """A complete file beside `path`, forced to disk."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _force_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _locked(path: Path) -> int:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise CardInUse(file=path.name) from None
    return descriptor


def _hold(path: Path) -> int:
    """A lock on the file that has this name now. Every save puts another file in its place, locked beforehand."""
    while True:
        try:
            descriptor = _locked(path)
        except FileNotFoundError:
            raise CardMissing(file=path.name) from None
        except OSError:
            raise CardUnreadable(file=path.name) from None
        if path.exists() and os.fstat(descriptor).st_ino == path.stat().st_ino:
            return descriptor
        os.close(descriptor)

"""Keys of certificate authorities in files: made at the first need, read by their owner only."""

import contextlib
import os
import threading
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from onshi.outside.errors import AuthorityKeyUnreadable, KeyExposed

_BITS = 2048


class FileCertificateKey:
    """Implements `pki.CertificateSigner` with the RSA key of one PEM file (PKCS #8)."""

    def __init__(self, path: Path) -> None:
        self.private_key = _read(path)
        self._public_key = self.private_key.public_key()

    @property
    def public_key(self) -> RSAPublicKey:
        """Its public half."""
        return self._public_key

    def sign(self, data: bytes) -> bytes:
        """RSA PKCS #1 v1.5 with SHA-256."""
        return self.private_key.sign(data, PKCS1v15(), SHA256())


class CertificateKeys:
    """A directory of RSA keys by name, for any number of threads and processes."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._known: dict[str, FileCertificateKey] = {}
        self._lock = threading.Lock()

    def key(self, name: str) -> FileCertificateKey:
        """The key of that name; made when there is none. KeyExposed, AuthorityKeyUnreadable."""
        with self._lock:
            if name not in self._known:
                path = self._path(name)
                if not path.exists():
                    self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                    _make(path)
                self._known[name] = FileCertificateKey(path)
            return self._known[name]

    def has(self, name: str) -> bool:
        """Whether there is a key of that name."""
        return self._path(name).exists()

    def _path(self, name: str) -> Path:
        return self.directory / f"{name}.pem"


def _make(path: Path) -> None:
    key = generate_private_key(public_exponent=65537, key_size=_BITS)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link and not a rename: of two processes that start together, the first one's key stays.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()


def _read(path: Path) -> RSAPrivateKey:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyExposed
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise AuthorityKeyUnreadable from None
    if not isinstance(key, RSAPrivateKey):
        raise AuthorityKeyUnreadable
    return key


def authority_key(name: str, generation: int) -> str:
    """The name of the key of a generation of an authority."""
    return f"{name}-{generation}"


def responder_key(name: str, generation: int) -> str:
    """The name of the key that answers OCSP for it."""
    return f"{name}-{generation}-ocsp"

"""Keys of certificate authorities in a hardware module: they never leave it. Needs the optional `python-pkcs11`."""

import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from onshi.outside.errors import KeyModuleUnusable, ModuleLibraryMissing

IS_INSTALLED = find_spec("pkcs11") is not None
if IS_INSTALLED:  # whoever keeps the keys in files does not need it
    import pkcs11
    from pkcs11.exceptions import PKCS11Error
    from pkcs11.util.rsa import encode_rsa_public_key

_BITS = 2048


class ModuleKey:
    """Implements `pki.CertificateSigner` with an RSA key in a PKCS #11 token, for any number of threads."""

    def __init__(self, session: Any, label: str) -> None:
        self._lock = threading.Lock()
        try:
            found = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=label)
            self._key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
            public = load_der_public_key(encode_rsa_public_key(found))
        except PKCS11Error as error:
            raise KeyModuleUnusable(why=type(error).__name__) from error
        assert isinstance(public, RSAPublicKey), "encoded as one"
        self._public_key = public

    @property
    def public_key(self) -> RSAPublicKey:
        """Its public half."""
        return self._public_key

    def sign(self, data: bytes) -> bytes:
        """RSA PKCS #1 v1.5 with SHA-256. KeyModuleUnusable."""
        # A session does one thing at a time.
        with self._lock:
            try:
                return bytes(self._key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
            except PKCS11Error as error:
                raise KeyModuleUnusable(why=type(error).__name__) from error


class KeyModule:
    """A token in a PKCS #11 module, opened with its PIN, once in a process. ModuleLibraryMissing, KeyModuleUnusable."""

    def __init__(self, module: Path, *, token: str, pin: str) -> None:
        if not IS_INSTALLED:
            raise ModuleLibraryMissing
        try:
            self._session = pkcs11.lib(str(module)).get_token(token_label=token).open(user_pin=pin, rw=True)
        except (PKCS11Error, RuntimeError) as error:
            raise KeyModuleUnusable(why=type(error).__name__) from error

    def key(self, label: str) -> ModuleKey:
        """The key of that label; made in the module when there is none."""
        try:
            if not list(self._session.get_objects({pkcs11.Attribute.LABEL: label})):
                self._session.generate_keypair(pkcs11.KeyType.RSA, _BITS, label=label, store=True)
        except PKCS11Error as error:
            raise KeyModuleUnusable(why=type(error).__name__) from error
        return ModuleKey(self._session, label)

    def close(self) -> None:
        """Gives the session back; keys of it sign no more."""
        self._session.close()

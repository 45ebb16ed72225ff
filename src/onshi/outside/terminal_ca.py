"""The authority whose certificates let the terminals of institutions sign in: its key and certificate in two files.

Nothing of what it certifies is kept: a certificate names a client, and is worth nothing when that client is disabled.
"""

import contextlib
import os
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from onshi.kernel import Moment, japan_time, moment_of
from onshi.outside.errors import ClientIdUnfit, TerminalCaExists, TerminalCaMissing
from onshi.outside.signers import private_key, write_private

_KEY: Final = "terminal-ca.pem"
_CERTIFICATE: Final = "terminal-ca.certificate.pem"
_ORGANISATION: Final = "onshi"
_OWN_YEARS: Final = 10
_TERMINAL_YEARS: Final = 2
_YEAR_DAYS: Final = 365
# What a common name may hold (RFC 5280 appendix A.1: 64 characters), and be read again as it was written.
_NAME: Final = re.compile(r"[\x21-\x7e]{1,64}")
_SIGNING: Final = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
_PROVING: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, slots=True)
class Certified:
    """A terminal's new key with its certificate, as a PKCS #12 file."""

    file: bytes
    serial: int
    until: Moment


class TerminalCa:
    """The authority in a directory of keys; `is_founded` says whether there is one."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def certificate_path(self) -> Path:
        """What a TLS server takes as the one authority of its clients."""
        return self._directory / _CERTIFICATE

    @property
    def is_founded(self) -> bool:
        """Whether there is an authority; its certificate is written last."""
        return self.certificate_path.exists()

    def found(self, *, at: Moment) -> x509.Certificate:
        """A new authority, for ten years. TerminalCaExists: what it has certified would be worth nothing."""
        if self.is_founded:
            raise TerminalCaExists
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("onshi terminal CA")
        made = (
            _begun(name, name, key.public_key(), at, years=_OWN_YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_SIGNING, critical=True)
            .sign(key, SHA256())
        )
        write_private(self._directory / _KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        write_private(self.certificate_path, made.public_bytes(Encoding.PEM))
        return made

    def certificate(self) -> x509.Certificate:
        """Its own certificate. TerminalCaMissing."""
        try:
            return x509.load_pem_x509_certificate(self.certificate_path.read_bytes())
        except FileNotFoundError:
            raise TerminalCaMissing from None

    def certify(self, client_id: str, *, at: Moment, password: bytes) -> Certified:
        """A new key for the terminal of a client, certified for two years. TerminalCaMissing, ClientIdUnfit."""
        if not _NAME.fullmatch(client_id):
            raise ClientIdUnfit
        issuer = self.certificate()
        signing = private_key(self._directory / _KEY)
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            _begun(_name(client_id), issuer.subject, key.public_key(), at, years=_TERMINAL_YEARS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_PROVING, critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
            .sign(signing, SHA256())
        )
        file = pkcs12.serialize_key_and_certificates(
            client_id.encode(), key, made, [issuer], BestAvailableEncryption(password)
        )
        return Certified(file, made.serial_number, moment_of(made.not_valid_after_utc))

    def client_of(self, certificate: bytes, *, at: Moment) -> str | None:
        """Whom a certificate (DER) names that this authority has given and that is in force; None for every other.

        Whoever shows it must have proved to hold its key, as TLS does.
        """
        if not self.is_founded:
            return None
        with contextlib.suppress(ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            shown = x509.load_der_x509_certificate(certificate)
            shown.verify_directly_issued_by(self.certificate())
            usage = shown.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            is_in_force = moment_of(shown.not_valid_before_utc) <= at <= moment_of(shown.not_valid_after_utc)
            names = shown.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            if is_in_force and ExtendedKeyUsageOID.CLIENT_AUTH in usage and len(names) == 1:
                return str(names[0].value)
        return None


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: Moment, *, years: int
) -> x509.CertificateBuilder:
    since = japan_time(at).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=years * _YEAR_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def write_new(path: Path, data: bytes) -> None:
    """A new file that only its owner may read. FileExistsError when there is one of that name."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)

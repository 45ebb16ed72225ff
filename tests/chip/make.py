"""Builders: a test authority shaped like the real one (names and policies of our own), and cards."""

import datetime
import os
from datetime import date
from functools import cache
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from onshi import chip
from onshi.chip import (
    CardContent,
    CertifiedKey,
    ChipState,
    Secrets,
    Session,
    Surface,
    key_id,
    make_card,
    surface_issuer,
)

AUTH_PIN, PASSWORD, TEXT_PIN = "8351", "KAERU77", "4462"
SEED, HOLDER = 20261129, 7
USUAL_NUMBER = chip.false_number(SEED, HOLDER)
# An arc for examples (2.999); no policy of a real authority.
AUTH_POLICY, SIGN_POLICY = "2.999.1.1", "2.999.1.2"
PHOTO = b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(range(200)) * 3
SURFACE = Surface(
    name="見本　花子",
    address="東京都千代田区見本町１丁目２番３号",
    birth_on=date(1988, 4, 9),
    sex="2",
    expires_on=date(2035, 4, 9),
    security_code="0417",
    municipality="131016",
    photo=PHOTO,
    name_image=b"\x89PNG\r\n\x1a\n name",
    address_image=b"\x89PNG\r\n\x1a\n address",
)
_SINCE = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_UNTIL = datetime.datetime(2036, 1, 1, tzinfo=datetime.UTC)


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """An RSA-2048 key for a purpose, made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def authority_name(kind: str) -> x509.Name:
    return _name(
        (NameOID.COUNTRY_NAME, "JP"),
        (NameOID.ORGANIZATION_NAME, "ONSHI TEST"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, f"Test CA for {kind}"),
    )


def _usage(*, signs: bool = False, repudiates_not: bool = False, is_authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=repudiates_not,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


@cache
def authority(kind: str) -> x509.Certificate:
    """The one-tier authority for `auth` or `sign`."""
    name, own = authority_name(kind), key(f"authority {kind}")
    builder = x509.CertificateBuilder(name, name, own.public_key(), 1, _SINCE, _UNTIL)
    for extension, critical in (
        (_usage(is_authority=True), True),
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False),
    ):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(own, SHA256())


def _distribution_point() -> x509.CRLDistributionPoints:
    place = _name(
        (NameOID.COUNTRY_NAME, "JP"),
        (NameOID.ORGANIZATION_NAME, "ONSHI TEST"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
        (NameOID.COMMON_NAME, "Mihon CRLDP"),
    )
    return x509.CRLDistributionPoints([x509.DistributionPoint([x509.DirectoryName(place)], None, None, None)])


@cache
def certificate(kind: str, serial: int = 1001) -> x509.Certificate:
    """The holder's certificate: critical policy and key usage, directoryName as distribution point."""
    own, signer = key(kind), key(f"authority {kind}")
    subject = _name((NameOID.COUNTRY_NAME, "JP"), (NameOID.COMMON_NAME, f"{serial:022d}A"))
    policy = AUTH_POLICY if kind == "auth" else SIGN_POLICY
    builder = x509.CertificateBuilder(authority_name(kind), subject, own.public_key(), serial, _SINCE, _UNTIL)
    information = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    for extension, critical in (
        (_usage(signs=True, repudiates_not=kind == "sign"), True),
        (x509.CertificatePolicies([information]), True),
        (_distribution_point(), False),
        (above, False),
        (x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False),
    ):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signer, SHA256())


def der(found: x509.Certificate) -> bytes:
    return found.public_bytes(Encoding.DER)


def certified(kind: str) -> CertifiedKey:
    return CertifiedKey(key(kind), der(certificate(kind)), der(authority(kind)))


def card(
    *,
    auth_pin: str | None = AUTH_PIN,
    password: str | None = PASSWORD,
    surface: Surface = SURFACE,
    is_child: bool = False,
    holder: int = HOLDER,
    is_demo: bool = True,
) -> CardContent:
    """A card as manufacture makes it."""
    issuer = surface_issuer(
        key("surface root"), key("municipality"), root_id=key_id("9000023", "001"), issuer_id=key_id("9131016")
    )
    return make_card(
        surface,
        Secrets(auth_pin, None if is_child else password, TEXT_PIN),
        auth=certified("auth"),
        sign=CertifiedKey(None, None, der(authority("sign"))) if is_child else certified("sign"),
        card_key=key("card"),
        issuer=issuer,
        terminal_root=key("terminal root").public_key(),
        seed=SEED,
        holder=holder,
        is_demo=is_demo,
    )


@cache
def usual_card() -> CardContent:
    """One card for all tests that do not need another: the content never changes."""
    return card()


class Terminal(NamedTuple):
    """A terminal: its certificate and its key."""

    certificate: bytes
    key: ec.EllipticCurvePrivateKey

    def sign(self, data: bytes) -> bytes:
        """ES256: r and s."""
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


def terminal(root: str = "terminal root", expires_on: date = date(2027, 3, 31)) -> Terminal:
    """A terminal certified by the root whose key has this name."""
    own = ec.generate_private_key(ec.SECP256R1())
    signed = chip.terminal_tbs("DESK-01", expires_on, own.public_key())
    signature = key(root).sign(signed, PKCS1v15(), SHA256())
    return Terminal(signed + signature, own)


class Bench:
    """A card in memory with power: a channel, and what a test wants to see of it."""

    def __init__(self, content: CardContent | None = None, memory: ChipState | None = None) -> None:
        self.content = content or usual_card()
        self.memory = memory or chip.new_state(self.content)
        self.session = Session()
        self.sent: list[bytes] = []

    def transmit(self, command: bytes, /) -> bytes:
        self.sent.append(command)
        self.memory, self.session, said = chip.respond(self.content, self.memory, self.session, command, os.urandom)
        return bytes(said)

    def reset(self) -> None:
        """Power off and on."""
        self.session = Session()

    def say(self, text: str) -> str:
        """A command in hexadecimal, answered with its status word only."""
        return self.transmit(bytes.fromhex(text))[-2:].hex().upper()

    def data(self, text: str) -> bytes:
        """A command that has to succeed, and its data."""
        said = self.transmit(bytes.fromhex(text))
        assert said[-2:] == b"\x90\x00", said[-2:].hex()
        return said[:-2]

"""Builders with safe defaults: two invented authorities, a card, and whoever would like to pass for them."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from onshi import pki
from onshi.db import Tx
from onshi.kernel import Moment, japan_time, parse_moment
from onshi.pki import Authority, Kind, Medium, Order, Purpose, names, shapes
from onshi.pki.crls import revocation_list
from onshi.pki.model import Revocation
from onshi.pki.shapes import Issuer

NOW = parse_moment("2026-11-02T09:00:00")
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FOUNDED = Moment(NOW - 400 * DAY)
ISSUED = Moment(NOW - 100 * DAY)
NAME, SIGN_NAME, TERMINAL_NAME = "DEMO-CA", "DEMO-SIGN-CA", "DEMO-TERMINAL-CA"
TOWN, OTHER_TOWN = "131016", "011002"
NOT_AFTER = date(2030, 5, 4)
SERIAL = 7_000_000_000_000_000_001
HOLDER, CARD, PHONE = 4611686018427387904, 11, 12
OCSP_URL = "http://127.0.0.1/v1/ocsp"
DETAILS = pki.Details(name="見本　花子", birth_on=date(1989, 3, 31), sex="2", address="東京都千代田区見本一丁目1-1")


class Key:
    """A key in memory, named so that each is made once."""

    def __init__(self, private_key: RSAPrivateKey) -> None:
        self.private_key = private_key

    @property
    def public_key(self) -> RSAPublicKey:
        return self.private_key.public_key()

    @property
    def id(self) -> bytes:
        return shapes.key_id_of(self.public_key)

    def sign(self, data: bytes) -> bytes:
        return self.private_key.sign(data, PKCS1v15(), SHA256())


@functools.cache
def key(name: str, bits: int = 2048) -> Key:
    """The key of that name."""
    assert name
    return Key(generate_private_key(public_exponent=65537, key_size=bits))


def later(moment: Moment, **span: float) -> Moment:
    return Moment(moment + timedelta(**span) // timedelta(microseconds=1))


@functools.cache
def authority(
    name: str = NAME,
    purpose: Purpose = Purpose.AUTHENTICATION,
    generation: int = 1,
    since: Moment = FOUNDED,
    years: int = 10,
) -> Authority:
    """A generation of an authority with the key `<name>/<generation>`."""
    signer, until = key(f"{name}/{generation}"), later(since, days=365 * years)
    der = shapes.authority_certificate(signer, name=name, purpose=purpose, serial=generation, since=since, until=until)
    return Authority(
        name=name,
        generation=generation,
        purpose=purpose,
        key_id=signer.id,
        certificate=der,
        since=since,
        until=until,
        ocsp_url=OCSP_URL,
    )


def signature_authority() -> Authority:
    return authority(SIGN_NAME, Purpose.SIGNATURE)


def issuer(of: Authority | None = None) -> Issuer:
    """The authority with its key."""
    found = of or authority()
    return Issuer.of(found, key(f"{found.name}/{found.generation}"))


@functools.cache
def trust() -> pki.TrustStore:
    """Two generations for authentication and one authority for signatures."""
    return pki.TrustStore([authority(), authority(generation=2), signature_authority()])


def order(**changes: Any) -> Order:
    values = {
        "kind": Kind.AUTH,
        "holder": HOLDER,
        "card": CARD,
        "municipality": TOWN,
        "not_after": NOT_AFTER,
        "public_key": key("card").public_key,
    }
    return Order(**(values | changes))


def sign_order(**changes: Any) -> Order:
    return order(**({"kind": Kind.SIGN, "details": DETAILS, "public_key": key("card sign").public_key} | changes))


def phone_order(**changes: Any) -> Order:
    return order(**({"medium": Medium.PHONE, "card": PHONE, "public_key": key("phone").public_key} | changes))


@functools.cache
def good() -> bytes:
    """An authentication certificate as the room itself makes it."""
    return shapes.holder_certificate(issuer(), order(), key("card").public_key, serial=SERIAL, since=ISSUED)


@functools.cache
def good_for_signing() -> bytes:
    """A signature certificate as the room itself makes it."""
    made = sign_order()
    return shapes.holder_certificate(
        issuer(signature_authority()), made, key("card sign").public_key, serial=SERIAL, since=ISSUED
    )


@functools.cache
def old_generation_good() -> bytes:
    """One by another generation of the same name."""
    issuing = issuer(authority(generation=2))
    return shapes.holder_certificate(issuing, order(), key("card").public_key, serial=SERIAL + 1, since=ISSUED)


def point_of(town: str, purpose: Purpose = Purpose.AUTHENTICATION) -> x509.GeneralName:
    return x509.DirectoryName(names.crl_point(purpose, town))


@dataclass(frozen=True)
class Draft:
    """An authentication certificate written part by part with the library alone: good, save for what is changed."""

    signed_by: Key = field(default_factory=lambda: key(f"{NAME}/1"))
    issuer: x509.Name = field(default_factory=lambda: names.authority_name(NAME, Purpose.AUTHENTICATION))
    issuer_key_id: bytes | None = field(default_factory=lambda: key(f"{NAME}/1").id)
    subject_key: Any = field(default_factory=lambda: key("card").public_key)
    serial: int = SERIAL
    begins: Moment = ISSUED
    last: Moment = field(default_factory=lambda: shapes.last_moment(NOT_AFTER))
    policies: Sequence[str] | None = (names.ARC + ".1.1",)
    usage: x509.KeyUsage | None = field(default_factory=lambda: shapes.usage("digital_signature"))
    constraints: x509.BasicConstraints | None = x509.BasicConstraints(ca=False, path_length=None)
    point: x509.GeneralName | None = field(default_factory=lambda: point_of(TOWN))
    points: int = 1
    more: Sequence[tuple[x509.ExtensionType, bool]] = ()
    hash: HashAlgorithm = field(default_factory=SHA256)

    def but(self, **changes: Any) -> "Draft":
        return replace(self, **changes)

    def der(self) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .issuer_name(self.issuer)
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ABCDEFGHIJKLMNOPQRSTUVA")]))
            .public_key(self.subject_key)
            .serial_number(self.serial)
            .not_valid_before(japan_time(self.begins))
            .not_valid_after(japan_time(self.last).replace(microsecond=0))
        )
        for extension, critical in self._extensions():
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.signed_by.private_key, self.hash).public_bytes(Encoding.DER)

    def _extensions(self) -> list[tuple[x509.ExtensionType, bool]]:
        found: list[tuple[x509.ExtensionType, bool]] = list(self.more)
        if self.issuer_key_id is not None:
            found.append((x509.AuthorityKeyIdentifier(self.issuer_key_id, None, None), False))
        if self.policies is not None:
            policies = [x509.PolicyInformation(x509.ObjectIdentifier(one), None) for one in self.policies]
            found.append((x509.CertificatePolicies(policies), True))
        if self.usage is not None:
            found.append((self.usage, True))
        if self.constraints is not None:
            found.append((self.constraints, True))
        if self.point is not None:
            point = x509.DistributionPoint([self.point], None, None, None)
            found.append((x509.CRLDistributionPoints([point] * self.points), False))
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(OCSP_URL))
        return [*found, (x509.AuthorityInformationAccess([access]), False)]


def crl_der(
    *revoked: tuple[int, Revocation],
    of: Authority | None = None,
    town: str = TOWN,
    number: int = 5,
    at: Moment = NOW,
    until: Moment | None = None,
) -> bytes:
    """A list published at `at`."""
    return revocation_list(
        issuer(of),
        town,
        number=number,
        this_update=at,
        next_update=until or later(at, days=2),
        revoked=revoked,
    )


def found_all(tx: Tx) -> None:
    """The authorities of the cast, and the one for terminals, in the database."""
    for name, purpose in (
        (NAME, Purpose.AUTHENTICATION),
        (SIGN_NAME, Purpose.SIGNATURE),
        (TERMINAL_NAME, Purpose.TERMINAL),
    ):
        pki.founding.found_authority(tx, key(f"{name}/1"), name=name, purpose=purpose, at=FOUNDED, ocsp_url=OCSP_URL)


def auth_key() -> Key:
    return key(f"{NAME}/1")


def sign_key() -> Key:
    return key(f"{SIGN_NAME}/1")

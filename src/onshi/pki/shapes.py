"""What is signed: certificates of authorities, of OCSP responders and of holders.

The library builds only what it signs itself, and an authority's key may be out of its reach. So it signs with a key
that is thrown away; what was to be signed is kept, and the authority's signature set beside it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from onshi.kernel import Moment, era_date, japan_time, parse_moment
from onshi.pki import der, names
from onshi.pki.model import Authority, CertificateSigner, Details, Kind, Order, Purpose, serial_text

_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
_ERA_DIGITS = {"明治": "1", "大正": "2", "昭和": "3", "平成": "4", "令和": "5"}
_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAME_SIGNS = 22
_KIND_SIGN = {Kind.AUTH: "A", Kind.SIGN: "S"}


def usage(*wanted: str) -> x509.KeyUsage:
    """A key usage with just these."""
    return x509.KeyUsage(**{name: name in wanted for name in _USAGES})


USAGE_OF = {Kind.AUTH: usage("digital_signature"), Kind.SIGN: usage("digital_signature", "content_commitment")}
"""What the key of a certificate may do: an authentication key never signs documents."""

NO_AUTHORITY = x509.BasicConstraints(ca=False, path_length=None)


def key_id_of(key: RSAPublicKey) -> bytes:
    """How a key is named in certificates: SHA-1 of it (RFC 5280 §4.2.1.2, method 1)."""
    return x509.SubjectKeyIdentifier.from_public_key(key).digest


def last_moment(day: date) -> Moment:
    """The last microsecond of a day in Japan."""
    return parse_moment(day.isoformat())


def in_seconds(moment: Moment) -> datetime:
    """A moment as certificates write it: to the second."""
    return japan_time(moment).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authority ready to sign: what every certificate of it has in common, worked out once for many."""

    authority: Authority
    signer: CertificateSigner
    name: x509.Name
    key_identifier: x509.AuthorityKeyIdentifier

    @classmethod
    def of(cls, authority: Authority, signer: CertificateSigner) -> "Issuer":
        """The authority with its key."""
        key_identifier = x509.AuthorityKeyIdentifier(authority.key_id, None, None)
        return cls(authority, signer, names.authority_name(authority.name, authority.purpose), key_identifier)


def certify(builder: x509.CertificateBuilder, signer: CertificateSigner) -> bytes:
    """The certificate, signed with a key that the library need not have."""
    tbs = builder.sign(_throwaway(), SHA256()).tbs_certificate_bytes
    return der.signed(tbs, signer.sign(tbs))


@cache
def _throwaway() -> RSAPrivateKey:
    # Small on purpose: it protects nothing, and its signatures go nowhere.
    return generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505


def certify_list(builder: x509.CertificateRevocationListBuilder, signer: CertificateSigner) -> bytes:
    """The revocation list, likewise."""
    tbs = builder.sign(_throwaway(), SHA256()).tbs_certlist_bytes
    return der.signed(tbs, signer.sign(tbs))


def authority_certificate(
    signer: CertificateSigner, *, name: str, purpose: Purpose, serial: int, since: Moment, until: Moment
) -> bytes:
    """The self-signed certificate of one generation of an authority."""
    subject = names.authority_name(name, purpose)
    key_id = x509.SubjectKeyIdentifier.from_public_key(signer.public_key)
    builder = (
        _begun(signer.public_key, subject=subject, issuer=subject, serial=serial, since=since, until=until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(key_id, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(key_id.digest, None, None), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DirectoryName(names.SERVICE)]), critical=False)
    )
    return certify(builder, signer)


def responder_certificate(issuer: Issuer, key: RSAPublicKey, *, serial: int, since: Moment, until: Moment) -> bytes:
    """A certificate that lets a key answer OCSP for the authority (RFC 6960 §4.2.2.2)."""
    subject = names.responder_name(issuer.authority.name, issuer.authority.purpose)
    builder = (
        _begun(key, subject=subject, issuer=issuer.name, serial=serial, since=since, until=until)
        .add_extension(NO_AUTHORITY, critical=True)
        .add_extension(usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        # It lives so long as the authority says, and nobody asks for the status of who gives the status.
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(issuer.key_identifier, critical=False)
    )
    return certify(builder, issuer.signer)


def holder_certificate(issuer: Issuer, order: Order, key: RSAPublicKey, *, serial: int, since: Moment) -> bytes:
    """The certificate of a card or a phone."""
    policy = names.POLICY_OF[order.kind, order.medium]
    place = order.municipality if order.kind is Kind.SIGN else None
    subject = names.holder_name(_common_name(issuer.authority.name, serial, order.kind), place)
    point = names.crl_point(issuer.authority.purpose, order.municipality)
    builder = (
        _begun(
            key,
            subject=subject,
            issuer=issuer.name,
            serial=serial,
            since=since,
            until=last_moment(order.not_after),
        )
        .add_extension(NO_AUTHORITY, critical=True)
        .add_extension(USAGE_OF[order.kind], critical=True)
        .add_extension(x509.CertificatePolicies([x509.PolicyInformation(policy, None)]), critical=True)
        .add_extension(x509.IssuerAlternativeName([x509.DirectoryName(names.SERVICE)]), critical=False)
        .add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint([x509.DirectoryName(point)], None, None, None)]),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(issuer.key_identifier, critical=False)
    )
    if issuer.authority.ocsp_url is not None:
        builder = builder.add_extension(_ocsp_at(issuer.authority.ocsp_url), critical=False)
    if order.details is not None:
        builder = builder.add_extension(_holder_details(order.details), critical=False)
    return certify(builder, issuer.signer)


def _begun(
    key: RSAPublicKey, *, subject: x509.Name, issuer: x509.Name, serial: int, since: Moment, until: Moment
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(
            issuer_name=issuer,
            subject_name=subject,
            public_key=key,
            serial_number=serial,
        )
        .not_valid_before(in_seconds(since))
        .not_valid_after(in_seconds(until))
    )


def _ocsp_at(url: str) -> x509.AuthorityInformationAccess:
    where = x509.UniformResourceIdentifier(url)
    return x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)])


def _common_name(issuer: str, serial: int, kind: Kind) -> str:
    """23 signs that say nothing about anybody: worked out from the serial number, which is there to see anyway."""
    number = int.from_bytes(sha256(f"{issuer}:{serial_text(serial)}".encode()).digest())
    signs = []
    for _ in range(_NAME_SIGNS):
        number, place = divmod(number, len(_BASE36))
        signs.append(_BASE36[place])
    return "".join(signs) + _KIND_SIGN[kind]


def _holder_details(details: Details) -> x509.SubjectAlternativeName:
    values = (
        (names.HOLDER_NAME, details.name),
        (names.NAME_SUBSTITUTED, str(int(details.name_substituted))),
        (names.HOLDER_SEX, details.sex),
        (names.HOLDER_BIRTH, _with_era(details.birth_on)),
        (names.HOLDER_ADDRESS, details.address),
        (names.ADDRESS_SUBSTITUTED, str(int(details.address_substituted))),
    )
    return x509.SubjectAlternativeName([x509.OtherName(kind, der.utf8(text)) for kind, text in values])


def _with_era(day: date) -> str:
    """A day as the national profile writes it: one digit for the era, then the year of our count, month and day."""
    return f"{_ERA_DIGITS[era_date(day)[:2]]}{day:%Y%m%d}"

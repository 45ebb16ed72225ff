"""Names and object identifiers in our certificates. All of them are ours: nothing here is a real card's."""

from collections.abc import Sequence

from cryptography.x509 import DirectoryName, GeneralName, Name, NameAttribute, ObjectIdentifier
from cryptography.x509.oid import NameOID

from onshi.law import Medium
from onshi.pki.model import Kind, Purpose

# ITU-T X.667 lets anybody use 2.25 followed by a UUID as a number: efbda7e1-4ee0-4511-9e85-c790a0a0479e.
ARC = "2.25.318670240112009307902202223959706978206"

POLICIES: dict[ObjectIdentifier, tuple[Kind, Medium]] = {
    ObjectIdentifier(f"{ARC}.1.1"): (Kind.AUTH, Medium.CARD),
    ObjectIdentifier(f"{ARC}.1.2"): (Kind.SIGN, Medium.CARD),
    ObjectIdentifier(f"{ARC}.1.3"): (Kind.AUTH, Medium.PHONE),
    ObjectIdentifier(f"{ARC}.1.4"): (Kind.SIGN, Medium.PHONE),
}
POLICY_OF = {meaning: policy for policy, meaning in POLICIES.items()}

# The last number is that of the national profile's otherName (…5.5.1 to 5.5.6), the arc is ours.
HOLDER_NAME = ObjectIdentifier(f"{ARC}.2.1")
NAME_SUBSTITUTED = ObjectIdentifier(f"{ARC}.2.2")
HOLDER_SEX = ObjectIdentifier(f"{ARC}.2.3")
HOLDER_BIRTH = ObjectIdentifier(f"{ARC}.2.4")
HOLDER_ADDRESS = ObjectIdentifier(f"{ARC}.2.5")
ADDRESS_SUBSTITUTED = ObjectIdentifier(f"{ARC}.2.6")

_UNITS = {
    Purpose.AUTHENTICATION: "user authentication",
    Purpose.SIGNATURE: "digital signature",
    Purpose.TERMINAL: "terminal authentication",
    Purpose.SURFACE: "card surface",
}
_POINTS = "CRL Distribution Points"
_POINT_END = " CRLDP"


def _named(*parts: tuple[ObjectIdentifier, str]) -> Name:
    ours = ((NameOID.COUNTRY_NAME, "JP"), (NameOID.ORGANIZATION_NAME, "onshi TEST"))
    return Name([NameAttribute(kind, text) for kind, text in (*ours, *parts)])


SERVICE = _named()
"""The other name of every issuer and authority."""


def authority_name(name: str, purpose: Purpose) -> Name:
    """The distinguished name of an authority, the same in every generation."""
    return _named((NameOID.ORGANIZATIONAL_UNIT_NAME, _UNITS[purpose]), (NameOID.COMMON_NAME, name))


def responder_name(name: str, purpose: Purpose) -> Name:
    """The distinguished name of who answers OCSP for an authority."""
    return _named((NameOID.ORGANIZATIONAL_UNIT_NAME, _UNITS[purpose]), (NameOID.COMMON_NAME, f"{name} OCSP"))


def holder_name(common_name: str, municipality: str | None) -> Name:
    """The subject of a certificate: no more than a made-up name, and for signatures the municipality."""
    place = () if municipality is None else ((NameOID.LOCALITY_NAME, municipality),)
    parts = [NameAttribute(NameOID.COUNTRY_NAME, "JP")]
    return Name([*parts, *(NameAttribute(kind, text) for kind, text in (*place, (NameOID.COMMON_NAME, common_name)))])


def crl_point(purpose: Purpose, municipality: str) -> Name:
    """Where the revocation list for certificates of a municipality is."""
    return _named(
        (NameOID.ORGANIZATIONAL_UNIT_NAME, _UNITS[purpose]),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, _POINTS),
        (NameOID.COMMON_NAME, municipality + _POINT_END),
    )


def partition_at(full_name: Sequence[GeneralName] | None, purpose: Purpose) -> str | None:
    """The municipality whose point this is, or None when it is no point of ours for this purpose."""
    if full_name is None or len(full_name) != 1 or not isinstance(full_name[0], DirectoryName):
        return None
    point = full_name[0].value
    found = point.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(found[0].value).removesuffix(_POINT_END) if len(found) == 1 else ""
    return text if is_partition(text) and point == crl_point(purpose, text) else None


def is_partition(text: str) -> bool:
    """Whether a text can be a municipality: six digits."""
    return len(text) == 6 and text.isascii() and text.isdigit()

"""Certificates with one thing wrong each, and whether another implementation refuses them too."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509

from onshi.pki import Purpose, der, names, shapes
from onshi.pki.verdicts import Fault

from . import cast
from .cast import Draft, key


@dataclass(frozen=True)
class Case:
    """`stricter`: why we refuse what the other implementation, asked for a path and a usage only, lets pass."""

    name: str
    fault: Fault
    der: Callable[[], bytes]
    stricter: str | None = None


def _tampered() -> bytes:
    """The serial number changed after signing."""
    good, old = cast.good(), cast.SERIAL.to_bytes(8)
    assert good.count(old) == 1
    return good.replace(old, (cast.SERIAL + 1).to_bytes(8))


def _bad_signature() -> bytes:
    good = bytearray(cast.good())
    good[-1] ^= 1
    return bytes(good)


def _unknown(critical: bool) -> tuple[x509.ExtensionType, bool]:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(names.ARC + ".99"), b"\x05\x00"), critical


def _signed_by_a_card(issuer_key_id: bytes) -> bytes:
    return Draft(signed_by=key("card"), issuer_key_id=issuer_key_id, subject_key=key("other card").public_key).der()


def _key_of_no_kind() -> bytes:
    """Signed by the authority all the same: rsaEncryption made an algorithm that nobody knows."""
    tbs, rsa = x509.load_der_x509_certificate(cast.good()).tbs_certificate_bytes, bytes.fromhex("2a864886f70d010101")
    assert tbs.count(rsa) == 1
    made = tbs.replace(rsa, rsa[:-1] + b"\x63")
    return der.signed(made, cast.auth_key().sign(made))


FAULTS = (
    Case("nothing", Fault.MALFORMED, lambda: b""),
    Case("cut off", Fault.MALFORMED, lambda: cast.good()[:-1]),
    Case("more behind it", Fault.MALFORMED, lambda: cast.good() + b"\0"),
    Case("a longer serial than ours", Fault.MALFORMED, lambda: Draft(serial=2**63).der(), "our serials have 63 bits"),
    Case("no issuer key named", Fault.UNKNOWN_ISSUER, lambda: Draft(issuer_key_id=None).der(), "we never go by name"),
    Case(
        "forged authority, same name and serial",
        Fault.UNKNOWN_ISSUER,
        lambda: Draft(signed_by=key("forger"), issuer_key_id=key("forger").id).der(),
    ),
    Case(
        "forged authority that names our key",
        Fault.SIGNATURE_WRONG,
        lambda: Draft(signed_by=key("forger")).der(),
    ),
    Case("a card as authority", Fault.UNKNOWN_ISSUER, lambda: _signed_by_a_card(key("card").id)),
    Case("a card that names our key", Fault.SIGNATURE_WRONG, lambda: _signed_by_a_card(cast.authority().key_id)),
    Case("the authority itself", Fault.POLICY_WRONG, lambda: cast.authority().certificate),
    Case("tampered", Fault.SIGNATURE_WRONG, _tampered),
    Case("signature changed", Fault.SIGNATURE_WRONG, _bad_signature),
    Case("signature certificate", Fault.WRONG_PURPOSE, cast.good_for_signing),
    Case(
        "another name of the issuer",
        Fault.ISSUER_NAME_WRONG,
        lambda: Draft(issuer=names.authority_name("OTHER-CA", Purpose.AUTHENTICATION)).der(),
    ),
    Case("no policy", Fault.POLICY_WRONG, lambda: Draft(policies=None).der()),
    Case("foreign policy", Fault.POLICY_WRONG, lambda: Draft(policies=["2.5.29.32.0"]).der(), "any is not ours"),
    Case("policy for signing", Fault.POLICY_WRONG, lambda: Draft(policies=[names.ARC + ".1.2"]).der()),
    Case(
        "two policies",
        Fault.POLICY_WRONG,
        lambda: Draft(policies=[names.ARC + ".1.1", names.ARC + ".1.2"]).der(),
        "one certificate, one kind",
    ),
    Case("no key usage", Fault.KEY_USAGE_WRONG, lambda: Draft(usage=None).der()),
    Case("signs documents only", Fault.KEY_USAGE_WRONG, lambda: Draft(usage=shapes.usage("content_commitment")).der()),
    Case(
        "signs documents too",
        Fault.KEY_USAGE_WRONG,
        lambda: Draft(usage=shapes.usage("digital_signature", "content_commitment")).der(),
        "an authentication key never signs documents",
    ),
    Case(
        "signs certificates too",
        Fault.KEY_USAGE_WRONG,
        lambda: Draft(usage=shapes.usage("digital_signature", "key_cert_sign")).der(),
        "no card issues certificates",
    ),
    Case(
        "says it is an authority",
        Fault.AUTHORITY_FLAG_WRONG,
        lambda: Draft(constraints=x509.BasicConstraints(ca=True, path_length=None)).der(),
        "no card is an authority",
    ),
    Case(
        "does not say that it is none",
        Fault.AUTHORITY_FLAG_WRONG,
        lambda: Draft(constraints=None).der(),
        "ours always say so",
    ),
    Case(
        "unknown critical extension",
        Fault.UNKNOWN_CRITICAL_EXTENSION,
        lambda: Draft(more=[_unknown(critical=True)]).der(),
    ),
    Case("no distribution point", Fault.POINT_WRONG, lambda: Draft(point=None).der()),
    Case("two distribution points", Fault.POINT_WRONG, lambda: Draft(points=2).der(), "one certificate, one list"),
    Case(
        "distribution point of the other authority",
        Fault.POINT_WRONG,
        lambda: Draft(point=cast.point_of(cast.TOWN, Purpose.SIGNATURE)).der(),
    ),
    Case(
        "distribution point of no municipality",
        Fault.POINT_WRONG,
        lambda: Draft(point=cast.point_of("12345")).der(),
    ),
    Case(
        "distribution point that is an address",
        Fault.POINT_WRONG,
        lambda: Draft(point=x509.UniformResourceIdentifier("http://127.0.0.1/list")).der(),
    ),
    Case("key of no known kind", Fault.KEY_UNFIT, _key_of_no_kind, "it is not used to find the path"),
    Case("shorter key", Fault.KEY_UNFIT, lambda: Draft(subject_key=key("short", 1024).public_key).der(), "2048 bits"),
    Case("longer key", Fault.KEY_UNFIT, lambda: Draft(subject_key=key("long", 3072).public_key).der(), "2048 bits"),
)

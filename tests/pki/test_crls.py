"""Revocation lists: what we publish, what we believe of others, and that nobody turns back the clock."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding

from onshi.kernel import Moment
from onshi.pki import Purpose, Reason, names, shapes
from onshi.pki.crls import CrlShelf, read_crl, revocation_list
from onshi.pki.evidence import CrlSnapshot
from onshi.pki.model import Revocation
from onshi.pki.verdicts import Fault, Refused

from . import cast
from .cast import DAY, MINUTE, NAME, NOW, SERIAL, TOWN, key

GONE = Revocation(Reason.CEASED, Moment(NOW - DAY))


def read(der: bytes, *, at: Moment = NOW) -> CrlSnapshot | Refused:
    return read_crl(der, trust=cast.trust(), at=at)


def forged(
    *,
    signed_by: cast.Key | None = None,
    issuer: x509.Name | None = None,
    more: list[tuple[x509.ExtensionType, bool]] | None = None,
    without: type[x509.ExtensionType] | None = None,
    point: x509.IssuingDistributionPoint | None = None,
    entry_extension: tuple[x509.ExtensionType, bool] | None = None,
    **changes: Any,
) -> bytes:
    """A list written part by part with the library alone: good, save for what is changed."""
    signer = signed_by or key(f"{NAME}/1")
    entry = x509.RevokedCertificateBuilder().serial_number(SERIAL).revocation_date(shapes.in_seconds(GONE.at))
    entry = entry.add_extension(*(entry_extension or (x509.CRLReason(x509.ReasonFlags.cessation_of_operation), False)))
    extensions = [
        (x509.AuthorityKeyIdentifier(changes.get("key_id", key(f"{NAME}/1").id), None, None), False),
        (x509.CRLNumber(5), False),
        (point or points(), True),
        *(more or []),
    ]
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer or names.authority_name(NAME, Purpose.AUTHENTICATION))
        .last_update(shapes.in_seconds(NOW))
        .next_update(shapes.in_seconds(Moment(NOW + 2 * DAY)))
        .add_revoked_certificate(entry.build())
    )
    for extension, critical in extensions:
        if without is None or not isinstance(extension, without):
            builder = builder.add_extension(extension, critical)
    return builder.sign(signer.private_key, changes.get("hash", SHA256())).public_bytes(Encoding.DER)


def points(
    name: x509.Name | None = None, *, only: str | None = None, reasons: frozenset[x509.ReasonFlags] | None = None
) -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(
        full_name=[x509.DirectoryName(name or names.crl_point(Purpose.AUTHENTICATION, TOWN))],
        relative_name=None,
        only_contains_user_certs=only == "users",
        only_contains_ca_certs=only == "authorities",
        only_some_reasons=reasons,
        indirect_crl=only == "others",
        only_contains_attribute_certs=False,
    )


@pytest.mark.parametrize("reason", Reason)
def test_a_list_says_who_does_not_count_and_why(reason: Reason) -> None:
    entry = SERIAL, Revocation(reason, GONE.at)
    found = read(cast.crl_der(entry, (1, GONE)))
    assert found == CrlSnapshot(
        issuer_key_id=cast.authority().key_id,
        partition=TOWN,
        number=5,
        this_update=NOW,
        next_update=Moment(NOW + 2 * DAY),
        revoked=dict([entry, (1, GONE)]),
    )


def test_an_empty_list_is_one() -> None:
    found = read(cast.crl_der())
    assert isinstance(found, CrlSnapshot)
    assert dict(found.revoked) == {}


def test_the_lists_of_the_signature_authority_are_read_too() -> None:
    found = read(cast.crl_der(of=cast.signature_authority()))
    assert isinstance(found, CrlSnapshot)
    assert found.issuer_key_id == cast.signature_authority().key_id


def test_the_draft_of_these_tests_is_as_good() -> None:
    assert read(forged()) == read(cast.crl_der((SERIAL, GONE)))


def test_a_reason_that_ours_never_have_is_a_revocation_all_the_same() -> None:
    flag = x509.CRLReason(x509.ReasonFlags.privilege_withdrawn)
    found = read(forged(entry_extension=(flag, False)))
    assert isinstance(found, CrlSnapshot)
    assert found.revoked[SERIAL] == Revocation(Reason.UNSPECIFIED, GONE.at)


def unknown() -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(names.ARC + ".99"), b"\x05\x00")


def no_reason() -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.CRLReason.oid, b"\x05\x00")


@pytest.mark.parametrize(
    ("der", "fault"),
    [
        (lambda: b"", Fault.MALFORMED),
        (lambda: cast.good(), Fault.MALFORMED),
        (lambda: forged()[:-1], Fault.MALFORMED),
        (lambda: forged(without=x509.CRLNumber), Fault.MALFORMED),
        (lambda: forged(entry_extension=(no_reason(), False)), Fault.MALFORMED),
        (lambda: forged(without=x509.AuthorityKeyIdentifier), Fault.UNKNOWN_ISSUER),
        (lambda: forged(signed_by=key("forger"), key_id=key("forger").id), Fault.UNKNOWN_ISSUER),
        (lambda: forged(signed_by=key("forger")), Fault.SIGNATURE_WRONG),
        (lambda: forged(signed_by=key(f"{NAME}/2")), Fault.SIGNATURE_WRONG),
        (lambda: forged()[:-1] + bytes([forged()[-1] ^ 1]), Fault.SIGNATURE_WRONG),
        (lambda: forged(hash=SHA384()), Fault.SIGNATURE_WRONG),
        (lambda: forged(issuer=names.authority_name("OTHER", Purpose.AUTHENTICATION)), Fault.ISSUER_NAME_WRONG),
        (lambda: forged(more=[(unknown(), True)]), Fault.UNKNOWN_CRITICAL_EXTENSION),
        (lambda: forged(more=[(x509.DeltaCRLIndicator(1), True)]), Fault.UNKNOWN_CRITICAL_EXTENSION),
        (lambda: forged(entry_extension=(unknown(), True)), Fault.UNKNOWN_CRITICAL_EXTENSION),
        (lambda: forged(without=x509.IssuingDistributionPoint), Fault.POINT_WRONG),
        (lambda: forged(point=points(names.crl_point(Purpose.SIGNATURE, TOWN))), Fault.POINT_WRONG),
        (lambda: forged(point=points(names.crl_point(Purpose.AUTHENTICATION, "1310"))), Fault.POINT_WRONG),
        (lambda: forged(point=points(only="authorities")), Fault.POINT_WRONG),
        (lambda: forged(point=points(only="others")), Fault.POINT_WRONG),
        (
            lambda: forged(point=points(reasons=frozenset([x509.ReasonFlags.key_compromise]))),
            Fault.POINT_WRONG,
        ),
        (lambda: cast.crl_der(at=Moment(NOW + 2 * MINUTE)), Fault.NOT_YET_VALID),
    ],
)
def test_every_fault_of_a_list_has_its_reason(der: Callable[[], bytes], fault: Fault) -> None:
    assert read(der()) == Refused(fault)


def test_a_list_that_is_over_is_read_and_judged_later() -> None:
    assert isinstance(read(cast.crl_der(), at=Moment(NOW + 9 * DAY)), CrlSnapshot)


def shelf_with(der: bytes, *, seen: dict[tuple[bytes, str], int] | None = None) -> CrlShelf:
    shelf = CrlShelf(cast.trust(), seen)
    assert isinstance(shelf.take(der, at=NOW), CrlSnapshot)
    return shelf


def test_an_older_list_is_never_taken_back() -> None:
    newer, older = cast.crl_der((SERIAL, GONE), number=6), cast.crl_der(number=5)
    shelf = shelf_with(newer)
    assert shelf.take(older, at=NOW) == Refused(Fault.ROLLED_BACK)
    certificate = shelf_certificate()
    kept = shelf.about(certificate)
    assert kept is not None
    assert (kept.number, dict(kept.revoked)) == (6, {SERIAL: GONE})
    assert isinstance(shelf_with(older).take(newer, at=NOW), CrlSnapshot)


def test_another_list_of_the_same_number_is_a_roll_back_and_the_same_is_not() -> None:
    first, twin = cast.crl_der((SERIAL, GONE)), cast.crl_der()
    shelf = shelf_with(first)
    assert shelf.take(twin, at=NOW) == Refused(Fault.ROLLED_BACK)
    assert isinstance(shelf.take(first, at=NOW), CrlSnapshot)


def test_what_was_seen_before_the_process_began_counts() -> None:
    place = cast.authority().key_id, TOWN
    shelf = CrlShelf(cast.trust(), {place: 6})
    assert shelf.take(cast.crl_der(number=5), at=NOW) == Refused(Fault.ROLLED_BACK)
    assert isinstance(shelf.take(cast.crl_der(number=6), at=NOW), CrlSnapshot)


def test_numbers_are_counted_apart_for_each_town_and_generation() -> None:
    shelf = shelf_with(cast.crl_der(number=6))
    assert isinstance(shelf.take(cast.crl_der(number=1, town=cast.OTHER_TOWN), at=NOW), CrlSnapshot)
    assert isinstance(shelf.take(cast.crl_der(number=1, of=cast.authority(generation=2)), at=NOW), CrlSnapshot)


def test_a_list_that_is_not_sound_changes_nothing() -> None:
    shelf = shelf_with(cast.crl_der(number=5))
    assert shelf.take(forged(signed_by=key("forger")), at=NOW) == Refused(Fault.SIGNATURE_WRONG)
    kept = shelf.about(shelf_certificate())
    assert kept is not None
    assert kept.number == 5


def shelf_certificate() -> Any:
    from_room = cast.pki.Verifier(cast.trust()).examine(cast.good())
    assert not isinstance(from_room, Refused)
    return from_room


def test_a_citys_list_is_made_in_time() -> None:
    """Twenty thousand entries, in the order of what a large city has: no work that grows with their square."""
    entries = [(number, GONE) for number in range(1, 20_001)]
    der = revocation_list(
        cast.issuer(), TOWN, number=1, this_update=NOW, next_update=Moment(NOW + DAY), revoked=entries
    )
    found = read(der)
    assert isinstance(found, CrlSnapshot)
    assert len(found.revoked) == 20_000

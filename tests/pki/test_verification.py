"""What is judged of a certificate: one good one, and everything that makes it bad, each with its exact reason."""

from datetime import date, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA384

from onshi import pki
from onshi.kernel import Moment, japan_day, parse_moment
from onshi.pki import CertificateKey, Evidence, Kind, Medium, Purpose, Reason, Status, shapes
from onshi.pki.crls import CrlShelf, read_crl
from onshi.pki.evidence import CrlSnapshot, OcspStatus
from onshi.pki.model import Revocation, Standing
from onshi.pki.verdicts import (
    Examined,
    Expired,
    ExpiredInGrace,
    Fault,
    Refused,
    Revoked,
    StatusUnavailable,
    Superseded,
    Unavailable,
    Valid,
    Verdict,
)
from onshi.pki.verification import Verifier, decide, examine, verify

from . import cast
from .cast import DAY, HOUR, MINUTE, NOT_AFTER, NOW, SECOND, SERIAL, TOWN, Draft
from .faults import FAULTS, Case

LATE = parse_moment("2030-05-05T00:00:00")
KEY = CertificateKey(cast.NAME, str(SERIAL))
GRACE_UNTIL = date(2030, 8, 31)


def examined(der: bytes | None = None) -> Examined:
    found = examine(cast.good() if der is None else der, purpose=Purpose.AUTHENTICATION, trust=cast.trust())
    assert isinstance(found, Examined)
    return found


def snapshot(*revoked: tuple[int, Revocation], at: Moment = NOW, **changes: object) -> CrlSnapshot:
    found = read_crl(cast.crl_der(*revoked, at=at, **changes), trust=cast.trust(), at=at)  # type: ignore[arg-type]
    assert isinstance(found, CrlSnapshot)
    return found


def ocsp_status(**changes: object) -> OcspStatus:
    values = {
        "issuer_key_id": cast.authority().key_id,
        "serial": SERIAL,
        "known": True,
        "revocation": None,
        "this_update": NOW,
        "next_update": Moment(NOW + HOUR),
    }
    return OcspStatus(**(values | changes))  # type: ignore[arg-type]


def standing(reason: Reason | None = None, *, successor: str | None = None, at: Moment = NOW) -> Standing:
    if reason is None:
        return Standing(KEY, Status.ACTIVE, None, None, None, at)
    status = Status.HELD if reason is Reason.HOLD else Status.REVOKED
    return Standing(KEY, status, reason, Moment(NOW - DAY), successor, at)


def unheard_of(key: CertificateKey | None = None, *, at: Moment = NOW) -> Standing:
    return Standing(key or KEY, None, None, None, None, at)


def judged(evidence: Evidence, *, at: Moment = NOW, grace_until: date | None = None) -> Verdict:
    return decide(examined(), evidence=evidence, at=at, grace_until=grace_until)


def test_the_good_one_is_valid_and_says_what_it_is() -> None:
    verdict = verify(cast.good(), trust=cast.trust(), evidence=Evidence(snapshot()), at=NOW, grace_until=None)
    assert isinstance(verdict, Valid)
    found = verdict.certificate
    assert found.key == KEY
    assert (found.kind, found.medium, found.municipality) == (Kind.AUTH, Medium.CARD, TOWN)
    assert (found.begins, found.ends, found.not_after) == (cast.ISSUED, LATE, NOT_AFTER)
    assert found.public_key == cast.key("card").public_key


def test_a_refused_one_is_refused_whatever_is_known_of_it() -> None:
    for at in (NOW, LATE):
        verdict = verify(cast.good()[1:], trust=cast.trust(), evidence=Evidence(snapshot()), at=at, grace_until=None)
        assert verdict == Refused(Fault.MALFORMED)


def test_the_draft_of_these_tests_is_as_good() -> None:
    assert examined(Draft().der()) == examined()


def test_generations_of_one_name_are_told_apart_by_their_key() -> None:
    found = examined(cast.old_generation_good())
    assert (found.key.issuer, found.issuer_key_id) == (cast.NAME, cast.authority(generation=2).key_id)


def test_a_signature_certificate_is_good_for_signing_only() -> None:
    found = examine(cast.good_for_signing(), purpose=Purpose.SIGNATURE, trust=cast.trust())
    assert isinstance(found, Examined)
    assert (found.kind, found.key.issuer) == (Kind.SIGN, cast.SIGN_NAME)
    refused = examine(cast.good_for_signing(), purpose=Purpose.AUTHENTICATION, trust=cast.trust())
    assert refused == Refused(Fault.WRONG_PURPOSE)


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case.name)
def test_every_fault_has_its_reason(case: Case) -> None:
    assert examine(case.der(), purpose=Purpose.AUTHENTICATION, trust=cast.trust()) == Refused(case.fault)


def test_every_fault_of_a_certificate_is_in_the_table() -> None:
    with_time = {Fault.NOT_YET_VALID, Fault.ISSUER_NOT_IN_FORCE}
    of_others = {
        Fault.ROLLED_BACK,
        Fault.NOT_AN_ANSWER,
        Fault.ANSWER_FOR_ANOTHER,
        Fault.RESPONDER_UNFIT,
        Fault.NONCE_WRONG,
    }
    assert {case.fault for case in FAULTS} == set(Fault) - with_time - of_others


def test_a_key_of_another_kind_is_unfit() -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    found = examine(Draft(subject_key=curve).der(), purpose=Purpose.AUTHENTICATION, trust=cast.trust())
    assert found == Refused(Fault.KEY_UNFIT)


def test_a_weaker_hash_than_agreed_or_another_is_no_signature_of_ours() -> None:
    found = examine(Draft(hash=SHA384()).der(), purpose=Purpose.AUTHENTICATION, trust=cast.trust())
    assert found == Refused(Fault.SIGNATURE_WRONG)


@pytest.mark.parametrize(
    ("at", "grace_until", "expected"),
    [
        (cast.ISSUED, None, "valid"),  # the first moment
        (Moment(cast.ISSUED - 1), None, "not yet"),
        (Moment(LATE - 1), None, "valid"),  # the last microsecond of the last day in Japan
        (LATE, None, "expired"),  # a phone: no grace
        (LATE, GRACE_UNTIL, "grace"),
        (parse_moment("2030-08-31T23:59:59"), GRACE_UNTIL, "grace"),
        (parse_moment("2030-09-01T00:00:00"), GRACE_UNTIL, "expired"),
        (LATE, NOT_AFTER, "expired"),  # a grace that ended before it began
        (Moment(cast.authority().until + SECOND), None, "issuer"),
        (Moment(cast.FOUNDED - 1), None, "issuer"),
    ],
)
def test_the_days_decide(at: Moment, grace_until: date | None, expected: str) -> None:
    certificate = examined()
    meaning: dict[str, Verdict] = {
        "valid": Valid(certificate),
        "not yet": Refused(Fault.NOT_YET_VALID),
        "expired": Expired(certificate, NOT_AFTER),
        "grace": ExpiredInGrace(certificate, NOT_AFTER, GRACE_UNTIL),
        "issuer": Refused(Fault.ISSUER_NOT_IN_FORCE),
    }
    fresh = Evidence(standing=standing(at=at))
    assert judged(fresh, at=at, grace_until=grace_until) == meaning[expected]


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.SUPERSEDED])
def test_revoked_by_any_source_is_revoked(reason: Reason) -> None:
    since = Revocation(reason, Moment(NOW - DAY))
    expected = Revoked(examined(), reason, Moment(NOW - DAY))
    good, bad = snapshot(), snapshot((SERIAL, since))
    assert judged(Evidence(crl=bad)) == expected
    assert judged(Evidence(ocsp=ocsp_status(revocation=since))) == expected
    assert judged(Evidence(standing=standing(reason))) == expected
    assert judged(Evidence(crl=good, ocsp=ocsp_status(revocation=since))) == expected
    assert judged(Evidence(crl=bad, ocsp=ocsp_status())) == expected
    assert judged(Evidence(crl=bad, ocsp=ocsp_status(), standing=standing())) == expected


def test_superseded_names_the_newer_one_where_it_is_known() -> None:
    since = Revocation(Reason.SUPERSEDED, Moment(NOW - DAY))
    own = standing(Reason.SUPERSEDED, successor="1234567890")
    assert judged(Evidence(crl=snapshot((SERIAL, since)))) == Superseded(examined(), None, Moment(NOW - DAY))
    assert judged(Evidence(standing=own)) == Superseded(examined(), "1234567890", Moment(NOW - DAY))


def test_somebody_elses_revocation_is_not_mine() -> None:
    other = SERIAL + 1, Revocation(Reason.CEASED, NOW)
    assert judged(Evidence(crl=snapshot(other))) == Valid(examined())


def test_revoked_comes_before_expired_and_before_grace() -> None:
    gone = Evidence(standing=standing(Reason.CEASED, at=LATE))
    expected = Revoked(examined(), Reason.CEASED, Moment(NOW - DAY))
    assert judged(gone, at=LATE, grace_until=GRACE_UNTIL) == expected
    assert judged(gone, at=LATE) == expected


@pytest.mark.parametrize(
    ("evidence", "because"),
    [
        (lambda: Evidence(), Unavailable.MISSING),
        (lambda: Evidence(crl=snapshot(at=Moment(NOW - 2 * DAY))), Unavailable.STALE),
        (lambda: Evidence(ocsp=ocsp_status(next_update=NOW)), Unavailable.STALE),
        (lambda: Evidence(ocsp=ocsp_status(this_update=Moment(NOW + 2 * MINUTE))), Unavailable.STALE),
        (lambda: Evidence(standing=standing(at=Moment(NOW - 2 * MINUTE))), Unavailable.STALE),
        (lambda: Evidence(crl=snapshot(town=cast.OTHER_TOWN)), Unavailable.ELSEWHERE),
        (lambda: Evidence(crl=snapshot(of=cast.authority(generation=2))), Unavailable.ELSEWHERE),
        (lambda: Evidence(ocsp=ocsp_status(serial=SERIAL + 1)), Unavailable.ELSEWHERE),
        (lambda: Evidence(ocsp=ocsp_status(issuer_key_id=b"x" * 20)), Unavailable.ELSEWHERE),
        (lambda: Evidence(ocsp=ocsp_status(known=False)), Unavailable.UNKNOWN),
        (lambda: Evidence(crl=snapshot(), ocsp=ocsp_status(known=False)), Unavailable.UNKNOWN),
        (lambda: Evidence(ocsp=ocsp_status(known=False, next_update=NOW)), Unavailable.STALE),
        (lambda: Evidence(standing=unheard_of()), Unavailable.UNKNOWN),
        (lambda: Evidence(crl=snapshot(), standing=unheard_of()), Unavailable.UNKNOWN),
        (lambda: Evidence(standing=unheard_of(at=Moment(NOW - 2 * MINUTE))), Unavailable.STALE),
        (lambda: Evidence(standing=unheard_of(CertificateKey(cast.NAME, "0000000001"))), Unavailable.ELSEWHERE),
    ],
)
def test_what_is_not_known_is_neither_good_nor_bad(evidence: "object", because: Unavailable) -> None:
    assert callable(evidence)
    assert judged(evidence()) == StatusUnavailable(examined(), because)


def test_one_fresh_source_is_enough() -> None:
    stale = snapshot(at=Moment(NOW - 2 * DAY))
    assert judged(Evidence(crl=stale, ocsp=ocsp_status())) == Valid(examined())
    assert judged(Evidence(crl=snapshot(), ocsp=ocsp_status(next_update=NOW))) == Valid(examined())


def test_a_list_out_of_date_proves_a_revocation_but_no_hold() -> None:
    before = Moment(NOW - 3 * DAY)
    gone, held = (SERIAL, Revocation(Reason.CEASED, before)), (SERIAL, Revocation(Reason.HOLD, before))
    assert judged(Evidence(crl=snapshot(gone, at=before), ocsp=ocsp_status())) == Revoked(
        examined(), Reason.CEASED, before
    )
    assert judged(Evidence(crl=snapshot(held, at=before), ocsp=ocsp_status())) == Valid(examined())
    assert judged(Evidence(crl=snapshot(held, at=before))) == StatusUnavailable(examined(), Unavailable.STALE)


def test_the_memory_is_bounded_and_answers_the_same() -> None:
    verifier = Verifier(cast.trust(), size=2)
    ders = [Draft(serial=SERIAL + place).der() for place in range(3)]
    for der in (*ders, *ders):
        assert verifier.examine(der) == examine(der, purpose=Purpose.AUTHENTICATION, trust=cast.trust())
        assert len(verifier) <= 2
    assert verifier.examine(ders[2]) is verifier.examine(ders[2])


def test_what_was_refused_is_not_remembered() -> None:
    verifier = Verifier(cast.trust())
    assert verifier.examine(b"") == Refused(Fault.MALFORMED)
    assert len(verifier) == 0


def test_the_memory_keeps_purposes_apart() -> None:
    verifier = Verifier(cast.trust())
    assert isinstance(verifier.examine(cast.good_for_signing(), purpose=Purpose.SIGNATURE), Examined)
    assert verifier.examine(cast.good_for_signing()) == Refused(Fault.WRONG_PURPOSE)


def test_the_verifier_looks_up_what_the_certificate_calls_for() -> None:
    verifier, shelf = Verifier(cast.trust()), CrlShelf(cast.trust())
    shelf.take(cast.crl_der(), at=NOW)
    seen: list[CertificateKey] = []

    def evidence(certificate: Examined) -> Evidence:
        seen.append(certificate.key)
        return Evidence(crl=shelf.about(certificate))

    verdict = verifier.verify(cast.good(), evidence=evidence, at=NOW, grace_until=lambda _: None)
    assert verdict == Valid(examined())
    assert seen == [examined().key]
    assert verifier.verify(b"", evidence=evidence, at=NOW, grace_until=lambda _: None) == Refused(Fault.MALFORMED)


def test_a_real_root_cannot_be_pinned_under_our_name() -> None:
    """A root with another distinguished name is refused, and with it everything it ever signed."""
    key, name = cast.key("somebody else"), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ELSE")])
    draft = Draft(
        signed_by=key,
        issuer=name,
        issuer_key_id=key.id,
        subject_key=key.public_key,
        constraints=x509.BasicConstraints(ca=True, path_length=0),
    )
    ours = cast.authority()
    builder = (
        x509.CertificateBuilder()
        .issuer_name(name)
        .subject_name(name)
        .public_key(key.public_key)
        .serial_number(1)
        .not_valid_before(shapes.in_seconds(cast.FOUNDED))
        .not_valid_after(shapes.in_seconds(ours.until))
    )
    der = shapes.certify(builder, key)
    with pytest.raises(pki.errors.AuthorityUnfit) as refused:
        pki.TrustStore([cast.replace(ours, certificate=der, key_id=key.id)])
    assert refused.value.facts == {"why": "name"}
    with pytest.raises(pki.errors.AuthorityUnfit) as refused:
        pki.TrustStore([cast.replace(ours, key_id=key.id)])
    assert refused.value.facts == {"why": "key"}
    with pytest.raises(pki.errors.AuthorityUnfit) as refused:
        pki.TrustStore([cast.replace(ours, certificate=draft.der())])
    assert refused.value.facts == {"why": "certificate"}
    assert examine(draft.der(), purpose=Purpose.AUTHENTICATION, trust=cast.trust()) == Refused(Fault.UNKNOWN_ISSUER)


def test_the_last_day_is_a_day_in_japan() -> None:
    assert japan_day(Moment(examined().ends - 1)) == NOT_AFTER
    assert japan_day(examined().ends) == NOT_AFTER + timedelta(days=1)

"""Authorities, certificates, lists and answers in the store, on both engines."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cryptography import x509

from onshi import pki
from onshi.db import Tx
from onshi.kernel import Moment
from onshi.pki import CertificateKey, Evidence, Kind, Medium, Purpose, Reason, Status, errors, shapes
from onshi.pki.crls import read_crl
from onshi.pki.evidence import CrlSnapshot
from onshi.pki.model import Responder, Standing, serial_text
from onshi.pki.ocsp import read_answer
from onshi.pki.verdicts import Examined, Revoked, Valid

from . import cast
from .cast import CARD, DAY, FOUNDED, HOLDER, NAME, NOT_AFTER, NOW, OCSP_URL, SIGN_NAME, TOWN, auth_key, key, sign_key
from .test_ocsp import request


@pytest.fixture
def founded(tx: Tx) -> Tx:
    cast.found_all(tx)
    return tx


def test_an_authority_comes_back_as_it_was_founded(tx: Tx) -> None:
    made = pki.founding.found_authority(
        tx, auth_key(), name=NAME, purpose=Purpose.AUTHENTICATION, at=FOUNDED, ocsp_url=OCSP_URL
    )
    assert (made.generation, made.key_id, made.since, made.responder) == (1, auth_key().id, FOUNDED, None)
    assert pki.founding.authorities(tx) == [made]
    assert pki.founding.authority_of(tx, auth_key()) == made
    certificate = x509.load_der_x509_certificate(made.certificate)
    certificate.verify_directly_issued_by(certificate)


def test_generations_share_a_name_and_have_keys_of_their_own(founded: Tx) -> None:
    second = pki.founding.found_authority(founded, key(f"{NAME}/2"), name=NAME, purpose=Purpose.AUTHENTICATION, at=NOW)
    first = pki.founding.authority_of(founded, auth_key())
    subjects = [x509.load_der_x509_certificate(one.certificate).subject for one in (first, second)]
    assert (second.generation, subjects[0]) == (2, subjects[1])
    with pytest.raises(errors.AuthorityKeyUsed):
        pki.founding.found_authority(founded, auth_key(), name="NEW", purpose=Purpose.AUTHENTICATION, at=NOW)
    with pytest.raises(errors.AuthorityPurposeFixed):
        pki.founding.found_authority(founded, key("x"), name=NAME, purpose=Purpose.SIGNATURE, at=NOW)
    assert [one.name for one in pki.founding.authorities(founded)] == [NAME, NAME, SIGN_NAME, cast.TERMINAL_NAME]


def test_only_who_was_founded_issues(founded: Tx) -> None:
    with pytest.raises(errors.AuthorityUnknown):
        pki.issue(founded, key("nobody"), [cast.order()], at=NOW)
    with pytest.raises(errors.WrongAuthority):
        pki.issue(founded, sign_key(), [cast.order()], at=NOW)
    assert pki.certificates_of(founded, HOLDER) == []


def test_a_certificate_comes_back_as_it_was_issued(founded: Tx) -> None:
    (auth,) = pki.issue(founded, auth_key(), [cast.order()], at=NOW)
    (sign,) = pki.issue(founded, sign_key(), [cast.sign_order()], at=Moment(NOW + 1))
    assert pki.certificates_of(founded, HOLDER) == [auth, sign]
    assert pki.certificate(founded, auth.key) == auth
    assert (auth.kind, auth.holder, auth.card, auth.medium) == (Kind.AUTH, HOLDER, CARD, Medium.CARD)
    assert (auth.municipality, auth.generation, auth.not_before, auth.not_after) == (TOWN, 1, NOW, NOT_AFTER)
    assert (auth.status, auth.reason, auth.successor) == (Status.ACTIVE, None, None)
    assert auth.der is not None
    made = x509.load_der_x509_certificate(auth.der)
    assert serial_text(made.serial_number) == auth.key.serial
    assert made.public_key() == key("card").public_key


def test_thousands_at_once_or_none(founded: Tx) -> None:
    orders = [cast.order(public_key=None, holder=number) for number in range(1, 2001)]
    made = pki.issue(founded, auth_key(), orders, at=NOW)
    assert len({one.key for one in made}) == 2000
    assert [one.der for one in pki.certificates_of(founded, 2000)] == [None]
    with pytest.raises(errors.TermUnfit):
        pki.issue(founded, auth_key(), [cast.order(holder=5000), cast.order(not_after=date(2020, 1, 1))], at=NOW)
    assert pki.certificates_of(founded, 5000) == []


def test_a_serial_given_beforehand_is_kept(founded: Tx) -> None:
    (made,) = pki.issue(founded, auth_key(), [cast.order(serial="0000000042")], at=NOW)
    assert made.key == CertificateKey(NAME, "0000000042")
    with pytest.raises(errors.SerialTaken):
        pki.issue(founded, auth_key(), [cast.order(serial="0000000042")], at=NOW)
    with pytest.raises(errors.SerialTaken):
        pki.issue(founded, auth_key(), [cast.order(serial="0000000043"), cast.order(serial="0000000043")], at=NOW)
    # Serials belong to an issuer: the other authority may have the same.
    assert pki.issue(founded, sign_key(), [cast.sign_order(serial="0000000042")], at=NOW)[0].key.issuer == SIGN_NAME


def test_a_row_is_given_its_bytes_later_and_nothing_else(founded: Tx) -> None:
    row = pki.issue(founded, auth_key(), [cast.order(serial="0000000042", public_key=None)], at=cast.ISSUED)[0]
    pki.changes.revoke(founded, [row.key], Reason.CEASED, at=NOW)
    wish = cast.order(serial="0000000042", not_after=date(2031, 1, 1))
    (made,) = pki.issue(founded, auth_key(), [wish], at=Moment(NOW + DAY))
    assert made.der is not None
    assert replace(made, der=None) == replace(row, status=Status.REVOKED, reason=Reason.CEASED, revoked_at=NOW)
    assert pki.certificate(founded, row.key) == made
    written = x509.load_der_x509_certificate(made.der)
    assert written.not_valid_before_utc == shapes.in_seconds(cast.ISSUED)
    assert written.not_valid_after_utc == shapes.in_seconds(shapes.last_moment(NOT_AFTER))


@pytest.mark.parametrize(
    "changes", [{"holder": 1}, {"medium": Medium.PHONE}, {"municipality": cast.OTHER_TOWN}], ids=str
)
def test_a_row_is_not_made_somebody_elses(founded: Tx, changes: dict[str, Any]) -> None:
    pki.issue(founded, auth_key(), [cast.order(serial="0000000042", public_key=None)], at=NOW)
    with pytest.raises(errors.OrderForAnother):
        pki.issue(founded, auth_key(), [cast.order(serial="0000000042", **changes)], at=NOW)


def test_a_country_is_entered_as_it_is(founded: Tx) -> None:
    (pattern,) = pki.issue(founded, auth_key(), [cast.order(public_key=None)], at=NOW)
    many = [
        replace(pattern, key=CertificateKey(NAME, serial_text(number)), holder=number, revoked_at=None)
        for number in range(1, 501)
    ]
    gone = replace(many[0], status=Status.REVOKED, reason=Reason.SUPERSEDED, revoked_at=NOW, successor="0000000002")
    pki.enter(founded, [gone, *many[1:]])
    assert pki.certificates_of(founded, 1) == [gone]
    assert pki.certificates_of(founded, 500) == [many[499]]


def test_standings_come_in_the_order_they_were_asked_for(founded: Tx) -> None:
    made = pki.issue(founded, auth_key(), [cast.order(holder=number) for number in (1, 2, 3)], at=NOW)
    pki.changes.revoke(founded, [made[1].key], Reason.KEY_COMPROMISE, at=NOW)
    unknown, foreign = CertificateKey(NAME, "0000000001"), CertificateKey(NAME, "no number")
    later = Moment(NOW + 5)
    asked = [made[1].key, unknown, made[0].key, foreign, made[1].key]
    gone = Standing(made[1].key, Status.REVOKED, Reason.KEY_COMPROMISE, NOW, None, later)
    active = Standing(made[0].key, Status.ACTIVE, None, None, None, later)
    never = [Standing(key, None, None, None, None, later) for key in (unknown, foreign)]
    assert pki.status_of(founded, asked, at=later) == [gone, never[0], active, never[1], gone]
    assert pki.status_of(founded, [], at=later) == []


def test_a_certificate_never_issued_is_refused_by_name(founded: Tx) -> None:
    nobody = CertificateKey(NAME, "0000000001")
    verbs: list[Callable[[], object]] = [
        lambda: pki.certificate(founded, nobody),
        lambda: pki.history(founded, nobody),
        lambda: pki.changes.revoke(founded, [nobody], Reason.CEASED, at=NOW),
        lambda: pki.changes.resume(founded, nobody),
        lambda: pki.changes.renew(founded, auth_key(), nobody, cast.order(), at=NOW),
    ]
    for verb in verbs:
        with pytest.raises(errors.CertificateUnknown) as refused:
            verb()
        assert refused.value.facts == {"issuer": NAME}


def list_of(tx: Tx, town: str = TOWN, *, at: Moment = NOW) -> CrlSnapshot:
    published = pki.publishing.crl(tx, auth_key(), town, at=at)
    found = read_crl(published.der, trust=pki.TrustStore(pki.founding.authorities(tx)), at=at)
    assert isinstance(found, CrlSnapshot)
    assert (found.number, found.this_update, found.next_update) == (
        published.number,
        published.this_update,
        published.next_update,
    )
    return found


def test_a_list_holds_what_is_off_in_its_town_and_nothing_else(founded: Tx) -> None:
    orders = [cast.order(holder=1), cast.order(holder=2), cast.order(holder=3, municipality=cast.OTHER_TOWN)]
    good, gone, elsewhere = pki.issue(founded, auth_key(), orders, at=NOW)
    (held,) = pki.issue(founded, auth_key(), [cast.order(holder=4, card=44)], at=NOW)
    pki.changes.revoke(founded, [gone.key, elsewhere.key], Reason.CEASED, at=NOW)
    pki.changes.suspend(founded, 4, 44, at=NOW)
    found = list_of(founded)
    assert {number: one.reason for number, one in found.revoked.items()} == {
        int(gone.key.serial): Reason.CEASED,
        int(held.key.serial): Reason.HOLD,
    }
    assert int(good.key.serial) not in found.revoked
    assert list(list_of(founded, cast.OTHER_TOWN).revoked) == [int(elsewhere.key.serial)]


def test_lists_are_numbered_and_the_newest_is_given_out(founded: Tx) -> None:
    numbers = [list_of(founded, at=Moment(NOW + day * DAY)).number for day in range(3)]
    assert numbers == [1, 2, 3]
    newest = pki.publishing.current_crl(founded, NAME, TOWN)
    assert newest is not None
    assert (newest.number, newest.generation) == (3, 1)
    assert list_of(founded, cast.OTHER_TOWN).number == 1
    assert [(one.partition, one.number) for one in pki.publishing.current_crls(founded)] == [
        (cast.OTHER_TOWN, 1),
        (TOWN, 3),
    ]
    assert pki.publishing.current_crl(founded, NAME, "999999") is None
    assert pki.publishing.current_crl(founded, NAME, TOWN, generation=2) is None


def test_each_generation_has_lists_of_its_own(founded: Tx) -> None:
    second = key(f"{NAME}/2")
    pki.founding.found_authority(founded, second, name=NAME, purpose=Purpose.AUTHENTICATION, at=FOUNDED)
    (old,) = pki.issue(founded, auth_key(), [cast.order()], at=NOW)
    (new,) = pki.issue(founded, second, [cast.order()], at=NOW)
    pki.changes.revoke(founded, [old.key, new.key], Reason.CEASED, at=NOW)
    lists = [pki.publishing.crl(founded, signer, TOWN, at=NOW) for signer in (auth_key(), second)]
    trust = pki.TrustStore(pki.founding.authorities(founded))
    read = [read_crl(one.der, trust=trust, at=NOW) for one in lists]
    assert [list(one.revoked) for one in read if isinstance(one, CrlSnapshot)] == [
        [int(old.key.serial)],
        [int(new.key.serial)],
    ]
    assert pki.publishing.current_crl(founded, NAME, TOWN) == lists[1]
    assert pki.publishing.current_crl(founded, NAME, TOWN, generation=1) == lists[0]
    generations = [one for one in pki.founding.authorities(founded) if one.name == NAME]
    assert [pki.publishing.partitions_of(founded, one) for one in generations] == [[TOWN], [TOWN]]


def test_an_authority_knows_where_it_has_issued_anything(founded: Tx) -> None:
    one = pki.founding.authority_of(founded, auth_key())
    assert pki.publishing.partitions_of(founded, one) == []
    (pattern,) = pki.issue(founded, auth_key(), [cast.order(public_key=None)], at=NOW)
    towns = [f"{number:06d}" for number in range(11002, 471000, 4600)]
    many = [
        replace(pattern, key=CertificateKey(NAME, serial_text(number)), municipality=towns[number % len(towns)])
        for number in range(1, 501)
    ]
    pki.enter(founded, many)
    assert pki.publishing.partitions_of(founded, one) == sorted({TOWN, *towns})


def test_cards_whose_certificates_end_are_found_by_town_and_day(founded: Tx) -> None:
    def issued(card: int, last_day: date, **changes: object) -> pki.Certificate:
        ordered = cast.order(card=card, holder=card, not_after=last_day, public_key=None, **changes)
        (made,) = pki.issue(founded, auth_key(), [ordered], at=NOW)
        return made

    first, last = date(2027, 1, 1), date(2027, 3, 31)
    for card, day in ((1, first), (2, last), (3, date(2026, 12, 31)), (4, date(2027, 4, 1))):
        issued(card, day)
    issued(5, first, municipality=cast.OTHER_TOWN)
    issued(6, first, medium=pki.Medium.PHONE)
    gone = issued(7, first)
    issued(2, date(2027, 2, 1))
    found = {1: first, 2: date(2027, 2, 1)}
    assert pki.changes.cards_ending(founded, TOWN, first=first, last=last) == found | {7: first}
    pki.changes.revoke(founded, [gone.key], Reason.CEASED, at=NOW)
    assert pki.changes.cards_ending(founded, TOWN, first=first, last=last) == found
    assert pki.changes.cards_ending(founded, TOWN, first=first, last=last, limit=1) == {1: first}


def test_a_revoked_certificate_stays_on_the_list_through_its_grace(founded: Tx) -> None:
    (gone,) = pki.issue(founded, auth_key(), [cast.order(not_after=date(2026, 12, 1))], at=NOW)
    pki.changes.revoke(founded, [gone.key], Reason.CEASED, at=NOW)
    days = {119: True, 29 + 130: True, 29 + 131: False}  # 2026-12-01 is 29 days from now
    for day, stands in days.items():
        found = list_of(founded, at=Moment(NOW + day * DAY))
        assert (int(gone.key.serial) in found.revoked) is stands


def test_a_list_is_published_by_who_may_and_for_a_town(founded: Tx) -> None:
    with pytest.raises(errors.WrongAuthority):
        pki.publishing.crl(founded, key(f"{cast.TERMINAL_NAME}/1"), TOWN, at=NOW)
    with pytest.raises(errors.PartitionUnfit):
        pki.publishing.crl(founded, auth_key(), "1310", at=NOW)


def test_a_responder_answers_from_the_register(founded: Tx) -> None:
    held = key("responder")
    authority = pki.founding.appoint_responder(founded, auth_key(), held.public_key, at=NOW)
    assert pki.founding.authority_of(founded, auth_key()) == authority
    assert authority.responder is not None
    responder = Responder(authority=authority, certificate=authority.responder, key=held.private_key)
    good, gone = pki.issue(founded, auth_key(), [cast.order(holder=1), cast.order(holder=2)], at=NOW)
    pki.changes.revoke(founded, [gone.key], Reason.KEY_COMPROMISE, at=NOW)
    trust = pki.TrustStore(pki.founding.authorities(founded))
    verifier = pki.Verifier(trust)
    for made, expected in ((good, Valid), (gone, Revoked)):
        assert made.der is not None
        certificate = verifier.examine(made.der)
        assert isinstance(certificate, Examined)
        asked = request(serial=certificate.serial, of=authority)
        answer = pki.publishing.ocsp(founded, [responder], asked, at=NOW)
        status = read_answer(answer, certificate=certificate, trust=trust, at=NOW)
        assert not isinstance(status, pki.verdicts.Refused)
        verdict = pki.decide(certificate, evidence=Evidence(ocsp=status), at=NOW, grace_until=None)
        assert type(verdict) is expected


def test_a_terminal_authority_has_no_responder(founded: Tx) -> None:
    with pytest.raises(errors.WrongAuthority):
        pki.founding.appoint_responder(founded, key(f"{cast.TERMINAL_NAME}/1"), key("responder").public_key, at=NOW)

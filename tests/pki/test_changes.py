"""What life does to certificates, in the store, on both engines: each story once, with its refused twin beside it."""

import pytest

from onshi import pki
from onshi.db import Tx
from onshi.kernel import Moment
from onshi.pki import Certificate, CertificateKey, Reason, Status, errors
from onshi.pki.model import Standing

from . import cast
from .cast import CARD, DAY, HOLDER, NAME, NOW, PHONE, auth_key, key, sign_key

LATER = Moment(NOW + DAY)


@pytest.fixture
def founded(tx: Tx) -> Tx:
    cast.found_all(tx)
    return tx


def have_everything(tx: Tx) -> dict[str, Certificate]:
    """Somebody with a card and a phone, two certificates each; and somebody else with a card."""
    auth, phone, other = pki.issue(
        tx, auth_key(), [cast.order(), cast.phone_order(), cast.order(holder=1, card=99)], at=NOW
    )
    orders = [
        cast.sign_order(),
        cast.sign_order(medium=pki.Medium.PHONE, card=PHONE),
        cast.sign_order(holder=1, card=99),
    ]
    sign, phone_sign, other_sign = pki.issue(tx, sign_key(), orders, at=NOW)
    return {
        "auth": auth,
        "sign": sign,
        "phone": phone,
        "phone sign": phone_sign,
        "other": other,
        "other sign": other_sign,
    }


def now_of(tx: Tx, held: dict[str, Certificate]) -> dict[str, Status | Reason]:
    """Where everything stands: its status, or the reason why it does not count."""
    return {name: (found := pki.certificate(tx, one.key)).reason or found.status for name, one in held.items()}


ALL_GOOD: dict[str, Status | Reason] = dict.fromkeys(
    ("auth", "sign", "phone", "phone sign", "other", "other sign"), Status.ACTIVE
)


def test_a_renewed_certificate_is_superseded_and_takes_the_phones_with_it(founded: Tx) -> None:
    held = have_everything(founded)
    replaced = pki.changes.renew(
        founded, auth_key(), held["auth"].key, cast.order(card=77, public_key=key("new card").public_key), at=LATER
    )
    assert now_of(founded, held) == ALL_GOOD | {"auth": Reason.SUPERSEDED, "phone": Reason.CEASED}
    assert [one.key for one in replaced.off] == [held["auth"].key, held["phone"].key]
    assert replaced.off[0].successor == replaced.new.key.serial
    assert pki.certificate(founded, replaced.new.key) == replaced.new
    assert (replaced.new.card, replaced.new.not_before) == (77, LATER)


def test_renewing_a_phone_leaves_the_card(founded: Tx) -> None:
    held = have_everything(founded)
    pki.changes.renew(founded, auth_key(), held["phone"].key, cast.phone_order(), at=LATER)
    assert now_of(founded, held) == ALL_GOOD | {"phone": Reason.SUPERSEDED}


def test_the_chain_of_serials_is_read_from_any_of_them(founded: Tx) -> None:
    first = have_everything(founded)["auth"]
    second = pki.changes.renew(founded, auth_key(), first.key, cast.order(), at=LATER).new
    third = pki.changes.renew(founded, auth_key(), second.key, cast.order(), at=Moment(LATER + 1)).new
    serials = [first.key, second.key, third.key]
    for one in serials:
        assert [link.key for link in pki.history(founded, one)] == serials
    (standing,) = pki.status_of(founded, [first.key], at=LATER)
    assert standing.successor == second.key.serial


def test_what_does_not_count_is_not_renewed(founded: Tx) -> None:
    held = have_everything(founded)
    pki.changes.suspend(founded, HOLDER, CARD, at=NOW)
    with pytest.raises(errors.CertificateHeld):
        pki.changes.renew(founded, auth_key(), held["auth"].key, cast.order(), at=LATER)
    pki.changes.revoke(founded, [held["auth"].key], Reason.CEASED, at=NOW)
    with pytest.raises(errors.CertificateOff):
        pki.changes.renew(founded, auth_key(), held["auth"].key, cast.order(), at=LATER)
    with pytest.raises(errors.OrderForAnother):
        pki.changes.renew(founded, auth_key(), held["other"].key, cast.order(), at=LATER)
    assert len(pki.certificates_of(founded, HOLDER)) == 4


def test_many_are_revoked_or_none(founded: Tx) -> None:
    held = have_everything(founded)
    pki.changes.revoke(founded, [held["sign"].key], Reason.UNSPECIFIED, at=NOW)
    with pytest.raises(errors.CertificateOff):
        pki.changes.revoke(founded, [held["auth"].key, held["sign"].key], Reason.CEASED, at=LATER)
    assert now_of(founded, held) == ALL_GOOD | {"sign": Reason.UNSPECIFIED}
    pki.changes.revoke(founded, [held["auth"].key, held["other"].key], Reason.CEASED, at=LATER)
    assert now_of(founded, held) == ALL_GOOD | {
        "sign": Reason.UNSPECIFIED,
        "auth": Reason.CEASED,
        "other": Reason.CEASED,
    }


def test_a_lost_card_is_held_and_nothing_else_is(founded: Tx) -> None:
    held = have_everything(founded)
    changed = pki.changes.suspend(founded, HOLDER, CARD, at=LATER)
    assert sorted(one.key.issuer for one in changed) == [NAME, cast.SIGN_NAME]
    assert now_of(founded, held) == ALL_GOOD | {"auth": Reason.HOLD, "sign": Reason.HOLD}
    assert pki.changes.suspend(founded, HOLDER, CARD, at=Moment(LATER + 1)) == []
    assert pki.certificate(founded, held["auth"].key).revoked_at == LATER


def test_a_found_card_is_not_released_but_issued_anew(founded: Tx) -> None:
    held = have_everything(founded)
    with pytest.raises(errors.CertificateNotHeld):
        pki.changes.reissue_after_found(founded, auth_key(), held["auth"].key, cast.order(), at=LATER)
    pki.changes.suspend(founded, HOLDER, CARD, at=NOW)
    with pytest.raises(errors.HoldNotReleased):
        pki.changes.resume(founded, held["auth"].key)
    made = pki.changes.reissue_after_found(founded, auth_key(), held["auth"].key, cast.order(), at=LATER)
    assert now_of(founded, held) == ALL_GOOD | {"auth": Reason.SUPERSEDED, "sign": Reason.HOLD}
    assert made.off[0].successor == made.new.key.serial
    assert made.new.status is Status.ACTIVE


def test_a_found_phone_is_resumed_for_authentication_only(founded: Tx) -> None:
    held = have_everything(founded)
    with pytest.raises(errors.CertificateNotHeld):
        pki.changes.resume(founded, held["phone"].key)
    pki.changes.suspend(founded, HOLDER, PHONE, at=NOW)
    with pytest.raises(errors.HoldNotReleased):
        pki.changes.resume(founded, held["phone sign"].key)
    assert pki.changes.resume(founded, held["phone"].key) == held["phone"]
    assert now_of(founded, held) == ALL_GOOD | {"phone sign": Reason.HOLD}


def test_changed_details_revoke_what_says_them(founded: Tx) -> None:
    held = have_everything(founded)
    pki.changes.details_changed(founded, HOLDER, at=LATER)
    assert now_of(founded, held) == ALL_GOOD | {
        "sign": Reason.DETAILS_CHANGED,
        "phone sign": Reason.DETAILS_CHANGED,
    }
    assert pki.changes.details_changed(founded, HOLDER, at=LATER) == []


def test_a_held_one_is_revoked_by_changed_details_too(founded: Tx) -> None:
    held = have_everything(founded)
    pki.changes.suspend(founded, HOLDER, CARD, at=NOW)
    pki.changes.details_changed(founded, HOLDER, at=LATER)
    assert now_of(founded, held)["sign"] is Reason.DETAILS_CHANGED


def test_death_revokes_everything_of_the_dead_and_of_nobody_else(founded: Tx) -> None:
    held = have_everything(founded)
    pki.changes.details_changed(founded, HOLDER, at=NOW)
    pki.changes.deceased(founded, HOLDER, at=LATER)
    assert now_of(founded, held) == ALL_GOOD | {
        "auth": Reason.CEASED,
        "phone": Reason.CEASED,
        "sign": Reason.DETAILS_CHANGED,
        "phone sign": Reason.DETAILS_CHANGED,
    }


def test_a_card_without_pins_does_not_sign(founded: Tx) -> None:
    held = have_everything(founded)
    pki.changes.to_face_card(founded, HOLDER, CARD, at=LATER)
    assert now_of(founded, held) == ALL_GOOD | {"sign": Reason.CEASED}


def test_a_childs_card_has_one_certificate(founded: Tx) -> None:
    """Who gets a signature certificate is law's to say; nothing here needs one."""
    pki.issue(founded, auth_key(), [cast.order(holder=5)], at=NOW)
    pki.changes.to_face_card(founded, 5, CARD, at=LATER)
    pki.changes.details_changed(founded, 5, at=LATER)
    assert [one.status for one in pki.certificates_of(founded, 5)] == [Status.ACTIVE]


def test_somebody_without_certificates_has_nothing_to_lose(founded: Tx) -> None:
    assert pki.changes.deceased(founded, 12345, at=NOW) == []
    assert pki.certificates_of(founded, 12345) == []
    nobody = CertificateKey("NOBODY", "0000000001")
    assert pki.status_of(founded, [nobody], at=NOW) == [Standing(nobody, None, None, None, None, NOW)]

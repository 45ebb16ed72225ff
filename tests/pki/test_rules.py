"""What may be founded, issued and changed, as tables."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from onshi.kernel import Moment, japan_day
from onshi.pki import Certificate, CertificateKey, Kind, Medium, Purpose, Reason, Status, errors, rules
from onshi.pki.model import serial_number, serial_text

from . import cast
from .cast import CARD, DETAILS, HOLDER, NOT_AFTER, NOW, TOWN, key

LAST = japan_day(cast.authority().until) - rules.AFTERLIFE


def certificate(**changes: Any) -> Certificate:
    values = {
        "key": CertificateKey(cast.NAME, "1234567890"),
        "kind": Kind.AUTH,
        "holder": HOLDER,
        "card": CARD,
        "medium": Medium.CARD,
        "municipality": TOWN,
        "generation": 1,
        "not_before": cast.ISSUED,
        "not_after": NOT_AFTER,
    }
    return Certificate(**(values | changes))


def off(reason: Reason = Reason.CEASED, **changes: Any) -> Certificate:
    return certificate(status=Status.REVOKED, reason=reason, revoked_at=cast.ISSUED, **changes)


def held(**changes: Any) -> Certificate:
    return certificate(status=Status.HELD, reason=Reason.HOLD, revoked_at=cast.ISSUED, **changes)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0000000001", 1),
        ("1234567890", 1234567890),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),  # one too many
        ("0000000000", None),
        ("1", None),  # not as it is written
        ("00000000001", None),
        ("", None),
        ("１２３４５６７８９０", None),
        ("-123456789", None),
        ("12345678901234567890", None),
    ],
)
def test_serial_numbers_are_written_in_one_way_only(text: str, number: int | None) -> None:
    assert serial_number(text) == number
    if number is not None:
        assert serial_text(number) == text


@pytest.mark.parametrize("name", ["", "demo", "DEMO CA", "DEMO/CA", "認証局", "A" * 33, "DEMO-CA\n"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(name: str) -> None:
    with pytest.raises(errors.AuthorityNameUnfit):
        rules.check_authority(name, Purpose.AUTHENTICATION, [])


def test_generations_are_counted_and_a_purpose_is_for_good() -> None:
    before = [cast.authority(), cast.authority(generation=2)]
    assert rules.check_authority("A" * 32, Purpose.AUTHENTICATION, []) == 1
    assert rules.check_authority(cast.NAME, Purpose.AUTHENTICATION, before) == 3
    with pytest.raises(errors.AuthorityPurposeFixed) as refused:
        rules.check_authority(cast.NAME, Purpose.SIGNATURE, before)
    assert refused.value.facts == {"name": cast.NAME, "purpose": "authentication"}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"kind": Kind.SIGN, "details": DETAILS}, errors.WrongAuthority),
        ({"municipality": "13101"}, errors.PartitionUnfit),
        ({"municipality": "１３１０１６"}, errors.PartitionUnfit),
        ({"public_key": None}, None),
        ({"public_key": key("short", 1024).public_key}, errors.KeyUnfit),
        ({"details": DETAILS}, errors.DetailsUnfit),  # an authentication certificate names nobody
        ({"serial": "0000000042"}, None),
        ({"serial": "42"}, errors.SerialUnfit),
        ({"not_after": japan_day(NOW)}, None),  # on its last day
        ({"not_after": japan_day(NOW) - timedelta(days=1)}, errors.TermUnfit),
        ({"not_after": LAST - timedelta(days=1)}, None),
        ({"not_after": LAST}, errors.TermUnfit),  # its grace would outlive the authority
        ({"medium": Medium.PHONE}, None),
    ],
)
def test_an_order_is_checked(changes: dict[str, Any], refusal: type[Exception] | None) -> None:
    order = cast.order(**changes)
    if refusal is None:
        rules.check_order(order, cast.authority(), at=NOW)
        return
    with pytest.raises(refusal) as refused:
        rules.check_order(order, cast.authority(), at=NOW)
    assert type(refused.value) is refusal


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"details": None}, errors.DetailsUnfit),
        ({"details": None, "public_key": None}, None),  # said when it is made
        ({"kind": Kind.AUTH, "details": None}, errors.WrongAuthority),
    ],
)
def test_an_order_for_signing_is_checked(changes: dict[str, Any], refusal: type[Exception] | None) -> None:
    order = cast.sign_order(**changes)
    if refusal is None:
        rules.check_order(order, cast.signature_authority(), at=NOW)
        return
    with pytest.raises(refusal) as refused:
        rules.check_order(order, cast.signature_authority(), at=NOW)
    assert type(refused.value) is refusal


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.HOLD])
@pytest.mark.parametrize("before", [certificate(), held()], ids=["active", "held"])
def test_what_counts_or_is_held_can_be_revoked(before: Certificate, reason: Reason) -> None:
    after = rules.revoked(before, reason, at=NOW, successor="1234567891")
    assert after == replace(before, status=Status.REVOKED, reason=reason, revoked_at=NOW, successor="1234567891")


def test_a_hold_is_no_reason_to_revoke_and_what_is_revoked_stays_so() -> None:
    with pytest.raises(errors.ReasonUnfit):
        rules.revoked(certificate(), Reason.HOLD, at=NOW)
    with pytest.raises(errors.CertificateOff) as refused:
        rules.revoked(off(Reason.SUPERSEDED), Reason.KEY_COMPROMISE, at=NOW)
    assert refused.value.facts == {"reason": "superseded"}


@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        (held(medium=Medium.PHONE), None),
        (held(), errors.HoldNotReleased),  # plastic: issued anew instead
        (held(medium=Medium.PHONE, kind=Kind.SIGN), errors.HoldNotReleased),
        (certificate(medium=Medium.PHONE), errors.CertificateNotHeld),
        (off(medium=Medium.PHONE), errors.CertificateOff),
    ],
)
def test_only_a_phones_authentication_is_resumed(before: Certificate, refusal: type[Exception] | None) -> None:
    if refusal is None:
        assert rules.resumed(before) == certificate(medium=Medium.PHONE)
        return
    with pytest.raises(refusal) as refused:
        rules.resumed(before)
    assert type(refused.value) is refusal


@pytest.mark.parametrize(
    ("before", "refusal"),
    [(certificate(), None), (held(), errors.CertificateHeld), (off(), errors.CertificateOff)],
)
def test_what_counts_is_renewed(before: Certificate, refusal: type[Exception] | None) -> None:
    if refusal is None:
        rules.check_renewable(before)
        return
    with pytest.raises(refusal) as refused:
        rules.check_renewable(before)
    assert type(refused.value) is refusal


@pytest.mark.parametrize(
    "changes",
    [{"holder": HOLDER + 1}, {"kind": Kind.SIGN}, {"medium": Medium.PHONE}],
)
def test_a_certificate_is_replaced_by_its_like(changes: dict[str, Any]) -> None:
    rules.check_same(certificate(), cast.order(card=CARD + 1, municipality=cast.OTHER_TOWN))
    with pytest.raises(errors.OrderForAnother):
        rules.check_same(certificate(), cast.order(**changes))


def test_a_chain_is_found_from_any_of_its_links() -> None:
    def link(serial: int, successor: int | None, issuer: str = cast.NAME) -> Certificate:
        after = None if successor is None else serial_text(successor)
        return certificate(key=CertificateKey(issuer, serial_text(serial)), successor=after)

    chain = [link(1, 2), link(2, 3), link(3, None)]
    others = [link(9, None), link(2, 9, cast.SIGN_NAME), link(3, None, cast.SIGN_NAME)]
    for one in chain:
        assert rules.chain_of([*others, *reversed(chain)], one) == chain
    assert rules.chain_of([*others, *chain], others[0]) == [others[0]]


@pytest.mark.parametrize(
    ("terminal", "size"),
    [("", 51), ("T" * 14, 51), ("T 1", 51), ("端末", 51), ("T1", 50), ("T1", 52), ("T1", 307)],
)
def test_a_terminal_is_checked(terminal: str, size: int) -> None:
    rules.check_terminal("T" * 13, bytes(51))
    with pytest.raises(errors.TerminalUnfit):
        rules.check_terminal(terminal, bytes(size))


def test_the_afterlife_covers_every_grace() -> None:
    """The longest: over on the first of a month, good to the end of the third after it."""
    longest = max(
        _last_of_month(year, month + 3) - date(year, month, 1) for year in (2027, 2028) for month in range(1, 13)
    )
    assert longest < rules.AFTERLIFE


def test_later_is_counted_in_microseconds() -> None:
    assert rules.later(Moment(1), timedelta(seconds=1)) == 1_000_001


def _last_of_month(year: int, month: int) -> date:
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)

"""Rules of parties, scopes, logins, passwords, locks, sessions and roles."""

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.access import errors
from onshi.access.model import (
    Credentials,
    InstitutionKind,
    Party,
    PartyKind,
    PasswordProof,
    Role,
    Session,
    Staff,
)
from onshi.access.permissions import PERMISSION_MEANINGS, PERMISSIONS, ROLE_KINDS, Permission, may
from onshi.access.rules import (
    PORTAL_SCOPE,
    SignInOutcome,
    check_login,
    check_party,
    check_password,
    check_roles,
    check_scopes,
    check_session,
    fold_login,
    granted_scopes,
    institution_kind,
    is_open,
    judge_sign_in,
    lock_after,
    touch_due,
)
from onshi.kernel import Moment

from .cast import HOUR, MINUTE, NOW, clinic


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("institution", "1312345678"),
        ("insurer", "06139992"),
        ("municipality", "131016"),
        ("prefecture", "13"),
        ("prefecture", "47"),
        ("ministry", "mhlw"),
        ("cashless", "pay-1"),
        ("operator", "onshi"),
        ("portal", "citizens"),
    ],
)
def test_a_party_has_the_code_of_its_kind(kind: str, code: str) -> None:
    party = Party(PartyKind(kind), code, "見本")
    check_party(party)
    assert party.id == f"{kind}:{code}"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "131234567"}, "code"),
        ({"code": "１３１２３４５６７８"}, "code"),  # parsed at the edge, never here
        ({"kind": PartyKind.INSURER, "code": "138057"}, "code"),  # 国保 is kept with 8 digits
        ({"kind": PartyKind.INSURER, "code": "abc"}, "code"),
        ({"kind": PartyKind.MUNICIPALITY, "code": "131017"}, "code"),  # wrong check digit
        ({"kind": PartyKind.MUNICIPALITY, "code": "13101"}, "code"),
        ({"kind": PartyKind.PREFECTURE, "code": "48"}, "code"),
        ({"kind": PartyKind.PREFECTURE, "code": "00"}, "code"),
        ({"kind": PartyKind.VENDOR, "code": "Maker"}, "code"),
        ({"kind": PartyKind.VENDOR, "code": "a:b"}, "code"),
        ({"kind": PartyKind.VENDOR, "code": "a" * 33}, "code"),
        ({"name": "  "}, "name"),
        ({"opened_on": date(2020, 4, 1), "closed_on": date(2020, 3, 31)}, "closed_on"),
        ({"municipality": "131017"}, "municipality"),
        ({"municipality": "13101"}, "municipality"),
    ],
)
def test_a_malformed_party_is_refused_by_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(errors.PartyMalformed) as refused:
        check_party(clinic(**changes))
    assert refused.value.facts["field"] == field


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("1310000001", InstitutionKind.MEDICAL),
        ("1330000001", InstitutionKind.DENTAL),
        ("1340000001", InstitutionKind.PHARMACY),
        ("1360000001", InstitutionKind.NURSING),
        ("1320000001", None),
    ],
)
def test_the_third_digit_tells_what_an_institution_does(code: str, kind: InstitutionKind | None) -> None:
    assert institution_kind(code) == kind


@pytest.mark.parametrize(
    ("opened", "closed", "expected"),
    [
        (None, None, True),
        (date(2026, 11, 2), None, True),  # first day
        (date(2026, 11, 3), None, False),
        (None, date(2026, 11, 3), True),
        (None, date(2026, 11, 2), False),  # the day of closing itself
    ],
)
def test_open_days(opened: date | None, closed: date | None, expected: bool) -> None:
    assert is_open(clinic(opened_on=opened, closed_on=closed), date(2026, 11, 2)) is expected


@pytest.mark.parametrize(
    ("asked", "granted"),
    [(None, {"a", "b"}), ("", {"a", "b"}), ("a", {"a"}), ("b a", {"a", "b"}), ("a a", {"a"})],
)
def test_scopes_granted(asked: str | None, granted: set[str]) -> None:
    assert granted_scopes(frozenset({"a", "b"}), asked) == granted


@pytest.mark.parametrize("asked", ["c", "a c", "a  b", " ", "A"])
def test_scopes_refused(asked: str) -> None:
    with pytest.raises(errors.ScopeRefused):
        granted_scopes(frozenset({"a", "b"}), asked)


@pytest.mark.parametrize("scope", ["", "a b", 'a"b', "a\\b", "確認", "a\n"])
def test_malformed_scopes(scope: str) -> None:
    with pytest.raises(errors.ScopeMalformed):
        check_scopes(["check", scope], PartyKind.INSTITUTION)


def test_scopes_of_smart_are_well_formed() -> None:
    scopes = ["system/Coverage.rs", "check"]
    assert check_scopes(scopes, PartyKind.INSTITUTION) == frozenset(scopes)


@pytest.mark.parametrize("kind", list(PartyKind))
def test_own_view_is_for_portals_alone(kind: PartyKind) -> None:
    if kind is PartyKind.PORTAL:
        assert check_scopes([PORTAL_SCOPE], kind) == frozenset({PORTAL_SCOPE})
        return
    with pytest.raises(errors.ScopeNotForParty) as refused:
        check_scopes(["check", PORTAL_SCOPE], kind)
    assert refused.value.facts == {"scope": "portal", "kind": kind.value}


@pytest.mark.parametrize("scope", ["check", "check.bulk", "metrics.read", "anything"])
def test_a_portal_may_ask_for_nothing_else(scope: str) -> None:
    with pytest.raises(errors.ScopeNotForParty) as refused:
        check_scopes([PORTAL_SCOPE, scope], PartyKind.PORTAL)
    assert refused.value.facts == {"scope": scope, "kind": "portal"}


@pytest.mark.parametrize(("typed", "folded"), [(" Sato ", "sato"), ("ＳＡＴＯ", "sato"), ("STRASSE", "strasse")])
def test_logins_are_folded(typed: str, folded: str) -> None:
    assert fold_login(typed) == folded


@pytest.mark.parametrize("login", ["", "a b", "a" * 65, "a\x00", "a\u200b"])
def test_malformed_logins(login: str) -> None:
    with pytest.raises(errors.LoginMalformed):
        check_login(login)


@pytest.mark.parametrize("password", ["a" * 12, "a" * 128, "ながいながいながいことば"])
def test_passwords_taken(password: str) -> None:
    check_password(password, "uketsuke")


@pytest.mark.parametrize("password", ["", "a" * 11, "a" * 129, "my-UKETSUKE-2026"])
def test_passwords_refused(password: str) -> None:
    with pytest.raises(errors.WeakPassword):
        check_password(password, "uketsuke")


@pytest.mark.parametrize(("login", "taken"), [("abc", True), ("abcd", False)])
def test_a_short_login_may_be_part_of_a_password(login: str, taken: bool) -> None:
    if taken:
        check_password("abcd-efgh-ijkl", login)
    else:
        with pytest.raises(errors.WeakPassword):
            check_password("abcd-efgh-ijkl", login)


@pytest.mark.parametrize(
    ("tries", "minutes"),
    [
        (0, 0),
        (1, 0),
        (4, 0),
        (5, 15),
        (6, 0),
        (9, 0),
        (10, 30),
        (15, 60),
        (20, 120),
        (35, 960),
        (40, 1440),
        (500, 1440),
    ],
)
def test_locks_grow_up_to_a_day(tries: int, minutes: int) -> None:
    assert lock_after(tries) == minutes * MINUTE


def _credentials(**changes: object) -> Credentials:
    worker = Staff("s-1", "uketsuke", clinic().id, frozenset({Role.RECEPTION}), NOW)
    values: dict[str, object] = {
        "staff": worker,
        "password_hash": "hash",
        "totp_sealed": b"",
        "totp_step": -1,
        "wrong_tries": 0,
        "locked_until": None,
    }
    return Credentials(**(values | changes))  # type: ignore[arg-type]  # a builder: the table names the fields


FITS = PasswordProof("uketsuke", "hash")
WRONG = PasswordProof("uketsuke", None)
DISABLED = replace(_credentials().staff, disabled_at=NOW)


@pytest.mark.parametrize(
    ("credentials", "proof", "code", "step", "outcome"),
    [
        (_credentials(), FITS, "123456", 7, "done"),
        (_credentials(), FITS, "123456", None, "wrong-code"),
        (_credentials(), FITS, None, None, "needs-code"),
        (_credentials(), FITS, "", None, "needs-code"),
        (_credentials(), WRONG, "123456", 7, "wrong-password"),
        (_credentials(), WRONG, None, None, "wrong-password"),
        (_credentials(), PasswordProof("other", "hash"), "123456", 7, "wrong-password"),
        (_credentials(password_hash="changed since"), FITS, "123456", 7, "wrong-password"),
        (_credentials(password_hash=None), WRONG, "123456", 7, "wrong-password"),
        (_credentials(locked_until=NOW + 1), FITS, "123456", 7, "locked"),
        (_credentials(locked_until=NOW), FITS, "123456", 7, "done"),
        (_credentials(staff=DISABLED), FITS, "123456", 7, "disabled"),
    ],
)
def test_how_a_try_to_sign_in_ends(
    credentials: Credentials, proof: PasswordProof, code: str | None, step: int | None, outcome: str
) -> None:
    assert judge_sign_in(credentials, proof, party=clinic(), code=code, step=step, at=NOW) == SignInOutcome(outcome)


def test_nobody_signs_in_at_a_closed_party() -> None:
    closed = clinic(closed_on=date(2026, 11, 2))
    found = judge_sign_in(_credentials(), FITS, party=closed, code="123456", step=7, at=NOW)
    assert found == SignInOutcome.PARTY_CLOSED


def _session(started_ago: int, seen_ago: int) -> Session:
    return Session(b"", _credentials().staff, Moment(NOW - started_ago), Moment(NOW - seen_ago))


@pytest.mark.parametrize(
    ("started_ago", "seen_ago", "good"),
    [
        (0, 0, True),
        (30 * MINUTE, 30 * MINUTE - 1, True),
        (30 * MINUTE, 30 * MINUTE, False),  # idle
        (12 * HOUR - 1, 0, True),
        (12 * HOUR, 0, False),  # however busy
    ],
)
def test_how_long_a_session_lives(started_ago: int, seen_ago: int, good: bool) -> None:
    if good:
        check_session(_session(started_ago, seen_ago), NOW)
    else:
        with pytest.raises(errors.SessionExpired):
            check_session(_session(started_ago, seen_ago), NOW)


@pytest.mark.parametrize(("seen_ago", "due"), [(0, False), (MINUTE - 1, False), (MINUTE, True)])
def test_a_session_is_touched_once_a_minute(seen_ago: int, due: bool) -> None:
    assert touch_due(_session(HOUR, seen_ago), NOW) is due


@pytest.mark.parametrize(
    ("roles", "permission", "allowed"),
    [
        ({Role.RECEPTION}, "check", True),
        ({Role.RECEPTION}, "feeds.load", False),
        ({Role.INSURER_CLERK}, "feeds.review", False),
        ({Role.INSURER_CLERK, Role.REVIEWER}, "feeds.review", True),
        ({Role.OPERATOR}, "disclose", False),
        ({Role.OPERATOR}, "audit.read", False),
        ({Role.AUDITOR}, "audit.read", True),
        (set(), "check", False),
    ],
)
def test_roles_and_permissions(roles: set[Role], permission: Permission, allowed: bool) -> None:
    assert may(roles, permission) is allowed


def test_an_unknown_permission_is_a_bug() -> None:
    with pytest.raises(LookupError):
        may({Role.RECEPTION}, "chekc")  # type: ignore[arg-type]  # the typo is what is tested


def test_the_table_of_permissions_is_complete() -> None:
    assert PERMISSIONS.keys() == set(Role)
    assert PERMISSION_MEANINGS.keys() == set(get_args(Permission))
    assert frozenset().union(*PERMISSIONS.values()) == set(get_args(Permission))


@given(st.sampled_from(sorted(Role)), st.sampled_from(sorted(PartyKind)))
def test_a_role_is_given_only_where_it_exists(role: Role, kind: PartyKind) -> None:
    if kind in ROLE_KINDS.get(role, frozenset(PartyKind)):
        check_roles(frozenset({role}), kind)
    else:
        with pytest.raises(errors.RoleNotForParty) as refused:
            check_roles(frozenset({role, Role.ADMINISTRATOR}), kind)
        assert refused.value.facts == {"role": role.value, "kind": kind.value}

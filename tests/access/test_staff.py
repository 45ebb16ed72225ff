"""Accounts, signing in, sessions."""

import sqlite3
from dataclasses import replace
from datetime import date

import pytest
from argon2 import PasswordHasher

from onshi import access
from onshi.access import Event, NeedsCode, NotSignedIn, Role, SignedIn, errors, secrets_at_rest, store
from onshi.db import Database, Tx, metadata
from onshi.kernel import Moment

from .cast import (
    BY,
    CLIENT,
    CLINIC,
    HOUR,
    INSURER,
    MINUTE,
    NOW,
    PASSWORD,
    SEAL_KEY,
    client_key,
    clinic,
    code,
    enrol_clinic,
    enrol_staff,
    public,
    sign_in,
)

STEP = 30_000_000
STAFF = "s-uketsuke"


def _later(microseconds: int) -> Moment:
    return Moment(NOW + microseconds)


def _reason(result: SignedIn | NeedsCode | NotSignedIn) -> str:
    assert isinstance(result, NotSignedIn)
    assert result.event.action == "login_failed"
    return result.event.outcome


def test_an_account_comes_back_without_secrets(tx: Tx) -> None:
    enrol_clinic(tx)
    enrolled = enrol_staff(tx, login=" Uketsuke ")
    expected = access.Staff(STAFF, "uketsuke", CLINIC, frozenset({Role.RECEPTION}), NOW)
    assert enrolled.staff == expected
    assert enrolled.event == Event("staff_registered", BY, f"staff:{STAFF}", "done")
    assert access.staff_at(tx, CLINIC) == [expected]
    assert access.staff_at(tx, INSURER) == []
    assert enrolled.totp_uri not in repr(enrolled)


def test_an_id_is_drawn(tx: Tx) -> None:
    enrol_clinic(tx)
    ids = {
        access.register_staff(
            tx, CLINIC, login=login, roles=[], password=None, key=SEAL_KEY, at=NOW, by=BY
        ).staff.staff_id
        for login in ("a", "b")
    }
    assert {found.staff_id for found in access.staff_at(tx, CLINIC)} == ids


def test_refusals_of_registering_an_account(tx: Tx) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    with pytest.raises(errors.LoginTaken):
        enrol_staff(tx, login="ＵＫＥＴＳＵＫＥ")
    with pytest.raises(errors.LoginMalformed):
        enrol_staff(tx, login="a b")
    with pytest.raises(errors.WeakPassword):
        enrol_staff(tx, login="other", password="short")
    with pytest.raises(errors.UnknownParty):
        enrol_staff(tx, login="other", party="insurer:00000000")
    with pytest.raises(errors.RoleNotForParty):
        access.set_roles(tx, STAFF, [Role.INSURER_CLERK], by=BY)


def test_signing_in_takes_login_password_and_code(tx: Tx) -> None:
    enrol_clinic(tx)
    enrolled = enrol_staff(tx)
    assert sign_in(tx, "uketsuke", PASSWORD, None) == NeedsCode()
    result = sign_in(tx, "UKETSUKE", PASSWORD, code(enrolled, NOW))
    assert isinstance(result, SignedIn)
    assert result.event == Event("login", f"staff:{STAFF}", None, "done")
    assert access.session_of(tx, result.token, at=NOW) == result.session
    assert result.session.staff == enrolled.staff
    assert result.token not in repr(result)


def test_every_refusal_looks_the_same(tx: Tx) -> None:
    enrol_clinic(tx)
    enrolled = enrol_staff(tx)
    enrol_staff(tx, login="nopass", password=None)
    good = code(enrolled, NOW)
    results = {
        "unknown-login": sign_in(tx, "nobody", PASSWORD, good),
        "wrong-password": sign_in(tx, "uketsuke", "wrong horse battery", good),
        "wrong-code": sign_in(tx, "uketsuke", PASSWORD, "000000" if good != "000000" else "000001"),
    }
    assert {reason: _reason(result) for reason, result in results.items()} == {reason: reason for reason in results}
    assert _reason(sign_in(tx, "nopass", "", "")) == "wrong-password"
    assert _reason(sign_in(tx, "nopass", PASSWORD, good)) == "wrong-password"
    access.disable_staff(tx, STAFF, at=NOW, by=BY)
    results["disabled"] = sign_in(tx, "uketsuke", PASSWORD, good)
    access.amend_party(tx, clinic(closed_on=date(2026, 11, 2)), by=BY)
    results["party-closed"] = sign_in(tx, "nopass", PASSWORD, good)
    assert _reason(results["disabled"]) == "disabled"
    assert _reason(results["party-closed"]) == "party-closed"
    shown = {
        (result.refusal.code, result.refusal.text("ja"), result.refusal.text("en"))
        for result in results.values()
        if isinstance(result, NotSignedIn)
    }
    assert len(shown) == 1


def test_the_log_never_holds_what_was_typed_as_login(tx: Tx) -> None:
    enrol_clinic(tx)
    result = sign_in(tx, PASSWORD, PASSWORD, None)
    assert isinstance(result, NotSignedIn)
    assert result.event == Event("login_failed", "staff:unknown", None, "unknown-login")


def test_a_code_works_once(tx: Tx) -> None:
    enrol_clinic(tx)
    enrolled = enrol_staff(tx)
    shown = code(enrolled, NOW)
    assert isinstance(sign_in(tx, "uketsuke", PASSWORD, shown), SignedIn)
    assert _reason(sign_in(tx, "uketsuke", PASSWORD, shown)) == "wrong-code"
    after = _later(STEP)
    assert isinstance(sign_in(tx, "uketsuke", PASSWORD, code(enrolled, after), at=after), SignedIn)
    assert _reason(sign_in(tx, "uketsuke", PASSWORD, shown, at=after)) == "wrong-code"


def test_five_wrong_tries_lock_and_the_next_five_longer(tx: Tx) -> None:
    enrol_clinic(tx)
    enrolled = enrol_staff(tx)
    at = NOW
    for lock in (15 * MINUTE, 30 * MINUTE):
        for _ in range(5):
            assert _reason(sign_in(tx, "uketsuke", "wrong horse battery", None, at=at)) == "wrong-password"
        last = Moment(at + lock - 1)
        assert _reason(sign_in(tx, "uketsuke", PASSWORD, code(enrolled, last), at=last)) == "locked"
        at = Moment(at + lock)
    assert isinstance(sign_in(tx, "uketsuke", PASSWORD, code(enrolled, at), at=at), SignedIn)
    for _ in range(4):
        assert _reason(sign_in(tx, "uketsuke", PASSWORD, "000000", at=at)) == "wrong-code"
    at = Moment(at + STEP)
    assert isinstance(sign_in(tx, "uketsuke", PASSWORD, code(enrolled, at), at=at), SignedIn)


def test_a_wrong_try_is_kept_when_the_caller_commits(db: Database) -> None:
    with db.transaction() as tx:
        enrol_clinic(tx)
        enrolled = enrol_staff(tx)
    for _ in range(5):
        with db.transaction(reading=True) as tx:
            stored = access.password_hash_of(tx, "uketsuke")
        proof = access.prove_password("uketsuke", stored, "wrong horse battery")
        with db.transaction() as tx:
            assert _reason(access.sign_in(tx, proof, None, at=NOW, key=SEAL_KEY)) == "wrong-password"
    with db.transaction() as tx:
        assert _reason(sign_in(tx, "uketsuke", PASSWORD, code(enrolled, NOW))) == "locked"


def test_a_proof_is_worth_nothing_after_the_password_changed(tx: Tx) -> None:
    enrol_clinic(tx)
    enrolled = enrol_staff(tx)
    proof = access.prove_password("uketsuke", access.password_hash_of(tx, "uketsuke"), PASSWORD)
    access.set_password(tx, STAFF, "another horse battery", by=BY)
    result = access.sign_in(tx, proof, code(enrolled, NOW), at=NOW, key=SEAL_KEY)
    assert _reason(result) == "wrong-password"
    assert isinstance(sign_in(tx, "uketsuke", "another horse battery", code(enrolled, NOW)), SignedIn)


def test_a_new_password_unlocks(tx: Tx) -> None:
    enrol_clinic(tx)
    enrolled = enrol_staff(tx)
    for _ in range(5):
        sign_in(tx, "uketsuke", "wrong horse battery", None)
    assert access.set_password(tx, STAFF, PASSWORD, by=BY) == Event("password_set", BY, f"staff:{STAFF}", "done")
    assert isinstance(sign_in(tx, "uketsuke", PASSWORD, code(enrolled, NOW)), SignedIn)


def test_a_password_typed_in_another_width_is_the_same(tx: Tx) -> None:
    enrol_clinic(tx)
    enrolled = enrol_staff(tx, password="ﾊﾟｽﾜｰﾄﾞﾊﾟｽﾜｰﾄﾞ")
    assert isinstance(sign_in(tx, "uketsuke", "パスワードパスワード", code(enrolled, NOW)), SignedIn)


@pytest.mark.parametrize("password", ["", "\ud800" * 12, "x" * 1_000_000, "\x00"])
def test_any_text_is_merely_a_wrong_password(tx: Tx, password: str) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    assert _reason(sign_in(tx, "uketsuke", password, "\ud800")) == "wrong-password"


def test_a_cheap_old_hash_is_renewed_on_the_way(tx: Tx) -> None:
    enrol_clinic(tx)
    enrolled = enrol_staff(tx)
    cheap = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    store.set_staff(tx, STAFF, password_hash=cheap)
    assert isinstance(sign_in(tx, "uketsuke", PASSWORD, code(enrolled, NOW)), SignedIn)
    renewed = access.password_hash_of(tx, "uketsuke")
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    after = _later(STEP)
    assert isinstance(sign_in(tx, "uketsuke", PASSWORD, code(enrolled, after), at=after), SignedIn)


def test_a_second_factor_opens_only_with_the_key_and_for_its_account(tx: Tx) -> None:
    enrol_clinic(tx)
    first, second = enrol_staff(tx), enrol_staff(tx, login="second")
    proof = access.prove_password("uketsuke", access.password_hash_of(tx, "uketsuke"), PASSWORD)
    with pytest.raises(errors.SecretUnreadable):
        access.sign_in(tx, proof, code(first, NOW), at=NOW, key=bytes(32))
    found = store.credentials_of(tx, "second")
    assert found is not None
    store.set_staff(tx, STAFF, totp_sealed=found.totp_sealed)
    with pytest.raises(errors.SecretUnreadable):
        access.sign_in(tx, proof, code(second, NOW), at=NOW, key=SEAL_KEY)


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(40)])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(errors.SecretUnreadable):
        secrets_at_rest.unseal(SEAL_KEY, sealed, "s-1")


def test_a_lost_phone_is_replaced(tx: Tx) -> None:
    enrol_clinic(tx)
    old = enrol_staff(tx)
    signed = sign_in(tx, "uketsuke", PASSWORD, code(old, NOW))
    assert isinstance(signed, SignedIn)
    new = access.renew_second_factor(tx, STAFF, key=SEAL_KEY, by=BY)
    assert new.event == Event("second_factor_renewed", BY, f"staff:{STAFF}", "done")
    with pytest.raises(errors.NoSession):
        access.session_of(tx, signed.token, at=NOW)
    at = _later(STEP)
    assert _reason(sign_in(tx, "uketsuke", PASSWORD, code(old, at), at=at)) == "wrong-code"
    assert isinstance(sign_in(tx, "uketsuke", PASSWORD, code(new, at), at=at), SignedIn)


def test_a_session_ends_when_left_alone_and_lives_on_when_touched(tx: Tx) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    opened = access.open_session(tx, STAFF, at=NOW)
    at = _later(29 * MINUTE)
    access.touch(tx, access.session_of(tx, opened.token, at=at), at=at)
    at = Moment(at + 30 * MINUTE - 1)
    assert access.session_of(tx, opened.token, at=at) == replace(opened.session, seen_at=_later(29 * MINUTE))
    with pytest.raises(errors.SessionExpired):
        access.session_of(tx, opened.token, at=Moment(at + 1))


def test_touching_never_goes_back(tx: Tx) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    opened = access.open_session(tx, STAFF, at=NOW)
    access.touch(tx, opened.session, at=_later(MINUTE))
    access.touch(tx, opened.session, at=NOW)
    assert access.session_of(tx, opened.token, at=NOW).seen_at == _later(MINUTE)


def test_signing_out_ends_one_session(tx: Tx) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    first, second = (access.open_session(tx, STAFF, at=NOW) for _ in range(2))
    assert access.sign_out(tx, first.token) == Event("logout", f"staff:{STAFF}", None, "done")
    for verb in (lambda: access.session_of(tx, first.token, at=NOW), lambda: access.sign_out(tx, first.token)):
        with pytest.raises(errors.NoSession):
            verb()
    assert access.session_of(tx, second.token, at=NOW) == second.session


@pytest.mark.parametrize("change", ["disable", "password"])
def test_some_changes_end_every_session_of_the_account(tx: Tx, change: str) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    enrol_staff(tx, login="second")
    mine, theirs = access.open_session(tx, STAFF, at=NOW), access.open_session(tx, "s-second", at=NOW)
    if change == "disable":
        assert access.disable_staff(tx, STAFF, at=NOW, by=BY) == Event("staff_disabled", BY, f"staff:{STAFF}", "done")
    else:
        access.set_password(tx, STAFF, "another horse battery", by=BY)
    with pytest.raises(errors.NoSession):
        access.session_of(tx, mine.token, at=NOW)
    assert access.session_of(tx, theirs.token, at=NOW) == theirs.session


def test_new_roles_hold_from_the_next_page(tx: Tx) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    opened = access.open_session(tx, STAFF, at=NOW)
    access.set_roles(tx, STAFF, [Role.ADMINISTRATOR], by=BY)
    assert access.session_of(tx, opened.token, at=NOW).staff.roles == frozenset({Role.ADMINISTRATOR})


def test_whom_no_session_is_opened_for(tx: Tx) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    with pytest.raises(errors.UnknownStaff):
        access.open_session(tx, "s-nobody", at=NOW)
    access.disable_staff(tx, STAFF, at=NOW, by=BY)
    with pytest.raises(errors.StaffDisabled):
        access.open_session(tx, STAFF, at=NOW)
    enrol_staff(tx, login="second")
    access.amend_party(tx, clinic(closed_on=date(2026, 11, 2)), by=BY)
    with pytest.raises(errors.PartyClosed):
        access.open_session(tx, "s-second", at=NOW)


def test_unknown_accounts_are_refused_everywhere(tx: Tx) -> None:
    for verb in (
        lambda: access.staff_by_id(tx, STAFF),
        lambda: access.set_roles(tx, STAFF, [], by=BY),
        lambda: access.set_password(tx, STAFF, PASSWORD, by=BY),
        lambda: access.disable_staff(tx, STAFF, at=NOW, by=BY),
        lambda: access.renew_second_factor(tx, STAFF, key=SEAL_KEY, by=BY),
    ):
        with pytest.raises(errors.UnknownStaff):
            verb()


def test_purging_drops_only_sessions_that_are_over(tx: Tx) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    idle, live = access.open_session(tx, STAFF, at=NOW), access.open_session(tx, STAFF, at=_later(1))
    assert access.purge(tx, at=_later(30 * MINUTE)) == 1
    with pytest.raises(errors.NoSession):
        access.session_of(tx, idle.token, at=_later(30 * MINUTE))
    assert access.session_of(tx, live.token, at=_later(30 * MINUTE)) == live.session
    access.touch(tx, live.session, at=_later(12 * HOUR))
    assert access.purge(tx, at=_later(12 * HOUR)) == 0
    assert access.purge(tx, at=_later(12 * HOUR + 1)) == 1


def test_a_form_belongs_to_its_session(tx: Tx) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    mine, other = (access.open_session(tx, STAFF, at=NOW).token for _ in range(2))
    access.check_form_token(mine, access.form_token(mine))
    for given in ("", "\ud800", access.form_token(other), access.form_token(mine).upper()):
        with pytest.raises(errors.FormTokenWrong):
            access.check_form_token(mine, given)


def test_nothing_that_lets_anybody_in_is_stored(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("db") / "onshi.db"
    db = Database(f"sqlite:///{path}")
    metadata.create_all(db.engine)
    with db.transaction() as tx:
        enrol_clinic(tx)
        enrolled = enrol_staff(tx)
        opened = access.open_session(tx, STAFF, at=NOW)
    db.close()
    with sqlite3.connect(path) as raw:
        dump = "\n".join(raw.iterdump())
    raw.close()
    assert "uketsuke" in dump  # the dump does show what is stored
    shown_secret = enrolled.totp_uri.partition("secret=")[2].partition("&")[0]
    for secret in (PASSWORD, opened.token, shown_secret, access.form_token(opened.token)):
        assert secret not in dump


# -- At a terminal -----------------------------------------------------------------------------------------------------


def _at_terminal(
    tx: Tx, login: str = "uketsuke", password: str = PASSWORD, *, client: str = CLIENT, at: Moment = NOW
) -> Event | NotSignedIn:
    proof = access.prove_password(login, access.password_hash_of(tx, login), password)
    return access.sign_in_at_terminal(tx, proof, client, at=at)


def _why(result: Event | NotSignedIn) -> tuple[str, str | None, str]:
    assert isinstance(result, NotSignedIn)
    assert result.event.action == "login_failed"
    return result.event.actor, result.event.object, result.event.outcome


def test_at_a_terminal_a_password_is_enough_and_opens_no_session(tx: Tx) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    assert _at_terminal(tx, " UKETSUKE ") == Event("login", f"staff:{STAFF}", CLIENT, "done")
    assert access.purge(tx, at=_later(24 * HOUR)) == 0


def test_refusals_at_a_terminal(tx: Tx) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    enrol_staff(tx, login="hokensha", party=INSURER)
    assert _why(_at_terminal(tx, "nobody")) == ("staff:unknown", CLIENT, "unknown-login")
    assert _why(_at_terminal(tx, "hokensha")) == ("staff:s-hokensha", CLIENT, "other-party")
    assert _why(_at_terminal(tx, password="wrong")) == (f"staff:{STAFF}", CLIENT, "wrong-password")
    access.set_roles(tx, STAFF, [Role.ADMINISTRATOR], by=BY)
    assert _why(_at_terminal(tx)) == (f"staff:{STAFF}", CLIENT, "no-permission")
    access.set_roles(tx, STAFF, [Role.ADMINISTRATOR, Role.RECEPTION], by=BY)
    assert isinstance(_at_terminal(tx), Event)
    access.disable_staff(tx, STAFF, at=NOW, by=BY)
    assert _why(_at_terminal(tx)) == (f"staff:{STAFF}", CLIENT, "disabled")


def test_wrong_passwords_at_a_terminal_lock_the_account_everywhere(tx: Tx) -> None:
    enrol_clinic(tx)
    enrolled = enrol_staff(tx)
    for _ in range(5):
        assert _why(_at_terminal(tx, password="wrong"))[2] == "wrong-password"
    assert _why(_at_terminal(tx))[2] == "locked"
    assert _reason(sign_in(tx, "uketsuke", PASSWORD, code(enrolled, NOW))) == "locked"
    assert isinstance(_at_terminal(tx, at=_later(16 * MINUTE)), Event)
    assert _why(_at_terminal(tx, password="wrong", at=_later(16 * MINUTE)))[2] == "wrong-password"
    assert isinstance(_at_terminal(tx, at=_later(16 * MINUTE)), Event), "counting began again"


def test_a_terminal_of_another_organisation_locks_nobody(tx: Tx) -> None:
    enrol_clinic(tx)
    enrolled = enrol_staff(tx, login="hokensha", party=INSURER)
    for _ in range(6):
        assert _why(_at_terminal(tx, "hokensha", "wrong"))[2] == "other-party"
    assert isinstance(sign_in(tx, "hokensha", PASSWORD, code(enrolled, NOW)), SignedIn)


def test_terminals_that_may_not_be_used(tx: Tx) -> None:
    enrol_clinic(tx)
    enrol_staff(tx)
    with pytest.raises(errors.ClientUnknown):
        _at_terminal(tx, client="nobody")
    access.register_client(
        tx,
        INSURER,
        name="見本",
        jwks=public(client_key()),
        scopes=["check"],
        at=NOW,
        by=BY,
        client_id="insurer-software",
    )
    with pytest.raises(errors.NotAnInstitution):
        _at_terminal(tx, client="insurer-software")
    with pytest.raises(errors.NotAnInstitution):
        access.certify_client(tx, "insurer-software", at=NOW, by=BY)
    assert access.certify_client(tx, CLIENT, at=NOW, by=BY) == Event("client_certified", BY, CLIENT, "done")
    access.disable_client(tx, CLIENT, at=NOW, by=BY)
    for use in (lambda: _at_terminal(tx), lambda: access.certify_client(tx, CLIENT, at=NOW, by=BY)):
        with pytest.raises(errors.ClientDisabled):
            use()
    access.enable_client(tx, CLIENT, by=BY)
    access.amend_party(tx, clinic(closed_on=date(2020, 1, 1)), by=BY)
    with pytest.raises(errors.ClientPartyClosed):
        _at_terminal(tx)

"""The verbs for people who work at an organisation: accounts, signing in, sessions.

Signing in takes two short transactions around a slow comparison, so that hashing a password never
holds up a writer:

    stored = access.password_hash_of(reading_tx, login)
    proof = access.prove_password(login, stored, password)
    result = access.sign_in(tx, proof, code, at=now, key=key)
"""

import secrets
from collections.abc import Iterable
from dataclasses import replace

from onshi.access import store
from onshi.access.errors import LoginTaken, NoSession, PartyClosed, SignInRefused, StaffDisabled, UnknownStaff
from onshi.access.model import (
    Credentials,
    Enrolled,
    Event,
    NeedsCode,
    NotSignedIn,
    PasswordProof,
    Role,
    Session,
    SignedIn,
    Staff,
)
from onshi.access.rules import (
    SignInOutcome,
    check_login,
    check_password,
    check_roles,
    check_session,
    fold_login,
    is_open,
    judge_sign_in,
    judge_terminal_sign_in,
    lock_after,
    password_fits,
)
from onshi.access.secrets_at_rest import hash_password, seal, session_id, unseal
from onshi.access.service import party_by_id, terminal_client
from onshi.access.totp import SECRET_BYTES, matching_step, provisioning_uri
from onshi.db import Tx
from onshi.kernel import Moment, japan_day

_TOKEN_BYTES = 32


def register_staff(
    tx: Tx,
    party_id: str,
    *,
    login: str,
    roles: Iterable[Role],
    password: str | None,
    key: bytes,
    at: Moment,
    by: str,
    staff_id: str | None = None,
) -> Enrolled:
    """A new account with a second factor. Without a password nobody can sign in with one (OIDC, demo).

    `key` are the 32 bytes that seal second factors. Raises `UnknownParty`, `RoleNotForParty`,
    `LoginMalformed`, `LoginTaken` or `WeakPassword`.
    """
    given = frozenset(roles)
    check_roles(given, party_by_id(tx, party_id).kind)
    folded = fold_login(login)
    check_login(folded)
    if store.credentials_of(tx, folded) is not None:
        raise LoginTaken
    if password is not None:
        check_password(password, folded)
    new = Staff(staff_id or f"s-{secrets.token_hex(8)}", folded, party_id, given, at)
    secret = secrets.token_bytes(SECRET_BYTES)
    hashed = None if password is None else hash_password(password)
    store.add_staff(tx, new, password_hash=hashed, totp_sealed=seal(key, secret, new.staff_id))
    return Enrolled(new, provisioning_uri(secret, folded), Event("staff_registered", by, _actor(new), "done"))


def renew_second_factor(tx: Tx, staff_id: str, *, key: bytes, by: str) -> Enrolled:
    """A new secret for the authenticator app, for a phone that was lost; ends the account's sessions."""
    found = staff_by_id(tx, staff_id)
    secret = secrets.token_bytes(SECRET_BYTES)
    store.set_staff(tx, staff_id, totp_sealed=seal(key, secret, staff_id), totp_step=-1)
    store.drop_sessions_of(tx, staff_id)
    event = Event("second_factor_renewed", by, _actor(found), "done")
    return Enrolled(found, provisioning_uri(secret, found.login), event)


def set_password(tx: Tx, staff_id: str, password: str, *, by: str) -> Event:
    """A new password; unlocks the account and ends its sessions. Raises `UnknownStaff` or `WeakPassword`."""
    found = staff_by_id(tx, staff_id)
    check_password(password, found.login)
    hashed = hash_password(password)
    store.set_staff(tx, staff_id, password_hash=hashed, wrong_tries=0, locked_until=None)
    store.drop_sessions_of(tx, staff_id)
    return Event("password_set", by, _actor(found), "done")


def set_roles(tx: Tx, staff_id: str, roles: Iterable[Role], *, by: str) -> Event:
    """What somebody may do from the next page on; raises `UnknownStaff` or `RoleNotForParty`."""
    found = staff_by_id(tx, staff_id)
    given = frozenset(roles)
    check_roles(given, party_by_id(tx, found.party_id).kind)
    store.set_staff(tx, staff_id, roles=sorted(given))
    return Event("roles_set", by, _actor(found), "done")


def disable_staff(tx: Tx, staff_id: str, *, at: Moment, by: str) -> Event:
    """Nobody signs in to this account any more, and its sessions end now."""
    found = staff_by_id(tx, staff_id)
    store.set_staff(tx, staff_id, disabled_at=at)
    store.drop_sessions_of(tx, staff_id)
    return Event("staff_disabled", by, _actor(found), "done")


def staff_by_id(tx: Tx, staff_id: str) -> Staff:
    """The account; raises `UnknownStaff`."""
    found = store.staff_of(tx, staff_id)
    if found is None:
        raise UnknownStaff(staff=staff_id)
    return found


def staff_at(tx: Tx, party_id: str) -> list[Staff]:
    """The accounts at a party by login, disabled ones too."""
    return store.staff_at(tx, party_id)


def password_hash_of(tx: Tx, login: str) -> str | None:
    """What `prove_password` compares with; None when there is nothing, which it hides."""
    found = store.credentials_of(tx, fold_login(login))
    return None if found is None else found.password_hash


def sign_in(
    tx: Tx, proof: PasswordProof, code: str | None, *, at: Moment, key: bytes
) -> SignedIn | NeedsCode | NotSignedIn:
    """Signs in with a proven password and the code of the authenticator app.

    A refusal is a value and not an exception, because the wrong try must be committed. It never says
    which of login, password and code was wrong, nor that the account is locked or disabled.
    """
    login = fold_login(proof.login)
    found = store.credentials_of(tx, login)
    if found is None:
        return _not_signed_in("staff:unknown", SignInOutcome.UNKNOWN_LOGIN)
    proof = replace(proof, login=login)
    step = _code_step(found, proof, code, at=at, key=key)
    party = party_by_id(tx, found.staff.party_id)
    outcome = judge_sign_in(found, proof, party=party, code=code, step=step, at=at)
    if outcome is SignInOutcome.NEEDS_CODE:
        return NeedsCode()
    if outcome in (SignInOutcome.WRONG_PASSWORD, SignInOutcome.WRONG_CODE):
        _count_wrong_try(tx, found, at)
    if outcome is not SignInOutcome.DONE:
        return _not_signed_in(_actor(found.staff), outcome)
    store.set_staff(
        tx,
        found.staff.staff_id,
        totp_step=step,
        wrong_tries=0,
        locked_until=None,
        password_hash=proof.renewed_hash or found.password_hash,
    )
    return _opened(tx, found.staff, at)


def sign_in_at_terminal(tx: Tx, proof: PasswordProof, client_id: str, *, at: Moment) -> Event | NotSignedIn:
    """Tells that somebody with a proven password is at a terminal that has proved itself with its certificate, which
    stands in for the code. No session is opened; the event of the sign-in is all that comes of it.

    Wrong passwords are counted and lock the account as in `sign_in`. Raises what `terminal_client` raises.
    """
    client = terminal_client(tx, client_id, on=japan_day(at))
    found = store.credentials_of(tx, fold_login(proof.login))
    if found is None:
        return _not_signed_in("staff:unknown", SignInOutcome.UNKNOWN_LOGIN, client_id)
    proof = replace(proof, login=fold_login(proof.login))
    outcome = judge_terminal_sign_in(found, proof, party_id=client.party_id, at=at)
    if outcome is SignInOutcome.WRONG_PASSWORD:
        _count_wrong_try(tx, found, at)
    if outcome is not SignInOutcome.DONE:
        return _not_signed_in(_actor(found.staff), outcome, client_id)
    hashed = proof.renewed_hash or found.password_hash
    store.set_staff(tx, found.staff.staff_id, wrong_tries=0, locked_until=None, password_hash=hashed)
    return Event("login", _actor(found.staff), client_id, "done")


def _not_signed_in(actor: str, outcome: SignInOutcome, client_id: str | None = None) -> NotSignedIn:
    return NotSignedIn(SignInRefused(), Event("login_failed", actor, client_id, outcome.value))


def _code_step(found: Credentials, proof: PasswordProof, code: str | None, *, at: Moment, key: bytes) -> int | None:
    if not code or not password_fits(found, proof):
        return None
    secret = unseal(key, found.totp_sealed, found.staff.staff_id)
    return matching_step(secret, code, at=at, after=found.totp_step)


def _count_wrong_try(tx: Tx, found: Credentials, at: Moment) -> None:
    tries = found.wrong_tries + 1
    locked = lock_after(tries)
    store.set_staff(tx, found.staff.staff_id, wrong_tries=tries, locked_until=at + locked if locked else None)


def open_session(tx: Tx, staff_id: str, *, at: Moment) -> SignedIn:
    """A session without any proof, for one-click sign-in of the demo and after OIDC: the caller answers for it.

    Raises `UnknownStaff`, `StaffDisabled` or `PartyClosed`.
    """
    found = staff_by_id(tx, staff_id)
    if found.disabled_at is not None:
        raise StaffDisabled(staff=staff_id)
    if not is_open(party_by_id(tx, found.party_id), japan_day(at)):
        raise PartyClosed(party=found.party_id)
    return _opened(tx, found, at)


def _opened(tx: Tx, found: Staff, at: Moment) -> SignedIn:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session = Session(session_id(token), found, at, at)
    store.add_session(tx, session)
    return SignedIn(token, session, Event("login", _actor(found), None, "done"))


def session_of(tx: Tx, token: str, *, at: Moment) -> Session:
    """Who is signed in with this token; only reads. Raises `NoSession` or `SessionExpired`.

    When `touch_due`, call `touch` in a short writing transaction of its own.
    """
    found = store.session_of(tx, session_id(token))
    if found is None or found.staff.disabled_at is not None:
        raise NoSession
    check_session(found, at)
    return found


def touch(tx: Tx, session: Session, *, at: Moment) -> None:
    """Notes that a session is in use."""
    store.see_session(tx, session.id, at)


def sign_out(tx: Tx, token: str) -> Event:
    """Ends a session; raises `NoSession` when there is none."""
    found = store.session_of(tx, session_id(token))
    if found is None:
        raise NoSession
    store.drop_session(tx, found.id)
    return Event("logout", _actor(found.staff), None, "done")


def _actor(found: Staff) -> str:
    return f"staff:{found.staff_id}"

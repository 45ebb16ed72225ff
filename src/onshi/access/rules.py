"""The decisions of this room: what a party, a scope, a password must be, and who is signed in."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum

from onshi.access.errors import (
    LoginMalformed,
    PartyMalformed,
    RoleNotForParty,
    ScopeMalformed,
    ScopeNotForParty,
    ScopeRefused,
    SessionExpired,
    WeakPassword,
)
from onshi.access.model import Credentials, InstitutionKind, Party, PartyKind, PasswordProof, Role, Session
from onshi.access.permissions import ROLE_KINDS, may
from onshi.access.secrets_at_rest import PASSWORD_LENGTH_MAX
from onshi.kernel import Moment, japan_day, narrow, parse_insurer_number, parse_municipality_code, parse_provider_code

PORTAL_SCOPE = "portal"

_MINUTE = 60 * 1_000_000
_HOUR = 60 * _MINUTE
IDLE_MAX = 30 * _MINUTE
LIFE_MAX = 12 * _HOUR
_TOUCH_EVERY = 1 * _MINUTE

_TRIES = 5
_FIRST_LOCK = 15 * _MINUTE
_LONGEST_LOCK = 24 * _HOUR

_PASSWORD_LENGTH_MIN = 12
_LOGIN_LENGTH_MAX = 64
_TELLING_LOGIN_LENGTH = 4
_SHORT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_PREFECTURE = re.compile(r"0[1-9]|[1-3][0-9]|4[0-7]")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # scope-token of RFC 6749 section 3.3
_PARSERS: dict[PartyKind, Callable[[str], str]] = {
    PartyKind.INSTITUTION: parse_provider_code,
    PartyKind.INSURER: parse_insurer_number,
    PartyKind.MUNICIPALITY: parse_municipality_code,
}
# 点数表 digit of the 医療機関コード.
_TABLES = {
    "1": InstitutionKind.MEDICAL,
    "3": InstitutionKind.DENTAL,
    "4": InstitutionKind.PHARMACY,
    "6": InstitutionKind.NURSING,
}


class SignInOutcome(StrEnum):
    """How a try to sign in ended; the audit log gets it, the person only sees one text for every refusal."""

    DONE = "done"
    NEEDS_CODE = "needs-code"
    UNKNOWN_LOGIN = "unknown-login"
    DISABLED = "disabled"
    PARTY_CLOSED = "party-closed"
    LOCKED = "locked"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105 - the name of an outcome
    WRONG_CODE = "wrong-code"
    OTHER_PARTY = "other-party"
    NO_PERMISSION = "no-permission"


def institution_kind(code: str) -> InstitutionKind | None:
    """What an institution with this 10-digit code does; None for a 点数表 digit that is not in use."""
    return _TABLES.get(code[2:3])


def _has_form(party: Party) -> bool:
    if (parse := _PARSERS.get(party.kind)) is not None:
        try:
            return parse(party.code) == party.code
        except ValueError:
            return False
    form = _PREFECTURE if party.kind is PartyKind.PREFECTURE else _SHORT_NAME
    return form.fullmatch(party.code) is not None


def check_party(party: Party) -> None:
    """Raises `PartyMalformed` naming the field that is wrong."""
    if not _has_form(party):
        raise PartyMalformed(field="code", kind=party.kind.value)
    if not party.name.strip():
        raise PartyMalformed(field="name", kind=party.kind.value)
    if party.opened_on is not None and party.closed_on is not None and party.closed_on < party.opened_on:
        raise PartyMalformed(field="closed_on", kind=party.kind.value)
    if party.municipality is not None:
        try:
            parsed = parse_municipality_code(party.municipality)
        except ValueError as error:
            raise PartyMalformed(field="municipality", kind=party.kind.value) from error
        if parsed != party.municipality:
            raise PartyMalformed(field="municipality", kind=party.kind.value)


def is_open(party: Party, day: date) -> bool:
    """Whether the organisation works on `day`; the day of closing is the first on which it does not."""
    return (party.opened_on is None or party.opened_on <= day) and (party.closed_on is None or day < party.closed_on)


def check_scopes(scopes: Iterable[str], kind: PartyKind) -> frozenset[str]:
    """The scopes as a set.

    Raises `ScopeMalformed` for one that OAuth does not allow, `ScopeNotForParty` for the first that software of this
    kind of organisation may not hold.
    """
    found = frozenset(scopes)
    if not all(_SCOPE.fullmatch(scope) for scope in found):
        raise ScopeMalformed
    for scope in sorted(found - held_scopes(found, kind)):
        raise ScopeNotForParty(scope=scope, kind=kind.value)
    return found


def held_scopes(scopes: frozenset[str], kind: PartyKind) -> frozenset[str]:
    """Those of `scopes` that software of this kind of organisation may hold.

    Somebody's own view is for a portal alone: an institution or an insurer would read with it where else a patient
    goes. And a portal holds nothing else: who may ask about the holder of a card that is there may not ask by number.
    """
    return scopes & {PORTAL_SCOPE} if kind is PartyKind.PORTAL else scopes - {PORTAL_SCOPE}


def granted_scopes(registered: frozenset[str], asked: str | None) -> frozenset[str]:
    """What is granted: what was asked for, or everything registered when nothing was; raises `ScopeRefused`."""
    if not asked:
        return registered
    wanted = frozenset(asked.split(" "))
    if not wanted <= registered:
        raise ScopeRefused
    return wanted


def fold_login(text: str) -> str:
    """A login for storing and comparing: width and case do not count."""
    return narrow(text).casefold()


def check_login(login: str) -> None:
    """Raises `LoginMalformed` for a folded login that nobody could type twice the same way."""
    if not 1 <= len(login) <= _LOGIN_LENGTH_MAX or " " in login or not login.isprintable():
        raise LoginMalformed


def check_password(password: str, login: str) -> None:
    """Raises `WeakPassword`. Length, not a mixture of signs, as NIST SP 800-63B section 3.1.1 asks."""
    # A login of two or three letters is part of many a good password.
    names_login = len(login) >= _TELLING_LOGIN_LENGTH and login in fold_login(password)
    if not _PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX or names_login:
        raise WeakPassword


def check_roles(roles: frozenset[Role], kind: PartyKind) -> None:
    """Raises `RoleNotForParty` for the first role that this kind of organisation does not have."""
    for role in sorted(roles):
        if role in ROLE_KINDS and kind not in ROLE_KINDS[role]:
            raise RoleNotForParty(role=role.value, kind=kind.value)


def lock_after(wrong_tries: int) -> int:
    """How long an account is locked after so many wrong tries in a row, in µs; mostly 0.

    Every fifth locks it: 15 minutes, then 30, 60, … up to a day. A whole day at most, so that nobody
    can lock another person out for good.
    """
    rounds, rest = divmod(wrong_tries, _TRIES)
    if rest or not rounds:
        return 0
    return min(_FIRST_LOCK << min(rounds - 1, 16), _LONGEST_LOCK)


def password_fits(credentials: Credentials, proof: PasswordProof) -> bool:
    """Whether `proof` was made against the hash that is stored now."""
    same_account = proof.login == credentials.staff.login
    return same_account and proof.fits is not None and proof.fits == credentials.password_hash


def judge_sign_in(
    credentials: Credentials,
    proof: PasswordProof,
    *,
    party: Party,
    code: str | None,
    step: int | None,
    at: Moment,
) -> SignInOutcome:
    """How the try ends; `step` is the time step the code belongs to, None when it belongs to none."""
    if credentials.staff.disabled_at is not None:
        return SignInOutcome.DISABLED
    if not is_open(party, japan_day(at)):
        return SignInOutcome.PARTY_CLOSED
    if credentials.locked_until is not None and at < credentials.locked_until:
        return SignInOutcome.LOCKED
    if not password_fits(credentials, proof):
        return SignInOutcome.WRONG_PASSWORD
    if not code:
        return SignInOutcome.NEEDS_CODE
    return SignInOutcome.WRONG_CODE if step is None else SignInOutcome.DONE


def judge_terminal_sign_in(
    credentials: Credentials, proof: PasswordProof, *, party_id: str, at: Moment
) -> SignInOutcome:
    """How the try ends at a terminal of `party_id`, whose certificate stands in for the code.

    An account of another organisation is refused before anything is compared: no terminal finds out its password, or
    locks it.
    """
    if credentials.staff.disabled_at is not None:
        return SignInOutcome.DISABLED
    if credentials.staff.party_id != party_id:
        return SignInOutcome.OTHER_PARTY
    if credentials.locked_until is not None and at < credentials.locked_until:
        return SignInOutcome.LOCKED
    if not password_fits(credentials, proof):
        return SignInOutcome.WRONG_PASSWORD
    return SignInOutcome.DONE if may(credentials.staff.roles, "check") else SignInOutcome.NO_PERMISSION


def check_session(session: Session, at: Moment) -> None:
    """Raises `SessionExpired` after 30 minutes without a page and 12 hours after signing in."""
    if at >= session.seen_at + IDLE_MAX or at >= session.started_at + LIFE_MAX:
        raise SessionExpired


def touch_due(session: Session, at: Moment) -> bool:
    """Whether `touch` should be called: at most once a minute, so that reading pages hardly writes."""
    return at >= session.seen_at + _TOUCH_EVERY

"""Who is behind a bearer token."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onshi.access import Caller, TokenDesk, errors
from onshi.access.jose import write_compact
from onshi.access.tokens import LIFETIME_S, mint
from onshi.kernel import Moment

from .cast import CLIENT, CLINIC, ISSUER, NOW, SECOND, SERVER, Signer, server_keys

CALLER = Caller(CLINIC, "1312345678", CLIENT, frozenset({"check", "disclose"}))
END = Moment(NOW + LIFETIME_S * SECOND)


def _token(caller: Caller = CALLER, at: Moment = NOW, jti: str = "j") -> bytes:
    return mint(caller, at=at, jti=jti, issuer=ISSUER, signer=SERVER).encode()


def _desk(size: int = 100) -> TokenDesk:
    return TokenDesk(server_keys(), ISSUER, size=size)


GOOD = _token()


@pytest.mark.parametrize("header", [b"Bearer " + GOOD, b"bearer " + GOOD, b"BEARER " + GOOD, GOOD])
def test_a_good_token_names_its_caller(header: bytes) -> None:
    desk = _desk()
    first, second = desk.party_of(header, NOW), desk.party_of(header, NOW)
    assert first == CALLER
    assert second is first  # found, not verified again


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer  " + GOOD,
        b"Basic " + GOOD,
        b"Bearer " + GOOD + b" ",
        b"Bearer " + GOOD + b"=",
        b"Bearer " + b"a" * 10_000,
        b"Bearer \xff.\xff.\xff",
    ],
)
def test_what_is_no_bearer_token(header: bytes) -> None:
    with pytest.raises(errors.InvalidToken):
        _desk().party_of(header, NOW)


def test_a_token_ends_with_its_last_microsecond() -> None:
    fresh, warm = _desk(), _desk()
    assert warm.party_of(GOOD, Moment(END - 1)) == CALLER
    for desk in (fresh, warm):
        with pytest.raises(errors.ExpiredToken):
            desk.party_of(GOOD, END)


@settings(deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_token_altered_in_any_byte_is_never_believed(place: int, change: int) -> None:
    altered = GOOD[:place] + bytes([GOOD[place] ^ change]) + GOOD[place + 1 :]
    desk = _desk()
    desk.party_of(GOOD, NOW)
    with pytest.raises(errors.InvalidToken):
        desk.party_of(altered, NOW)


CLAIMS: dict[str, object] = {
    "iss": ISSUER,
    "aud": ISSUER,
    "sub": CLIENT,
    "party": CLINIC,
    "scope": "check disclose",
    "iat": NOW // SECOND,
    "exp": NOW // SECOND + 900,
}


def _signed(*, typ: str = "at+jwt", signer: Signer = SERVER, **changes: object) -> bytes:
    kept = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return write_compact(kept, typ=typ, signer=signer).encode()


def test_the_claims_the_next_test_breaks_are_good() -> None:
    assert _desk().party_of(_signed(), NOW) == CALLER


@pytest.mark.parametrize(
    "token",
    [
        _signed(iss="https://other.example"),
        _signed(aud="https://other.example"),
        _signed(aud=[ISSUER]),
        _signed(sub=None),
        _signed(sub=7),
        _signed(party=None),
        _signed(scope=None),
        _signed(iat=None),
        _signed(exp=None),
        _signed(exp="tomorrow"),
        _signed(typ="JWT"),  # a check's proof or anything else this key signs is no access token
        _signed(typ="onshi-check+jws"),
        _signed(signer=Signer(4)),  # a key that is not ours
    ],
)
def test_signed_by_us_but_no_access_token_of_ours(token: bytes) -> None:
    with pytest.raises(errors.InvalidToken):
        _desk().party_of(token, NOW)


def test_a_foreign_key_under_our_name_is_not_believed() -> None:
    forger = Signer(4)
    forger.kid = SERVER.kid
    with pytest.raises(errors.InvalidToken):
        _desk().party_of(_signed(signer=forger), NOW)


def test_a_forgotten_client_is_believed_only_with_a_newer_token() -> None:
    other = Caller("insurer:06139992", "06139992", "other", frozenset())
    others = _token(other)
    desk = _desk()
    for header in (GOOD, others):
        desk.party_of(header, NOW)
    desk.forget(CLIENT, at=NOW)
    for header in (GOOD, b"Bearer " + GOOD):
        with pytest.raises(errors.InvalidToken):
            desk.party_of(header, NOW)
    assert desk.party_of(others, NOW) == other
    later = Moment(NOW + SECOND)
    assert desk.party_of(_token(at=later), later) == CALLER


def test_forgetting_twice_keeps_the_later_moment() -> None:
    desk = _desk()
    desk.forget(CLIENT, at=Moment(NOW + SECOND))
    desk.forget(CLIENT, at=NOW)
    with pytest.raises(errors.InvalidToken):
        desk.party_of(_token(at=Moment(NOW + SECOND)), Moment(NOW + SECOND))


def test_forgetting_one_client_keeps_others_forgotten() -> None:
    desk = _desk()
    desk.forget(CLIENT, at=NOW)
    desk.forget("other", at=Moment(NOW + LIFETIME_S * SECOND - 1))
    with pytest.raises(errors.InvalidToken):
        desk.party_of(GOOD, Moment(END - 1))


def test_rotation_drops_what_the_old_key_signed_only_when_it_goes() -> None:
    new = Signer(5)
    desk = _desk()
    desk.party_of(GOOD, NOW)
    desk.trust({"keys": [SERVER.jwk, new.jwk]})
    assert desk.party_of(GOOD, NOW) == desk.party_of(_signed(signer=new), NOW) == CALLER
    desk.trust({"keys": [new.jwk]})
    with pytest.raises(errors.InvalidToken):
        desk.party_of(GOOD, NOW)


@pytest.mark.parametrize("size", [1, 2, 8, 20])
def test_a_small_desk_serves_everybody_all_the_same(size: int) -> None:
    desk = _desk(size)
    callers = [Caller(CLINIC, "1312345678", f"client-{number}", frozenset()) for number in range(25)]
    for _ in range(2):
        assert [desk.party_of(_token(caller), NOW) for caller in callers] == callers


def test_a_full_desk_lets_the_expired_go_first() -> None:
    desk = _desk(8)
    stale = [_token(jti=str(number)) for number in range(4)]
    later = Moment(NOW + 10 * SECOND)
    fresh = [_token(at=later, jti=f"f{number}") for number in range(4)]
    kept = [desk.party_of(header, later) for header in (*fresh, *stale)][:4]
    desk.party_of(_token(at=END, jti="new"), END)
    assert [desk.party_of(header, END) for header in fresh] == kept
    assert all(desk.party_of(header, END) is caller for header, caller in zip(fresh, kept, strict=True))


def test_a_desk_needs_room() -> None:
    with pytest.raises(ValueError, match="at least one"):
        _desk(0)


def test_threads_share_a_desk() -> None:
    desk = _desk(4)
    callers = [Caller(CLINIC, "1312345678", f"client-{number}", frozenset()) for number in range(8)]
    tokens = [_token(caller) for caller in callers]
    wrong: list[Caller] = []

    def work() -> None:
        for _ in range(20):
            wrong.extend(
                found
                for token, caller in zip(tokens, callers, strict=True)
                if (found := desk.party_of(token, NOW)) != caller
            )

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []

"""Reading keys and compact JWS strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.access import errors
from onshi.access.jose import b64url, from_b64url, number_claim, read_compact, read_keys, verifies

from .cast import SERVER, client_key, public

GOOD = dict(SERVER.jwk)
RSA = dict(public(client_key("RSA"))["keys"][0])  # type: ignore[index]  # a list by construction


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (None, "wrong-number"),
        ([], "wrong-number"),
        ([GOOD] * 17, "wrong-number"),
        (["key"], "not-an-object"),
        ([GOOD | {"d": "AA"}], "private-parts"),
        ([{"kty": "oct", "k": "AA"}], "private-parts"),
        ([GOOD | {"use": "enc"}], "not-for-signing"),
        ([{}], "unknown-type"),
        ([{"kty": "oct"}], "unknown-type"),
        ([{"kty": "OKP", "crv": "Ed25519", "x": "AA"}], "unknown-type"),
        ([GOOD | {"crv": "P-521"}], "unknown-type"),
        ([GOOD | {"crv": ["P-256"]}], "unknown-type"),
        ([GOOD | {"x": "AA"}], "malformed"),
        ([GOOD | {"x": 1}], "malformed"),
        ([GOOD | {"x": b64url(bytes(32))}], "malformed"),  # not on the curve
        ([GOOD | {"x": str(GOOD["x"]) + "="}], "malformed"),
        ([{"kty": "RSA", "n": "AQAB", "e": "AQAB"}], "wrong-size"),
        ([RSA | {"n": b64url(b"\xff" * 1025)}], "wrong-size"),
        ([RSA | {"e": b64url(b"\x01" * 5)}], "wrong-size"),
        ([RSA | {"e": "AQAA"}], "malformed"),  # even
        ([GOOD | {"alg": "ES384"}], "wrong-algorithm"),
        ([GOOD | {"alg": "none"}], "wrong-algorithm"),
        ([GOOD | {"alg": ["ES256"]}], "wrong-algorithm"),
        ([GOOD | {"kid": 7}], "wrong-kid"),
        ([GOOD | {"kid": "k" * 129}], "wrong-kid"),
        ([GOOD, RSA | {"kid": GOOD["kid"]}], "kid-twice"),
    ],
)
def test_keys_refused(keys: object, reason: str) -> None:
    with pytest.raises(errors.KeyRefused) as refused:
        read_keys({"keys": keys})
    assert refused.value.facts == {"reason": reason}


def test_a_named_algorithm_narrows_the_key() -> None:
    _, (read,) = read_keys({"keys": [RSA | {"alg": "RS384"}]})
    assert read.algorithms == {"RS384"}


def test_a_signature_of_the_wrong_length_is_no_signature() -> None:
    _, (read,) = read_keys({"keys": [GOOD]})
    header, claims = b64url(b'{"alg":"ES256"}'), b64url(b"{}")
    compact = read_compact(f"{header}.{claims}.{b64url(bytes(63))}".encode())
    assert verifies(compact, read.key, "ES256") is False


def test_only_known_members_are_kept() -> None:
    kept, _ = read_keys({"keys": [GOOD | {"x5c": ["AA"], "note": "of a person"}]})
    assert kept == {"keys": [GOOD | {"use": "sig"}]}


@pytest.mark.parametrize("kind", ["P-256", "P-384", "RSA"])
def test_a_key_without_a_name_gets_its_thumbprint(kind: str) -> None:
    key = client_key(kind)
    jwk = key.as_dict(private=False)
    del jwk["kid"]
    _, (read,) = read_keys({"keys": [jwk]})
    assert read.kid == key.thumbprint()  # as another library computes it


@given(st.binary(max_size=40))
def test_base64url_round_trips(data: bytes) -> None:
    assert from_b64url(b64url(data).encode()) == data


@given(st.text("AQgw-_+/=\n", max_size=8))
def test_base64url_has_one_spelling(text: str) -> None:
    try:
        data = from_b64url(text.encode())
    except ValueError:
        return
    assert b64url(data) == text


def _token(header: bytes, claims: bytes) -> bytes:
    return f"{b64url(header)}.{b64url(claims)}.".encode()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"..",
        b"a.b",
        _token(b"{}", b"{}") + b".",
        _token(b"[]", b"{}"),
        _token(b"{}", b"1"),
        _token(b"{}", b'{"a":NaN}'),
        _token(b"{}", b'{"a":1,"a":2}'),
        _token(b"{}", b"[" * 5000),
        _token(b"{}", b'{"a":' * 5000),
        _token(b"{}", b"\xff"),
        _token(b'{"crit":["b64"],"b64":false}', b"{}"),
    ],
)
def test_what_is_no_compact_jws(text: bytes) -> None:
    with pytest.raises(ValueError):
        read_compact(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    try:
        read_compact(text)
    except ValueError:
        return


@pytest.mark.parametrize(
    ("value", "moment"), [(None, None), (0, 0), (5, 5_000_000), (1.5, 1_500_000), (-1, -1_000_000)]
)
def test_number_claims(value: object, moment: int | None) -> None:
    assert number_claim({"exp": value}, "exp") == moment


@pytest.mark.parametrize(
    "value", ["5", True, [], float("inf"), 1e300, float("nan"), 2**40, pytest.param(10**4000, id="giant")]
)
def test_number_claims_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"not a (NumericDate|moment)"):
        number_claim({"exp": value}, "exp")

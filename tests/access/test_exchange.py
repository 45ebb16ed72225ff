"""The token endpoint's rules: what is granted, and every refusal by its exact code."""

import base64
import json
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from onshi import access
from onshi.access import Event, errors, store
from onshi.db import Database, Tx
from onshi.kernel import Moment

from .cast import (
    BY,
    CLIENT,
    CLINIC,
    ENDPOINT,
    INSURER,
    ISSUER,
    MINUTE,
    NOW,
    SECOND,
    SERVER,
    assertion,
    client_key,
    clinic,
    enrol_clinic,
    form,
    public,
    token,
)

NOW_S = NOW // SECOND


def test_the_answer_of_the_endpoint(tx: Tx) -> None:
    enrol_clinic(tx)
    granted = token(tx, scope="check")
    assert granted.body() == {
        "access_token": granted.token,
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "check",
    }
    assert granted.event == Event("token", CLINIC, CLIENT, "done")


def test_the_token_as_another_library_reads_it(tx: Tx) -> None:
    enrol_clinic(tx)
    read = jwt.decode(token(tx).token, ECKey.import_key(SERVER.jwk), algorithms=["ES256"])  # type: ignore[arg-type]  # texts
    jti = read.claims.pop("jti")
    assert len(jti) == 22
    assert read.header == {"alg": "ES256", "kid": SERVER.kid, "typ": "at+jwt"}
    assert read.claims == {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": CLIENT,
        "client_id": CLIENT,
        "party": CLINIC,
        "scope": "check disclose",
        "iat": NOW_S,
        "exp": NOW_S + 900,
    }


@pytest.mark.parametrize(("kind", "alg"), [("P-256", "ES256"), ("P-384", "ES384"), ("RSA", "RS256"), ("RSA", "RS384")])
@pytest.mark.parametrize("named", [True, False])
def test_algorithms_taken(tx: Tx, kind: str, alg: str, named: bool) -> None:
    keys = [client_key("P-256", "a"), client_key("P-384", "b"), client_key("RSA", "c"), client_key("P-256", "d")]
    enrol_clinic(tx, keys=public(*keys))
    key = {"P-256": keys[3], "P-384": keys[1], "RSA": keys[2]}[kind]
    header = {} if named else {"kid": None}
    if not named:
        signed = jwt.encode({"alg": alg}, _claims(), key, algorithms=[alg])
    else:
        signed = assertion(key=key, alg=alg, header=header)
    assert token(tx, client_assertion=signed).scope == "check disclose"


def _claims(**changes: object) -> dict[str, object]:
    return {"iss": CLIENT, "sub": CLIENT, "aud": ENDPOINT, "exp": NOW_S + 60, "jti": "two"} | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": [ENDPOINT]},
        {"exp": NOW_S + 300},
        {"exp": NOW_S + 1},
        {"exp": NOW_S + 0.5},
        {"iat": None},
        {"iat": NOW_S + 60},
        {"nbf": NOW_S + 60},
        {"jti": "j" * 256},
    ],
)
def test_claims_taken(tx: Tx, changes: dict[str, object]) -> None:
    enrol_clinic(tx)
    assert token(tx, client_assertion=assertion(**changes)).expires_in == 900  # type: ignore[arg-type]  # a table


def test_the_client_id_may_be_sent_too(tx: Tx) -> None:
    enrol_clinic(tx)
    assert token(tx, client_id=CLIENT).scope == "check disclose"


def _unsigned() -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "kid": "k1"}, _claims())]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


def _shared_secret() -> str:
    # The classic confusion: the public key used as the secret of an HMAC.
    secret = OctKey.import_key(json.dumps(client_key().as_dict(private=False)))
    return jwt.encode({"alg": "HS256", "kid": "k1"}, _claims(), secret)


def _of_another_key() -> str:
    return assertion(key=client_key("P-256", "k1-other"), header={"kid": "k1"})


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: form(grant_type=""), "token-parameter-missing"),
        (lambda: form(client_assertion_type=""), "token-parameter-missing"),
        (lambda: {**form(), "client_assertion": ""}, "token-parameter-missing"),
        (dict, "token-parameter-missing"),
        (lambda: form(grant_type="password"), "grant-type-unsupported"),
        (lambda: form(client_assertion_type="saml2-bearer"), "assertion-type-unsupported"),
        (lambda: form("no jwt"), "assertion-malformed"),
        (lambda: form("\ud800"), "assertion-malformed"),
        (lambda: form(assertion(note="x" * 8192)), "assertion-malformed"),
        (lambda: form(assertion(iss=None)), "assertion-malformed"),
        (lambda: form(assertion(sub=None)), "assertion-malformed"),
        (lambda: form(assertion(aud=None)), "assertion-malformed"),
        (lambda: form(assertion(exp=None)), "assertion-malformed"),
        (lambda: form(assertion(jti=None)), "assertion-malformed"),
        (lambda: form(assertion(jti="")), "assertion-malformed"),
        (lambda: form(assertion(jti="j" * 257)), "assertion-malformed"),
        (lambda: form(_unsigned()), "assertion-algorithm"),
        (lambda: form(_shared_secret()), "assertion-algorithm"),
        (lambda: form(assertion(iss="other")), "assertion-issuer"),
        (lambda: form(assertion(sub="other")), "assertion-issuer"),
        (lambda: form(client_id="other"), "assertion-issuer"),
        (lambda: form(assertion(iss="other", sub="other")), "client-unknown"),
        (lambda: form(assertion(header={"kid": "k9"})), "assertion-key-unknown"),
        (lambda: form(assertion(key=client_key("RSA"), alg="RS256")), "assertion-key-unknown"),
        (lambda: form(_of_another_key()), "assertion-signature"),
        (lambda: form(assertion(aud=ISSUER)), "assertion-audience"),
        (lambda: form(assertion(aud=[ENDPOINT, "https://other.example"])), "assertion-audience"),
        (lambda: form(assertion(aud=[])), "assertion-audience"),
        (lambda: form(assertion(exp=NOW_S)), "assertion-expired"),
        (lambda: form(assertion(exp=NOW_S + 301)), "assertion-lifetime"),
        (lambda: form(assertion(iat=NOW_S + 61)), "assertion-not-yet"),
        (lambda: form(assertion(nbf=NOW_S + 61)), "assertion-not-yet"),
        (lambda: form(scope="check admin"), "scope-refused"),
    ],
)
def test_refusals(tx: Tx, build: Callable[[], dict[str, str]], code: str) -> None:
    enrol_clinic(tx)
    with pytest.raises(errors.TokenRefused) as refused:
        access.exchange(tx, build(), at=NOW, audience=ENDPOINT, issuer=ISSUER, signer=SERVER)
    assert refused.value.code == code


def test_a_disabled_client_gets_nothing(tx: Tx) -> None:
    enrol_clinic(tx)
    access.disable_client(tx, CLIENT, at=NOW, by=BY)
    with pytest.raises(errors.ClientDisabled):
        token(tx)
    with pytest.raises(errors.ClientDisabled):
        access.grant(tx, CLIENT, at=NOW, issuer=ISSUER, signer=SERVER)
    access.enable_client(tx, CLIENT, by=BY)
    assert token(tx).expires_in == 900


@pytest.mark.parametrize(
    ("party", "stored", "granted"),
    [
        (CLINIC, ["check", "portal"], "check"),
        (INSURER, ["portal"], ""),
        ("portal:citizens", ["check", "portal"], "portal"),
    ],
)
def test_a_scope_of_another_kind_of_organisation_is_never_granted(
    tx: Tx, party: str, stored: list[str], granted: str
) -> None:
    """Whatever somebody has written into the table."""
    enrol_clinic(tx)
    access.register_parties(tx, [access.Party(access.PartyKind.PORTAL, "citizens", "見本ポータル")], by=BY)
    store.set_client(tx, CLIENT, party_id=party, scopes=stored)
    assert token(tx).scope == granted
    with pytest.raises(errors.ScopeRefused):
        token(tx, client_assertion=assertion(jti="two"), scope=" ".join(stored) + " more")
    refused = sorted(set(stored) - {granted})[0]
    with pytest.raises(errors.ScopeRefused):
        token(tx, client_assertion=assertion(jti="three"), scope=refused)


@pytest.mark.parametrize("changes", [{"closed_on": date(2026, 11, 2)}, {"opened_on": date(2026, 11, 3)}])
def test_a_closed_institution_gets_nothing(tx: Tx, changes: dict[str, Any]) -> None:
    enrol_clinic(tx, **changes)
    with pytest.raises(errors.ClientPartyClosed):
        token(tx)
    access.amend_party(tx, clinic(), by=BY)
    assert token(tx).expires_in == 900


def test_a_dropped_key_no_longer_proves_anything(tx: Tx) -> None:
    enrol_clinic(tx)
    access.replace_keys(tx, CLIENT, public(client_key("P-256", "k2")), at=NOW, by=BY)
    with pytest.raises(errors.AssertionKeyUnknown):
        token(tx)
    assert token(tx, client_assertion=assertion(key=client_key("P-256", "k2"))).expires_in == 900


def test_an_assertion_works_once(tx: Tx) -> None:
    enrol_clinic(tx)
    signed = assertion()
    token(tx, client_assertion=signed)
    with pytest.raises(errors.AssertionReplayed):
        token(tx, client_assertion=signed)
    with pytest.raises(errors.AssertionReplayed):
        token(tx, client_assertion=assertion(exp=NOW_S + 200))  # the same jti in another assertion
    assert token(tx, client_assertion=assertion(jti="two")).expires_in == 900


def test_the_jti_of_one_client_is_free_for_another(tx: Tx) -> None:
    enrol_clinic(tx)
    jwks = public(client_key())
    access.register_client(tx, CLINIC, name="x", jwks=jwks, scopes=[], at=NOW, by=BY, client_id="second")
    token(tx)
    assert token(tx, client_assertion=assertion(iss="second", sub="second")).scope == ""


def test_a_refused_request_uses_nothing_up(db: Database) -> None:
    with db.transaction() as tx:
        enrol_clinic(tx)
    signed = assertion()
    with pytest.raises(errors.ScopeRefused), db.transaction() as tx:
        token(tx, client_assertion=signed, scope="admin")
    with db.transaction() as tx:
        assert token(tx, client_assertion=signed).expires_in == 900
    with pytest.raises(errors.AssertionReplayed), db.transaction() as tx:
        token(tx, client_assertion=signed)


def test_of_two_requests_at_once_with_one_assertion_one_is_granted(db: Database) -> None:
    with db.transaction() as tx:
        enrol_clinic(tx)
    signed = assertion()
    start = threading.Barrier(4)
    outcomes: list[str] = []

    def work() -> None:
        start.wait()
        try:
            db.run(lambda tx: token(tx, client_assertion=signed))
            outcomes.append("granted")
        except errors.TokenRefused as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["assertion-replayed"] * 3 + ["granted"]


def test_purging_forgets_only_what_is_over(tx: Tx) -> None:
    enrol_clinic(tx)
    token(tx, client_assertion=assertion(exp=NOW_S + 60))
    token(tx, client_assertion=assertion(jti="two", exp=NOW_S + 120))
    assert access.purge(tx, at=Moment(NOW + MINUTE)) == 1
    with pytest.raises(errors.AssertionReplayed):
        token(tx, client_assertion=assertion(jti="two", exp=NOW_S + 120))
    assert access.purge(tx, at=Moment(NOW + 2 * MINUTE)) == 1


def test_a_client_known_by_other_means_gets_a_token(tx: Tx) -> None:
    enrol_clinic(tx)
    assert access.grant(tx, CLIENT, at=NOW, issuer=ISSUER, signer=SERVER, scope="check").scope == "check"
    with pytest.raises(errors.ClientUnknown):
        access.grant(tx, "other", at=NOW, issuer=ISSUER, signer=SERVER)
    with pytest.raises(errors.ScopeRefused):
        access.grant(tx, CLIENT, at=NOW, issuer=ISSUER, signer=SERVER, scope="admin")


SIGNED = assertion(iat=None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 127))
def test_an_assertion_altered_in_any_byte_is_refused(tx: Tx, place: int, change: int) -> None:
    if access.parties(tx) == []:
        enrol_clinic(tx)
    altered = SIGNED[:place] + chr(ord(SIGNED[place]) ^ change) + SIGNED[place + 1 :]
    with pytest.raises(errors.TokenRefused) as refused:
        token(tx, client_assertion=altered)
    assert refused.value.oauth_error == "invalid_client"


@pytest.mark.parametrize(
    ("refusal", "body"),
    [
        (
            errors.TokenParameterMissing(parameter="grant_type"),
            {
                "error": "invalid_request",
                "error_description": "The parameter grant_type is missing from the form. [token-parameter-missing]",
            },
        ),
        (
            errors.GrantTypeUnsupported(),
            {
                "error": "unsupported_grant_type",
                "error_description": "Only the grant type client_credentials is supported. [grant-type-unsupported]",
            },
        ),
        (
            errors.AssertionExpired(),
            {
                "error": "invalid_client",
                "error_description": "The client assertion has expired. Make a new one; check the clock. "
                "[assertion-expired]",
            },
        ),
        (
            errors.ScopeRefused(),
            {
                "error": "invalid_scope",
                "error_description": "The client is not registered for every scope it asked for. "
                "Ask for fewer or have it registered. [scope-refused]",
            },
        ),
    ],
)
def test_the_body_of_a_refusal(refusal: errors.TokenRefused, body: dict[str, str]) -> None:
    assert refusal.body() == body

"""The token endpoint: from the signed assertion to the token, and every way it says no."""

from typing import Any

import pytest

from onshi import access, audit
from onshi.audit import Action
from onshi.background import VoidReader
from onshi.db import Database
from onshi.kernel import Moment

from .make import BASE, CLIENT, CLINIC, FORM, HANAKO, NOW, SECOND, Country, Front, token_form


def noted(land: Country) -> list[tuple[str, Action, str | None, str | None]]:
    """What the log says about tokens, oldest first."""
    with land.app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx)]
    return [(one.actor, one.action, one.object, one.outcome) for one in reversed(found)]


def test_a_token_is_given_noted_and_believed(front: Front, land: Country) -> None:
    granted = front.post("/oauth2/token", data=token_form(land.assertion(), scope="check"))
    assert granted.status_code == 200
    assert granted.headers["cache-control"] == "no-store"
    assert granted.headers["pragma"] == "no-cache"
    body = granted.json()
    assert {name: body[name] for name in body if name != "access_token"} == {
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "check",
    }
    assert noted(land) == [(CLINIC, Action.TOKEN, CLIENT, "done")]
    bearer = {"Authorization": f"Bearer {body['access_token']}"}
    assert front.post("/v1/checks", json=HANAKO, headers=bearer).status_code == 200
    land.clock.moment += 900 * SECOND
    over = front.post("/v1/checks", json=HANAKO, headers=bearer)
    assert (over.status_code, over.json()["code"]) == (401, "token-expired")


def test_an_assertion_is_good_once(front: Front, land: Country) -> None:
    form = token_form(land.assertion())
    assert front.post("/oauth2/token", data=form).status_code == 200
    land.clock.moment += SECOND
    again = front.post("/oauth2/token", data=form)
    assert again.status_code == 401
    assert again.json()["error"] == "invalid_client"
    assert again.json()["error_description"].endswith("[assertion-replayed]")
    assert again.headers["www-authenticate"] == 'Bearer realm="onshi"'
    assert again.headers["cache-control"] == "no-store"
    assert noted(land)[1:] == [("unauthenticated", Action.TOKEN_REFUSED, CLIENT, "assertion-replayed")]


REFUSALS: list[tuple[dict[str, Any], dict[str, str], int, str, str]] = [
    # claims changed, form changed, status, error of RFC 6749, our code
    ({}, {"grant_type": "password"}, 400, "unsupported_grant_type", "grant-type-unsupported"),
    ({}, {"client_assertion": ""}, 400, "invalid_request", "token-parameter-missing"),
    ({}, {"scope": "check everything"}, 400, "invalid_scope", "scope-refused"),
    ({}, {"client_assertion_type": "password"}, 401, "invalid_client", "assertion-type-unsupported"),
    ({}, {"client_assertion": "no.jwt.here"}, 401, "invalid_client", "assertion-malformed"),
    ({}, {"client_id": "other-software"}, 401, "invalid_client", "assertion-issuer"),
    ({"aud": "http://elsewhere.test"}, {}, 401, "invalid_client", "assertion-audience"),
    ({"exp": NOW // SECOND}, {}, 401, "invalid_client", "assertion-expired"),
    ({"exp": NOW // SECOND + 301}, {}, 401, "invalid_client", "assertion-lifetime"),
    ({"iat": NOW // SECOND + 61}, {}, 401, "invalid_client", "assertion-not-yet"),
    ({"iss": "nobody", "sub": "nobody"}, {}, 401, "invalid_client", "client-unknown"),
]


@pytest.mark.parametrize(("claims", "form", "status", "error", "code"), REFUSALS, ids=[row[4] for row in REFUSALS])
def test_a_refusal_names_its_reason_and_is_noted(
    front: Front, land: Country, claims: dict[str, Any], form: dict[str, str], status: int, error: str, code: str
) -> None:
    refused = front.post("/oauth2/token", data=token_form(land.assertion(**claims)) | form)
    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert refused.json()["error_description"].endswith(f"[{code}]")
    assert refused.headers["content-type"] == "application/json"
    assert [(entry[1], entry[3]) for entry in noted(land)] == [(Action.TOKEN_REFUSED, code)]


def test_a_name_that_is_no_clients_never_gets_into_the_log(front: Front, land: Country) -> None:
    front.post("/oauth2/token", data=token_form(land.assertion(iss="山田太郎", sub="山田太郎")))
    assert noted(land) == [("unauthenticated", Action.TOKEN_REFUSED, None, "client-unknown")]


@pytest.mark.parametrize(
    "body",
    [
        b"grant_type=client_credentials&grant_type=client_credentials",  # twice
        b"grant_type=\xff",
        b"grant_type=%FF",
        b"scope=%00",
        b"&".join(b"a%d=1" % number for number in range(21)),
    ],
)
def test_a_form_that_cannot_be_read_is_an_invalid_request(front: Front, body: bytes) -> None:
    refused = front.post("/oauth2/token", content=body, headers={"Content-Type": FORM})
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    assert refused.json()["error_description"].endswith("[token-form-malformed]")


@pytest.mark.parametrize("claims", [{"iss": "\0", "sub": "\0"}, {"iss": "\ud800", "sub": "\ud800"}])
def test_texts_no_database_takes_are_unknown_clients(front: Front, land: Country, claims: dict[str, str]) -> None:
    refused = front.post("/oauth2/token", data=token_form(land.assertion(**claims)))
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.json()["error_description"].endswith("[assertion-malformed]")


def test_a_form_must_be_a_form(front: Front) -> None:
    refused = front.post("/oauth2/token", json={"grant_type": "client_credentials"})
    assert (refused.status_code, refused.json()["code"]) == (415, "unsupported-media-type")


def test_a_disabled_client_is_forgotten_by_every_server(front: Front, land: Country) -> None:
    app = land.app
    bearer = land.bearer()
    assert front.post("/v1/checks", json=HANAKO, headers=bearer).status_code == 200
    land.clock.moment += SECOND
    voids = VoidReader(app)
    with app.db.transaction() as tx:
        access.disable_client(tx, CLIENT, at=app.now(), by="local:cli")
    voids.forget_voided()
    refused = front.post("/v1/checks", json=HANAKO, headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (401, "token-invalid")


def test_clients_can_read_where_and_how(front: Front, land: Country, db: Database) -> None:
    metadata = front.get("/.well-known/oauth-authorization-server").json()
    assert metadata["issuer"] == BASE
    assert metadata["token_endpoint"] == BASE + "/oauth2/token"
    assert metadata["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    keys = front.get("/.well-known/jwks.json")
    assert keys.json() == land.app.ring.public_jwks()
    land.app.ring.rotate(at=Moment(NOW + SECOND))
    rotated = front.get("/.well-known/jwks.json", headers={"If-None-Match": keys.headers["etag"]})
    assert (rotated.status_code, len(rotated.json()["keys"])) == (200, 2)

"""The software of organisations: registered with its public keys, given tokens."""

import secrets
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from onshi import access, audit
from onshi.access import Client, Event
from onshi.cli.acting import act
from onshi.cli.errors import KeySetUnreadable
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.speaking import DEFAULT, AsJson, Language, clock_text, iso_text, say_list, say_one
from onshi.db import Tx
from onshi.demo.accounts import KEYS
from onshi.flows import record
from onshi.interfaces import rest
from onshi.kernel import Moment
from onshi.outside import FileSigner

PartyId = Annotated[str, typer.Argument(metavar="PARTY", help="Id of an organisation, e.g. institution:1312345678.")]
_ASSERTION_SECONDS = 120
_TITLES = {
    "ja": ("クライアント", "機関", "名称", "権限", "登録", "停止"),
    "en": ("client", "party", "name", "scopes", "since", "disabled"),
}
_ADDED = {"ja": "登録しました：{id}", "en": "Registered: {id}"}
_DISABLED = {"ja": "停止しました：{id}", "en": "Disabled: {id}"}


def clients(party: PartyId, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List the software that acts for an organisation."""
    with reading() as tx:
        access.party_by_id(tx, party)
        found = access.clients_of(tx, party)
    say_list(found, _document, _TITLES[lang], _cells, as_json=as_json)


def add_client(
    party: PartyId,
    name: Annotated[str, typer.Option(help="What the software is called.")],
    keys: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Its public keys: a JWK set.")],
    scope: Annotated[list[str] | None, typer.Option(help="What it may do; several times for several.")] = None,
    client_id: Annotated[str | None, typer.Option(help="Its id; drawn if absent.")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Register software of an organisation with its public keys."""
    try:
        jwks = msgspec.json.decode(keys.read_bytes(), type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise KeySetUnreadable(file=keys.name) from None
    drawn = client_id or f"client-{secrets.token_hex(10)}"
    scopes = scope or ["check", "check.bulk"]

    def register(tx: Tx, at: Moment) -> Event:
        return access.register_client(tx, party, name=name, jwks=jwks, scopes=scopes, at=at, by=LOCAL, client_id=drawn)

    with opened() as app:
        client = act(app, register, lambda tx: access.client_by_id(tx, drawn))
    say_one(_document(client), _ADDED[lang].format(id=drawn), as_json=as_json)


def disable_client(
    client_id: Annotated[str, typer.Argument(metavar="CLIENT", help="As `onshi access clients` prints it.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Give a client no more tokens, and void those that it has."""
    with opened() as app:
        client = act(
            app,
            lambda tx, at: access.disable_client(tx, client_id, at=at, by=LOCAL),
            lambda tx: access.client_by_id(tx, client_id),
        )
    say_one(_document(client), _DISABLED[lang].format(id=client_id), as_json=as_json)


def token(
    client: Annotated[str, typer.Option(metavar="CLIENT", help="Whom the token is for.")],
    key: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Its private key (PEM); the one of the demo if absent."),
    ] = None,
    scope: Annotated[str | None, typer.Option(help="Less than all it may do, separated by blanks.")] = None,
    as_json: AsJson = False,
    _lang: Language = DEFAULT,
) -> None:
    """Print an access token, for trying things out.

    It is got with the private key of a client, as its software would get it.
    """
    with opened() as app:
        signer = FileSigner(key or app.settings.data / KEYS / f"{client}.pem")

        def exchange(tx: Tx) -> access.Granted:
            at = app.now()
            base = app.settings.base_url
            form = token_form(client, signer, audience=base + _token_path(), at=at, scope=scope)
            granted = access.exchange(tx, form, at=at, audience=base + _token_path(), issuer=base, signer=app.signer)
            record(tx, granted.event, batch=app.draw(), at=at)
            return granted

        granted = app.run(exchange)
    say_one(granted.body(), granted.token, as_json=as_json)


def token_form(client: str, signer: FileSigner, *, audience: str, at: Moment, scope: str | None) -> dict[str, str]:
    """The form a client posts to the token endpoint: RFC 6749 §4.4 with an assertion after RFC 7523 §3."""
    seconds = at // 1_000_000
    header = {"alg": "ES256", "kid": signer.kid, "typ": "JWT"}
    claims = {
        "iss": client,
        "sub": client,
        "aud": audience,
        "iat": seconds,
        "exp": seconds + _ASSERTION_SECONDS,
        "jti": secrets.token_urlsafe(16),
    }
    signed = ".".join(audit.unpadded(msgspec.json.encode(part)) for part in (header, claims))
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": f"{signed}.{audit.unpadded(signer.sign(signed.encode('ascii')))}",
    }
    return form if scope is None else {**form, "scope": scope}


def _token_path() -> str:
    return next(operation.path for operation in rest.OPERATIONS if operation.name == "getToken")


def _cells(client: Client) -> tuple[object, ...]:
    scopes = " ".join(sorted(client.scopes))
    since, until = clock_text(client.created_at), clock_text(client.disabled_at)
    return client.client_id, client.party_id, client.name, scopes, since, until


def _document(client: Client) -> dict[str, object]:
    return {
        "client_id": client.client_id,
        "party": client.party_id,
        "name": client.name,
        "scopes": sorted(client.scopes),
        "created_at": iso_text(client.created_at),
        "disabled_at": iso_text(client.disabled_at),
    }

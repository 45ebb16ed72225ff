"""`onshi access`: organisations, their software and their staff."""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from onshi import access, audit
from onshi.access import Client, Enrolled, Event, Party, PartyKind, Role, Staff
from onshi.app import App
from onshi.cli.errors import FileUnreadable
from onshi.cli.opening import LOCAL, opened
from onshi.cli.speaking import DEFAULT, AsJson, Language, clock_text, iso_text, say, say_json, say_table
from onshi.db import Tx
from onshi.demo.accounts import KEYS
from onshi.flows import record
from onshi.interfaces import rest
from onshi.kernel import Moment
from onshi.outside import FileSigner

commands = typer.Typer(help="Organisations, their software and their staff.", no_args_is_help=True)
_PARTY = Annotated[str, typer.Argument(metavar="PARTY", help="Id of an organisation, e.g. institution:1312345678.")]
_PASSWORD = "ONSHI_" + "NEW_PASSWORD"
_ASSERTION_SECONDS = 120
_MOST = 10_000
_TITLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "parties": {
        "ja": ("機関", "名称", "市区町村", "開始", "終了"),
        "en": ("party", "name", "municipality", "opened", "closed"),
    },
    "clients": {
        "ja": ("クライアント", "機関", "名称", "権限", "登録", "停止"),
        "en": ("client", "party", "name", "scopes", "since", "disabled"),
    },
    "staff": {
        "ja": ("職員", "ログイン名", "機関", "役割", "登録", "停止"),
        "en": ("staff", "login", "party", "roles", "since", "disabled"),
    },
}
_DONE = {"ja": "登録しました：{name}", "en": "Registered: {name}"}
_FACTOR = {"ja": "認証アプリに登録する（一度だけ表示）：{uri}", "en": "For the authenticator app, shown once: {uri}"}


@commands.command()
def parties(
    kind: Annotated[PartyKind | None, typer.Option(help="Only organisations of this kind.")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List organisations by id."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        found = access.parties(tx, kind=kind, limit=_MOST)
    if as_json:
        say_json([_party_json(party) for party in found])
        return
    rows = [(party.id, party.name, party.municipality, party.opened_on, party.closed_on) for party in found]
    say_table(_TITLES["parties"][lang], rows)


@commands.command("add-party")
def add_party(
    kind: Annotated[PartyKind, typer.Argument(help="What the organisation is.")],
    code: Annotated[str, typer.Argument(help="Its number: 医療機関コード, 保険者番号, 全国地方公共団体コード …")],
    name: Annotated[str, typer.Option(help="Its name.")],
    municipality: Annotated[str | None, typer.Option(help="Where it stands: 6 digits.")] = None,
    lang: Language = DEFAULT,
) -> None:
    """Register an organisation."""
    party = Party(kind, code, name, municipality=municipality)
    with opened(may_create=True) as app:
        _act(app, lambda tx, _: access.register_parties(tx, [party], by=LOCAL))
    say(_DONE[lang].format(name=party.id))


@commands.command()
def clients(party: _PARTY, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List the software that acts for an organisation."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        access.party_by_id(tx, party)
        found = access.clients_of(tx, party)
    if as_json:
        say_json([_client_json(client) for client in found])
        return
    rows = [
        (
            one.client_id,
            one.party_id,
            one.name,
            " ".join(sorted(one.scopes)),
            clock_text(one.created_at),
            clock_text(one.disabled_at),
        )
        for one in found
    ]
    say_table(_TITLES["clients"][lang], rows)


@commands.command("add-client")
def add_client(
    party: _PARTY,
    name: Annotated[str, typer.Option(help="What the software is called.")],
    keys: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Its public keys: a JWK set.")],
    scope: Annotated[list[str] | None, typer.Option(help="What it may do; several times for several.")] = None,
    client_id: Annotated[str | None, typer.Option(help="Its id; drawn if absent.")] = None,
    lang: Language = DEFAULT,
) -> None:
    """Register software of an organisation with its public keys."""
    try:
        jwks = msgspec.json.decode(keys.read_bytes(), type=dict[str, object])
    except msgspec.MsgspecError:
        raise FileUnreadable(file=keys.name, why="it is no JWK set") from None
    drawn = client_id or f"client-{secrets.token_hex(10)}"

    def register(tx: Tx, at: Moment) -> Event:
        scopes = scope or ["check", "check.bulk"]
        return access.register_client(tx, party, name=name, jwks=jwks, scopes=scopes, at=at, by=LOCAL, client_id=drawn)

    with opened() as app:
        _act(app, register)
    say(_DONE[lang].format(name=drawn))


@commands.command("disable-client")
def disable_client(client: Annotated[str, typer.Argument(metavar="CLIENT")]) -> None:
    """Give a client no more tokens, and void those it has."""
    with opened() as app:
        _act(app, lambda tx, at: access.disable_client(tx, client, at=at, by=LOCAL))


@commands.command()
def staff(party: _PARTY, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List the accounts of people who work at an organisation."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        access.party_by_id(tx, party)
        found = access.staff_at(tx, party)
    if as_json:
        say_json([_staff_json(one) for one in found])
        return
    rows = [
        (
            one.staff_id,
            one.login,
            one.party_id,
            " ".join(sorted(one.roles)),
            clock_text(one.created_at),
            clock_text(one.disabled_at),
        )
        for one in found
    ]
    say_table(_TITLES["staff"][lang], rows)


@commands.command("add-staff")
def add_staff(
    party: _PARTY,
    login: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[list[Role], typer.Option(help="What they do; several times for several.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Open an account. The password is asked for, or read from ONSHI_NEW_PASSWORD."""
    password = os.environ.pop(_PASSWORD, None) or typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    with opened() as app:
        key = app.staff_key

        def enrol(tx: Tx) -> Enrolled:
            at = app.now()
            made = access.register_staff(
                tx, party, login=login, roles=role, password=password, key=key, at=at, by=LOCAL
            )
            record(tx, made.event, batch=app.draw(), at=at)
            return made

        made = app.run(enrol)
    if as_json:
        say_json({**_staff_json(made.staff), "totp_uri": made.totp_uri})
        return
    say(_DONE[lang].format(name=made.staff.staff_id))
    say(_FACTOR[lang].format(uri=made.totp_uri))


@commands.command("disable-staff")
def disable_staff(staff_id: Annotated[str, typer.Argument(metavar="STAFF")]) -> None:
    """Close an account and end its sessions."""
    with opened() as app:
        _act(app, lambda tx, at: access.disable_staff(tx, staff_id, at=at, by=LOCAL))


@commands.command()
def token(
    client: Annotated[str, typer.Option(help="Whom the token is for.")],
    key: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Its private key (PEM); the one of the demo if absent."),
    ] = None,
    scope: Annotated[str | None, typer.Option(help="Less than all it may do, separated by blanks.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print an access token, got with the private key of a client as its software would: for trying things out."""
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
    if as_json:
        say_json(granted.body())
    else:
        say(granted.token)


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


def _act(app: App, act: Callable[[Tx, Moment], Event]) -> None:
    def work(tx: Tx) -> None:
        at = app.now()
        record(tx, act(tx, at), batch=app.draw(), at=at)

    app.run(work)


def _party_json(party: Party) -> dict[str, str | None]:
    return {
        "id": party.id,
        "kind": party.kind.value,
        "code": party.code,
        "name": party.name,
        "municipality": party.municipality,
        "opened_on": party.opened_on.isoformat() if party.opened_on else None,
        "closed_on": party.closed_on.isoformat() if party.closed_on else None,
    }


def _client_json(client: Client) -> dict[str, object]:
    return {
        "client_id": client.client_id,
        "party": client.party_id,
        "name": client.name,
        "scopes": sorted(client.scopes),
        "created_at": iso_text(client.created_at),
        "disabled_at": iso_text(client.disabled_at),
    }


def _staff_json(staff: Staff) -> dict[str, object]:
    return {
        "staff_id": staff.staff_id,
        "login": staff.login,
        "party": staff.party_id,
        "roles": sorted(staff.roles),
        "created_at": iso_text(staff.created_at),
        "disabled_at": iso_text(staff.disabled_at),
    }

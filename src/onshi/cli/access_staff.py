"""The people who work at organisations, and their accounts."""

import os
from typing import Annotated

import typer

from onshi import access
from onshi.access import Enrolled, Role, Staff
from onshi.cli.access_clients import PartyId
from onshi.cli.acting import act
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.speaking import DEFAULT, AsJson, Language, clock_text, iso_text, say_list, say_one
from onshi.db import Tx
from onshi.flows import record

_PASSWORD = "ONSHI_" + "NEW_PASSWORD"
_TITLES = {
    "ja": ("職員", "ログイン名", "機関", "役割", "登録", "停止"),
    "en": ("staff", "login", "party", "roles", "since", "disabled"),
}
_OPENED = {
    "ja": "登録しました：{id}\n認証アプリに登録する（一度だけ表示）：{uri}",
    "en": "Registered: {id}\nFor the authenticator app, shown once: {uri}",
}
_CLOSED = {"ja": "停止しました：{id}", "en": "Disabled: {id}"}


def staff(party: PartyId, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List the accounts of people who work at an organisation."""
    with reading() as tx:
        access.party_by_id(tx, party)
        found = access.staff_at(tx, party)
    say_list(found, _document, _TITLES[lang], _cells, as_json=as_json)


def add_staff(
    party: PartyId,
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="Name to sign in with.")],
    role: Annotated[list[Role], typer.Option(help="What they do; several times for several.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Open an account for somebody who works at an organisation.

    The password is asked for, or read from ONSHI_NEW_PASSWORD.
    """
    password = os.environ.pop(_PASSWORD, None) or typer.prompt(
        "Password", hide_input=True, confirmation_prompt=True, err=True
    )
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
    document = {**_document(made.staff), "totp_uri": made.totp_uri}
    say_one(document, _OPENED[lang].format(id=made.staff.staff_id, uri=made.totp_uri), as_json=as_json)


def disable_staff(
    staff_id: Annotated[str, typer.Argument(metavar="STAFF", help="As `onshi access staff` prints it.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Close an account and end its sessions."""
    with opened() as app:
        closed = act(
            app,
            lambda tx, at: access.disable_staff(tx, staff_id, at=at, by=LOCAL),
            lambda tx: access.staff_by_id(tx, staff_id),
        )
    say_one(_document(closed), _CLOSED[lang].format(id=staff_id), as_json=as_json)


def _cells(one: Staff) -> tuple[object, ...]:
    roles = " ".join(sorted(one.roles))
    return one.staff_id, one.login, one.party_id, roles, clock_text(one.created_at), clock_text(one.disabled_at)


def _document(one: Staff) -> dict[str, object]:
    return {
        "staff_id": one.staff_id,
        "login": one.login,
        "party": one.party_id,
        "roles": sorted(one.roles),
        "created_at": iso_text(one.created_at),
        "disabled_at": iso_text(one.disabled_at),
    }

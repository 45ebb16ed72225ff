"""`onshi access`: organisations, their software and their staff."""

from typing import Annotated

import typer

from onshi import access
from onshi.access import Party, PartyKind
from onshi.cli import access_clients, access_staff
from onshi.cli.acting import act
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.speaking import DEFAULT, AsJson, Language, say_list, say_one

commands = typer.Typer(help="Organisations, their software and their staff.", no_args_is_help=True)
_MOST = 10_000
_TITLES = {
    "ja": ("機関", "名称", "市区町村", "開始", "終了"),
    "en": ("party", "name", "municipality", "opened", "closed"),
}
_DONE = {"ja": "登録しました：{id}", "en": "Registered: {id}"}


@commands.command()
def parties(
    kind: Annotated[PartyKind | None, typer.Option(help="Only organisations of this kind.")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List organisations by id."""
    with reading() as tx:
        found = access.parties(tx, kind=kind, limit=_MOST)
    say_list(found, _document, _TITLES[lang], _cells, as_json=as_json)


@commands.command("add-party")
def add_party(
    kind: Annotated[PartyKind, typer.Argument(metavar="KIND", help="What the organisation is.")],
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="Its number: 医療機関コード, 保険者番号, 全国地方公共団体コード …")
    ],
    name: Annotated[str, typer.Option(help="Its name.")],
    municipality: Annotated[str | None, typer.Option(help="Where it stands: 6 digits.")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Register an organisation."""
    given = Party(kind, code, name, municipality=municipality)
    with opened(may_create=True) as app:
        party = act(
            app,
            lambda tx, _: access.register_parties(tx, [given], by=LOCAL),
            lambda tx: access.party_by_id(tx, given.id),
        )
    say_one(_document(party), _DONE[lang].format(id=party.id), as_json=as_json)


commands.command("clients")(access_clients.clients)
commands.command("add-client")(access_clients.add_client)
commands.command("disable-client")(access_clients.disable_client)
commands.command("token")(access_clients.token)
commands.command("staff")(access_staff.staff)
commands.command("add-staff")(access_staff.add_staff)
commands.command("disable-staff")(access_staff.disable_staff)


def _cells(party: Party) -> tuple[object, ...]:
    return party.id, party.name, party.municipality, party.opened_on, party.closed_on


def _document(party: Party) -> dict[str, object]:
    return {
        "id": party.id,
        "kind": party.kind,
        "code": party.code,
        "name": party.name,
        "municipality": party.municipality,
        "opened_on": party.opened_on,
        "closed_on": party.closed_on,
    }

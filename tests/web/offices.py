"""Those who run the programme and those who are asked, beside the small country: a ministry, a prefecture, a town, …"""

from onshi import access
from onshi.access import Party, PartyKind, Role
from onshi.app import App

from . import country

MINISTRY = Party(PartyKind.MINISTRY, "health", "医療保険省")
WORKS = Party(PartyKind.MINISTRY, "works", "事業省")
OFFICE = Party(PartyKind.OFFICE, "programme", "カード普及推進室")
TOKYO = Party(PartyKind.PREFECTURE, "13", "東京都庁")
OSAKA = Party(PartyKind.PREFECTURE, "27", "大阪府庁")
TOWN = Party(PartyKind.MUNICIPALITY, "131016", "東京都千代田区", municipality="131016")
NEIGHBOUR = Party(PartyKind.MUNICIPALITY, "131024", "東京都中央区", municipality="131024")
BODY = Party(PartyKind.BODY, "sample-works", "見本製作所", municipality="131016")
OTHER_BODY = Party(PartyKind.BODY, "other-works", "別件製作所", municipality="131016")
_OFFICER, _BODY_CLERK, _CLERK = Role.PROGRAMME_OFFICER, Role.BODY_CLERK, Role.MUNICIPAL_CLERK
_STAFF = {
    "ministry": (MINISTRY, _OFFICER),
    "works": (WORKS, _OFFICER),
    "office": (OFFICE, _OFFICER),
    "prefecture": (TOKYO, _OFFICER),
    "osaka": (OSAKA, _OFFICER),
    "municipality": (TOWN, _CLERK),
    "neighbour": (NEIGHBOUR, _CLERK),
    "body": (BODY, _BODY_CLERK),
    "other-body": (OTHER_BODY, _BODY_CLERK),
}


def open_offices(app: App) -> App:
    """Registers them with one account each: `s-demo-…`."""
    with app.db.transaction() as tx:
        access.register_parties(tx, [party for party, _ in _STAFF.values()], by=country.BY)
        for name, (party, role) in _STAFF.items():
            access.register_staff(
                tx,
                party.id,
                login=name,
                roles=[role],
                password=None,
                key=app.staff_key,
                at=country.START,
                by=country.BY,
                staff_id=f"s-demo-{name}",
            )
    return app

"""The small country's programme: two ministries, a prefecture and the office, each with an officer."""

from onshi import access
from onshi.access import Party, PartyKind, Role
from onshi.app import App

from . import country

HEALTH = Party(PartyKind.MINISTRY, "health", "医療保険省（見本）")
EDUCATION = Party(PartyKind.MINISTRY, "education", "文教省（見本）")
OFFICE = Party(PartyKind.OFFICE, "programme", "推進室（見本）")
TOKYO = Party(PartyKind.PREFECTURE, "13", "東京都（見本）")


def open_programme(app: App) -> App:
    """Adds them to a country, and a clerk of the other insurer."""
    officers = (
        ("ministry", HEALTH, Role.PROGRAMME_OFFICER),
        ("education", EDUCATION, Role.PROGRAMME_OFFICER),
        ("office", OFFICE, Role.PROGRAMME_OFFICER),
        ("prefecture", TOKYO, Role.PROGRAMME_OFFICER),
        ("city", country.CITY_PARTY, Role.INSURER_CLERK),
    )
    with app.db.transaction() as tx:
        access.register_parties(tx, [HEALTH, EDUCATION, OFFICE, TOKYO], by=country.BY)
        for name, party, role in officers:
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

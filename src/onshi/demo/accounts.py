"""Who works in the demo country: organisations, software with its keys, staff with one button each."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from onshi import access, registry
from onshi.access import Party, PartyKind, Role
from onshi.app import App
from onshi.db import Tx
from onshi.demo.country import Country
from onshi.flows import record
from onshi.kernel import InsurerNumber
from onshi.outside import FileSigner
from onshi.places import prefectures

KEYS = "demo-keys"
CLINIC_CLIENT = "demo-clinic"
BENCH_CLIENT = "demo-bench"
_BY = "local:demo"
_OPERATOR = Party(PartyKind.OPERATOR, "onshi", "オン資運用センター（見本）")
MINISTRY = Party(PartyKind.MINISTRY, "health", "医療保険省（見本）")
_OFFICE = Party(PartyKind.OFFICE, "programme", "カード普及推進室（見本）")
VENDOR = Party(PartyKind.VENDOR, "sample-soft", "見本ソフト株式会社")
_OWNER_ONLY = 0o600
_SEAL_BYTES = 32
_HELD_ENOUGH = 20_000

Account = dict[str, str]
"""`login`, `party` (name), `code` (the party's), `role`: what a front page shows on a button."""


def open_accounts(app: App, country: Country, town: Party) -> list[Account]:
    """Registers every institution, every insurer, one town, who runs the programme above and beside it, and the
    operator; four clients and thirteen accounts.

    The private keys of the clients are written to `<data>/demo-keys/<client>.pem`, for their owner's eyes only.
    The accounts have no password: only the buttons on the front page of a demo open them (`terminals.py` has another).
    """
    institutions = country.institutions()
    clinic, pharmacy = (_first(institutions, kind) for kind in ("clinic", "pharmacy"))
    busiest = _insurers_by_held(app, country)
    prefecture, employer = _prefecture_of(town), _employer_in(town)
    around = [town, prefecture, MINISTRY, _OFFICE, employer, VENDOR, _OPERATOR]
    parties = [*_institutions(institutions), *_insurers(country), *around]
    clients = {
        CLINIC_CLIENT: (clinic, ("check", "check.bulk", "register")),
        BENCH_CLIENT: (clinic, ("check", "check.bulk")),
        **{f"demo-insurer-{place}": (party, ("feeds",)) for place, party in enumerate(busiest[:2], start=1)},
    }
    keys = {client: new_key(app.settings.data / KEYS / f"{client}.pem") for client in clients}
    staff = [
        ("reception", clinic, [Role.RECEPTION]),
        ("pharmacy", pharmacy, [Role.RECEPTION]),
        ("insurer", busiest[0], [Role.INSURER_CLERK]),
        ("reviewer", busiest[0], [Role.REVIEWER, Role.INSURER_CLERK]),
        ("municipality", town, [Role.MUNICIPAL_CLERK]),
        ("prefecture", prefecture, [Role.PROGRAMME_OFFICER]),
        ("ministry", MINISTRY, [Role.PROGRAMME_OFFICER]),
        ("office", _OFFICE, [Role.PROGRAMME_OFFICER]),
        ("body", employer, [Role.BODY_CLERK]),
        ("vendor", VENDOR, [Role.VENDOR_CLERK]),
        ("fund", _OPERATOR, [Role.FUND_CLERK]),
        ("operator", _OPERATOR, [Role.OPERATOR]),
        ("auditor", _OPERATOR, [Role.AUDITOR]),
    ]

    def work(tx: Tx) -> None:
        at = app.now()
        _note(app, tx, access.register_parties(tx, parties, by=_BY))
        for client, (party, scopes) in clients.items():
            jwks = {"keys": [keys[client]]}
            event = access.register_client(
                tx, party.id, name=client, jwks=jwks, scopes=scopes, at=at, by=_BY, client_id=client
            )
            _note(app, tx, event)
        for name, party, roles in staff:
            _note(app, tx, _enrol(tx, app, name, party, roles))

    app.run(work)
    return [
        {"login": f"demo-{name}", "party": party.name, "code": party.code, "role": ", ".join(roles)}
        for name, party, roles in staff
    ]


def receptions_of(accounts: Iterable[Account]) -> tuple[str, ...]:
    """The codes of the institutions whose receptions have an account."""
    return tuple(one["code"] for one in accounts if one["role"] == Role.RECEPTION)


def _prefecture_of(town: Party) -> Party:
    code = town.code[:2]
    name = next(one.name for one in prefectures() if one.code == code)
    return Party(PartyKind.PREFECTURE, code, f"{name}（見本）")


def _employer_in(town: Party) -> Party:
    return Party(PartyKind.BODY, "sample-works", "見本製作所", municipality=town.code, attributes={"sort": "employer"})


def new_key(path: Path) -> dict[str, str]:
    """A new P-256 private key in a PEM file that only its owner may read; returns the public half as a JWK."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    return FileSigner(path).jwk


def _enrol(tx: Tx, app: App, name: str, party: Party, roles: list[Role]) -> access.Event:
    # Nobody will ever prove a second factor to these accounts, so the key that seals it need not be kept.
    enrolled = access.register_staff(
        tx,
        party.id,
        login=f"demo-{name}",
        roles=roles,
        password=None,
        key=os.urandom(_SEAL_BYTES),
        at=app.now(),
        by=_BY,
        staff_id=f"s-demo-{name}",
    )
    return enrolled.event


def _note(app: App, tx: Tx, event: access.Event) -> None:
    record(tx, event, batch=app.draw(), at=app.now())


def _first(institutions: pl.DataFrame, kind: str) -> Party:
    return next(_institutions(institutions.filter(pl.col("kind") == kind).head(1)))


def _institutions(frame: pl.DataFrame) -> Iterator[Party]:
    for row in frame.iter_rows(named=True):
        yield Party(PartyKind.INSTITUTION, row["code"], row["name"], municipality=row["municipality"])


def _insurers(country: Country) -> Iterable[Party]:
    return (Party(PartyKind.INSURER, body.number, body.name) for body in country.insurers)


def _insurers_by_held(app: App, country: Country) -> list[Party]:
    """Insurers with the most rows in review first: their staff has something to do."""
    with app.db.transaction(reading=True) as tx:
        rows = registry.held_rows(tx, limit=_HELD_ENOUGH)
    counts: dict[InsurerNumber, int] = {}
    for row in rows:
        counts[row.insurer] = counts.get(row.insurer, 0) + 1
    return sorted(_insurers(country), key=lambda party: (-counts.get(InsurerNumber(party.code), 0), party.code))

"""An invented country of two people, one insurer and two clinics, and software that asks about them."""

import asyncio
import itertools
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import insert

from onshi import access, registry
from onshi.access import Limits, Party, PartyKind, TokenDesk
from onshi.app import App
from onshi.db import OPEN, Database, Tx
from onshi.kernel import InsurerNumber, Moment, parse_moment
from onshi.outside import KeyRing
from onshi.registry.store import tables
from onshi.settings import Settings

NOW = parse_moment("2026-11-02T09:00:00")
SECOND = 1_000_000
HOUR = 3_600 * SECOND
BASE = "http://onshi.test"
INSURER = "06139992"
CLINIC, OTHER_CLINIC = "institution:1312345678", "institution:1312345686"
CLIENT, OTHER_CLIENT, BULK_CLIENT, OPERATOR = "clinic-software", "other-software", "bulk-software", "watcher"
KEY = ECKey.generate_key("P-256", {"kid": "k1"})
FORM = "application/x-www-form-urlencoded"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

HANAKO = {"insurer_number": INSURER, "symbol": "見本", "number": "101", "birth_on": "1980-05-05"}
NOBODY = {"insurer_number": INSURER, "number": "999", "birth_on": "1980-05-05"}
_numbers = itertools.count(1)


@dataclass
class Clock:
    """Says what time it is until told otherwise."""

    moment: int = NOW

    def __call__(self) -> int:
        return self.moment * 1_000


@dataclass
class Country:
    """An app over a database with the cast, its clock, and ways to ask."""

    app: App
    clock: Clock

    @property
    def base(self) -> str:
        """How clients reach the server."""
        return self.app.settings.base_url

    def assertion(self, client: str = CLIENT, **changes: Any) -> str:
        """A good assertion, save for what is changed."""
        seconds = self.clock.moment // SECOND
        claims = {
            "iss": client,
            "sub": client,
            "aud": self.base + "/oauth2/token",
            "exp": seconds + 240,
            "iat": seconds,
            "jti": f"jti-{next(_numbers)}",
        }
        return jws.serialize_compact({"alg": "ES256", "kid": "k1"}, json.dumps(claims | changes), KEY)

    def bearer(self, client: str = CLIENT) -> dict[str, str]:
        """The header of a client that has just got a token."""
        with self.app.db.transaction() as tx:
            form = token_form(self.assertion(client))
            granted = access.exchange(
                tx,
                form,
                at=self.app.now(),
                audience=self.base + "/oauth2/token",
                issuer=self.base,
                signer=self.app.signer,
            )
        return {"Authorization": f"Bearer {granted.token}"}


def token_form(assertion: str, **changes: str) -> dict[str, str]:
    """A good token request, save for what is changed."""
    good = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }
    return good | changes


def country(
    db: Database, folder: Path, *, base: str = BASE, clock: Clock | None = None, rate: int = 2_000, burst: int = 4_000
) -> Country:
    """The cast on an empty database."""
    kept = clock or Clock()
    ring = KeyRing.create(folder / "keys", at=NOW)
    settings = Settings(data=folder, database=db.url, base_url=base, rate=rate, burst=burst)
    app = App(
        settings=settings,
        db=db,
        ring=ring,
        signer=ring.signer(),
        desk=TokenDesk(ring.public_jwks(), base),
        limits=Limits(rate=rate, burst=burst),
        clock=kept,
    )
    with db.transaction() as tx:
        _enrol(tx)
        _insure(tx)
    return Country(app, kept)


def _enrol(tx: Tx) -> None:
    parties = [
        Party(PartyKind.INSTITUTION, "1312345678", "見本内科"),
        Party(PartyKind.INSTITUTION, "1312345686", "別の医院"),
        Party(PartyKind.OPERATOR, "onshi", "見本運用"),
    ]
    access.register_parties(tx, parties, by="local:cli")
    jwks = {"keys": [KEY.as_dict(private=False)]}
    for client, party, scopes in (
        (CLIENT, CLINIC, ["check", "check.bulk"]),
        (OTHER_CLIENT, OTHER_CLINIC, ["check"]),
        (BULK_CLIENT, CLINIC, ["check.bulk"]),
        (OPERATOR, "operator:onshi", ["metrics.read"]),
    ):
        access.register_client(
            tx, party, name="見本", jwks=jwks, scopes=scopes, at=NOW, by="local:cli", client_id=client
        )


def _insure(tx: Tx) -> None:
    loaded = Moment(NOW - HOUR)
    insurer = registry.Insurer(
        InsurerNumber(INSURER), "06", "society", "見本健康保険組合", "13", first_loaded_at=loaded, last_loaded_at=loaded
    )
    unloaded = registry.Insurer(InsurerNumber("00138057"), "00", "municipal_nhi", "見本市", "13")
    registry.put_insurers(tx, [insurer, unloaded], at=Moment(NOW - 2 * HOUR))
    insure(tx, 71, "見本花子", "101")


def insure(tx: Tx, who: int, name: str, number: str, *, branch: str = "00", flags: int = 0) -> None:
    """Somebody with one coverage and a card whose serial is their id; `flags` as in `store/lookup.py`."""
    birth = date(1980, 5, 5)
    known = {"known_from": NOW - HOUR, "known_to": OPEN}
    person = {
        "person_id": who,
        "name": name,
        "kana": "ミホンハナコ",
        "birth_on": birth,
        "sex": "2",
        "match_name": name,
        "match_kana": "ミホンハナコ",
    }
    coverage = {
        "person_id": who,
        "coverage_id": who - 71 + 9001,
        "insurer": INSURER,
        "symbol": "見本",
        "number": number,
        "branch": branch,
        "relation": "1",
        "acquired_on": date(2020, 4, 1),
        "starts_on": date(2020, 4, 1),
        "card_class": "01",
        "flags": flags,
    }
    tx.execute(insert(tables.people).values(person | known))
    tx.execute(insert(tables.coverages).values(coverage | known))
    key = registry.number_key(InsurerNumber(INSURER), "見本", number, birth)
    tx.execute(insert(tables.keys).values(key=key.text, person_id=who, coverage_id=who - 71 + 9001))
    card = {"issuer": "CN=onshi demo", "serial": str(who), "person_id": who}
    tx.execute(insert(tables.cards).values(card | known))


class Front:
    """An HTTP client that calls the application directly, in one event loop, from an address elsewhere."""

    def __init__(self, app: Any, *, host: str = "198.51.100.7") -> None:
        self._loop = asyncio.new_event_loop()
        transport = httpx.ASGITransport(app=app, client=(host, 50_000))
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE)

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """One request, to its end."""
        return self._loop.run_until_complete(self._client.request(method, path, **given))

    def get(self, path: str, **given: Any) -> httpx.Response:
        """GET."""
        return self.ask("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        """POST."""
        return self.ask("POST", path, **given)

    def close(self) -> None:
        """Ends client and loop."""
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()

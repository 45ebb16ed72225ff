"""Hands to give members cards, and to issue papers, in the registry's small world. It begins on 2026-11-02."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from onshi import papers, pki, registry
from onshi.db import Tx
from onshi.kernel import InsurerNumber, Moment, PersonId, parse_moment
from onshi.papers import Paper, PaperId, Unable
from onshi.pki import Certificate, CertificateKey, Kind, Medium, Reason, Status
from onshi.registry import CardKey, Insurer
from registry.world import SOCIETY, World, row

ISSUER = "DEMO-CA"
ELDERLY = InsurerNumber("39131008")
NOVEMBER = date(2026, 11, 1)


def certificate(number: int, not_after: str, **changes: Any) -> Certificate:
    """A card's authentication certificate."""
    given: dict[str, Any] = {
        "key": CertificateKey(ISSUER, f"{number:010}"),
        "kind": Kind.AUTH,
        "holder": number,
        "card": number,
        "medium": Medium.CARD,
        "municipality": "131016",
        "generation": 1,
        "not_before": parse_moment("2021-01-01T00:00:00"),
        "not_after": date.fromisoformat(not_after),
    }
    return Certificate(**(given | changes))


def off(reason: Reason, on: str, *, successor: str | None = None) -> dict[str, Any]:
    """What makes a certificate a revoked one."""
    status = Status.HELD if reason is Reason.HOLD else Status.REVOKED
    moment = parse_moment(f"{on}T10:00:00")
    return {"status": status, "reason": reason, "revoked_at": moment, "successor": successor}


class Office:
    """An insurer's office."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._cards = count(1)
        elderly = Insurer(ELDERLY, "39", "elderly", "見本広域連合", "13")
        world.run(registry.put_insurers, [elderly], at=world.now())

    def at(self, when: str) -> Moment:
        """The clock is put to a moment."""
        self.world.moment = parse_moment(when)
        return self.world.now()

    def member(self, name: str, acquired_on: str = "2020-04-01", **changes: str) -> PersonId:
        """Somebody is insured, by the society unless told otherwise; names are all that tells them apart."""
        number = next(self._cards)
        insurer = InsurerNumber(changes.get("insurer_number", SOCIETY))
        sent = row(
            name=f"例　{name}",
            name_kana=f"レイ　{name}",
            number=str(1000 + number),
            birth_on=f"19{50 + number % 40}-03-04",
            address=f"東京都千代田区例町{number}",
            acquired_on=acquired_on,
            **changes,
        )
        self.world.load([sent], "daily", insurer=insurer)
        (person,) = self.world.people(f"例　{name}")
        return person

    def lose(self, person: PersonId, lost_on: str) -> None:
        """The member's coverage ends."""
        (coverage,) = self.world.coverages(person)
        with self.world.db.transaction(reading=True) as tx:
            known = registry.person_of(tx, person)
        sent = row(
            kind="loss",
            name=known.name,
            name_kana=known.kana,
            symbol=coverage.symbol or "",
            number=coverage.number,
            birth_on=known.birth_on.isoformat(),
            sex=known.sex,
            address=known.address or "",
            acquired_on=coverage.acquired_on.isoformat(),
            lost_on=lost_on,
            loss_reason="03",
            link_code=self.world.code_of(person, coverage.insurer) or "",
            insurer_number=coverage.insurer,
        )
        self.world.load([sent], "daily", insurer=coverage.insurer)

    def card(self, person: PersonId, not_after: str | None = "2030-01-01", **changes: Any) -> CardKey:
        """The member has a registered card; None: its certificate is not in the register."""
        number = 700_000 + next(self._cards)
        made = certificate(number, not_after or "2030-01-01", **changes)
        key = CardKey(made.key.issuer, made.key.serial)
        if not_after is not None:
            self.world.run(pki.enter, [made])
        self.world.run(registry.put_card, key, person, at=self.world.now())
        return key

    def card_of_past_grace(self, name: str) -> PersonId:
        """A member whose certificate is past its grace since 2026-11-01."""
        person = self.member(name)
        self.card(person, "2026-07-15")
        return person

    def listed(self, month: date = NOVEMBER, insurer: InsurerNumber = SOCIETY) -> list[Unable]:
        """The month's list."""
        with self.world.db.transaction(reading=True) as tx:
            return papers.newly_unable(tx, insurer, month)

    def named(self, month: date = NOVEMBER, insurer: InsurerNumber = SOCIETY) -> dict[str, tuple[str, str]]:
        """The month's list: who, why, since when."""
        with self.world.db.transaction(reading=True) as tx:
            return {
                registry.person_of(tx, one.person).name.removeprefix("例　"): (one.ground, one.since.isoformat())
                for one in papers.newly_unable(tx, insurer, month)
            }

    def issue(self, month: date = NOVEMBER, *, insurer: InsurerNumber = SOCIETY, **more: Any) -> list[Paper]:
        """Everybody on the list gets a paper."""
        at = self.world.now()
        made: list[Paper] = self.run(
            lambda tx: papers.issue_ex_officio(tx, insurer, month, at=at, draw=self.world.draw, **more)
        )
        return made

    def ask(self, person: PersonId, ground: str | None = "card-lost", **more: Any) -> Paper:
        """Somebody asks for a paper."""
        given: dict[str, Any] = {"paper_id": PaperId(self.world.draw(1)[0]), "at": self.world.now()} | more
        insurer = given.pop("insurer", SOCIETY)
        made: Paper = self.run(lambda tx: papers.issue_on_request(tx, insurer, person, ground=ground, **given))
        return made

    def run(self, work: Callable[[Tx], Any]) -> Any:
        """In a transaction of its own."""
        with self.world.db.transaction() as tx:
            return work(tx)

    def of(self, person: PersonId) -> list[Paper]:
        """The person's papers."""
        with self.world.db.transaction(reading=True) as tx:
            return papers.papers_of(tx, person)

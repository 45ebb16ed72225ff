"""Hands to register cards in the small world."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from onshi import registry
from onshi.kernel import InsurerNumber, Moment, MunicipalityCode, PersonId
from onshi.registry import CardKey, enrolling
from onshi.registry.enrolling import Enrolment, EnrolmentId, Holder, Place

from .world import World

ISSUER = "DEMO-CA"
CARD = CardKey(ISSUER, "1001")
OTHER_CARD = CardKey(ISSUER, "1002")
THIRD_CARD = CardKey(ISSUER, "1003")
HANAKO = Holder(
    "見本　花子", "ミホン　ハナコ", date(1985, 4, 1), "2", "東京都千代田区見本町１－１", MunicipalityCode("131016")
)


def holder(**changes: Any) -> Holder:
    """Hanako as her card names her, save for what is changed."""
    return msgspec.structs.replace(HANAKO, **changes)


class Desk:
    """A place where cards are registered, and a look at what became of them."""

    def __init__(self, world: World) -> None:
        self.world = world

    def enrol(
        self, card: CardKey = CARD, who: Holder = HANAKO, *, place: Place = Place.PORTAL, at: Moment | None = None
    ) -> Enrolment:
        """Registers a card."""
        with self.world.db.transaction() as tx:
            return enrolling.enrol(
                tx,
                card,
                who,
                enrolment_id=EnrolmentId(self.world.draw(1)[0]),
                place=place,
                party="portal:demo",
                at=self.world.now() if at is None else at,
            )

    def round(self, limit: int = 100) -> list[Enrolment]:
        """One round over those that wait."""
        return list(self.world.run(enrolling.complete_reserved, at=self.world.now(), limit=limit))

    def now(self, card: CardKey = CARD) -> Enrolment | None:
        """The enrolment of a card as it stands."""
        with self.world.db.transaction(reading=True) as tx:
            return enrolling.enrolment_of(tx, card)

    def state(self, card: CardKey = CARD) -> str | None:
        """Its state."""
        found = self.now(card)
        return None if found is None else found.state.value

    def holder_of(self, card: CardKey = CARD, known_at: Moment | None = None) -> PersonId | None:
        """Whom the check finds by the card."""
        with self.world.db.transaction(reading=True) as tx:
            (found,) = registry.find_by_card(tx, [card], known_at=known_at)
        return found.sightings[0].person.id if found.sightings else None

    def told(self, enrolment: Enrolment) -> list[str]:
        """The codes of what the person was told."""
        with self.world.db.transaction(reading=True) as tx:
            return [one.code for one in enrolling.messages_of(tx, enrolment.id)]

    def decide(self, enrolment: Enrolment, person: PersonId | None) -> Enrolment:
        """A reviewer's decision."""
        decided: Enrolment = self.world.run(
            enrolling.decide_enrolment, enrolment.id, person, by="staff:r", at=self.world.now()
        )
        return decided

    def rule_out(self, enrolment: Enrolment, person: PersonId) -> Enrolment:
        """A reviewer who was asked about this person says that it is not they."""
        decided: Enrolment = self.world.run(enrolling.rule_out, enrolment.id, person, by="staff:r", at=self.world.now())
        return decided

    def asked(self, insurer: InsurerNumber, on: date) -> list[Enrolment]:
        """What an insurer is asked about."""
        with self.world.db.transaction(reading=True) as tx:
            return enrolling.questions_to(tx, insurer, on=on)

    def of(self, person: PersonId) -> Sequence[Enrolment]:
        """The person's enrolments."""
        with self.world.db.transaction(reading=True) as tx:
            return enrolling.enrolments_of(tx, person)

"""Whatever comes first, the card or its person, in the end the same cards are the same people's."""

from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from onshi import registry
from onshi.db import Database
from onshi.kernel import PersonId
from onshi.registry import CardKey

from .desk import CARD, HANAKO, ISSUER, OTHER_CARD, THIRD_CARD, Desk, holder
from .test_axes import fresh
from .world import World, row

# Hanako; who is written almost like her, without an address; her namesake elsewhere; her twin; and two cards besides
# hers: of the second, and of somebody nobody knows.
PEOPLE = {
    "hanako": row(),
    "almost": row(number="2", name="美本　花子", address="", post_number=""),
    "far": row(number="3", address="大阪府大阪市遠町９", municipality="271004"),
    "twin": row(number="4", name="見本　月子", name_kana="ミホン　ツキコ", address="大阪府大阪市遠町９"),
}
CARDS = {
    CARD: HANAKO,
    OTHER_CARD: holder(name="美本　花子", address="東京都港区例町２"),
    THIRD_CARD: holder(birth_on=date(1985, 4, 2), address="東京都港区例町３"),
    CardKey(ISSUER, "1004"): holder(name="見本　月子", kana="ミホン　ツキコ", address="大阪府大阪市遠町９"),
}
EXPECTED = {
    CARD: ("complete", "見本　花子", "東京都千代田区見本町１－１"),
    OTHER_CARD: ("complete", "美本　花子", None),
    THIRD_CARD: ("reserved", None, None),
    CardKey(ISSUER, "1004"): ("complete", "見本　月子", "大阪府大阪市遠町９"),
}
STEPS = st.permutations([*PEOPLE, *CARDS, "round", "round"])


def outcome(world: World, desk: Desk, card: CardKey) -> tuple[str | None, str | None, str | None]:
    """The state of the card, and the name and address of whose it is."""
    person = desk.holder_of(card)
    if person is None:
        return desk.state(card), None, None
    found = world.run(registry.person_of, person)
    return desk.state(card), found.name, found.address


@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
def test_reserved_then_loaded_is_loaded_then_enrolled(db: Database, tmp_path: Path, steps: list[str | CardKey]) -> None:
    with db.engine.begin() as connection:
        for table in ("cards", "enrolments"):
            connection.exec_driver_sql(f"DELETE FROM registry_{table}")
    world = fresh(db, tmp_path)
    desk = Desk(world)
    past: list[tuple[int, dict[CardKey, PersonId | None]]] = []
    for step in steps:
        if isinstance(step, CardKey):
            desk.enrol(step, CARDS[step])
        elif step == "round":
            desk.round()
        else:
            world.load([PEOPLE[step]])
        past.append((world.now(), {card: desk.holder_of(card) for card in CARDS}))
    desk.round()
    assert {card: outcome(world, desk, card) for card in CARDS} == EXPECTED
    # And what was known then is told again.
    assert [(at, {card: desk.holder_of(card, at) for card in CARDS}) for at, _ in past] == past

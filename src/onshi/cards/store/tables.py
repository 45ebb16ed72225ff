"""The tables of cards. What grows with people is spread by the holder; keys by which something is found stand apart."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from onshi.db import metadata

_CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _where(condition: Any) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


# Facts about holders are versions on the known axis, as in registry_people.
holders = Table(
    "cards_holders",
    metadata,
    _key("holder_id"),
    _key("known_to"),
    Column("known_from", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("kana", Text, nullable=False),
    Column("birth_on", Date, nullable=False),
    Column("sex", String(1), nullable=False),
    Column("post_number", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("municipality", String(6), nullable=False),
    Column("residence", Text, nullable=False),
    Column("stay_until", Date),
    Column("guardian_id", BigInteger),
    Column("is_ward", Boolean, nullable=False),
    Column("deceased_on", Date),
    **_CLUSTERED,
)
# A town's residents as known now, by post number: whom a mailing is for.
Index("cards_holders_by_place", holders.c.municipality, holders.c.known_to, holders.c.post_number)

forms = Table(
    "cards_forms",
    metadata,
    Column("form_id", String(23), primary_key=True),
    Column("holder_id", BigInteger, nullable=False),
    Column("municipality", String(6), nullable=False),
    Column("printed_on", Date, nullable=False),
    Column("ended_on", Date),
    Column("end_reason", Text),
    **_CLUSTERED,
)
Index("cards_forms_by_holder", forms.c.holder_id)

applications = Table(
    "cards_applications",
    metadata,
    _key("holder_id"),
    _key("application_id"),
    Column("municipality", String(6), nullable=False),
    Column("form_id", String(23)),
    Column("route", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("delivery", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("photo_source", Text, nullable=False),
    # The kind of helper and nothing else: a helper keeps nothing, and neither do we about the helper.
    Column("helper", Text),
    Column("workplace", Text),
    Column("venue", Text),
    Column("express_ground", Text),
    Column("express_since", Date),
    Column("is_face_card", Boolean, nullable=False),
    Column("desk", Text),
    Column("state", Text, nullable=False),
    Column("state_since", Date, nullable=False),
    Column("applied_on", Date),
    Column("photo", LargeBinary),
    Column("documents", JSON),
    Column("notice_on", Date),
    Column("reminded_on", Date),
    Column("custody_place", Text),
    Column("card_id", BigInteger),
    Column("is_open", Boolean, nullable=False),
    **_CLUSTERED,
)
Index("cards_applications_by_place", applications.c.municipality, applications.c.state, applications.c.state_since)
Index(
    "cards_applications_by_workplace",
    applications.c.workplace,
    **_where(applications.c.workplace.is_not(None)),
)
# Nobody has two applications under way, whoever decides at the same moment.
Index("cards_applications_one_open", applications.c.holder_id, unique=True, **_where(applications.c.is_open))

application_keys = Table(
    "cards_application_keys",
    metadata,
    _key("application_id"),
    Column("holder_id", BigInteger, nullable=False),
    **_CLUSTERED,
)

# Apart from the application, so that a photo can be deleted and everything else stays.
photos = Table(
    "cards_photos",
    metadata,
    _key("holder_id"),
    Column("digest", LargeBinary, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("taken_on", Date, nullable=False),
)

cards = Table(
    "cards_cards",
    metadata,
    _key("holder_id"),
    _key("card_id"),
    Column("application_id", BigInteger, nullable=False),
    Column("municipality", String(6), nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("state_since", Date, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("handed_on", Date),
    **_CLUSTERED,
)
Index("cards_cards_by_place", cards.c.municipality, cards.c.state, cards.c.valid_to)
# Nobody has two cards in force.
Index("cards_cards_one_active", cards.c.holder_id, unique=True, **_where(cards.c.state == "active"))

card_keys = Table(
    "cards_card_keys",
    metadata,
    _key("card_id"),
    Column("holder_id", BigInteger, nullable=False),
    **_CLUSTERED,
)

# Every change of an application or a card, only ever added. `month` is 202611 for November 2026: a series is grouped
# by it the same way on both engines.
events = Table(
    "cards_events",
    metadata,
    _key("holder_id"),
    _key("object_id"),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("month", Integer, nullable=False),
    Column("municipality", String(6), nullable=False),
    Column("step", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("stage", Text),
    **_CLUSTERED,
)
# An application counts once for a stage, whatever the code does.
Index(
    "cards_events_count_once",
    events.c.holder_id,
    events.c.object_id,
    events.c.stage,
    unique=True,
    **_where(events.c.stage.is_not(None)),
)
Index(
    "cards_events_by_month",
    events.c.municipality,
    events.c.month,
    events.c.stage,
    **_where(events.c.stage.is_not(None)),
)

moves = Table(
    "cards_moves",
    metadata,
    _key("holder_id"),
    _key("move_id"),
    Column("from_municipality", String(6), nullable=False),
    Column("to_municipality", String(6)),
    Column("planned_on", Date),
    Column("moved_on", Date),
    Column("notified_on", Date),
    Column("continue_by", Date),
    Column("continued_on", Date),
    Column("ended_on", Date),
    Column("end_reason", Text),
    Column("is_waiting", Boolean, nullable=False),
    **_CLUSTERED,
)
Index("cards_moves_one_waiting", moves.c.holder_id, unique=True, **_where(moves.c.is_waiting))
Index("cards_moves_running_out", moves.c.to_municipality, moves.c.continue_by, **_where(moves.c.is_waiting))

slots = Table(
    "cards_slots",
    metadata,
    Column("municipality", String(6), primary_key=True),
    Column("place", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("starts", String(5), primary_key=True),
    Column("capacity", Integer, nullable=False),
    UniqueConstraint("municipality", "place", "day", "starts", "capacity", name="cards_slots_with_capacity"),
    CheckConstraint("capacity >= 0", name="cards_slots_hold_nobody_less"),
    **_CLUSTERED,
)

# A booking names its seat and, by the foreign key, the capacity of its slot: no writer can put more people into a slot
# than it has places, nor make it smaller than what is booked.
bookings = Table(
    "cards_bookings",
    metadata,
    Column("municipality", String(6), primary_key=True),
    Column("place", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("starts", String(5), primary_key=True),
    Column("seat", Integer, primary_key=True, autoincrement=False),
    Column("capacity", Integer, nullable=False),
    Column("holder_id", BigInteger, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("booked_at", BigInteger, nullable=False),
    ForeignKeyConstraint(
        ["municipality", "place", "day", "starts", "capacity"],
        [
            "cards_slots.municipality",
            "cards_slots.place",
            "cards_slots.day",
            "cards_slots.starts",
            "cards_slots.capacity",
        ],
        name="cards_bookings_in_a_slot",
        onupdate="CASCADE",
    ),
    CheckConstraint("seat >= 1 AND seat <= capacity", name="cards_bookings_have_a_place"),
    **_CLUSTERED,
)
Index("cards_bookings_one_each", bookings.c.holder_id, bookings.c.purpose, unique=True)

# A printing run: what was chosen (post number, ages, a day), never who.
mailings = Table(
    "cards_mailings",
    metadata,
    _key("run_id"),
    Column("municipality", String(6), nullable=False),
    Column("made_on", Date, nullable=False),
    Column("choice", JSON, nullable=False),
    Column("households", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("printed_on", Date),
    **_CLUSTERED,
)
Index("cards_mailings_by_place", mailings.c.municipality, mailings.c.made_on)

mailed = Table(
    "cards_mailed",
    metadata,
    _key("holder_id"),
    _key("run_id"),
    Column("form_id", String(23), nullable=False),
    **_CLUSTERED,
)
Index("cards_mailed_by_run", mailed.c.run_id)

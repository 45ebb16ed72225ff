"""The registry's tables. Every row says from when to when it was known; `known_to = OPEN` holds now."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text

from onshi.db import metadata

# The key on SQLite is the table itself (WITHOUT ROWID); on PostgreSQL the migration partitions by its first column.
_CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


def _known() -> tuple[Column[int], Column[int]]:
    return (
        Column("known_to", BigInteger, primary_key=True, autoincrement=False),
        Column("known_from", BigInteger, nullable=False),
    )


insurers = Table(
    "registry_insurers",
    metadata,
    Column("number", String(8), primary_key=True),
    *_known(),
    Column("law_code", String(2), nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("prefecture", String(2)),
    Column("opened_on", Date),
    Column("closed_on", Date),
    Column("first_loaded_at", BigInteger),
    Column("last_loaded_at", BigInteger),
    Column("delay_days", Integer),
    **_CLUSTERED,
)

# One row, counted up with every change of an insurer, so that a process knows whether its copy is still good.
insurer_changes = Table(
    "registry_insurer_changes",
    metadata,
    Column("only", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
)

people = Table(
    "registry_people",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    *_known(),
    Column("name", Text, nullable=False),
    Column("kana", Text, nullable=False),
    Column("birth_on", Date, nullable=False),
    Column("sex", String(1), nullable=False),
    Column("post_number", Text),
    Column("address", Text),
    Column("municipality", String(6)),
    Column("name_other", Text),
    Column("kana_other", Text),
    Column("sex_printed", Text),
    # Folded forms, for the guard against joining rows to the wrong person.
    Column("match_name", Text, nullable=False),
    Column("match_kana", Text, nullable=False),
    Column("match_place", BigInteger),
    **_CLUSTERED,
)
Index("registry_people_by_birth", people.c.birth_on, people.c.match_kana)
Index("registry_people_by_place", people.c.match_place)

coverages = Table(
    "registry_coverages",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("known_to", BigInteger, primary_key=True, autoincrement=False),
    Column("coverage_id", BigInteger, primary_key=True, autoincrement=False),
    Column("known_from", BigInteger, nullable=False),
    Column("insurer", String(8), nullable=False),
    Column("symbol", Text),
    Column("number", Text, nullable=False),
    Column("branch", Text),
    Column("relation", String(1)),
    Column("acquired_on", Date, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("lost_on", Date),
    Column("loss_reason", String(2)),
    Column("card_class", String(2), nullable=False),
    Column("flags", Integer, nullable=False),
    Column("details", Text),
    Column("feed_id", BigInteger),
    **_CLUSTERED,
)

# Keys are never taken back: what a key found last year has to be found again when that answer is replayed.
# person_id 0 marks a held row, whose id then stands in coverage_id.
keys = Table(
    "registry_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("coverage_id", BigInteger, primary_key=True, autoincrement=False),
    **_CLUSTERED,
)

links = Table(
    "registry_links",
    metadata,
    Column("insurer", String(8), primary_key=True),
    Column("code", Text, primary_key=True),
    *_known(),
    Column("person_id", BigInteger, nullable=False),
    Column("suspended", Boolean, nullable=False),
    **_CLUSTERED,
)
Index("registry_links_by_person", links.c.person_id, links.c.insurer, links.c.known_to, unique=True)

cards = Table(
    "registry_cards",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("serial", Text, primary_key=True),
    *_known(),
    Column("person_id", BigInteger, nullable=False),
    **_CLUSTERED,
)
Index("registry_cards_by_person", cards.c.person_id)

feeds = Table(
    "registry_feeds",
    metadata,
    Column("feed_id", BigInteger, primary_key=True, autoincrement=False),
    Column("insurer", String(8), nullable=False),
    Column("mode", Text, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("state", Text, nullable=False),
    Column("next_row", BigInteger, nullable=False),
    Column("counts", Text, nullable=False),
)
Index("registry_feeds_by_insurer", feeds.c.insurer, feeds.c.started_at)

findings = Table(
    "registry_findings",
    metadata,
    Column("feed_id", BigInteger, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("row", BigInteger, nullable=False),
    Column("field", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("person_id", BigInteger),
    Column("other_insurer", String(8)),
    **_CLUSTERED,
)

held = Table(
    "registry_held",
    metadata,
    Column("held_id", BigInteger, primary_key=True, autoincrement=False),
    *_known(),
    Column("insurer", String(8), nullable=False),
    Column("feed_id", BigInteger, nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("candidate", BigInteger),
    Column("blocks", Boolean, nullable=False),
    Column("content", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("decision", Text),
    Column("decided_by", Text),
)
Index("registry_held_by_insurer", held.c.insurer, held.c.known_to)
# A row sent again is not held again: found by what it says, because there may be many that wait.
Index("registry_held_by_digest", held.c.insurer, held.c.digest)

# What a snapshot has shown so far; emptied when it is finished.
seen = Table(
    "registry_seen",
    metadata,
    Column("feed_id", BigInteger, primary_key=True, autoincrement=False),
    Column("coverage_id", BigInteger, primary_key=True, autoincrement=False),
    **_CLUSTERED,
)

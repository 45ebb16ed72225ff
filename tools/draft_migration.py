"""Prints the DDL of every table the rooms register, for one engine: the raw material of a migration, edited by hand.

.venv/bin/python tools/draft_migration.py postgresql > src/onshi/db/migrations/0001_first.postgresql.sql
"""

import importlib
import sys
from pathlib import Path

from sqlalchemy import String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

import onshi
from onshi.db import metadata

# Tables that grow with people, and the column they are spread by (docs/decisions/0002).
PARTITIONS = {
    "registry_people": "person_id",
    "registry_coverages": "person_id",
    "registry_keys": "key",
    "registry_cards": "serial",
    "registry_enrolments": "serial",
    "cards_holders": "holder_id",
    "cards_forms": "form_id",
    "cards_applications": "holder_id",
    "cards_application_keys": "application_id",
    "cards_photos": "holder_id",
    "cards_cards": "holder_id",
    "cards_card_keys": "card_id",
    "cards_events": "holder_id",
    "cards_moves": "holder_id",
    "pki_certificates": "serial",
    "cards_mailed": "holder_id",
    "papers_papers": "person_id",
    "references_numbers": "party",
    "consents_given": "party",
}
PARTITION_COUNT = 8
# Digests do not compress; PostgreSQL would try with every one.
UNCOMPRESSED = {"audit_entries": "packed"}


def stores() -> list[str]:
    """The modules that declare tables: `store.py` of a room, or the files of its `store/`."""
    root = Path(onshi.__file__).parent
    found = [*root.glob("*/store.py"), *root.glob("*/store/*.py")]
    return sorted(".".join(["onshi", *path.relative_to(root).with_suffix("").parts]) for path in found)


def order_by_bytes() -> None:
    """Text on PostgreSQL is then ordered as SQLite does, whatever the locale of the server, and compared cheaper."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String):
                column.type = type(column.type)(column.type.length, collation="C")


def main(engine: str) -> None:
    """Writes the statements, each ended by a semicolon and a line end."""
    for store in stores():
        importlib.import_module(store)
    if engine == "postgresql":
        order_by_bytes()
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[engine].dialect()
    for table in metadata.sorted_tables:
        text = str(CreateTable(table).compile(dialect=dialect)).strip()
        column = PARTITIONS.get(table.name) if engine == "postgresql" else None
        print(f"{text} PARTITION BY HASH ({column});" if column else f"{text};")
        for number in range(PARTITION_COUNT if column else 0):
            print(
                f"CREATE TABLE {table.name}_{number} PARTITION OF {table.name} "
                f"FOR VALUES WITH (MODULUS {PARTITION_COUNT}, REMAINDER {number});"
            )
        if engine == "postgresql" and table.name in UNCOMPRESSED:
            print(f"ALTER TABLE {table.name} ALTER COLUMN {UNCOMPRESSED[table.name]} SET STORAGE EXTERNAL;")
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            print(f"{str(CreateIndex(index).compile(dialect=dialect)).strip()};")


if __name__ == "__main__":
    main(sys.argv[1])

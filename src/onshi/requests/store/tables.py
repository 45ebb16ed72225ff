"""The tables. Of what is sent, reported and planned nothing is changed or deleted: later rows stand beside earlier."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, Table, Text, text

from onshi.db import metadata

trees = Table(
    "requests_trees",
    metadata,
    Column("tree", Text, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("name_ja", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("brought_at", BigInteger, nullable=False),
)
nodes = Table(
    "requests_nodes",
    metadata,
    Column("tree", Text, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("node", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("parent", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("bodies", Integer),
)
sent = Table(
    "requests_sent",
    metadata,
    Column("request_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sender", Text, nullable=False),
    Column("fiscal_year", Integer, nullable=False),
    Column("number_folded", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject_ja", Text, nullable=False),
    Column("subject_en", Text, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date),
    Column("tree", Text, nullable=False),
    Column("tree_since", Date, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("earlier", BigInteger),
    Column("relation", Text),
)
# A sender gives a number once in a fiscal year, and corrects or withdraws a request once.
Index("requests_sent_number", sent.c.sender, sent.c.fiscal_year, sent.c.number_folded, unique=True)
_names_earlier = text("earlier IS NOT NULL")
Index(
    "requests_sent_earlier", sent.c.earlier, unique=True, sqlite_where=_names_earlier, postgresql_where=_names_earlier
)
attachments = Table(
    "requests_attachments",
    metadata,
    Column("request_id", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("material_id", BigInteger, nullable=False),
)
# The key keeps two from reporting the same thing at once: the second finds the revision taken.
reports = Table(
    "requests_reports",
    metadata,
    Column("request_id", BigInteger, primary_key=True, autoincrement=False),
    Column("node", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("reported_on", Date, nullable=False),
    Column("bodies", Integer, nullable=False),
    Column("reported_by", Text, nullable=False),
    Column("reported_at", BigInteger, nullable=False),
)
Index("requests_reports_by_node", reports.c.node, reports.c.what)
steps = Table(
    "requests_steps",
    metadata,
    Column("step_id", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Column("exactness", Text, nullable=False),
    Column("is_about", Boolean, nullable=False),
    Column("done_on", Date),
    Column("note", Text, nullable=False),
    Column("participants", JSON, nullable=False),
    Column("decisions", Text, nullable=False),
    Column("is_dropped", Boolean, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)
Index("requests_steps_by_owner", steps.c.owner)
materials = Table(
    "requests_materials",
    metadata,
    Column("material_id", BigInteger, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Column("title_ja", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("size", BigInteger),
    Column("digest", Text),
    Column("added_on", Date, nullable=False),
)
Index("requests_materials_by_owner", materials.c.owner)
handed_on = Table(
    "requests_handed_on",
    metadata,
    Column("handing_id", BigInteger, primary_key=True, autoincrement=False),
    Column("material_id", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("handed_on", Date, nullable=False),
    Column("copies", Integer, nullable=False),
)
Index("requests_handed_on_by_body", handed_on.c.body)
Index("requests_handed_on_by_material", handed_on.c.material_id)
visits = Table(
    "requests_visits",
    metadata,
    Column("visit_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("municipality", Text, nullable=False),
    Column("venue", Text, nullable=False),
    Column("wished", JSON, nullable=False),
    Column("expected", Integer, nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("day", Date),
    Column("starts", Text),
    Column("reason", Text),
    Column("applications", Integer),
    Column("changed_on", Date),
)
Index("requests_visits_by_body", visits.c.body)
Index("requests_visits_by_municipality", visits.c.municipality)
minimums = Table(
    "requests_minimums",
    metadata,
    Column("municipality", Text, primary_key=True),
    Column("set_at", BigInteger, primary_key=True, autoincrement=False),
    Column("minimum", Integer, nullable=False),
)
devices = Table(
    "requests_devices",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("since", Date, nullable=False),
)
loans = Table(
    "requests_loans",
    metadata,
    Column("loan_id", BigInteger, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Column("asset", Text, nullable=False),
    Column("borrower", Text, nullable=False),
    Column("window_name", Text, nullable=False),
    Column("lent_on", Date, nullable=False),
    Column("due_back", Date, nullable=False),
    Column("returned_on", Date),
    Column("condition", Text),
)
# A device is lent to one at a time.
_is_out = text("returned_on IS NULL")
Index(
    "requests_loans_one_at_a_time",
    loans.c.owner,
    loans.c.asset,
    unique=True,
    sqlite_where=_is_out,
    postgresql_where=_is_out,
)
Index("requests_loans_by_owner", loans.c.owner, loans.c.asset)
Index("requests_loans_by_borrower", loans.c.borrower)

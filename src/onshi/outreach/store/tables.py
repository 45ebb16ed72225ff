"""The tables of outreach. Whatever was sent stays as it was: a change is another version."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, Table, Text

from onshi.db import metadata

_CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


def _key(name: str, of: Any = Text) -> Column[Any]:
    return Column(name, of, primary_key=True, autoincrement=False)


plans = Table(
    "outreach_plans",
    metadata,
    _key("owner"),
    _key("year", Integer),
    _key("version", Integer),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("target_holders", BigInteger),
    Column("target_registrations", BigInteger),
    Column("reason", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
    Column("submitted_at", BigInteger),
    Column("decided_at", BigInteger),
    **_CLUSTERED,
)
Index("outreach_plans_by_kind", plans.c.kind, plans.c.year)

plan_lines = Table(
    "outreach_plan_lines",
    metadata,
    _key("owner"),
    _key("year", Integer),
    _key("version", Integer),
    _key("measure"),
    _key("channel"),
    Column("months", Text, nullable=False),  # 2019-04 2019-05 …
    Column("audience", BigInteger),
    Column("budget", BigInteger, nullable=False),
    **_CLUSTERED,
)

reports = Table(
    "outreach_reports",
    metadata,
    _key("owner"),
    _key("as_of", Date),
    _key("version", Integer),
    Column("kind", Text, nullable=False),
    Column("holders_members", BigInteger),
    Column("holders_dependants", BigInteger),
    Column("registrations_members", BigInteger),
    Column("registrations_dependants", BigInteger),
    Column("note", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    **_CLUSTERED,
)
Index("outreach_reports_by_kind", reports.c.kind, reports.c.as_of)

report_lines = Table(
    "outreach_report_lines",
    metadata,
    _key("owner"),
    _key("as_of", Date),
    _key("version", Integer),
    _key("measure"),
    _key("channel"),
    Column("outcome", Text, nullable=False),
    Column("why", Text),
    Column("reach", BigInteger),
    Column("cost", BigInteger, nullable=False),
    **_CLUSTERED,
)

summaries = Table(
    "outreach_summaries",
    metadata,
    _key("ministry"),
    _key("as_of", Date),
    _key("version", Integer),
    Column("note", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("sent_at", BigInteger, nullable=False),
    **_CLUSTERED,
)

summary_parts = Table(
    "outreach_summary_parts",
    metadata,
    _key("ministry"),
    _key("as_of", Date),
    _key("version", Integer),
    _key("kind"),
    Column("expected", Integer, nullable=False),
    Column("reported", Integer, nullable=False),
    # Four sums and four counts of those who did not know, in the order of FIGURES.
    Column("figures", Text, nullable=False),
    **_CLUSTERED,
)

summary_cells = Table(
    "outreach_summary_cells",
    metadata,
    _key("ministry"),
    _key("as_of", Date),
    _key("version", Integer),
    _key("kind"),
    _key("measure"),
    _key("channel"),
    Column("done", Integer, nullable=False),
    Column("partly", Integer, nullable=False),
    Column("not_done", Integer, nullable=False),
    Column("reach", BigInteger, nullable=False),
    Column("reach_unknown", Integer, nullable=False),
    Column("cost", BigInteger, nullable=False),
    **_CLUSTERED,
)

events = Table(
    "outreach_events",
    metadata,
    _key("event_id", BigInteger),
    Column("owner", Text, nullable=False),
    Column("held_on", Date, nullable=False),
    Column("sort", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("expected", BigInteger),
    Column("came", BigInteger),
    Column("applications", BigInteger),
    Column("cancelled", Boolean, nullable=False),
    **_CLUSTERED,
)
Index("outreach_events_by_owner", events.c.owner, events.c.held_on)

measures = Table(
    "outreach_measures",
    metadata,
    _key("code"),
    Column("title_ja", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("channels", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("timing_ja", Text, nullable=False),
    Column("timing_en", Text, nullable=False),
    Column("effect_ja", Text, nullable=False),
    Column("effect_en", Text, nullable=False),
    Column("effect_number", BigInteger),
    Column("effect_unit", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("known_from", Date, nullable=False),
    **_CLUSTERED,
)

publicity = Table(
    "outreach_publicity",
    metadata,
    _key("campaign"),
    _key("code"),
    _key("version", Integer),
    Column("medium", Text, nullable=False),
    Column("title_ja", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("sites", BigInteger),
    Column("places", BigInteger),
    Column("seconds", Integer),
    Column("hour_low", Integer),
    Column("hour_high", Integer),
    Column("day_low", Integer),
    Column("day_high", Integer),
    Column("hours", Integer),
    Column("first_on", Date),
    Column("last_on", Date),
    Column("days", Integer),
    Column("issues", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("audience_ja", Text, nullable=False),
    Column("audience_en", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("known_from", Date, nullable=False),
    Column("is_rate_about", Boolean, nullable=False),
    Column("counted", BigInteger),
    **_CLUSTERED,
)

contributions = Table(
    "outreach_contributions",
    metadata,
    _key("contribution_id", BigInteger),
    _key("version", Integer),
    Column("owner", Text, nullable=False),
    Column("practice", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("sent_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger),
    **_CLUSTERED,
)
Index("outreach_contributions_by_owner", contributions.c.owner)

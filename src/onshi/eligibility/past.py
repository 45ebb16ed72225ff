"""What earlier checks showed, for many at once: out of their entries in the log and of what was known then. Pure.

The rules are those of `rules.py` and `shown.py` as frames; a test holds the two together. Whoever has been protected
since is protected here too. Where an entry has no note (notes.py), what it would say counts as the stricter case.
"""

from collections.abc import Sequence

import polars as pl

from onshi.audit import Act
from onshi.db import OPEN
from onshi.eligibility.model import AnswerKind
from onshi.eligibility.notes import BY_NUMBER, notes_read
from onshi.eligibility.shown import is_preschool

# Only these answers show a person; another entry may well name one (a card whose holder refused).
SHOWS_PERSON = (AnswerKind.IN_FORCE, AnswerKind.LAWFUL_DOUBLE, AnswerKind.LOST, AnswerKind.LOST_OTHER_IN_FORCE)
_CHILDHOOD = "8y"  # longer than anybody is 未就学
_ACTS = {"at": pl.Int64, "subject": pl.Int64, "kind": pl.String, "object": pl.String}
_KNOWN = ("known_from", "known_to")
_MARKS = ("undisclosed", "refused")


def asked(acts: Sequence[Act]) -> pl.DataFrame:
    """Entries of checks as a frame: row, at, moment (as known when), person_id of whom they showed, kind, and what
    the note says: coverage_id, on, how, limit_consent, disease_consent."""
    columns = ([act.at for act in acts], [act.subject for act in acts], [act.outcome for act in acts])
    noted = [act.object for act in acts]
    frame = pl.DataFrame(dict(zip(_ACTS, (*columns, noted), strict=True)), schema=_ACTS)
    frame = frame.with_row_index("row").hstack(notes_read(frame["object"]))
    return frame.select(
        "row",
        "at",
        pl.coalesce("known_at", "at").alias("moment"),
        pl.when(pl.col("kind").is_in(SHOWS_PERSON)).then(pl.col("subject")).alias("person_id"),
        "kind",
        "coverage_id",
        "on",
        "how",
        "limit_consent",
        "disease_consent",
    )


def with_only_coverage(checks: pl.DataFrame, coverages: pl.DataFrame) -> pl.DataFrame:
    """The checks; where nothing is noted, with the one coverage there was then, if there was just one."""
    silent = checks.filter(pl.col("how").is_null() & pl.col("person_id").is_not_null())
    if silent.is_empty():
        return checks
    then = silent.select("row", "person_id", "moment").join(
        coverages.select("person_id", *_KNOWN, pl.col("coverage_id").alias("only")), on="person_id"
    )
    only = then.filter(_was_known("moment")).group_by("row").agg(pl.len(), pl.col("only").first())
    return (
        checks.join(only.filter(pl.col("len") == 1).drop("len"), on="row", how="left", maintain_order="left")
        .with_columns(pl.coalesce("coverage_id", "only").alias("coverage_id"))
        .drop("only")
    )


def given_up(checks: pl.DataFrame, people: pl.DataFrame, coverages: pl.DataFrame) -> pl.DataFrame:
    """Coverages that were shown as somebody's and are not theirs any more: person_id, insurer, symbol, number and
    birth_on, the number they were found by."""
    pair = ["person_id", "coverage_id"]
    gone = checks.select(pair).drop_nulls().unique().join(_open(coverages), on=pair, how="anti")
    numbers = gone.join(coverages, on=pair).select("person_id", "insurer", "symbol", "number")
    return numbers.join(people.select("person_id", "birth_on"), on="person_id").unique()


def flags_of_today(coverages: pl.DataFrame) -> pl.DataFrame:
    """Whom a flag of their own protects now: person_id, undisclosed, refused."""
    return _open(coverages).filter(pl.any_horizontal(_MARKS)).select("person_id", *_MARKS)


def shown(checks: pl.DataFrame, people: pl.DataFrame, coverages: pl.DataFrame, flagged: pl.DataFrame) -> pl.DataFrame:
    """What each check showed, in their order, less what may not be shown any more: besides what `asked` gives, the
    columns of person and coverage (`registry.versions_of`) and preschool. Of a check that showed nobody they are null.

    `flagged`: person_id, undisclosed, refused of those whom a flag of today protects. A refused card is told like
    one that nobody has; of the undisclosed there is no address where they were asked about by number.
    """
    flags = _flags(checks, coverages, flagged)
    by_card = pl.col("how") != BY_NUMBER
    checks = checks.join(flags, on="row", how="left", maintain_order="left").with_columns(
        pl.col("undisclosed", "refused").fill_null(False)
    )
    hidden = pl.col("refused") & by_card.fill_null(True)
    checks = checks.with_columns(
        pl.when(hidden).then(pl.lit(AnswerKind.NOT_REGISTERED.value)).otherwise("kind").alias("kind"),
        *(pl.when(~hidden).then(pl.col(name)).alias(name) for name in ("person_id", "coverage_id")),
    )
    joined = _as_known(_as_known(checks, people, ["person_id"]), coverages, ["person_id", "coverage_id"])
    is_open = ~(pl.col("undisclosed") & ~by_card.fill_null(False))
    return _with_preschool(_consented(joined)).with_columns(
        pl.when(is_open).then(pl.col(name)).alias(name) for name in ("post_number", "address")
    )


def _flags(checks: pl.DataFrame, coverages: pl.DataFrame, flagged: pl.DataFrame) -> pl.DataFrame:
    """Whom a flag of today or of then protects: row, undisclosed, refused."""
    protected = coverages.filter(pl.any_horizontal(_MARKS)).select("person_id", *_KNOWN, *_MARKS)
    asked_about = checks.select("row", "person_id", "moment", "at")
    then = asked_about.join(protected, on="person_id").filter(_was_known("moment") | _was_known("at"))
    today = asked_about.join(flagged, on="person_id")
    both = pl.concat([then.select("row", *_MARKS), today.select("row", *_MARKS)])
    return both.group_by("row").agg(pl.col(_MARKS).any())


def _open(versions: pl.DataFrame) -> pl.DataFrame:
    return versions.filter(pl.col("known_to") == OPEN)


def _was_known(moment: str) -> pl.Expr:
    return (pl.col("known_from") <= pl.col(moment)) & (pl.col(moment) < pl.col("known_to"))


def _as_known(checks: pl.DataFrame, versions: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The checks with the version that was known at their moment; without one its columns are null."""
    added = [name for name in versions.columns if name not in (*keys, "known_from", *_MARKS)]
    joined = checks.sort("moment").join_asof(
        versions.select(*keys, "known_from", *added).sort("known_from"),
        left_on="moment",
        right_on="known_from",
        by=keys,
        check_sortedness=False,
    )
    is_known = pl.col("moment") < pl.col("known_to")
    return joined.sort("row").with_columns(pl.when(is_known).then(pl.col(added))).drop(_KNOWN, strict=False)


def _consented(checks: pl.DataFrame) -> pl.DataFrame:
    """Certificates only where the patient had agreed that they be shown."""
    limit, diseases = pl.col("^limit_.*$").exclude("limit_consent"), pl.col("^disease[0-9]_.*$")
    return checks.with_columns(
        pl.when(pl.col("limit_consent")).then(limit), pl.when(pl.col("disease_consent")).then(diseases)
    )


def _with_preschool(checks: pl.DataFrame) -> pl.DataFrame:
    days = checks.select("birth_on", "on").drop_nulls()
    young = days.filter(pl.col("birth_on").dt.offset_by(_CHILDHOOD) > pl.col("on")).unique()
    is_young = [is_preschool(born, on) for born, on in young.rows()]
    return checks.join(
        young.with_columns(preschool=pl.Series(is_young, dtype=pl.Boolean)),
        on=["birth_on", "on"],
        how="left",
        maintain_order="left",
    )

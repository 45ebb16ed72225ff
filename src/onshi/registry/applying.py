"""What a feed's rows change, given what is known already. Pure, set-based."""

from dataclasses import dataclass

import polars as pl

from onshi.registry.frames import CONTENT, PERSONAL

_MATCH_KEYS = ["person_id", "acquired_on", "starts_on"]
NOTHING = {"change": "nothing-to-change", "loss": "nothing-to-lose", "cancel": "nothing-to-cancel"}
_LOSS = ("lost_on", "loss_reason")
# A cancellation of what is not there is what a file sent twice looks like.
_HARMLESS = "nothing-to-cancel"
# 不開示該当, 自己情報提供不可.
_PROTECTIONS = (1, 2)


@dataclass(frozen=True, slots=True)
class Changes:
    """What to write.

    `closed`: person_id, coverage_id of versions that end. `added`: row, person_id, coverage_id (null: a new one is to
    be drawn), key, is_new, action and CONTENT. `unchanged`: rows that say what is known. `problems`: row, code.
    `exposed`: row, person_id where a protection flag is taken away.
    """

    closed: pl.DataFrame
    added: pl.DataFrame
    unchanged: pl.DataFrame
    problems: pl.DataFrame
    exposed: pl.DataFrame


def coverage_changes(rows: pl.DataFrame, existing: pl.DataFrame) -> Changes:
    """Compares rows (row, kind, person_id, key, unsaid and CONTENT) with these people's `existing` open coverages here.

    A row means the coverage with the same person and days; a change or a loss otherwise the one with the same
    number, or the only open one. A cancellation never: sent again, it would take the next coverage away.
    No two rows mean the same person (callers see to that).
    """
    matched = _matched(rows, existing)
    hit, missed = matched.filter(pl.col("coverage_id").is_not_null()), matched.filter(pl.col("coverage_id").is_null())
    news = missed.filter(pl.col("kind") == "new")
    lost_ones = missed.filter(pl.col("kind") != "new")
    after = _after(hit.filter(pl.col("kind") != "cancel"))
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_known")) for name in CONTENT)
    changed = after.filter(differs)
    # Another number is another coverage: the old key must not find it any more, and the new one must.
    renumbered = pl.col("key") != pl.col("key_known")
    added = pl.concat(
        [
            _to_add(news.with_columns(coverage_id=pl.lit(None, dtype=pl.Int64)), "new"),
            _to_add(changed.filter(pl.col("kind") != "loss"), "changed", renumbered),
            _to_add(changed.filter(pl.col("kind") == "loss"), "lost"),
        ]
    )
    cancelled = hit.filter(pl.col("kind") == "cancel")
    ended = {"changed": changed, "cancelled": cancelled}
    closed = [rows.select("row", "person_id", "coverage_id", action=pl.lit(action)) for action, rows in ended.items()]
    bared = pl.any_horizontal((pl.col("flags_known") & bit) > (pl.col("flags") & bit) for bit in _PROTECTIONS)
    return Changes(
        closed=pl.concat(closed),
        added=added,
        unchanged=after.filter(~differs).select("row", "person_id", "coverage_id"),
        problems=lost_ones.select("row", code=pl.col("kind").replace_strict(NOTHING, return_dtype=pl.String)),
        exposed=changed.filter(bared).select("row", "person_id"),
    )


def _matched(rows: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
    """The rows with `coverage_id` and every known column as `…_known`; nulls where nothing is meant."""
    known = existing.rename({name: f"{name}_known" for name in (*CONTENT, "key")})
    by_days = known.rename({"acquired_on_known": "acquired_on", "starts_on_known": "starts_on"}).with_columns(
        acquired_on_known=pl.col("acquired_on"), starts_on_known=pl.col("starts_on")
    )
    exact = _one_each(rows.join(by_days, on=_MATCH_KEYS, how="left", maintain_order="left"))
    rest = exact.filter(pl.col("coverage_id").is_null() & pl.col("kind").is_in(["change", "loss"]))
    if rest.is_empty():
        return exact
    asked = rest.select("person_id", ends=pl.when(pl.col("kind") == "loss").then("lost_on"))
    # A loss ends what has begun: a late one is not about the coverage that came after.
    free = (
        known.join(asked, on="person_id", how="inner")
        .filter(pl.col("ends").is_null() | (pl.col("ends") > pl.col("starts_on_known")))
        .drop("ends")
        .sort("starts_on_known", "coverage_id")
    )
    by_number = free.unique(["person_id", "key_known"], keep="last", maintain_order=True)
    open_ones = free.filter(pl.col("lost_on_known").is_null())
    only_open = open_ones.filter(pl.len().over("person_id") == 1)
    left = rows.filter(pl.col("row").is_in(rest["row"].implode()))
    numbered = left.join(
        by_number.with_columns(key=pl.col("key_known")), on=["person_id", "key"], how="left", maintain_order="left"
    )
    again = left.filter(pl.col("row").is_in(numbered.filter(pl.col("coverage_id").is_null())["row"].implode()))
    alone = again.join(only_open, on="person_id", how="left", maintain_order="left")
    columns = exact.columns
    return pl.concat(
        [
            exact.filter(~pl.col("row").is_in(rest["row"].implode())),
            numbered.filter(pl.col("coverage_id").is_not_null()).select(columns),
            alone.select(columns),
        ]
    )


def _one_each(matched: pl.DataFrame) -> pl.DataFrame:
    """Of several coverages with the same days (two people became one), the one with the row's number."""
    same = (pl.col("key") == pl.col("key_known")).fill_null(False)
    ordered = matched.sort("row", same.not_(), "coverage_id", nulls_last=True)
    return ordered.unique("row", keep="first", maintain_order=True)


def _after(hit: pl.DataFrame) -> pl.DataFrame:
    """The content after each row: a loss says only that and when, everything else all but the flags `unsaid`."""
    is_loss = pl.col("kind") == "loss"
    kept = [name for name in CONTENT if name not in _LOSS]
    kept_flags = pl.col("flags_known").fill_null(0) & (pl.col("unsaid") | 4)
    return hit.with_columns(
        pl.when(is_loss).then(f"{name}_known").otherwise(pl.col(name)).alias(name) for name in kept
    ).with_columns(
        key=pl.when(is_loss).then("key_known").otherwise(pl.col("key")),
        flags=(pl.col("flags") & 3) | kept_flags,
    )


def _to_add(rows: pl.DataFrame, action: str, renumbered: pl.Expr | None = None) -> pl.DataFrame:
    is_new = pl.lit(action == "new") if renumbered is None else renumbered
    return rows.select(
        pl.col("row"),
        pl.col("person_id"),
        pl.when(~is_new).then("coverage_id").alias("coverage_id"),
        pl.col("key"),
        is_new.alias("is_new"),
        pl.lit(action).alias("action"),
        *(pl.col(name) for name in CONTENT),
    )


def person_changes(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """New versions of people whose rows (new and change only) say something else than is known.

    A null says nothing. `people` holds person_id, birth_on, sex and PERSONAL; the result the same columns.
    """
    known = people.rename({name: f"{name}_known" for name in PERSONAL})
    both = (
        rows.filter(pl.col("kind").is_in(["new", "change"]))
        .unique("person_id", keep="last")
        .join(known.drop("birth_on", "sex"), on="person_id", how="inner")
    )
    merged = both.with_columns(pl.coalesce(name, f"{name}_known").alias(name) for name in PERSONAL)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_known")) for name in PERSONAL)
    return merged.filter(differs).select("person_id", "birth_on", "sex", *PERSONAL)


def is_harmless(code: str) -> bool:
    """Whether a problem only says that there was nothing left to do."""
    return code == _HARMLESS

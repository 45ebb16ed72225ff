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
_SUSPENDED = 4


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


# Built once: for the few rows of a day's file, building expressions takes longer than evaluating them.
_IS_KNOWN = pl.col("coverage_id").is_not_null()
_IS_NEW, _IS_LOSS, _IS_CANCEL = (pl.col("kind") == kind for kind in ("new", "loss", "cancel"))
_BARED = pl.any_horizontal((pl.col("flags_known") & bit) > (pl.col("flags") & bit) for bit in _PROTECTIONS)
_ENDED = {
    action: (pl.col("row", "person_id", "coverage_id"), pl.lit(action).alias("action"))
    for action in ("changed", "cancelled")
}


def _to_add(coverage_id: pl.Expr, is_new: pl.Expr, action: pl.Expr) -> tuple[pl.Expr, ...]:
    ours = (coverage_id.alias("coverage_id"), pl.col("key"), is_new.alias("is_new"), action.alias("action"))
    return (pl.col("row", "person_id"), *ours, pl.col(CONTENT))


def _added() -> dict[str, tuple[pl.Expr, ...]]:
    # Another number is another coverage: the old key must not find it any more, and the new one must.
    renumbered = pl.col("key") != pl.col("key_known")
    action = pl.when(_IS_LOSS).then(pl.lit("lost")).otherwise(pl.lit("changed"))
    return {
        "new": _to_add(pl.lit(None, dtype=pl.Int64), pl.lit(value=True), pl.lit("new")),
        "changed": _to_add(pl.when(~renumbered).then("coverage_id"), renumbered, action),
    }


_TO_ADD = _added()
_SAID = (*PERSONAL, "match_name", "match_kana")
_SAYS = {"match_name": "folded_name", "match_kana": "folded_kana"}
_IS_TELLING = pl.col("kind").is_in(["new", "change"])
_MERGED = tuple(pl.coalesce(_SAYS.get(name, name), f"{name}_known").alias(name) for name in _SAID)
_SAYS_ELSE = pl.any_horizontal(
    pl.col(name).ne_missing(pl.col(f"{name}_known")) & pl.col(name).is_not_null() for name in PERSONAL
)
_PERSON = ("person_id", "birth_on", "sex", *_SAID)


def coverage_changes(rows: pl.DataFrame, existing: pl.DataFrame) -> Changes:
    """Compares rows (row, kind, person_id, key, unsaid and CONTENT) with these people's `existing` open coverages here.

    A row means the coverage with the same person and days; a change or a loss otherwise the one with the same
    number, or the only open one. A cancellation never: sent again, it would take the next coverage away.
    No two rows mean the same person (callers see to that).
    """
    matched = _matched(rows, existing)
    if matched["coverage_id"].null_count() == matched.height:
        hit, missed = matched.clear(), matched
    else:
        hit, missed = matched.filter(_IS_KNOWN), matched.filter(~_IS_KNOWN)
    news, lost_ones = missed.filter(_IS_NEW), missed.filter(~_IS_NEW)
    after = _after(hit)
    changed = after.filter("differs")
    cancelled = hit.filter(_IS_CANCEL)
    return Changes(
        closed=pl.concat([changed.select(_ENDED["changed"]), cancelled.select(_ENDED["cancelled"])]),
        added=pl.concat([news.select(_TO_ADD["new"]), changed.select(_TO_ADD["changed"])]),
        unchanged=after.filter(~pl.col("differs")).select("row", "person_id", "coverage_id"),
        problems=lost_ones.select("row", code=pl.col("kind").replace_strict(NOTHING, return_dtype=pl.String)),
        exposed=changed.filter(_BARED).select("row", "person_id"),
    )


def _matched(rows: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
    """The rows with `coverage_id` and every known column as `…_known`; nulls where nothing is meant."""
    known = existing.rename({name: f"{name}_known" for name in (*CONTENT, "key")})
    by_days = known.with_columns(acquired_on=pl.col("acquired_on_known"), starts_on=pl.col("starts_on_known"))
    exact = _one_each(rows.join(by_days, on=_MATCH_KEYS, how="left", maintain_order="left"))
    if existing.is_empty():
        return exact
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
    if not matched["row"].is_duplicated().any():
        return matched
    same = (pl.col("key") == pl.col("key_known")).fill_null(False)
    ordered = matched.sort("row", same.not_(), "coverage_id", nulls_last=True)
    return ordered.unique("row", keep="first", maintain_order=True)


def _content_after() -> dict[str, pl.Expr]:
    """A loss says only that and when, everything else says all but the flags `unsaid`."""
    kept = {
        name: pl.when(_IS_LOSS).then(f"{name}_known").otherwise(pl.col(name)) for name in CONTENT if name not in _LOSS
    }
    # Whether a link is in doubt is not for the insurer to say.
    kept_flags = pl.col("flags_known").fill_null(0) & (pl.col("unsaid") | _SUSPENDED)
    key = pl.when(_IS_LOSS).then("key_known").otherwise(pl.col("key"))
    return kept | {"key": key, "flags": (kept["flags"] & sum(_PROTECTIONS)) | kept_flags}


_CONTENT_AFTER = _content_after()
_DIFFERS = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_known")) for name in CONTENT)


def _after(hit: pl.DataFrame) -> pl.DataFrame:
    """The content after each row but the cancellations, and whether it `differs` from what is known."""
    return hit.filter(~_IS_CANCEL).with_columns(**_CONTENT_AFTER).with_columns(differs=_DIFFERS)


def person_changes(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """New versions of people whose rows (new and change only) say something else than is known.

    A null says nothing. `people` holds person_id, birth_on, sex, PERSONAL and the folded names; the result the same.
    """
    told = rows.filter(_IS_TELLING)
    if told.is_empty():
        return people.clear().select(_PERSON)
    known = people.select("person_id", pl.col(_SAID).name.suffix("_known"))
    both = told.unique("person_id", keep="last").join(known, on="person_id", how="inner")
    return both.filter(_SAYS_ELSE).select("person_id", "birth_on", "sex", *_MERGED)


def is_harmless(code: str) -> bool:
    """Whether a problem only says that there was nothing left to do."""
    return code == _HARMLESS

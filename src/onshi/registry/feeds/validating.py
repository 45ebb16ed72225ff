"""All checks over one part of a feed: everything that is wrong is said, and the rows that are right go on."""

from collections.abc import Collection
from datetime import date

import polars as pl

from onshi.kernel import InsurerNumber
from onshi.registry.feeds.catalogue import Found, findings_frame
from onshi.registry.feeds.cells import typed_columns
from onshi.registry.feeds.columns import BY_KEY, COLUMNS
from onshi.registry.feeds.folding import folded_names, folded_numbers
from onshi.registry.feeds.model import Checked, Mode, Part
from onshi.registry.feeds.rules import report_broken

_KEY = ("kind", "insurer_number", "folded_symbol", "folded_number", "branch", "birth_on", "folded_name", "acquired_on")


def validate(
    part: Part,
    *,
    today: date,
    insurer: InsurerNumber | None,
    mode: Mode,
    known_insurers: Collection[str] | None = None,
) -> Checked:
    """Checks every row of a part against the tables, itself and its neighbours.

    `insurer` is whose feed this is (None: rows of several may stand in it); `known_insurers` the 8-digit numbers
    that are registered (None: not asked). A row with an error among its findings is not in `good`; every other row
    of the part is. Findings hold no values of the rows.
    """
    found = Found()
    typed = typed_columns(part.frame, found)
    typed = _with_defaults(typed, mode, found, part.headers)
    _report_missing(typed, mode, found)
    _report_insurers(typed, insurer, known_insurers, found)
    report_broken(typed, today, found)
    typed = _without_stray_shares(typed)
    _report_repeated(typed, found)
    dropped = found.dropped()
    good = typed if dropped.is_empty() else typed.filter(~pl.col("row").is_in(dropped.implode()))
    findings = found.frame({column.key: column.header for column in COLUMNS} | dict(part.headers))
    return Checked(good, pl.concat([part.findings, findings]).sort("row", maintain_order=True))


def empty_good() -> pl.DataFrame:
    """The frame of good rows without any: its columns and types."""
    sent = {"row": pl.Int64()} | {column.key: pl.String() for column in COLUMNS}
    part = Part(1, 0, pl.DataFrame(schema=sent), findings_frame(), {}, 0)
    return validate(part, today=date(1970, 1, 1), insurer=None, mode="first").good


def _with_defaults(typed: pl.DataFrame, mode: Mode, found: Found, sent: Collection[str]) -> pl.DataFrame:
    aid = pl.col("insurer_number").str.starts_with("12").fill_null(False)
    kind = pl.col("kind")
    if mode != "daily":
        other = typed["kind"].is_not_null() & (typed["kind"] != "new")
        found.add(typed["row"].filter(other.fill_null(False)), "kind", "kind-not-for-mode")
        kind = kind.fill_null("new")
    return typed.with_columns(
        kind,
        pl.col("starts_on").fill_null(pl.col("acquired_on")),
        pl.col("card_class").fill_null(pl.when(aid).then(pl.lit("A1")).otherwise(pl.lit("01"))),
        # An empty cell says "not protected"; a column that was not sent says nothing.
        *(pl.col(flag).fill_null(False) for flag in ("undisclosed", "refused") if flag in sent),
        folded_symbol=folded_numbers(typed["symbol"]).fill_null(""),
        folded_number=folded_numbers(typed["number"]),
        folded_name=folded_names(typed["name"]),
        folded_kana=folded_names(typed["name_kana"]),
        folded_name_before=folded_names(typed["name_before"]),
        folded_address=folded_names(typed["address"]).fill_null(""),
    )


def _report_missing(typed: pl.DataFrame, mode: Mode, found: Found) -> None:
    for column in COLUMNS:
        always = column.required == "always" or (column.required == "daily" and mode == "daily")
        if not always and column.required != "loss":
            continue
        if typed[column.key].null_count() == 0:
            continue
        missing = typed[column.key].is_null()
        if column.required == "loss":
            missing &= (typed["kind"] == "loss").fill_null(False)
        if missing.any():
            rows = typed["row"].filter(missing)
            unread = rows.is_in(found.rows_with(column.key).implode())
            found.add(rows.filter(~unread), column.key, "missing-value")


def _report_insurers(
    typed: pl.DataFrame, insurer: InsurerNumber | None, known: Collection[str] | None, found: Found
) -> None:
    numbers = typed["insurer_number"]
    if insurer is not None:
        found.add(typed["row"].filter((numbers != insurer).fill_null(False)), "insurer_number", "insurer-mismatch")
    if known is not None:
        strangers = [number for number in numbers.drop_nulls().unique() if number not in known]
        if strangers:
            rows = typed["row"].filter(numbers.is_in(strangers).fill_null(False))
            found.add(rows, "insurer_number", "unknown-insurer")


def _without_stray_shares(typed: pl.DataFrame) -> pl.DataFrame:
    if typed["share"].null_count() == typed.height:
        return typed
    elderly = pl.col("insurer_number").str.starts_with("39")
    return typed.with_columns(share=pl.when(elderly).then(pl.col("share")))


def _report_repeated(typed: pl.DataFrame, found: Found) -> None:
    """The second of two rows that say the same is an error.

    Changes are compared whole, because two changes of one coverage on one day are lawful; the other kinds by
    whom and which coverage they mean.
    """
    keys = typed.select(pl.struct(*_KEY, "starts_on").hash()).to_series()
    if not keys.is_duplicated().any():
        return
    some = typed.filter(keys.is_duplicated())
    some = some.filter(~pl.col("row").is_in(found.dropped().implode()))
    changes = some.filter(pl.col("kind") == "change")
    others = some.filter(pl.col("kind") != "change")
    whole = [column.key for column in BY_KEY.values()]
    for rows, compared in ((changes, whole), (others, [*_KEY, "starts_on"])):
        repeated = ~rows.select(pl.struct(compared).is_first_distinct()).to_series()
        found.add(rows["row"].filter(repeated), "", "duplicate-row")

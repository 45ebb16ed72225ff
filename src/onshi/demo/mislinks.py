"""Rows that name one person and link to another: what the registry's guard is there to catch."""

import polars as pl

from onshi.demo.feed import CHANGE, NEW
from onshi.demo.residents import Land

# Households whose people may be taken for each other; pieces of the country are cut between such groups.
NEIGHBOURS = 16
# Of ten thousand new and changed rows, how many are tried; most find somebody to be confused with.
_TRIED = 6


def _candidates(land: Land, chosen: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    """Each chosen row with everybody it could be confused with: known to the same insurer since the first load."""
    known = spells.filter(pl.col("initial") & (pl.col("reason") != "past").fill_null(value=True)).select(
        "body",
        "ended",
        wrong=pl.col("serial"),
        wrong_home=pl.col("household"),
        wrong_born=pl.col("born"),
        wrong_sex=pl.col("sex"),
        group=pl.col("household") // NEIGHBOURS,
    )
    rows = chosen.drop("ended").with_columns(group=pl.col("household") // NEIGHBOURS)
    # Somebody who has left may be unknown again; an insurer confuses people it insures.
    pairs = rows.join(known, on=["body", "group"], maintain_order="left_right").filter(
        (pl.col("wrong") != pl.col("serial")) & (pl.col("ended") > pl.col("notified"))
    )
    family = pl.col("wrong_home") == pl.col("household")
    wanted = land.chance.happens("mistaken for family", pl.col("serial"), 500)
    order = land.chance.bits_of("mistaken for", pl.col("serial") * 512 + pl.col("wrong") % 512)
    return pairs.with_columns(off=(family != wanted).cast(pl.Int64), order=order, family=family)


def mislink(land: Land, rows: pl.DataFrame, spells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Notices with `linked` (whom the row links to; nearly always the person meant), and the list of the wrong ones.

    The list: insurer_number, kind, notified (day number), person_meant, person_linked, household and why,
    one of twin, family, neighbour-same-sex, neighbour.
    """
    key = pl.col("serial") * 65536 + (pl.col("notified") - land.calendar.first)
    tried = pl.col("act").is_in([NEW, CHANGE]) & (land.chance.below_of("mislinked", key, 10_000) < _TRIED)
    chosen = rows.filter(tried & (pl.col("notified") > pl.col("known") - 1))
    pairs = _candidates(land, chosen, spells).sort("serial", "notified", "act", "off", "order", "wrong")
    found = pairs.unique(["serial", "notified", "act", "body"], keep="first", maintain_order=True)
    same_sex = pl.col("wrong_sex") == pl.col("sex")
    why = (
        pl.when(pl.col("family") & (pl.col("wrong_born") == pl.col("born")))
        .then(pl.lit("twin"))
        .when(pl.col("family"))
        .then(pl.lit("family"))
        .when(same_sex)
        .then(pl.lit("neighbour-same-sex"))
        .otherwise(pl.lit("neighbour"))
    )
    listed = found.select(
        "insurer_number",
        "household",
        "notified",
        kind=pl.col("act"),
        person_meant=pl.col("serial"),
        person_linked=pl.col("wrong"),
        why=why,
    )
    on = ["serial", "notified", "act", "body"]
    linked = rows.join(found.select(*on, "wrong"), on=on, how="left", maintain_order="left")
    return linked.with_columns(linked=pl.coalesce("wrong", "serial")).drop("wrong"), listed

"""Three years of notices: what each insurer sends, and when, as rows not yet written out."""

from datetime import date

import polars as pl

from onshi.demo.certificates import holds_elderly_certificate, holds_limit, share_of_elderly
from onshi.demo.columns import as_day, as_number, day_number
from onshi.demo.feed import CANCEL, CHANGE, LOSS, NEW, knows_address, numbered
from onshi.demo.insurers import KIND, bodies
from onshi.demo.pattern import HEAD
from onshi.demo.residents import Land
from onshi.demo.work import MOVE, STAY

# Of a thousand notices of acquisition or loss, how many come 5 to 120 days late.
_LATE = 80
# Registrations of somebody who never joined, per thousand employed or self-employed heads; undone later.
_MISTAKES = 4
_NEVER = 2**31 - 1


def _delay(land: Land, kind: str) -> pl.Expr:
    """Days from the event to the notice: each insurer has its own pace, and some notices are late."""
    chance, key = land.chance, pl.col("serial") * 4096 + (pl.col("day") - land.calendar.first)
    usual = chance.below_of("pace", pl.col("body"), 5) + 1 + chance.below_of(kind, key, 3)
    late = chance.happens(f"{kind} late", key, _LATE)
    return usual + pl.when(late).then(chance.below_of(f"{kind} lateness", key, 116) + 5).otherwise(0)


def with_notices(land: Land, spells: pl.DataFrame) -> pl.DataFrame:
    """Spells with the days their beginning and end become known: `known` and `ended` (day numbers).

    `known` of a spell of the first load is that day; `ended` of one that has no end, or whose loss lay
    before the first load, lies beyond every day.
    """
    birth = pl.when(pl.col("born") == pl.col("day")).then(land.chance.below_of("birth notice", pl.col("serial"), 14))
    begins = pl.col("day") + _delay(land, "joined") + birth.otherwise(0)
    known = pl.when(pl.col("initial")).then(land.calendar.first).otherwise(begins)
    return spells.with_columns(known=known).with_columns(
        ended=pl.when(pl.col("lost").is_not_null() & (pl.col("reason") != "past"))
        .then(pl.max_horizontal(as_number(pl.col("lost")) + _delay(land, "left"), pl.col("known") + 1))
        .otherwise(_NEVER)
    )


def _rows(spells: pl.DataFrame, act: str, notified: pl.Expr, as_of: pl.Expr, *, renamed: bool = False) -> pl.DataFrame:
    return spells.with_columns(
        act=pl.lit(act), notified=notified.cast(pl.Int64), as_of=as_of.cast(pl.Int64), renamed=pl.lit(renamed)
    )


def _changes(
    land: Land, spells: pl.DataFrame, event: pl.Expr, notified: pl.Expr, *, renamed: bool = False
) -> pl.DataFrame:
    """Change rows of spells for an event, if the spell is known before the notice and lasts beyond the event."""
    lasts = pl.col("lost").is_null() | (event < as_number(pl.col("lost")))
    inside = (event > land.calendar.first) & (event <= land.calendar.last)
    fits = inside & lasts & (event >= pl.col("known")) & (notified > pl.col("known")) & (notified < pl.col("ended"))
    return _rows(spells.filter(fits), CHANGE, notified, event, renamed=renamed)


def _ahead(land: Land, event: pl.Expr) -> pl.Expr:
    """Certificates are sent out some days before they begin, if the person is known by then."""
    sent = event - 12 + land.chance.below_of("sent", pl.col("serial") * 65536 + event, 10)
    return pl.max_horizontal(sent, pl.col("known") + 1)


def _certificates(land: Land, spells: pl.DataFrame) -> list[pl.DataFrame]:
    seventy = pl.col("t70")
    found = [_changes(land, spells.filter(holds_elderly_certificate(seventy)), seventy, _ahead(land, seventy))]
    elderly = pl.col("kind") == KIND["elderly"]
    holders = spells.filter(holds_limit(land) | elderly | (seventy <= land.calendar.last))
    for year in range(land.calendar.start.year, land.calendar.today.year + 1):
        august = day_number(date(year, 8, 1))
        event = pl.lit(august, dtype=pl.Int64)
        moved = elderly & (share_of_elderly(land, year) != share_of_elderly(land, year - 1))
        renewed = holds_elderly_certificate(event) | holds_limit(land) | moved
        # Whoever has the first certificate that day is told of it once, above.
        found.append(_changes(land, holders.filter(renewed & (seventy != august)), event, _ahead(land, event)))
    return found


def _mistakes(land: Land, spells: pl.DataFrame) -> list[pl.DataFrame]:
    """Somebody who never joined is registered by a 健保組合, which takes it back weeks later."""
    chance, serial = land.chance, pl.col("serial")
    steady = (pl.col("story") == STAY) & (pl.col("role") == HEAD) & pl.col("died").is_null() & pl.col("initial")
    other = (pl.col("head_job") != KIND["society"]) & pl.col("band").is_between(5, 11)
    chosen = spells.filter(
        steady & other & (pl.col("kind") != KIND["retired_nhi"]) & chance.happens("mistake", serial, _MISTAKES)
    )
    societies = bodies().of_kind[KIND["society"]]
    wrong = chosen.with_columns(
        day=land.some_day("mistake day", serial),
        kind=pl.lit(KIND["society"], dtype=pl.Int64),
        body=chance.below_of("mistaken body", serial, len(societies)) + societies[0],
        account=serial * 2 + 1,
        relation=pl.lit(1, dtype=pl.Int32),
        lost=None,
        starts=None,
        reason=pl.lit(None, dtype=pl.String),
    ).with_columns(acquired=as_day(pl.col("day")))
    undone = pl.col("day") + 12 + chance.below_of("undone", serial, 40)
    wrong = numbered(wrong.filter(undone <= land.calendar.last))
    return [_rows(wrong, NEW, pl.col("day") + 2, pl.col("day") + 2), _rows(wrong, CANCEL, undone, undone)]


def notices(land: Land, spells: pl.DataFrame) -> pl.DataFrame:
    """Every notice after the first load up to today: the columns of `with_notices`, and those of the row.

    act, as_of (day number the row is written for), renamed, notified (day number it is sent).
    """
    married = pl.col("married") + 3 + land.chance.below_of("wedding notice", pl.col("serial"), 18)
    moved = pl.col("day1") + 1 + land.chance.below_of("move notice", pl.col("serial"), 14)
    movers = spells.filter((pl.col("story") == MOVE) & knows_address(land))
    found = [
        _rows(spells.filter(~pl.col("initial")), NEW, pl.col("known"), pl.col("known")),
        _rows(spells.filter(pl.col("ended") < _NEVER), LOSS, pl.col("ended"), as_number(pl.col("lost")) - 1),
        _changes(land, movers, pl.col("day1"), moved),
        _changes(land, spells, pl.col("married"), married, renamed=True),
        *_certificates(land, spells),
        *_mistakes(land, spells),
    ]
    known = [rows.select(found[0].columns) for rows in found]
    everything = pl.concat(known, how="vertical_relaxed")
    return everything.filter(pl.col("reason").ne_missing("past")).filter(
        pl.col("notified").is_between(land.calendar.first + 1, land.calendar.last)
    )

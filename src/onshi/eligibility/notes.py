"""What the log notes of a check beside its answer: which coverage was shown, for which day, how it was asked. Pure.

`<coverage>.<day>.<how><consents>`: the id of the coverage in hex, `-` where none was shown; `yyyymmdd`; one letter for
how the person was shown to be there (`n` by number; by card `c`, or `p` PIN, `f` face, `s` staff), `l` and `d` for
consent to the 限度額適用認定証 and the 特定疾病療養受療証. A question about an earlier moment ends with `.` and that
moment in µs. Ids and codes only: what is in the log can never be taken out.
"""

from datetime import date
from functools import lru_cache

import polars as pl

from onshi.eligibility.model import ByNumber, Query

BY_NUMBER = "n"
BY_FACE = "f"
_BY_CARD = "c"
# How a holder was shown to be there (presence); a certificate that only came as a text is just a card.
_LETTERS = {"card": _BY_CARD, "pin": "p", "face": BY_FACE, "staff": "s"}
_NOTHING = "-"
_SHAPE = r"^(-|[0-9a-f]{1,16})\.([0-9]{8})\.([ncpfs])(l?)(d?)(?:\.(-?[0-9]{1,19}))?$"


def note_of(query: Query, shown: int | None) -> str:
    """What is noted of a question by which the coverage of id `shown` was shown."""
    asked = query.asked.__class__ is ByNumber
    tail = _tail(query.on, asked, query.presence, query.limit_consent, query.disease_consent)
    note = f"{_NOTHING}{tail}" if shown is None else f"{shown:x}{tail}"
    return note if query.known_at is None else f"{note}.{query.known_at}"


@lru_cache(maxsize=4096)  # nearly always one of a few: writing a day costs more than the rest of the note
def _tail(on: date, is_number: bool, presence: str, limit: bool, disease: bool) -> str:  # noqa: FBT001 - a key
    letter = BY_NUMBER if is_number else _LETTERS.get(presence, _BY_CARD)
    return f".{on.isoformat().replace('-', '')}.{letter}{'l' if limit else ''}{'d' if disease else ''}"


def notes_read(notes: pl.Series) -> pl.DataFrame:
    """The reverse of `note_of` for many: coverage_id, on, how, limit_consent, disease_consent, known_at (µs).

    All null for what is no such note: entries of the time before there were any have none.
    """
    parts = notes.str.extract_groups(_SHAPE).struct.rename_fields(["coverage", "on", "how", "limit", "disease", "at"])
    coverage = pl.when(pl.col("coverage") != _NOTHING).then(pl.col("coverage"))
    return parts.struct.unnest().select(
        coverage.str.to_integer(base=16, strict=False).alias("coverage_id"),
        pl.col("on").str.to_date("%Y%m%d", strict=False),
        "how",
        (pl.col("limit") != "").alias("limit_consent"),
        (pl.col("disease") != "").alias("disease_consent"),
        pl.col("at").cast(pl.Int64, strict=False).alias("known_at"),
    )

"""Entries of the catalogue that the office added."""

from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select

from onshi.db import Tx
from onshi.outreach.model import Effect, Evidence, Measure, Word
from onshi.outreach.store.tables import measures


def as_measure(row: Row[Any]) -> Measure:
    """A row of `outreach_measures`. Its words are kept as codes with what they say in both languages."""
    timing = Word("timing", row.timing_ja, row.timing_en) if row.timing_ja or row.timing_en else None
    return Measure(
        row.code,
        Word(row.code, row.title_ja, row.title_en),
        _words(row.actor)[0],
        _words(row.audience)[0],
        _words(row.channels),
        timing,
        tuple(row.kinds.split()),
        Effect(row.effect_ja, row.effect_en, row.effect_number, row.effect_unit, row.source),
        Evidence(row.evidence),
        row.source,
        row.known_from,
    )


def _words(text: str) -> tuple[Word, ...]:
    return tuple(Word(*line.split("\t")) for line in text.splitlines())


def _text(*words: Word) -> str:
    return "\n".join(f"{one.code}\t{one.ja}\t{one.en}" for one in words)


def added(tx: Tx, on: date) -> list[Measure]:
    """Those that were known on a day, in the order of their codes."""
    query = select(measures).where(measures.c.known_from <= on).order_by(measures.c.code)
    return [as_measure(row) for row in tx.execute(query)]


def add(tx: Tx, one: Measure) -> None:
    """A new entry."""
    row = {
        "code": one.code,
        "title_ja": one.title.ja,
        "title_en": one.title.en,
        "actor": _text(one.actor),
        "audience": _text(one.audience),
        "channels": _text(*one.channels),
        "kinds": " ".join(one.kinds),
        "timing_ja": one.timing.ja if one.timing else "",
        "timing_en": one.timing.en if one.timing else "",
        "effect_ja": one.effect.words_ja,
        "effect_en": one.effect.words_en,
        "effect_number": one.effect.number,
        "effect_unit": one.effect.unit,
        "evidence": one.evidence.value,
        "source": one.source,
        "known_from": one.known_from,
    }
    tx.execute(insert(measures), [row])

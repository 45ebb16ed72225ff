"""Parquet feeds as rows of text, batch by batch."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from onshi.registry.feeds.errors import FeedDamaged


def parquet_schema(path: Path) -> Mapping[str, pl.DataType]:
    """The columns of the file and their types; FeedDamaged when it has no readable footer."""
    try:
        return dict(pl.scan_parquet(path, glob=False).collect_schema())
    except (PolarsError, OSError) as error:
        raise FeedDamaged from error


def is_readable(kind: pl.DataType) -> bool:
    """Whether values of this type have one obvious text."""
    return kind.is_integer() or kind.is_float() or isinstance(kind, _TEXTUAL)


_TEXTUAL = (pl.String, pl.Date, pl.Datetime, pl.Boolean, pl.Categorical, pl.Enum, pl.Null)


def parquet_frames(path: Path, keys: Sequence[str], rows: int) -> Iterator[tuple[pl.DataFrame, float]]:
    """Frames of `rows` rows (the last has fewer) with the columns renamed to `keys` and turned to text.

    Beside each stands the part of all rows that is done, from 0 to 1. Columns that cannot be turned to text are
    left out.
    """
    scan = pl.scan_parquet(path, glob=False)
    try:
        schema = scan.collect_schema()
        total = max(1, scan.select(pl.len()).collect().item())
        readable = [(name, key) for name, key in zip(schema, keys, strict=True) if is_readable(schema[name])]
        text = scan.select(_text(name, key, schema[name]) for name, key in readable)
        done = 0
        for frame in _of_size(text.collect_batches(chunk_size=rows, maintain_order=True), rows):
            done += frame.height
            yield frame, done / total
    except (PolarsError, OSError) as error:
        raise FeedDamaged from error


def _of_size(frames: Iterator[pl.DataFrame], rows: int) -> Iterator[pl.DataFrame]:
    held = None
    for frame in frames:
        held = frame if held is None else pl.concat([held, frame])
        while held.height >= rows:
            yield held.slice(0, rows)
            held = held.slice(rows)
    if held is not None and held.height:
        yield held


def _text(name: str, key: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        text = column.dt.date().cast(pl.String)
    elif isinstance(kind, pl.Boolean):
        text = column.cast(pl.Int8).cast(pl.String)
    elif kind.is_float():
        # Integers with gaps become floats in some software; 1.5 stays as it is and is found wrong.
        whole = pl.when(column == column.round()).then(column.cast(pl.Int64, strict=False)).cast(pl.String)
        text = whole.fill_null(column.cast(pl.String))
    else:
        text = column.cast(pl.String)
    if kind.is_numeric() and key == "insurer_number":
        # A number has lost its leading zeros, and here they tell one insurer from another.
        text = text.str.zfill(8)
    # As in a CSV, an empty text is no value.
    return pl.when(text != "").then(text).alias(key)

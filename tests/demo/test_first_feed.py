"""One insurer's first load as a stream: the same rows, as many as are asked for."""

import polars as pl
import pytest

from onshi import law
from onshi.demo import COLUMNS, Country, Scale
from onshi.demo.first_feed import first_feed
from onshi.kernel import InsurerNumber

# A branch of 協会けんぽ in several prefectures, one in the middle of the list of municipalities; a society of the
# whole nation; a body that insures nobody in a country so small.
AICHI, SOCIETY, NOBODY = (InsurerNumber(number) for number in ("01239011", "06139018", "72139017"))


@pytest.mark.parametrize("insurer", [AICHI, SOCIETY, NOBODY])
def test_the_stream_is_the_first_load(village: Country, insurer: InsurerNumber) -> None:
    rows = list(first_feed(village, insurer, 1_000_000))
    whole = village.first_load(insurer)
    assert sum(one.height for one in rows) == whole.height
    assert not rows or pl.concat(rows).equals(whole)


def test_no_more_rows_than_asked_for(village: Country) -> None:
    rows = pl.concat(first_feed(village, AICHI, 100))
    assert (rows.height, rows.columns) == (100, list(COLUMNS))
    assert rows.equals(village.first_load(AICHI).head(100))


def test_the_nation_begins_to_flow_at_once() -> None:
    nation = Country(law.loss_day, scale=Scale(1, 1))
    frames = first_feed(nation, AICHI, 5_000_000)
    first = next(frames)
    assert first["insurer_number"].unique().to_list() == [AICHI]
    assert first.height > 50_000

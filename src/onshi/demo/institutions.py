"""Hospitals, clinics, dentists and pharmacies with invented names and codes of the lawful form."""

import polars as pl

from onshi.demo.chance import Chance
from onshi.demo.columns import pick, with_check_digit
from onshi.demo.figures import figures
from onshi.demo.layout import Layout
from onshi.demo.model import Scale
from onshi.demo.names import surnames, towns
from onshi.places import municipalities

# 点数表 and how such places are called: with the name of a town, or of the doctor.
_KINDS = {
    "hospital": (1, ("総合病院", "中央病院", "記念病院")),
    "clinic": (1, ("クリニック", "内科医院", "診療所", "整形外科", "眼科")),
    "dental": (3, ("歯科医院", "デンタルクリニック", "歯科")),
    "pharmacy": (4, ("薬局", "調剤薬局", "ファーマシー")),
}


def _placed(chance: Chance, laid: Layout, kind: str, count: int) -> pl.DataFrame:
    """Where they stand: each near some resident, so big towns have more."""
    table, endings = _KINDS[kind]
    number = pl.col("number")
    frame = pl.DataFrame({"number": pl.int_range(count, dtype=pl.Int64, eager=True)})
    someone = frame.select(chance.below_of(f"{kind} near", number, max(laid.people, 1))).to_series()
    place = pl.Series(laid.first_people[1:], dtype=pl.Int64).search_sorted(someone, side="right").cast(pl.Int64)
    town = pick(towns(), chance.below_of(f"{kind} town", number, len(towns())))
    doctor = pick(surnames().kanji, chance.below_of(f"{kind} doctor", number, len(surnames())))
    ending = pick(pl.Series(endings), chance.below_of(f"{kind} ending", number, len(endings)))
    first = pl.when(chance.happens(f"{kind} named", number, 500)).then(town).otherwise(doctor)
    return frame.with_columns(place=place).select(
        "place", kind=pl.lit(kind), table=pl.lit(table, dtype=pl.Int64), name=pl.lit("見本") + first + ending
    )


def institutions(chance: Chance, laid: Layout, scale: Scale) -> pl.DataFrame:
    """Every institution: code (医療機関コード, 10 digits), kind, name, municipality; by code.

    kind is hospital, clinic, dental or pharmacy; as many as the scale gives, at least one of each.
    """
    counts = figures()["institutions"]
    found = pl.concat(_placed(chance, laid, kind, max(counts[kind] * scale.part // scale.whole, 1)) for kind in _KINDS)
    places = municipalities()
    prefecture = pick(pl.Series([int(place.prefecture_code) for place in places]), pl.col("place"))
    coded = found.with_columns(prefecture=prefecture).with_columns(
        # Own numbers count within prefecture and 点数表, from 90 on in the two digits of 郡市区 while they last.
        own=(pl.int_range(pl.len(), dtype=pl.Int64).over("prefecture", "table") + 900_001) % 1_000_000
    )
    body = (pl.col("prefecture") * 10 + pl.col("table")) * 1_000_000 + pl.col("own")
    return coded.select(
        code=with_check_digit(body, 9),
        kind="kind",
        name="name",
        municipality=pick(pl.Series([str(place.code) for place in places]), pl.col("place")),
    ).sort("code")

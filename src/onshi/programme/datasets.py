"""What the programme knows as open data to take away: every field named, every row complete in itself. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from onshi import record
from onshi.programme.status import facilities_on, status_of, statuses_of_parts
from onshi.record import Area, Count, Level

Value: TypeAlias = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of every row: its name for programs, and for people in two languages."""

    name: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """What it is called and holds; its rows are made for an area, as known on a day."""

    name: str
    ja: str
    en: str
    fields: tuple[Field, ...]
    rows: Callable[[Area, date], Iterable[Sequence[Value]]]
    is_national: bool = False
    """The area makes no difference."""

    def title(self, language: str) -> str:
        """What it is called."""
        return self.ja if language == "ja" else self.en

    def header(self, language: str) -> list[str]:
        """The names of the fields for people."""
        return [one.ja if language == "ja" else one.en for one in self.fields]

    def documents(self, area: Area, on: date) -> Iterator[dict[str, Value]]:
        """The rows for programs."""
        names = [one.name for one in self.fields]
        return (dict(zip(names, row, strict=True)) for row in self.rows(area, on))


_CODE = Field("code", "コード", "code")
_NAME = Field("name", "地域", "area")
_COUNT = (
    Field("on", "集計日", "counted on"),
    Field("issued", "交付枚数", "cards issued"),
    Field("residents", "住民数", "residents"),
    Field("residents_on", "人口の基準日", "residents on"),
    Field("percent", "率%", "rate %"),
)
_DUE = Field("due", "期限", "due")
_STANDING = Field("standing", "判定", "standing")


def _counts(area: Area, on: date) -> Iterator[Sequence[Value]]:
    for one in (area, *_parts(area)):
        for count in record.counts_of(one, on):
            yield (one.code, one.name, *_values(count), "base" if count.is_rebased else "")


def _municipalities(area: Area, on: date) -> Iterator[Sequence[Value]]:
    for one, count in record.last_counts(on):
        if area.level is Level.NATION or one.code.startswith(area.code):
            yield (one.code, one.name, one.prefecture, *_values(count))


def _targets(area: Area, on: date) -> Iterator[Sequence[Value]]:
    for one in status_of(area, on).verdicts:
        aim = one.target
        judged = (one.judged.on, one.judged.issued, one.short, _rounded(one.ratio))
        words = (aim.words_ja, aim.words_en)
        yield (area.code, area.name, aim.name, aim.version, aim.known_from, aim.due, one.low, one.high, *words,
               one.standing.value, *judged)  # fmt: skip


def _parts_rows(area: Area, on: date) -> Iterator[Sequence[Value]]:
    for one in statuses_of_parts(area, on):
        held = one.in_question
        since = None if one.pace is None else one.pace.off_since
        reached = None if held is None else _rounded(held.ratio)
        yield (one.area.code, one.area.name, *_values(one.last), one.course.value, since, reached)


def _figures(_area: Area, on: date) -> Iterator[Sequence[Value]]:
    for one in record.points():
        if one.on <= on:
            day = f"{one.on:%Y-%m}" if one.is_month else one.on
            yield one.indicator, one.part, day, one.value, one.out_of, one.percent, one.note, one.source


def _facilities(_area: Area, on: date) -> Iterator[Sequence[Value]]:
    for one in facilities_on(on):
        as_of = None if one.point is None else one.point.on
        known = (as_of, _rounded(one.percent), "yes" if one.is_worked_out else "no")
        yield one.target.name, one.target.due, one.target.low, one.target.words_ja, one.standing.value, *known


def _definitions(_area: Area, on: date) -> Iterator[Sequence[Value]]:
    for one in record.indicators():
        if one.since <= on:
            words = (one.title_ja, one.title_en, one.counted_ja, one.counted_en)
            yield one.name, one.version, one.since, *words, one.source


def _parts(area: Area) -> tuple[Area, ...]:
    return () if area.level is Level.MUNICIPALITY else record.parts(area.code)


def _values(count: Count) -> tuple[Value, ...]:
    return count.on, count.issued, count.residents, count.base, _rounded(count.rate)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


DATASETS: Mapping[str, Dataset] = {
    one.name: one
    for one in (
        Dataset(
            "counts", "交付枚数の推移（地域とその内訳）", "Cards issued over time, of the area and its parts",
            (_CODE, _NAME, *_COUNT, Field("changed", "変わったこと", "what changed")), _counts,
        ),
        Dataset(
            "municipalities", "市区町村ごとの交付枚数", "Cards issued, municipality by municipality",
            (_CODE, _NAME, Field("prefecture", "都道府県", "prefecture"), *_COUNT), _municipalities,
        ),
        Dataset(
            "targets", "目標と実績", "Targets against reality",
            (
                _CODE, _NAME, Field("target", "目標", "target"), Field("version", "版", "version"),
                Field("known_from", "公表", "published"), _DUE, Field("low", "下限", "from"),
                Field("high", "上限", "to"), Field("words_ja", "言葉", "in words (ja)"),
                Field("words_en", "言葉（英）", "in words"), _STANDING, Field("counted_on", "集計日", "counted on"),
                Field("issued", "交付枚数", "cards issued"), Field("short", "不足", "short by"),
                Field("reached_percent", "達成率%", "reached %"),
            ), _targets,
        ),
        Dataset(
            "parts", "地域ごとの進み具合", "How the parts of the area stand",
            (
                _CODE, _NAME, *_COUNT, Field("course", "順調か", "course"),
                Field("off_since", "遅れの始まり", "off since"), Field("reached_percent", "達成率%", "reached %"),
            ), _parts_rows,
        ),
        Dataset(
            "figures", "日ごとに分かっている数字", "Figures known on single days",
            (
                Field("indicator", "指標", "indicator"), Field("part", "区分", "part"), Field("on", "時点", "as of"),
                Field("value", "数", "number"), Field("of", "母数", "of"), Field("percent", "率%", "share %"),
                Field("note", "注", "note"), Field("source", "出典", "source"),
            ), _figures, is_national=True,
        ),
        Dataset(
            "facilities", "医療機関・薬局の目標と実績", "Facilities: targets against reality",
            (
                Field("target", "目標", "target"), _DUE, Field("low_percent", "下限%", "from %"),
                Field("words_ja", "言葉", "in words (ja)"), _STANDING, Field("as_of", "時点", "as of"),
                Field("operating_percent", "運用%", "operating %"), Field("is_worked_out", "計算値", "worked out"),
            ), _facilities, is_national=True,
        ),
        Dataset(
            "definitions", "指標の定義（版ごと）", "Definitions, version by version",
            (
                Field("indicator", "指標", "indicator"), Field("version", "版", "version"),
                Field("since", "いつから", "since"), Field("title_ja", "名称", "name (ja)"),
                Field("title_en", "名称（英）", "name"), Field("counted_ja", "数え方", "counted how (ja)"),
                Field("counted_en", "数え方（英）", "counted how"), Field("source", "出典", "source"),
            ), _definitions, is_national=True,
        ),
    )
}  # fmt: skip
"""Every one by its name."""

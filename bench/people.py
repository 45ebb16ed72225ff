"""Invented people by number: a first-load file of any size, and questions about the people in it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from onshi.demo.chance import Chance
from onshi.kernel import InsurerNumber
from onshi.places import municipalities

INSURER = InsurerNumber("06139992")
_AT_ONCE = 200_000
_FIRST_BIRTH = date(1953, 1, 1)
_BIRTH_DAYS = 24_000
_SYMBOLS = 400

_SURNAMES = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "松本",
    "井上",
    "木村",
    "清水",
    "森",
    "池田",
    "橋本",
    "石川",
]
_SURNAME_KANA = [
    "サトウ",
    "スズキ",
    "タカハシ",
    "タナカ",
    "イトウ",
    "ワタナベ",
    "ヤマモト",
    "ナカムラ",
    "コバヤシ",
    "カトウ",
    "ヨシダ",
    "ヤマダ",
    "マツモト",
    "イノウエ",
    "キムラ",
    "シミズ",
    "モリ",
    "イケダ",
    "ハシモト",
    "イシカワ",
]
_FRONTS = dict(
    zip(
        "和正美真直英幸智康隆義文清明良春",
        [
            "カズ",
            "マサ",
            "ミ",
            "マ",
            "ナオ",
            "ヒデ",
            "ユキ",
            "トモ",
            "ヤス",
            "タカ",
            "ヨシ",
            "フミ",
            "キヨ",
            "アキ",
            "リョウ",
            "ハル",
        ],
        strict=True,
    )
)
_BACKS = dict(zip("子美恵江代彦雄夫樹人", ["コ", "ミ", "エ", "エ", "ヨ", "ヒコ", "オ", "オ", "キ", "ト"], strict=True))


def _picked(options: Sequence[str], below: int) -> pl.Expr:
    """One of the options, by the digit of the person's mixed number above `below`."""
    return pl.lit(pl.Series(options)).gather(pl.col("mixed") // below % len(options))


def _called(surnames: Sequence[str], fronts: Sequence[str], backs: Sequence[str]) -> pl.Expr:
    """120,000 names, about as many as make namesakes in one place rare."""
    parts = [_picked(surnames, 1), _picked(fronts, 20), pl.lit("\u3000"), _picked(fronts, 320), _picked(backs, 5120)]
    return pl.concat_str(parts)


def _birth() -> pl.Expr:
    return pl.lit(_FIRST_BIRTH) + pl.duration(days=pl.col("n") * 7_919 % _BIRTH_DAYS)


def rows(first: int, last: int) -> pl.DataFrame:
    """The feed rows of the people with these numbers (the last one outside), all text."""
    address = pl.concat_str(
        pl.lit("見本県見本市見本町"),
        (pl.col("n") % 9 + 1).cast(pl.String),
        pl.lit("丁目"),
        pl.col("n").cast(pl.String),
        pl.lit("番"),
    )
    name = _called(_SURNAMES, list(_FRONTS), list(_BACKS))
    kana = _called(_SURNAME_KANA, list(_FRONTS.values()), list(_BACKS.values()))
    codes = pl.Series([str(place.code) for place in municipalities()])
    numbers = pl.DataFrame({"n": pl.arange(first, last, eager=True)})
    return numbers.with_columns(mixed=(Chance(1).bits_of("bench", pl.col("n")) // 2).cast(pl.Int64)).select(
        kind=pl.lit("新規"),
        insurer_number=pl.lit(str(INSURER)),
        symbol=(pl.col("n") % _SYMBOLS + 1000).cast(pl.String),
        number=(pl.col("n") + 1).cast(pl.String),
        branch=pl.lit("00"),
        name=name,
        name_kana=kana,
        birth_on=_birth().dt.to_string("%Y-%m-%d"),
        sex=(pl.col("n") % 2 + 1).cast(pl.String),
        post_number=pl.lit("100-0001"),
        address=address,
        municipality=pl.lit(codes).gather(pl.col("mixed") // 7 % codes.len()),
        relation=pl.lit("1"),
        holder_name=name,
        acquired_on=pl.lit("2021-04-01"),
        card_class=pl.lit("01"),
        card_issued_on=pl.lit("2021-04-01"),
        undisclosed=pl.lit("0"),
        refused=pl.lit("0"),
    )


def write_feed(path: Path, people: int) -> None:
    """A first-load file, written piece by piece in memory that does not grow."""
    with path.open("wb") as file:
        for first in range(0, people, _AT_ONCE):
            rows(first, min(first + _AT_ONCE, people)).write_csv(file, include_header=first == 0)


def scattered(people: int, count: int, seed: int = 1) -> Iterator[tuple[str, str, date]]:
    """Symbol, number and birth date of `count` people all over the file, the same for the same seed."""
    state = seed
    for _ in range(count):
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        n = (state >> 20) % people
        yield str(n % _SYMBOLS + 1000), str(n + 1), _FIRST_BIRTH + timedelta(days=n * 7_919 % _BIRTH_DAYS)

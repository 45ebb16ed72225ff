"""Names and towns of the invented people, and how one is drawn for whom."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from onshi.demo.chance import Chance
from onshi.demo.columns import pick
from onshi.demo.pattern import MALE

# Members of a household stand so many names apart in their list: prime to the lists' lengths.
_STRIDE = 7


@dataclass(frozen=True, slots=True)
class NameList:
    """Names as they are written and as they are read, place by place."""

    kanji: pl.Series
    kana: pl.Series

    def __len__(self) -> int:
        return len(self.kanji)


@dataclass(frozen=True, slots=True)
class _Given:
    """Every given name in one list; style s and sex x start at `starts[2 * s + x]`."""

    names: NameList
    starts: pl.Series
    sizes: pl.Series
    untils: tuple[int, ...]


def _read() -> dict[str, object]:
    return tomllib.loads(files("onshi.demo").joinpath("names.toml").read_text(encoding="utf-8"))


def _listed(words: list[str]) -> NameList:
    pairs = [word.split("/") for word in words]
    return NameList(pl.Series([kanji for kanji, _ in pairs]), pl.Series([kana for _, kana in pairs]))


@cache
def surnames() -> NameList:
    """Surnames, common ones first."""
    return _listed(str(_read()["surnames"]).split())


@cache
def towns() -> pl.Series:
    """Invented 町名."""
    addresses = _read()["addresses"]
    assert isinstance(addresses, dict)
    return pl.Series(str(addresses["towns"]).split())


@cache
def given_names() -> _Given:
    """Given names by style and sex."""
    styles = _read()["styles"]
    assert isinstance(styles, list)
    lists = [str(style[sex]).split() for style in styles for sex in ("male", "female")]
    starts = [sum(len(one) for one in lists[:at]) for at in range(len(lists))]
    return _Given(
        names=_listed([word for one in lists for word in one]),
        starts=pl.Series(starts),
        sizes=pl.Series([len(one) for one in lists]),
        untils=tuple(int(style["until"]) for style in styles),
    )


def surname_number(chance: Chance, kind: str, number: pl.Expr) -> pl.Expr:
    """Which surname: the smaller of two throws, so common ones come up more often."""
    size = len(surnames())
    return pl.min_horizontal(chance.below_of(kind, number, size), chance.below_of(f"{kind} again", number, size))


def given_number(chance: Chance, household: pl.Expr, position: pl.Expr, sex: pl.Expr, birth_year: pl.Expr) -> pl.Expr:
    """Which given name for the member at this position of a household; no two of one sex and style share one."""
    given = given_names()
    style = sum(((birth_year > until).cast(pl.Int64) for until in given.untils[:-1]), pl.lit(0, dtype=pl.Int64))
    group = style * 2 + (sex != MALE).cast(pl.Int64)
    place = chance.below_of("given name", household, 1 << 32) + position * _STRIDE
    return pick(given.starts, group) + place % pick(given.sizes, group)


def full_name(surname: pl.Expr, given: pl.Expr) -> pl.Expr:
    """Surname and given name with an ideographic space between, in kanji."""
    return pl.concat_str(pick(surnames().kanji, surname), pick(given_names().names.kanji, given), separator="　")


def full_kana(surname: pl.Expr, given: pl.Expr) -> pl.Expr:
    """The same in katakana."""
    return pl.concat_str(pick(surnames().kana, surname), pick(given_names().names.kana, given), separator="　")

"""Whom does a row mean? The guard against joining a row to the wrong person. Pure, set-based.

In 2023 thousands of records were found joined to somebody else, because name and birth date had been thought
enough. So a row joins a person only when everything that both sides know agrees; one difference in name,
birth date or sex and a human being decides. An address alone never holds a row, because people move and
employees' insurers often have none: without it a unique match on the other four items joins, with another one
the row starts a person of its own and a reviewer is asked whether the two are one. So does a row without an address
whose four items are those of somebody this insurer insures already: nobody has two numbers there at once.
"""

from collections.abc import Iterator
from datetime import date

import polars as pl

JOINED, NEW, HELD, ERROR = "joined", "new", "held", "error"

# Among the rows that are judged together (flows.PART_ROWS).
ALIKE_MAX = 50

# How much a difference says that this may be somebody else; orders the review list.
_WEIGHTS = {"name": 3, "kana": 1, "birth_on": 4, "sex": 2, "address": 1}

IDENTITY = ("folded_name", "folded_kana", "folded_name_before", "birth_on", "sex", "folded_address")
VERDICT_SCHEMA = {
    "row": pl.Int64,
    "verdict": pl.String,
    "person_id": pl.Int64,
    "reason": pl.String,
    "candidate": pl.Int64,
    "differences": pl.String,
    "rank": pl.Int64,
}


def identify(
    rows: pl.DataFrame,
    links: pl.DataFrame,
    owned: pl.DataFrame,
    pairs: pl.DataFrame,
    people: pl.DataFrame,
    insured: pl.DataFrame,
    doubted: pl.Series,
) -> pl.DataFrame:
    """One verdict for each row (VERDICT_SCHEMA), in no particular order.

    `rows`: row, link_code, key, branch, acquired_on and IDENTITY. `links`: code, person_id, suspended of this insurer.
    `owned`: key, person_id, branch of this insurer's coverages. `pairs`: row, person_id of people who share birth date
    and kana, birth date and former name, or name and address. `people`: person_id, match_name, match_kana,
    birth_on, sex, match_address of all of them. `insured`: person_id, lost_on of this insurer's coverages of them.
    `doubted`: the people among them whose link to this insurer is suspended.

    joined: `person_id` is meant. new: nobody known is meant; with a `candidate`, a reviewer is asked afterwards.
    held: `reason` says why, `candidate` whom it may mean. error: the link code is unknown.
    """
    linked, unlinked = rows.filter(_HAS_CODE), rows.filter(~_HAS_CODE)
    verdicts = pl.concat([*_by_code(linked, links, people), *_by_what_it_says(unlinked, owned, pairs, people, insured)])
    if doubted.is_empty():
        return verdicts
    # Leaving the link code out is no way around a suspended link.
    in_doubt = (pl.col("verdict") == JOINED) & pl.col("person_id").is_in(doubted.implode())
    return pl.concat([verdicts.filter(~in_doubt.fill_null(False)), verdicts.filter(in_doubt).select(_SUSPENDED)])


def _by_code(linked: pl.DataFrame, links: pl.DataFrame, people: pl.DataFrame) -> Iterator[pl.DataFrame]:
    if linked.is_empty():
        return
    named = linked.join(links.rename({"code": "link_code"}), on="link_code", how="left")
    if named["person_id"].null_count():
        yield named.filter(pl.col("person_id").is_null()).select(_UNKNOWN_CODE)
    if named["suspended"].any():
        yield named.filter(pl.col("suspended")).select(_SUSPENDED)
    yield _guarded(named.filter(~pl.col("suspended")).drop("suspended"), people)


def _by_what_it_says(
    unlinked: pl.DataFrame, owned: pl.DataFrame, pairs: pl.DataFrame, people: pl.DataFrame, insured: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    numbered = _numbered(unlinked, owned, people)
    if numbered.is_empty():
        yield _by_items(unlinked, pairs, people, insured)
        return
    yield _by_own_number(numbered, people)
    yield _by_items(unlinked.join(numbered, on="row", how="anti"), pairs, people, insured)


def crowd(rows: pl.DataFrame, meant: pl.Expr) -> pl.Series:
    """The rows beyond the first ALIKE_MAX that name the same number or code (`meant`), the same birth date and kana,
    or the same name in one municipality. Hardly so many people do; each would be judged against all the others.
    """
    if rows.height <= ALIKE_MAX:
        return _NO_ROWS
    by_meant, by_birth, by_name = (
        pl.int_range(pl.len()).over(group) >= ALIKE_MAX
        for group in (meant, _SAME_BIRTH, pl.struct("municipality", "folded_name"))
    )
    return rows.filter(by_meant | by_birth | (by_name & pl.col("municipality").is_not_null()))["row"]


def to_wait(rows: pl.DataFrame, verdicts: pl.DataFrame) -> pl.Series:
    """The rows that can be judged only when an earlier row of the same file has been taken.

    Those that join whom an earlier row joins, and newcomers who are or resemble an earlier newcomer: so a file says
    the same whether it is read in one part or in many.
    """
    return pl.concat([_joining_again(verdicts), _resembling_newcomers(rows, verdicts)]).unique()


def _joining_again(verdicts: pl.DataFrame) -> pl.Series:
    joined = verdicts.filter(pl.col("verdict") == JOINED)
    if not joined["person_id"].is_duplicated().any():
        return _NO_ROWS
    return joined.sort("row").filter(pl.col("row") != pl.col("row").first().over("person_id"))["row"]


def _resembling_newcomers(rows: pl.DataFrame, verdicts: pl.DataFrame) -> pl.Series:
    new = verdicts.filter(pl.col("verdict") == NEW)
    if new.height < 2:
        return _NO_ROWS
    fresh = rows if new.height == rows.height else rows.join(new, on="row", how="semi")
    # Hardly a row resembles another, and joining a few is quicker than joining all.
    fresh = fresh.filter(_SAME_BIRTH.is_duplicated() | _SAME_PLACE.is_duplicated())
    if fresh.is_empty():
        return _NO_ROWS
    earlier = fresh.select(
        "birth_on",
        "sex",
        "municipality",
        person_id="row",
        match_name="folded_name",
        match_kana="folded_kana",
        match_address="folded_address",
    )
    by_birth = fresh.join(earlier, left_on=["birth_on", "folded_kana"], right_on=["birth_on", "match_kana"])
    by_place = fresh.join(
        earlier,
        left_on=["municipality", "folded_name", "folded_address"],
        right_on=["municipality", "match_name", "match_address"],
    )
    pairs = pl.concat([by_birth.select("row", "person_id"), by_place.select("row", "person_id")]).unique()
    both = _compared(fresh.join(pairs.filter(pl.col("row") > pl.col("person_id")), on="row"), earlier)
    return _marked(both.with_columns(is_insured=False)).filter(pl.any_horizontal(_KINDS))["row"]


def alike(rows: pl.DataFrame, pairs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Who has a row's kana, birth date and sex under another name, at no address that is known to differ: row,
    person_id, the lowest of each row.

    To a feed such a one is nobody; a card that is about to be somebody's is worth a question. Frames as in `identify`.
    """
    compared = _compared(rows.join(pairs.unique(), on="row", how="inner"), people)
    return compared.filter(_ALIKE).group_by("row").agg(pl.col("person_id").min())


def _verdict(**columns: pl.Expr) -> tuple[pl.Expr, ...]:
    """What to select to get verdicts (VERDICT_SCHEMA): the columns given, and null in the others."""
    given = {"row": pl.col("row")} | columns
    return tuple(given.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in VERDICT_SCHEMA.items())


def nobody_known(rows: pl.DataFrame) -> pl.DataFrame:
    """The verdict that nobody known is meant, for every row."""
    return rows.select(_NOBODY)


def _items() -> dict[str, pl.Expr]:
    renamed = (pl.col("folded_name_before") == pl.col("match_name")).fill_null(False)
    has_address = (pl.col("folded_address") != "") & (pl.col("match_address") != "")
    return {
        "name": (pl.col("folded_name") == pl.col("match_name")) | renamed,
        "kana": (pl.col("folded_kana") == pl.col("match_kana")) | renamed,
        "birth_on": pl.col("birth_on") == pl.col("birth_on_known"),
        "sex": pl.col("sex") == pl.col("sex_known"),
        "address": pl.when(has_address).then(pl.col("folded_address") == pl.col("match_address")),
    }


# Expressions that every row of every feed meets are built once: for the few rows of a day's file, building them
# takes longer than evaluating them.
_HAS_CODE = pl.col("link_code").is_not_null()
_SAME_BIRTH = pl.struct("birth_on", "folded_kana")
_SAME_PLACE = pl.struct("municipality", "folded_name", "folded_address")
_SAME = tuple(same.alias(f"same_{name}") for name, same in _items().items())
_ALIKE = (
    ~pl.col("same_name")
    & pl.col("same_kana")
    & pl.col("same_birth_on")
    & pl.col("same_sex")
    & pl.col("same_address").is_null()
)
_AGREES = pl.col("same_name") & pl.col("same_birth_on") & pl.col("same_sex")
_DIFFERENCES = pl.concat_str(
    [pl.when(~pl.col(f"same_{name}")).then(pl.lit(name)) for name in _WEIGHTS], separator=",", ignore_nulls=True
)
_RANK = pl.sum_horizontal(
    pl.when(~pl.col(f"same_{name}")).then(weight).otherwise(0) for name, weight in _WEIGHTS.items()
)
_NO_ROWS = pl.Series("row", [], dtype=pl.Int64)

_NOBODY = _verdict(verdict=pl.lit(NEW))
_UNKNOWN_CODE = _verdict(verdict=pl.lit(ERROR), reason=pl.lit("unknown-link-code"))
_SUSPENDED = _verdict(
    verdict=pl.lit(HELD), reason=pl.lit("link-suspended"), candidate=pl.col("person_id"), rank=pl.lit(10)
)
_GUARDED = _verdict(
    verdict=pl.when(_AGREES).then(pl.lit(JOINED)).otherwise(pl.lit(HELD)),
    person_id=pl.when(_AGREES).then("person_id"),
    reason=pl.when(~_AGREES).then(pl.lit("identity-differs")),
    candidate=pl.when(~_AGREES).then("person_id"),
    differences=pl.when(~_AGREES).then(_DIFFERENCES),
    rank=pl.when(~_AGREES).then(_RANK),
)
_BY_NUMBER = _verdict(verdict=pl.lit(JOINED), person_id=pl.col("person_id"))
_SHARED_NUMBER = _verdict(verdict=pl.lit(HELD), reason=pl.lit("number-shared"), rank=pl.lit(6))


def _compared(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The rows beside the person each names, with one true/false/null column for every item."""
    return rows.join(people, on="person_id", how="inner", suffix="_known").with_columns(_SAME)


def _guarded(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Rows that name one person: they join if name, birth date and sex agree."""
    return _compared(rows, people).select(_GUARDED)


def _numbered(rows: pl.DataFrame, owned: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The rows beside everybody to whom this insurer has given their number.

    Another 枝番 and another name, birth date or sex: another member of the family, whatever the number.
    """
    if rows.is_empty() or owned.is_empty():
        return rows.clear().with_columns(person_id=pl.lit(None, dtype=pl.Int64))
    numbers = owned.rename({"branch": "branch_known"})
    both = _compared(rows.join(numbers, on="key", how="inner"), people)
    another_branch = (pl.col("branch") != pl.col("branch_known")).fill_null(False)
    return both.filter(_AGREES | ~another_branch).select(*rows.columns, "person_id").unique(["row", "person_id"])


def _by_own_number(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Rows whose number this insurer has given before: to one person, or to twins that the name tells apart."""
    if not rows["row"].is_duplicated().any():
        return _guarded(rows, people)
    alone = rows.filter(pl.len().over("row") == 1)
    shared = _compared(rows.filter(pl.len().over("row") > 1), people)
    # The birth date is part of the number's key, but a key outlives a corrected birth date.
    agreeing = shared.filter(_AGREES)
    clear = agreeing.filter(pl.len().over("row") == 1)
    unclear = shared.join(clear.select("row"), on="row", how="anti").unique("row")
    return pl.concat([_guarded(alone, people), clear.select(_BY_NUMBER), unclear.select(_SHARED_NUMBER)])


_KINDS = ("full", "loose", "moved", "insured", "near")


def _nearness() -> dict[str, pl.Expr]:
    four = pl.col("same_name") & pl.col("same_kana") & pl.col("same_birth_on") & pl.col("same_sex")
    agreeing = pl.sum_horizontal("same_name", "same_kana", "same_birth_on", "same_sex")
    same_address = pl.col("same_address")
    return {
        "full": four & same_address.fill_null(False),
        "loose": four & same_address.is_null() & ~pl.col("is_insured"),
        "moved": four & ~same_address.fill_null(True),
        "insured": four & same_address.is_null() & pl.col("is_insured"),
        "near": ~four & same_address.fill_null(False) & (agreeing >= 3),
        "differences": _DIFFERENCES,
        "rank": _RANK,
    }


_NEARNESS = _nearness()


def _marked(both: pl.DataFrame) -> pl.DataFrame:
    """Compared rows with how near each pair is (_KINDS), `differences` and `rank`."""
    return both.with_columns(**_NEARNESS)


# Whether the person has a coverage of this insurer that goes on where the row's begins.
_IS_INSURED = pl.col("insured_until").is_not_null() & (pl.col("insured_until") > pl.col("acquired_on")).fill_null(True)
_INSURED_UNTIL = pl.col("lost_on").fill_null(date.max).max()


def _by_items(rows: pl.DataFrame, pairs: pl.DataFrame, people: pl.DataFrame, insured: pl.DataFrame) -> pl.DataFrame:
    """Rows about somebody new to this insurer: five items against everybody who comes near."""
    if pairs.is_empty():
        return nobody_known(rows)
    until = insured.group_by("person_id").agg(insured_until=_INSURED_UNTIL)
    compared = _compared(rows.join(pairs.unique(), on="row", how="inner"), people).join(
        until, on="person_id", how="left"
    )
    marked = _marked(compared.with_columns(is_insured=_IS_INSURED))
    nearest = marked.filter(pl.any_horizontal(_KINDS)).sort("row", pl.col("near").not_(), "person_id")
    best = nearest.group_by("row").agg(
        *(pl.col(kind).sum().alias(f"{kind}_count") for kind in _KINDS),
        *(pl.col("person_id").filter(pl.col(kind)).min().alias(f"{kind}_person") for kind in _KINDS),
        # Those of the candidate below: the near one if there is one.
        *(pl.col(what).filter(pl.col("near") | pl.col("moved")).first() for what in ("differences", "rank")),
    )
    decided = best.select(_DECISION)
    untouched = rows.join(decided.select("row"), on="row", how="anti")
    return pl.concat([decided, nobody_known(untouched)])


def _decision() -> tuple[pl.Expr, ...]:
    one_full = pl.col("full_count") == 1
    several = (pl.col("full_count") > 1) | ((pl.col("full_count") == 0) & (pl.col("loose_count") > 1))
    # Without an address four items must do, but not where another person with the same four lives elsewhere or is
    # insured here beside this row.
    no_other = (pl.col("full_count") == 0) & (pl.col("moved_count") == 0) & (pl.col("insured_count") == 0)
    one_loose = no_other & (pl.col("loose_count") == 1)
    is_near = pl.col("near_count") > 0
    joined = one_full | one_loose
    held = ~joined & (several | is_near)
    return _verdict(
        verdict=pl.when(joined).then(pl.lit(JOINED)).when(held).then(pl.lit(HELD)).otherwise(pl.lit(NEW)),
        person_id=pl.when(one_full).then("full_person").when(one_loose).then("loose_person"),
        reason=pl.when(one_full)
        .then(pl.lit(None))
        .when(one_loose)
        .then(pl.lit("joined-without-address"))
        .when(several)
        .then(pl.lit("several-match"))
        .when(is_near)
        .then(pl.lit("near-match"))
        .when(pl.col("moved_count") > 0)
        .then(pl.lit("same-but-address"))
        .otherwise(pl.lit("same-but-number")),
        candidate=pl.when(several)
        .then(pl.coalesce("full_person", "loose_person"))
        .when(~joined)
        .then(pl.coalesce("near_person", "moved_person", "insured_person")),
        differences=pl.when(~joined).then("differences"),
        rank=pl.when(~joined).then(pl.col("rank").fill_null(6)),
    )


_DECISION = _decision()

"""Whom does a row mean? The guard against joining a row to the wrong person. Pure, set-based.

In 2023 thousands of records were found joined to somebody else, because name and birth date had been thought
enough. So a row joins a person only when everything that both sides know agrees; one difference in name,
birth date or sex and a human being decides. An address alone never holds a row, because people move and
employees' insurers often have none: without it a unique match on the other four items joins, with another one
the row starts a person of its own and a reviewer is asked whether the two are one.
"""

import polars as pl

JOINED, NEW, HELD, ERROR = "joined", "new", "held", "error"

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
    doubted: pl.Series,
) -> pl.DataFrame:
    """One verdict for each row (VERDICT_SCHEMA), in no particular order.

    `rows`: row, link_code, key, branch and IDENTITY. `links`: code, person_id, suspended of this insurer. `owned`:
    key, person_id, branch of this insurer's coverages. `pairs`: row, person_id of people who share birth date and
    kana, birth date and former name, or municipality and name. `people`: person_id, match_name, match_kana, birth_on,
    sex, match_address of all of them. `doubted`: the people among them whose link to this insurer is suspended.

    joined: `person_id` is meant. new: nobody known is meant; with a `candidate`, a reviewer is asked afterwards.
    held: `reason` says why, `candidate` whom it may mean. error: the link code is unknown.
    """
    linked = rows.filter(pl.col("link_code").is_not_null()).join(
        links.rename({"code": "link_code"}), on="link_code", how="left"
    )
    unlinked = rows.filter(pl.col("link_code").is_null())
    numbered = _numbered(unlinked, owned, people)
    strangers = unlinked.join(numbered, on="row", how="anti")
    verdicts = pl.concat(
        [
            _unknown_codes(linked.filter(pl.col("person_id").is_null())),
            _suspended(linked.filter(pl.col("suspended"))),
            _guarded(linked.filter(~pl.col("suspended")).drop("suspended"), people),
            _by_own_number(numbered, people),
            _by_items(strangers, pairs, people),
        ]
    )
    # Leaving the link code out is no way around a suspended link.
    in_doubt = (pl.col("verdict") == JOINED) & pl.col("person_id").is_in(doubted.implode())
    return pl.concat([verdicts.filter(~in_doubt.fill_null(False)), _suspended(verdicts.filter(in_doubt))])


def to_wait(rows: pl.DataFrame, verdicts: pl.DataFrame) -> pl.Series:
    """The rows that can be judged only when an earlier row of the same file has been taken.

    Those that join whom an earlier row joins, and newcomers who are or resemble an earlier newcomer: so a file says
    the same whether it is read in one part or in many.
    """
    joined = verdicts.filter(pl.col("verdict") == JOINED).sort("row")
    again = joined.filter(pl.col("row") != pl.col("row").first().over("person_id"))["row"]
    fresh = rows.join(verdicts.filter(pl.col("verdict") == NEW), on="row", how="semi")
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
    alike = _marked(both).filter(pl.any_horizontal(_KINDS))["row"]
    return pl.concat([again, alike]).unique()


def _verdicts(rows: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
    chosen = {
        name: columns.get(name, pl.lit(None)).cast(kind) for name, kind in VERDICT_SCHEMA.items() if name != "row"
    }
    return rows.select(pl.col("row").cast(pl.Int64), **chosen)


def nobody_known(rows: pl.DataFrame) -> pl.DataFrame:
    """The verdict that nobody known is meant, for every row."""
    return _verdicts(rows, verdict=pl.lit(NEW))


def _unknown_codes(rows: pl.DataFrame) -> pl.DataFrame:
    return _verdicts(rows, verdict=pl.lit(ERROR), reason=pl.lit("unknown-link-code"))


def _suspended(rows: pl.DataFrame) -> pl.DataFrame:
    return _verdicts(
        rows, verdict=pl.lit(HELD), reason=pl.lit("link-suspended"), candidate=pl.col("person_id"), rank=pl.lit(10)
    )


def _compared(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The rows beside the person each names, with one true/false/null column for every item."""
    both = rows.join(people, on="person_id", how="inner", suffix="_known")
    renamed = pl.col("folded_name_before") == pl.col("match_name")
    has_address = (pl.col("folded_address") != "") & (pl.col("match_address") != "")
    return both.with_columns(
        same_name=(pl.col("folded_name") == pl.col("match_name")) | renamed.fill_null(False),
        same_kana=(pl.col("folded_kana") == pl.col("match_kana")) | renamed.fill_null(False),
        same_birth_on=pl.col("birth_on") == pl.col("birth_on_known"),
        same_sex=pl.col("sex") == pl.col("sex_known"),
        same_address=pl.when(has_address).then(pl.col("folded_address") == pl.col("match_address")),
    )


def _differences() -> pl.Expr:
    parts = [pl.when(~pl.col(f"same_{name}")).then(pl.lit(name)) for name in _WEIGHTS]
    return pl.concat_str(parts, separator=",", ignore_nulls=True)


def _rank() -> pl.Expr:
    return pl.sum_horizontal(
        pl.when(~pl.col(f"same_{name}")).then(weight).otherwise(0) for name, weight in _WEIGHTS.items()
    )


def _guarded(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Rows that name one person: they join if name, birth date and sex agree."""
    both = _compared(rows, people)
    agrees = pl.col("same_name") & pl.col("same_birth_on") & pl.col("same_sex")
    return _verdicts(
        both,
        verdict=pl.when(agrees).then(pl.lit(JOINED)).otherwise(pl.lit(HELD)),
        person_id=pl.when(agrees).then("person_id"),
        reason=pl.when(~agrees).then(pl.lit("identity-differs")),
        candidate=pl.when(~agrees).then("person_id"),
        differences=pl.when(~agrees).then(_differences()),
        rank=pl.when(~agrees).then(_rank()),
    )


def _numbered(rows: pl.DataFrame, owned: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The rows beside everybody to whom this insurer has given their number.

    Another 枝番 and another name, birth date or sex: another member of the family, whatever the number.
    """
    numbers = owned.rename({"branch": "branch_known"})
    both = _compared(rows.join(numbers, on="key", how="inner"), people)
    agrees = pl.col("same_name") & pl.col("same_birth_on") & pl.col("same_sex")
    another_branch = (pl.col("branch") != pl.col("branch_known")).fill_null(False)
    return both.filter(agrees | ~another_branch).select(*rows.columns, "person_id").unique(["row", "person_id"])


def _by_own_number(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Rows whose number this insurer has given before: to one person, or to twins that the name tells apart."""
    alone = rows.filter(pl.len().over("row") == 1)
    shared = _compared(rows.filter(pl.len().over("row") > 1), people)
    # The birth date is part of the number's key, but a key outlives a corrected birth date.
    agreeing = shared.filter(pl.col("same_name") & pl.col("same_birth_on") & pl.col("same_sex"))
    clear = agreeing.filter(pl.len().over("row") == 1)
    unclear = shared.join(clear.select("row"), on="row", how="anti").unique("row")
    return pl.concat(
        [
            _guarded(alone, people),
            _verdicts(clear, verdict=pl.lit(JOINED), person_id=pl.col("person_id")),
            _verdicts(unclear, verdict=pl.lit(HELD), reason=pl.lit("number-shared"), rank=pl.lit(6)),
        ]
    )


_KINDS = ("full", "loose", "moved", "near")


def _marked(both: pl.DataFrame) -> pl.DataFrame:
    """Compared rows with how near each pair is (_KINDS), `differences` and `rank`."""
    four = pl.col("same_name") & pl.col("same_kana") & pl.col("same_birth_on") & pl.col("same_sex")
    agreeing = pl.sum_horizontal("same_name", "same_kana", "same_birth_on", "same_sex")
    return both.with_columns(
        full=four & pl.col("same_address").fill_null(False),
        loose=four & pl.col("same_address").is_null(),
        moved=four & ~pl.col("same_address").fill_null(True),
        near=~four & pl.col("same_address").fill_null(False) & (agreeing >= 3),
        differences=_differences(),
        rank=_rank(),
    )


def _by_items(rows: pl.DataFrame, pairs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Rows about somebody new to this insurer: five items against everybody who comes near."""
    marked = _marked(_compared(rows.join(pairs.unique(), on="row", how="inner"), people))
    nearest = marked.filter(pl.any_horizontal(_KINDS)).sort("row", pl.col("near").not_(), "person_id")
    best = nearest.group_by("row").agg(
        *(pl.col(kind).sum().alias(f"{kind}_count") for kind in _KINDS),
        *(pl.col("person_id").filter(pl.col(kind)).min().alias(f"{kind}_person") for kind in _KINDS),
        # Those of the candidate below: the near one if there is one.
        *(pl.col(what).filter(pl.col("near") | pl.col("moved")).first() for what in ("differences", "rank")),
    )
    decided = _decided(best)
    untouched = rows.join(decided.select("row"), on="row", how="anti")
    return pl.concat([decided, nobody_known(untouched)])


def _decided(best: pl.DataFrame) -> pl.DataFrame:
    one_full = pl.col("full_count") == 1
    several = (pl.col("full_count") > 1) | ((pl.col("full_count") == 0) & (pl.col("loose_count") > 1))
    # Without an address four items must do, but not where another person with the same four lives elsewhere.
    one_loose = (pl.col("full_count") == 0) & (pl.col("loose_count") == 1) & (pl.col("moved_count") == 0)
    is_near = pl.col("near_count") > 0
    joined = one_full | one_loose
    held = ~joined & (several | is_near)
    return _verdicts(
        best,
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
        .otherwise(pl.lit("same-but-address")),
        candidate=pl.when(several)
        .then(pl.coalesce("full_person", "loose_person"))
        .when(~joined)
        .then(pl.coalesce("near_person", "moved_person", "loose_person")),
        differences=pl.when(~joined).then("differences"),
        rank=pl.when(~joined).then(pl.col("rank").fill_null(6)),
    )

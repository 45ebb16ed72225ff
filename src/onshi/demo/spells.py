"""Coverage: by whom each person is insured from which day to which, as the law has it."""

from datetime import date, timedelta

import polars as pl

from onshi.demo.columns import as_day, as_number, birthday, day_number, pick
from onshi.demo.insurers import KIND, KINDS, LAST_WORK, NO_KIND, bodies, body_of
from onshi.demo.model import LossDay
from onshi.demo.pattern import CHILD, HEAD
from onshi.demo.residents import Land
from onshi.demo.work import CHANGE_JOB, CHANGE_WITH_GAP, GO_ON_AID, MOVE, RETIRE, TAKE_JOB
from onshi.places import municipalities

_ELDERLY, _NHI = KIND["elderly"], KIND["municipal_nhi"]
_SOCIETY_NHI, _AID = KIND["nhi_society"], KIND["medical_aid"]
# The office of those whose dependants' insurer is the defence branch stands first of its kind.
_DEFENCE = "national_mutual"
# 退職者医療 took nobody new after 2015-03 and let the last go at 65 by 2020-03.
_RETIRED_FROM, _RETIRED_UNTIL = day_number(date(2010, 1, 1)), day_number(date(2020, 3, 31))
_ONE_DAY = timedelta(days=1)


# What outlives the point: the rest only served to find the insurer.
_OF_PERSON = (
    *("serial", "household", "place", "new_place", "position", "role", "sex", "band", "born", "died", "head_died"),
    *(
        "birth_on",
        "surname",
        "given",
        "head_given",
        "married",
        "new_surname",
        "story",
        "day1",
        "t70",
        "t75",
        "head_job",
    ),
)
_OF_POINT = ("day", "kind", "body", "account", "relation", "initial", "acquired")


def _points(land: Land, people: pl.DataFrame) -> pl.DataFrame:
    """A row per person and day on which anything about the coverage may change, the first day included."""
    first, last = land.calendar.first, land.calendar.last
    days = {
        "start": pl.lit(first, dtype=pl.Int64),
        "born": pl.col("born"),
        "day1": pl.col("day1"),
        "day2": pl.col("day2"),
        "t75": pl.col("t75"),
        "head_75": pl.col("head_75"),
        "own": pl.col("own_since"),
        "widowed": pl.col("head_died") + 1,
    }
    listed = [people.select("serial", "born", "died", day=day.cast(pl.Int64)) for day in days.values()]
    lives = (pl.col("day") >= pl.col("born")) & (pl.col("died").is_null() | (pl.col("day") <= pl.col("died")))
    found = pl.concat(listed).filter(pl.col("day").is_between(first, last) & lives).select("serial", "day")
    return found.unique().sort("serial", "day").join(people, on="serial", maintain_order="left")


def _worked(points: pl.DataFrame) -> pl.DataFrame:
    """The head's work and the person's own on the day of each point."""
    day, story = pl.col("day"), pl.col("story")
    over = (pl.col("head_died") < day) | (day >= pl.col("head_75"))
    told = day >= pl.col("day1")
    second = ((story == CHANGE_JOB) | (story == TAKE_JOB)) & told | (
        (story == CHANGE_WITH_GAP) & (day >= pl.col("day2"))
    )
    stopped = ((story == CHANGE_WITH_GAP) | (story == RETIRE)) & told
    head_now = (
        pl.when(over.fill_null(value=False))
        .then(NO_KIND)
        .when(second)
        .then(pl.col("next_job"))
        .when(stopped)
        .then(NO_KIND)
        .otherwise(pl.col("head_job"))
    )
    own = (day >= pl.col("own_since")) & (day < pl.col("t75"))
    return points.with_columns(
        head_now=head_now,
        episode=pl.when(second).then(1).otherwise(0).cast(pl.Int64),
        here=pl.when((story == MOVE) & told).then(pl.col("new_place")).otherwise(pl.col("place")),
        aided=pl.col("aid_since").is_not_null() | ((story == GO_ON_AID) & told),
    ).with_columns(
        job=pl.when(pl.col("role") == HEAD)
        .then(pl.col("head_now"))
        .when(own)
        .then(pl.col("own_job"))
        .otherwise(NO_KIND)
    )


def _insured(land: Land, points: pl.DataFrame) -> pl.DataFrame:
    """Kind, body, account (what the number is made of), holder and relation on the day of each point."""
    job, head_now, serial = pl.col("job"), pl.col("head_now"), pl.col("serial")
    by_head = pl.col("leans") & head_now.is_between(1, LAST_WORK)
    defence = by_head & (head_now == KIND["sdf"])
    kind = (
        pl.when(pl.col("aided"))
        .then(_AID)
        .when(pl.col("day") >= pl.col("t75"))
        .then(_ELDERLY)
        .when(job != NO_KIND)
        .then(job)
        .when(defence)
        .then(KIND[_DEFENCE])
        .when(by_head)
        .then(head_now)
        .when(head_now == _SOCIETY_NHI)
        .then(_SOCIETY_NHI)
        .otherwise(_NHI)
    )
    points = points.with_columns(kind=kind).with_columns(
        work=pl.col("kind") <= LAST_WORK,
        own=(job != NO_KIND) & (pl.col("kind") == job),
    )
    own_account = pl.when(pl.col("role") == HEAD).then(serial * 2 + pl.col("episode")).otherwise(serial * 2)
    account = pl.when(pl.col("own")).then(own_account).otherwise(pl.col("head") * 2 + pl.col("episode"))
    where = pl.when(pl.col("work")).then(pl.col("place")).otherwise(pl.col("here"))
    first_defence = bodies().of_kind[KIND[_DEFENCE]][0]
    body = body_of(land.chance, pl.col("kind"), where, account)
    home = (pl.col("kind") == _NHI) | (pl.col("kind") == _SOCIETY_NHI)
    return points.with_columns(
        body=pl.when(defence & pl.col("work") & ~pl.col("own")).then(first_defence).otherwise(body),
        account=pl.when(pl.col("work")).then(account).when(home).then(pl.col("household")).otherwise(serial),
        relation=pl.when(pl.col("work"))
        .then(pl.when(pl.col("own")).then(1).otherwise(2))
        .when(home)
        .then(pl.when(pl.col("role") == HEAD).then(1).otherwise(2)),
    )


def _began(land: Land, points: pl.DataFrame) -> pl.DataFrame:
    """The day of acquisition: the point itself, or some day before the first load."""
    first = land.calendar.first
    work = pl.when(pl.col("own") & (pl.col("role") != HEAD)).then(pl.col("own_since")).otherwise(pl.col("head_since"))
    before = (
        pl.when(pl.col("kind") == _ELDERLY)
        .then(pl.max_horizontal(pl.col("t75"), pl.lit(day_number(date(2008, 4, 1)))))
        .when(pl.col("kind") == _AID)
        .then(pl.col("aid_since"))
        .when(pl.col("work"))
        .then(work)
        .otherwise(pl.col("home_since"))
    )
    began = pl.min_horizontal(pl.max_horizontal(before, pl.col("born")), pl.lit(first))
    initial = pl.col("day") == first
    return points.with_columns(initial=initial, acquired=pl.when(initial).then(began).otherwise(pl.col("day")))


def _ended(spells: pl.DataFrame) -> pl.DataFrame:
    """Why and on account of what day each spell ends: reason, event (day number), to_kind."""
    follows = pl.col("serial").shift(-1) == pl.col("serial")
    after = pl.when(follows).then(pl.col("kind").shift(-1))
    day = pl.when(follows).then(pl.col("day").shift(-1))
    kind = pl.col("kind")
    leaves = ((kind <= LAST_WORK) | (kind == _SOCIETY_NHI)) & (after == _NHI)
    reason = (
        pl.when(after.is_null())
        .then(pl.when(pl.col("died").is_not_null()).then(pl.lit("died")))
        .when(after == _AID)
        .then(pl.lit("aid_started"))
        .when((after == _ELDERLY) & (kind != _ELDERLY))
        .then(pl.lit("turned_75"))
        .when(after == kind, (kind == _ELDERLY) | (kind == _NHI))
        .then(pl.lit("moved_prefecture"))
        .when(leaves)
        .then(pl.lit("retired"))
        .otherwise(pl.lit("joined_other"))
    )
    prefecture = pl.Series([place.prefecture_code for place in municipalities()])
    same = pick(prefecture, pl.col("place")) == pick(prefecture, pl.col("new_place"))
    carried = (
        (pl.col("serial").shift(1) == pl.col("serial")) & (pl.col("kind").shift(1) == _NHI) & (kind == _NHI) & same
    )
    return spells.with_columns(
        reason=reason,
        event=pl.when(after.is_null()).then(pl.col("died")).when(leaves).then(day - 1).otherwise(day),
        to_kind=after,
        # 国保 is held per prefecture: a move inside it keeps the day of acquisition and starts anew at the insurer.
        starts=pl.when(carried).then(pl.col("day")),
        acquired=pl.when(carried).then(pl.col("acquired").shift(1)).otherwise(pl.col("acquired")),
    )


def _lost(spells: pl.DataFrame, loss_day: LossDay) -> pl.DataFrame:
    """The day of loss by the law that was handed in: asked once for each distinct case."""
    case = ["kind", "reason", "to_kind", "event"]
    cases = spells.filter(pl.col("reason").is_not_null()).select(case).unique(maintain_order=True)
    days = [
        loss_day(KINDS[kind], reason, None if to_kind is None else KINDS[to_kind], date(1970, 1, 1) + event * _ONE_DAY)
        for kind, reason, to_kind, event in cases.iter_rows()
    ]
    answers = cases.with_columns(lost=pl.Series([day_number(day) for day in days], dtype=pl.Int64))
    return spells.join(answers, on=case, how="left", nulls_equal=True, maintain_order="left")


def _retired(land: Land, spells: pl.DataFrame) -> pl.DataFrame:
    """Past coverage by 退職者医療 (67), which ended on the 65th birthday, of a few who are in 国保 now."""
    turned = as_number(birthday(pl.col("birth_on"), 65))
    closed = turned.is_between(day_number(date(2015, 4, 1)), _RETIRED_UNTIL)
    chosen = spells.filter(
        pl.col("initial")
        & (pl.col("kind") == _NHI)
        & (pl.col("role") != CHILD)
        & closed
        & land.chance.happens("retired", pl.col("serial"), 30)
    )
    began = _RETIRED_FROM + land.chance.below_of("retired since", pl.col("serial"), 1800)
    return chosen.with_columns(
        kind=pl.lit(KIND["retired_nhi"], dtype=pl.Int64),
        body=pl.lit(bodies().of_kind[KIND["retired_nhi"]][0], dtype=pl.Int64),
        acquired=began,
        lost=turned,
        reason=pl.lit("past"),
        to_kind=pl.lit(_NHI, dtype=pl.Int64),
        event=turned,
        starts=None,
    )


def spells_of(land: Land, people: pl.DataFrame, loss_day: LossDay) -> pl.DataFrame:
    """Every coverage of these people, by serial and day: columns of `with_work`, and those of the spell.

    kind, body (place in `bodies()`), account, relation (1, 2 or null), initial (in force on the day of the
    first load), day (its first as a day number), acquired, starts, lost (dates), reason.
    """
    points = _began(land, _insured(land, _worked(_points(land, people)))).select(*_OF_PERSON, *_OF_POINT)
    key = ("serial", "body", "account", "relation")
    fresh = ~pl.all_horizontal(*(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in key))
    spells = _lost(_ended(points.filter(fresh)), loss_day)
    past = _retired(land, spells)
    turned = past.select("serial", turned="lost")
    spells = spells.join(turned, on="serial", how="left", maintain_order="left")
    # Whoever was in 退職者医療 joined 国保 proper when that ended.
    raised = spells.with_columns(
        acquired=pl.when(pl.col("initial") & pl.col("turned").is_not_null())
        .then(pl.col("turned"))
        .otherwise(pl.col("acquired"))
    ).drop("turned")
    everything = pl.concat([raised, past.select(raised.columns)], how="vertical_relaxed").drop("event", "to_kind")
    return everything.with_columns(
        acquired=as_day(pl.col("acquired")), starts=as_day(pl.col("starts")), lost=as_day(pl.col("lost"))
    ).sort("serial", "acquired", "day", "kind")

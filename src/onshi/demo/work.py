"""Work, moves and aid: what happens to a household within the three years, at most one story to each."""

from datetime import date

import polars as pl

from onshi.demo.certificates import from_70
from onshi.demo.columns import as_day, as_number, birthday, day_number, pick
from onshi.demo.figures import figures
from onshi.demo.insurers import KIND, NO_KIND
from onshi.demo.pattern import CHILD, HEAD, SPOUSE
from onshi.demo.residents import Land
from onshi.places import municipalities

STAY, MOVE, CHANGE_JOB, CHANGE_WITH_GAP, RETIRE, TAKE_JOB, GO_ON_AID = range(7)
# Nobody's insurance began before the youngest of the bodies of the demo opened.
_EARLIEST = day_number(date(2010, 1, 1))
_WORKING_AGES = 10_000


def _job_list(group: str, *, everybody: bool) -> pl.Series:
    """Kinds of insurer by throw: of ten thousand people of the group, or of those who have work at all."""
    shares = figures()["jobs"][group]
    kinds = [KIND[name] for name, share in shares.items() for _ in range(share)]
    return pl.Series(kinds + [NO_KIND] * (_WORKING_AGES - len(kinds)) if everybody else kinds, dtype=pl.Int64)


def _job(land: Land, kind: str, number: pl.Expr, group: str, *, everybody: bool) -> pl.Expr:
    jobs = _job_list(group, everybody=everybody)
    return pick(jobs, land.chance.below_of(kind, number, len(jobs)))


def _past(land: Land, kind: str, number: pl.Expr, longest: int | pl.Expr) -> pl.Expr:
    """A day before the first load, on the first of a month for half of all."""
    day = as_day(land.calendar.first - 1 - land.chance.below_of(kind, number, longest))
    first = land.chance.happens(f"{kind} month", number, 500)
    return as_number(pl.when(first).then(day.dt.month_start()).otherwise(day))


def _age(born: pl.Expr, land: Land) -> pl.Expr:
    """Roughly the age in years on the first day: for shares, never for rights."""
    return (land.calendar.first - born) * 4 // 1461


def _household(land: Land, people: pl.DataFrame) -> pl.DataFrame:
    chance, head, household = land.chance, pl.col("head"), pl.col("household")
    age = _age(pl.col("head_born"), land)
    job = (
        pl.when(age < 65)
        .then(_job(land, "head job", head, "head", everybody=True))
        .when(age < 75)
        .then(_job(land, "head job", head, "senior", everybody=True))
        .otherwise(NO_KIND)
    )
    adult = pl.max_horizontal((age - 20) * 365, pl.lit(30, dtype=pl.Int64))
    working = pl.max_horizontal(
        _past(land, "head since", head, 4800), land.calendar.first - 1 - chance.below_of("head age", head, adult)
    )
    needy = chance.happens("aid", household, pl.when(age >= 65).then(20).otherwise(10))
    return people.with_columns(
        head_job=pl.when(needy).then(NO_KIND).otherwise(job),
        head_since=pl.max_horizontal(working, pl.lit(_EARLIEST)),
        home_since=pl.max_horizontal(_past(land, "home since", household, 7000), pl.lit(_EARLIEST)),
        aid_since=pl.when(needy).then(_past(land, "aid since", household, 4000)),
        head_75=as_number(birthday(as_day(pl.col("head_born")), 75)),
    )


def _story(land: Land, people: pl.DataFrame) -> pl.DataFrame:
    """Which story a household has, and when."""
    chance, household = land.chance, pl.col("household")
    throw = chance.below_of("story", household, 1000)
    age = _age(pl.col("head_born"), land)
    works = pl.col("head_job") != NO_KIND
    story = (
        pl.when(pl.col("aid_since").is_not_null())
        .then(STAY)
        .when(throw < 110)
        .then(MOVE)
        .when(works & (age < 62) & (throw < 250))
        .then(CHANGE_JOB)
        .when(works & (age < 62) & (throw < 310))
        .then(CHANGE_WITH_GAP)
        .when(works & (age >= 57) & (throw < 480))
        .then(RETIRE)
        .when(~works & (age < 62) & (throw < 230))
        .then(TAKE_JOB)
        .when(~works & (throw >= 990))
        .then(GO_ON_AID)
        .otherwise(STAY)
    )
    day = as_day(land.some_day("story day", household))
    monthly = chance.happens("story month", household, 500) & (story >= CHANGE_JOB)
    told = as_number(pl.when(monthly).then(day.dt.month_end().dt.offset_by("1d")).otherwise(day))
    return people.with_columns(story=story).with_columns(
        day1=pl.when(story != STAY).then(told),
        day2=pl.when(story == CHANGE_WITH_GAP).then(told + 20 + chance.below_of("gap", household, 130)),
        next_job=_job(land, "next job", pl.col("head"), "member", everybody=False),
    )


def _moved(land: Land, people: pl.DataFrame) -> pl.DataFrame:
    """Where the household moves: to where some other person lives, of the same prefecture in six of ten."""
    chance, household, place = land.chance, pl.col("household"), pl.col("place")
    firsts, everybody = land.layout.first_people, land.layout.people
    prefectures = [one.prefecture_code for one in municipalities()]
    start = {code: firsts[prefectures.index(code)] for code in prefectures}
    size = {
        code: sum(n for n, own in zip(land.layout.counts, prefectures, strict=True) if own == code) for code in start
    }
    near = pick(pl.Series([start[code] for code in prefectures]), place) + chance.below_of(
        "near", household, pick(pl.Series([max(size[code], 1) for code in prefectures]), place)
    )
    far = chance.below_of("far", household, max(everybody, 1))
    someone = people.select(pl.when(chance.happens("stays near", household, 600)).then(near).otherwise(far)).to_series()
    target = pl.Series(firsts[1:], dtype=pl.Int64).search_sorted(someone, side="right").cast(pl.Int64)
    return people.with_columns(new_place=pl.when(pl.col("story") == MOVE).then(target).otherwise(place))


def _own(land: Land, people: pl.DataFrame) -> pl.DataFrame:
    """The work of those who are not head: since when, and at which kind of insurer."""
    chance, serial, role = land.chance, pl.col("serial"), pl.col("role")
    age = _age(pl.col("born"), land)
    entry = pick(pl.Series([18] * 6 + [20] * 3 + [22] * 11), chance.below_of("entry", serial, 20))
    birth = pl.col("birth_on")
    # Born on 1 April or before, a child is of the school year of those born the year before.
    early = (birth.dt.month().cast(pl.Int64) * 100 + birth.dt.day()) < 402
    school = as_number(pl.date((birth.dt.year() + entry + 1 - early.cast(pl.Int64)).cast(pl.Int32), 4, 1))
    later = chance.happens("late job", serial, 80)
    since = (
        pl.when(role == CHILD)
        .then(
            pl.max_horizontal(
                school,
                pl.min_horizontal(_past(land, "own since", serial, 4800), pl.lit(land.calendar.first - 1))
                * (age > 30).cast(pl.Int64),
            )
        )
        .when(later)
        .then(land.some_day("own day", serial))
        .otherwise(_past(land, "own since", serial, pl.max_horizontal((age - 20).clip(1, 12) * 365, pl.lit(30))))
    )
    works = pl.when(role == CHILD).then(780).when(role == SPOUSE).then(pl.when(age < 65).then(620).otherwise(110))
    has = (role != HEAD) & chance.happens("works", serial, works.otherwise(40)) & pl.col("aid_since").is_null()
    has = has & (pl.col("story") != GO_ON_AID)
    group = pl.when(age < 65).then(_job(land, "own job", serial, "member", everybody=False))
    job = group.otherwise(_job(land, "own job", serial, "senior", everybody=False))
    leans = pl.when((role == CHILD) & (age < 23)).then(980).when(role == CHILD).then(450)
    return people.with_columns(
        own_job=pl.when(has).then(job).otherwise(NO_KIND),
        own_since=pl.when(has).then(pl.max_horizontal(since, pl.lit(_EARLIEST))),
        # Whether the person is the head's dependant where the law allows it.
        leans=chance.happens("leans", serial, leans.when(role == SPOUSE).then(880).otherwise(350)),
        t70=as_number(from_70(birth)),
        t75=as_number(birthday(birth, 75)),
    )


def with_work(land: Land, people: pl.DataFrame) -> pl.DataFrame:
    """`people_between` with work, story, move, aid and the 75th birthdays."""
    return _own(land, _moved(land, _story(land, _household(land, people))))

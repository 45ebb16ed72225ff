"""`onshi programme`: are we on course, where not, since when, what next."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from onshi import flows, programme, record
from onshi.cli import programme_papers
from onshi.cli.errors import MonthUnreadable
from onshi.cli.opening import opened
from onshi.cli.options import day_of
from onshi.cli.speaking import DEFAULT, AsJson, Language, say, say_json, say_one, say_table, worded
from onshi.kernel import parse_month
from onshi.programme import FacilityVerdict, Status, Verdict
from onshi.record import Count
from onshi.settings import EXPORTS
from onshi.web import monthly_report

commands = typer.Typer(help="The roll-out: targets against the real record.", no_args_is_help=True)
commands.command("papers")(programme_papers.papers_again)
commands.command("servants")(programme_papers.servants)
_WORST = 5
_TEXTS = {
    "on": ("{area}：順調です。", "{area}: on course."),
    "off": ("{area}：目標に対して遅れています。", "{area}: off course."),
    "no_target": ("{area}：目標はまだ公表されていません。", "{area}: no target had been published."),
    "cannot_tell": ("{area}：順調かどうかは判断できません。", "{area}: whether it is on course cannot be told."),
    "since": ("{since}の集計から遅れています。", "Off course since the count of {since}."),
    "last": (
        "最新の集計 {on}：{issued:,}枚、{rate:.1f}%（{base}の住民{residents:,}人）。",
        "Last count, {on}: {issued:,} cards, {rate:.1f}% of {residents:,} residents ({base}).",
    ),
    "next": (
        "次の目標は{due}までに{low:,}枚。1日{needed:,.0f}枚が必要です（直近の集計では1日{actual}枚）。",
        "Next: {low:,} by {due}; {needed:,.0f} a day are needed, the last interval brought {actual} a day.",
    ),
    "behind": ("目標から最も遠い地域", "Furthest from the target"),
    "facilities": ("医療機関・薬局", "Facilities"),
    "met": ("達成", "met"),
    "missed": ("未達", "missed"),
    "open": ("期限前", "open"),
    "uncounted": ("期限後の集計なし", "not counted since"),
    "words": ("数値なし", "no number"),
    "rolled_up": (
        "{people:,}人を集計しました（利用登録 {registered:,}人）。{folder}",
        "{people:,} people rolled up, {registered:,} with a registered card. {folder}",
    ),
    "written": ("{file}に書き込みました。", "Written to {file}."),
}
_TARGETS = {
    "ja": ("期限", "目標", "判定", "集計日", "枚数", "不足", "達成率%"),
    "en": ("due", "target", "standing", "counted", "cards", "short by", "reached %"),
}
_PARTS = {"ja": ("コード", "地域", "枚数", "率%", "達成率%"), "en": ("code", "area", "cards", "rate %", "reached %")}
_SHARES = {"ja": ("期限", "目標", "判定", "時点", "運用%"), "en": ("due", "target", "standing", "as of", "operating %")}


@commands.callback()
def _programme() -> None:
    """The roll-out: targets against the real record."""


@commands.command()
def status(
    on: Annotated[str, typer.Option(metavar="DATE", help="As known on this day: 2020-08-01 or 令和2年8月1日.")],
    area: Annotated[
        str, typer.Option(metavar="CODE", help="00 the nation, two digits a prefecture, six a municipality.")
    ] = "00",
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Are we on course, where not, since when, what next: as known on a day.

    The record has the cards issued in every municipality from 2017-03-08 to 2022-03-01.
    """
    day = day_of(on)
    found = programme.status_of(record.find_area(area), day)
    parts = programme.statuses_of_parts(found.area, day)
    is_nation = found.area == record.nation()
    facilities = programme.facilities_on(day) if is_nation else ()
    if as_json:
        say_json({**_document(found), "parts": [_part(one) for one in parts], **_facilities(facilities)})
        return
    for line in _lines(found, lang):
        say(line)
    say_table(_TARGETS[lang], (_target_cells(one, lang) for one in found.verdicts))
    if facilities:
        say(worded(_TEXTS, "facilities", lang))
        say_table(_SHARES[lang], (_facility_cells(one, lang) for one in facilities))
    if parts:
        say(worded(_TEXTS, "behind", lang))
        say_table(_PARTS[lang], (_part_cells(one, lang) for one in parts[:_WORST]))


@commands.command()
def report(
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="The month to report on: 2020-07.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to; roll-out-YYYY-MM.pdf without it.")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """The month's report as PDF, as known on the day after the month: to be handed to whoever decides."""
    try:
        wanted = parse_month(month)
    except ValueError:
        raise MonthUnreadable from None
    path = out or Path(f"roll-out-{wanted}.pdf")
    data = monthly_report(wanted, lang)
    path.write_bytes(data)
    document = {"file": str(path), "month": str(wanted), "as_known_on": wanted.next.first, "bytes": len(data)}
    say_one(document, worded(_TEXTS, "written", lang, file=path), as_json=as_json)


@commands.command()
def rollup(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Roll the people of this country up to the figures of every area, for /programme/here.

    Writes one row a person (municipality, day of registration, nothing else) and the figures into `exports` beside the
    database. Run it once a day.
    """
    with opened() as app, app.db.transaction(reading=True) as tx:
        folder = app.settings.data / EXPORTS
        figures = flows.roll_up(tx, folder, on=app.today()).people
    nation = record.nation().code
    (counts,) = figures.counts.values()
    document = {
        "folder": str(folder),
        "on": figures.dates[-1],
        "people": figures.residents[nation],
        "registered": counts[nation][-1],
        "unplaced": figures.unplaced,
    }
    facts = {"folder": folder, "people": document["people"], "registered": document["registered"]}
    say_one(document, worded(_TEXTS, "rolled_up", lang, **facts), as_json=as_json)


def _lines(found: Status, lang: str) -> Iterator[str]:
    yield worded(_TEXTS, found.course.value, lang, area=found.area.called(lang))
    if found.pace is not None and found.pace.off_since is not None:
        yield worded(_TEXTS, "since", lang, since=found.pace.off_since)
    last = found.last
    facts = {"on": last.on, "issued": last.issued, "base": last.base, "residents": last.residents, "rate": last.rate}
    yield worded(_TEXTS, "last", lang, **facts)
    if found.ahead is not None and found.pace is not None:
        actual = "–" if found.pace.actual is None else f"{found.pace.actual:,.0f}"
        facts = {"due": found.ahead.target.due, "low": found.ahead.low, "needed": found.pace.needed, "actual": actual}
        yield worded(_TEXTS, "next", lang, **facts)


def _target_cells(one: Verdict, lang: str) -> tuple[object, ...]:
    aim = one.target.words(lang)
    if one.low is not None:
        aim = f"{one.low:,}–{one.high:,}" if one.high is not None else f"{one.low:,}–"
    counted = (one.judged.on, f"{one.judged.issued:,}")
    short = "" if one.short is None else f"{one.short:,}"
    reached = "" if one.ratio is None else f"{one.ratio:.1f}"
    return one.target.due, aim, worded(_TEXTS, one.standing.value, lang), *counted, short, reached


def _facility_cells(one: FacilityVerdict, lang: str) -> tuple[object, ...]:
    aim = one.target.words(lang)
    percent = "" if one.percent is None else f"{one.percent:.1f}"
    when = "" if one.point is None else one.point.on
    return one.target.due, aim, worded(_TEXTS, one.standing.value, lang), when, percent


def _part_cells(one: Status, lang: str) -> tuple[object, ...]:
    held = one.in_question
    reached = "" if held is None or held.ratio is None else f"{held.ratio:.1f}"
    return one.area.code, one.area.called(lang), f"{one.last.issued:,}", f"{one.last.rate:.1f}", reached


# -- For programs ------------------------------------------------------------------------------------------------------


def _document(found: Status) -> dict[str, object]:
    pace = found.pace
    return {
        "on": found.on,
        "area": _area(found),
        "course": found.course.value,
        "off_since": None if pace is None else pace.off_since,
        "needed_per_day": None if pace is None else round(pace.needed, 1),
        "actual_per_day": None if pace is None or pace.actual is None else round(pace.actual, 1),
        "next": None if found.ahead is None else found.ahead.target.name,
        "targets": [_target(one) for one in found.verdicts],
        "counts": [_count(one) for one in found.counts],
    }


def _area(found: Status) -> dict[str, str]:
    return {"code": found.area.code, "level": found.area.level.value, "name": found.area.name}


def _target(one: Verdict) -> dict[str, object]:
    return {
        "target": one.target.name,
        "version": one.target.version,
        "known_from": one.target.known_from,
        "due": one.target.due,
        "low": one.low,
        "high": one.high,
        "words": {"ja": one.target.words_ja, "en": one.target.words_en} if one.low is None else None,
        "standing": one.standing.value,
        "counted_on": one.judged.on,
        "issued": one.judged.issued,
        "short": one.short,
        "reached_percent": _rounded(one.ratio),
    }


def _count(one: Count) -> dict[str, object]:
    return {
        "on": one.on,
        "issued": one.issued,
        "residents": one.residents,
        "residents_on": one.base,
        "is_rebased": one.is_rebased,
        "percent": _rounded(one.rate),
    }


def _part(one: Status) -> dict[str, object]:
    held = one.in_question
    return {
        **_area(one),
        "course": one.course.value,
        "off_since": None if one.pace is None else one.pace.off_since,
        "issued": one.last.issued,
        "percent": _rounded(one.last.rate),
        "reached_percent": None if held is None else _rounded(held.ratio),
    }


def _facilities(found: tuple[FacilityVerdict, ...]) -> dict[str, object]:
    rows = [
        {
            "target": one.target.name,
            "due": one.target.due,
            "low_percent": one.target.low,
            "standing": one.standing.value,
            "as_of": None if one.point is None else one.point.on,
            "operating_percent": _rounded(one.percent),
            "is_worked_out": one.is_worked_out,
            "source": None if one.point is None else one.point.source,
        }
        for one in found
    ]
    return {"facilities": rows}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)

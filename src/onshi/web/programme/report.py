"""The month's report as a paper: the values its template takes, in the words of the pages."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from onshi import record
from onshi.kernel import Month, era_date
from onshi.outside import pdf_of
from onshi.programme import FacilityVerdict, Gain, MonthReport, Standing, Status, Verdict, report_of
from onshi.record import Point
from onshi.web import formats
from onshi.web.drawings import standalone
from onshi.web.formats import number
from onshi.web.papers import template_of
from onshi.web.programme.exports import bare_drawing
from onshi.web.programme.facts import TONES, part_name, since_of
from onshi.web.texts import text

_FURTHEST = 12


def monthly_report(month: Month, language: str) -> bytes:
    """The report for a month as PDF, the same bytes every time. BeforeRecord, FontsMissing."""
    return pdf_of(template_of("report"), values_of(report_of(month), language))


def values_of(report: MonthReport, language: str) -> dict[str, Any]:
    """Everything the template sets, as text."""
    t = partial(_text, language)
    day = partial(formats.day, language=language)
    on, status = report.on, report.status
    return {
        "lang": language,
        "tone": TONES[status.course],
        "title": t(
            "programme.report.title",
            month=t("programme.report.month", year=report.month.year, number=report.month.number),
        ),
        "made_for": t("programme.report.made_for"),
        "as_known": t("programme.report.as_known", day=day(on), era=era_date(on)),
        "footer": t("programme.report.footer"),
        "verdict": t(f"programme.course.{status.course}"),
        "meaning": t(f"programme.meaning.{status.course}"),
        "answers": _answers(report, language),
        "heads": _heads(report, language),
        "series": _drawn("series", report, language),
        "series_note": t("programme.report.series_note"),
        "tiles": _drawn("tiles", report, language),
        "map": _drawn("map", report, language),
        "funnel": _drawn("funnel", report, language),
        "funnel_note": t("programme.funnel.about"),
        **_tables(report, language),
        **_lists(report, language),
    }


def _drawn(name: str, report: MonthReport, language: str) -> str:
    svg = bare_drawing(name, record.nation(), report.on, language)
    return "" if svg is None else standalone(svg).decode()


def _text(language: str, name: str, /, **facts: object) -> str:
    return text(name, language, **facts)


def _heads(report: MonthReport, language: str) -> dict[str, str]:
    t = partial(_text, language)
    funnel = "" if report.funnel is None else t("programme.report.funnel", day=formats.day(report.funnel.on, language))
    return {
        "series": t("programme.report.series"),
        "targets": t("programme.report.targets"),
        "month": t("programme.report.month_head"),
        "prefectures": t("programme.report.prefectures"),
        "furthest": t("programme.report.furthest"),
        "towns": t("programme.report.towns"),
        "slowest": t("programme.report.slowest"),
        "quickest": t("programme.report.quickest"),
        "facilities": t("programme.report.facilities"),
        "funnel": funnel,
        "changed": t("programme.report.changed"),
        "figures": t("programme.report.figures"),
        "method": t("programme.report.method"),
    }


def _answers(report: MonthReport, language: str) -> list[list[str]]:
    """The four answers of the front page: now, where not, since when, what next."""
    t = partial(_text, language)
    day = partial(formats.day, language=language)
    status, last = report.status, report.status.last
    rate = {"residents": number(last.residents), "rate": f"{last.rate:.1f}", "base": day(last.base), "on": day(last.on)}
    behind, since = report.behind_prefectures, since_of(status)
    where = "—" if behind is None else t("programme.card.behind", count=behind, all=len(report.prefectures))
    names = ("、" if language == "ja" else ", ").join(one.area.called(language) for one in report.prefectures[:3])
    ahead, pace = status.ahead, status.pace
    missed = [
        t("programme.card.missed", due=day(one.target.due), short=number(one.short or 0), ratio=f"{one.ratio or 0:.0f}")
        for one in status.verdicts
        if one.standing is Standing.MISSED
    ]
    return [
        [
            t("programme.card.now"),
            t("programme.card.issued", issued=number(last.issued)),
            t("programme.card.rate", **rate),
        ],
        [t("programme.card.where"), where, t("programme.card.furthest") + names],
        [t("programme.card.since"), day(since), " ".join(missed)],
        [
            t("programme.card.next"),
            "—" if ahead is None else day(ahead.target.due),
            t("programme.card.no_next") if ahead is None or pace is None else _needed(ahead, pace.needed, language),
        ],
    ]


def _needed(ahead: Verdict, needed: float, language: str) -> str:
    due = formats.day(ahead.target.due, language)
    return _text(language, "programme.card.needed", due=due, low=number(ahead.low or 0), needed=number(round(needed)))


def _tables(report: MonthReport, language: str) -> dict[str, Any]:
    t = partial(_text, language)
    reached, cards, rate = t("programme.targets.reached"), t("programme.series.issued"), t("programme.series.rate")
    return {
        "targets_header": [t(f"programme.targets.{name}") for name in ("due", "aim", "standing", "counted")]
        + [cards, t("programme.targets.short"), reached],
        "targets": [_target(one, language) for one in report.status.verdicts],
        "targets_note": t("programme.targets.note"),
        "furthest_header": [t("programme.parts.area"), rate, reached],
        "furthest": [
            [one.area.called(language), f"{one.last.rate:.1f}%", _reached(one)]
            for one in report.prefectures[:_FURTHEST]
        ],
        "all_header": [t("programme.parts.area"), cards, rate, reached],
        "all": [
            [one.area.called(language), number(one.last.issued), f"{one.last.rate:.1f}%", _reached(one)]
            for one in sorted(report.prefectures, key=lambda one: one.area.code)
        ],
        "gain_header": [t("programme.parts.area"), cards, t("programme.report.per_thousand")],
        "slowest": list(_gains(report.slowest)),
        "quickest": list(_gains(report.quickest)),
        "gain_note": t("programme.report.gain_note"),
        "facilities_header": [
            t("programme.targets.due"),
            t("programme.targets.aim"),
            t("programme.targets.standing"),
            t("programme.facilities.operating"),
            t("programme.facilities.as_of"),
        ],
        "facilities": [_facility(one, language) for one in report.facilities],
        "figures_header": [
            t("programme.points.what"),
            t("programme.points.part"),
            t("programme.facilities.as_of"),
            t("programme.points.value"),
            t("programme.points.percent"),
        ],
        "figures": [_figure(one, language) for one in report.new_points if one.indicator != "issued"],
        "no_figures": t("programme.report.no_figures"),
    }


def _target(one: Verdict, language: str) -> list[str]:
    aim = one.target.words(language)
    if one.low is not None:
        aim = f"{number(one.low)}–" + ("" if one.high is None else number(one.high))
    judged = [formats.day(one.judged.on, language), number(one.judged.issued)]
    short = "—" if one.short is None else number(one.short)
    standing = _text(language, f"programme.standing.{one.standing}")
    return [formats.day(one.target.due, language), aim, standing, *judged, short, _percent(one.ratio)]


def _reached(one: Status) -> str:
    held = one.in_question
    return _percent(None if held is None else held.ratio)


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}%"


def _gains(gains: Iterable[Gain]) -> Iterator[list[str]]:
    names = {one.code: one.name for one in record.parts(record.nation().code)}
    for one in gains:
        yield [f"{names[one.area.prefecture]} {one.area.name}", number(one.cards), f"{one.per_thousand:.1f}"]


def _facility(one: FacilityVerdict, language: str) -> list[str]:
    as_of = "—" if one.point is None else formats.day(one.point.on, language)
    standing = _text(language, f"programme.standing.{one.standing}")
    return [formats.day(one.target.due, language), one.target.words(language), standing, _percent(one.percent), as_of]


def _figure(one: Point, language: str) -> list[str]:
    name = next(found.title(language) for found in record.indicators() if found.name == one.indicator)
    value = "—" if one.value is None else number(one.value)
    return [name, part_name(one.part, language), formats.day(one.on, language), value, _percent(one.percent)]


def _lists(report: MonthReport, language: str) -> dict[str, Any]:
    t = partial(_text, language)
    prefectures, towns = report.behind_prefectures, report.behind_towns
    nobody = t("programme.report.no_behind")
    month = str(report.month)
    return {
        "month": list(_month(report, language)),
        "prefectures_text": nobody
        if prefectures is None
        else t("programme.report.prefectures_text", behind=prefectures),
        "towns_text": nobody if towns is None else t("programme.report.towns_text", behind=number(towns)),
        "changed": list(_changed(report, language)) or [t("programme.report.no_change")],
        "method": [
            t("programme.report.method_known", day=formats.day(report.on, language)),
            t("programme.report.method_judged"),
            t("programme.report.method_share"),
            t("programme.report.method_source"),
            t("programme.report.method_repeat", month=month),
        ],
    }


def _month(report: MonthReport, language: str) -> Iterator[str]:
    t = partial(_text, language)
    gain, previous, ahead, pace = report.gain, report.previous, report.status.ahead, report.status.pace
    if gain is None:
        yield t("programme.report.no_gain")
        return
    yield t("programme.report.gain", **_span(gain, language), cards=number(gain.cards))
    if not report.is_of_month:
        yield t("programme.report.not_of_month")
    if previous is not None:
        yield t("programme.report.previous", **_span(previous, language), change=_change(gain, previous, language))
    if ahead is None or pace is None:
        yield t("programme.report.no_target")
    else:
        due, low = formats.day(ahead.target.due, language), number(ahead.low or 0)
        yield t("programme.report.needed", due=due, low=low, needed=number(round(pace.needed)))


def _span(gain: Gain, language: str) -> dict[str, str]:
    before, last = (formats.day(one.on, language) for one in (gain.before, gain.last))
    return {"before": before, "last": last, "per_day": number(round(gain.per_day))}


def _change(gain: Gain, previous: Gain, language: str) -> str:
    if previous.per_day == 0:
        return ""
    percent = round(100 * (gain.per_day / previous.per_day - 1))
    return _text(
        language, "programme.report.quicker" if percent >= 0 else "programme.report.slower", percent=abs(percent)
    )


def _changed(report: MonthReport, language: str) -> Sequence[str]:
    t = partial(_text, language)
    day = partial(formats.day, language=language)
    return [
        *(t("programme.report.base_changed", on=day(one.on), base=day(one.base)) for one in report.changed_bases),
        *(
            t(
                "programme.report.definition_new",
                name=one.title(language),
                version=one.version,
                since=day(one.since),
                counted=one.counted(language),
            )
            for one in report.changed_definitions
        ),
    ]

"""`onshi facilities`: how far institutions are, where they are stuck, what the fund pays."""

from typing import Annotated

import typer

from onshi import facilities, web
from onshi.cli import facilities_acts
from onshi.cli.errors import MunicipalityUnreadable
from onshi.cli.facilities_acts import InstitutionArgument
from onshi.cli.opening import opened
from onshi.cli.options import institution_of, optional_day
from onshi.cli.speaking import (
    DEFAULT,
    AsJson,
    Language,
    clock_text,
    iso_text,
    say,
    say_json,
    say_list,
    say_table,
    worded,
)
from onshi.facilities import Milestone, Overview, Step
from onshi.facilities.counting import BY, Count, Stop, Tally
from onshi.facilities.errors import UnknownStep
from onshi.facilities.reading import sake_word, stop_word
from onshi.kernel import ONE_DAY, Moment, day_start, narrow, parse_municipality_code

commands = typer.Typer(help="Institutions on their way onto the network.", no_args_is_help=True)
commands.command("subsidy")(facilities_acts.subsidy)
commands.command("describe")(facilities_acts.describe)
commands.command("import")(facilities_acts.import_steps)
commands.command("test")(facilities_acts.test_package)
_TEXTS = {
    "milestone": ("到達：{milestone}", "Reached: {milestone}"),
    "nowhere": ("滞留していません。", "It stands still nowhere."),
    "stuck": (
        "{at}で待っています（{sake}待ち、{since}から{days}日）。",
        "It stands still at {at}, for the sake of {sake}, since {since} ({days} days).",
    ),
    "duty": ("義務：{obligation}", "Duty: {obligation}"),
}
_COUNT_TITLES = {
    "ja": ("区分", "対象", "施設", "アカウント", "申込", "準備完了", "運用開始", "運用%"),
    "en": ("part", "of", "facilities", "account", "applied", "ready", "operating", "operating %"),
}
_STEP_TITLES = {
    "ja": ("手順", "日付", "登録", "訂正", "登録者"),
    "en": ("step", "day", "known from", "known to", "by"),
}
_STOP_TITLES = {
    "ja": ("区分", "滞留", "誰を待つか", "施設"),
    "en": ("part", "stands still at", "waits for", "facilities"),
}
_STUCK_TITLES = {
    "ja": ("医療機関コード", "市区町村", "滞留", "誰を待つか", "から", "日数", "長い"),
    "en": ("institution", "municipality", "stands still at", "waits for", "since", "days", "long"),
}

OnOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today if absent.")]
PlaceOption = Annotated[
    str, typer.Option(metavar="CODE", help="Two digits of a prefecture, or the code of a municipality; all if absent.")
]


# -- How far they are --------------------------------------------------------------------------------------------------


@commands.command()
def status(
    on: OnOption = None,
    by: Annotated[str, typer.Option(metavar="LEVEL", help=", ".join(BY))] = "nation",
    place: PlaceOption = "",
    known: Annotated[
        str | None, typer.Option(metavar="DATE", help="As known at the end of that day; as known now if absent.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Count facilities: account, reader applied, ready, operating; of all, and of those that the duty reaches."""
    if by not in BY:
        raise typer.BadParameter(", ".join(BY), param_hint="--by")
    with opened() as app, app.db.transaction(reading=True) as tx:
        day = optional_day(on) or app.today()
        found = facilities.counts_on(tx, day, by=by, place=_place(place), known_at=_known(known))
    if as_json:
        say_json({"on": day, "by": by, "parts": [_count_document(key, one) for key, one in sorted(found.items())]})
        return
    rows = [row for key, one in sorted(found.items()) for row in _count_rows(key, one, lang)]
    say_table(_COUNT_TITLES[lang], rows)


def _count_rows(key: str, one: Count, lang: str) -> list[tuple[object, ...]]:
    named = (("全施設", "all"), ("義務対象", "obliged"))
    place = 0 if lang == "ja" else 1
    return [
        (key, name[place], tally.facilities, *tally.reached.values(), _percent(tally))
        for name, tally in zip(named, (one.of_all, one.of_obliged), strict=True)
    ]


def _percent(tally: Tally) -> str:
    found = tally.share(Milestone.OPERATING)
    return "" if found is None else f"{found:.1f}"


def _count_document(key: str, one: Count) -> dict[str, object]:
    def told(tally: Tally) -> dict[str, object]:
        shares = {f"{name.value}_percent": _rounded(tally.share(name)) for name in Milestone}
        return {"facilities": tally.facilities, **{name.value: tally.reached[name] for name in Milestone}, **shares}

    return {"part": key, "of_all": told(one.of_all), "of_obliged": told(one.of_obliged)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


@commands.command()
def steps(
    institution: InstitutionArgument, on: OnOption = None, as_json: AsJson = False, lang: Language = DEFAULT
) -> None:
    """One institution: every version of its steps, what it reached, where it stands still, what the duty says."""
    code = institution_of(institution)
    with opened() as app, app.db.transaction(reading=True) as tx:
        found = facilities.overview(tx, code, optional_day(on) or app.today())
        history = facilities.history_of(tx, code)
    if as_json:
        versions = [
            {
                "step": one.step,
                "on": one.on,
                "known_from": iso_text(one.known_from),
                "known_to": iso_text(one.known_to),
                "by": one.by,
            }
            for one in history
        ]
        say_json({**_overview_document(found), "versions": versions})
        return
    shown = [
        (
            stop_word(one.step, lang),
            one.on,
            clock_text(one.known_from),
            clock_text(one.known_to),
            one.by,
        )
        for one in history
    ]
    say_table(_STEP_TITLES[lang], shown)
    reached = "none" if found.milestone is None else found.milestone.value
    say(worded(_TEXTS, "milestone", lang, milestone=web.text("facility.milestone." + reached, lang)))
    say(_stuck_sentence(found, lang))
    duty = web.text("facility.duty." + found.standing.obligation.value, lang)
    say(worded(_TEXTS, "duty", lang, obligation=duty))


def _stuck_sentence(found: Overview, lang: str) -> str:
    stuck = found.stuck
    if stuck is None:
        return worded(_TEXTS, "nowhere", lang)
    facts = {
        "at": stop_word(stuck.at, lang),
        "sake": sake_word(stuck.sake, lang),
        "since": stuck.since,
        "days": stuck.days,
    }
    return worded(_TEXTS, "stuck", lang, **facts)


def _overview_document(one: Overview) -> dict[str, object]:
    stuck = one.stuck
    return {
        "institution": one.facility.institution,
        "kind": one.facility.kind,
        "municipality": one.facility.municipality,
        "vendor": one.facility.vendor,
        "milestone": one.milestone,
        "functions": list(one.functions),
        "steps": {step.value: day for step, day in one.progress.items()},
        "stuck": None
        if stuck is None
        else {
            "at": stuck.at,
            "for_sake_of": stuck.sake,
            "since": stuck.since,
            "days": stuck.days,
            "is_long": stuck.is_late,
            "due": stuck.due,
        },
        "obligation": one.standing.obligation,
        "deferred_until": one.standing.until,
    }


@commands.command()
def stuck(
    on: OnOption = None,
    place: PlaceOption = "",
    vendor: Annotated[str | None, typer.Option(metavar="PARTY", help="Only those that name this vendor.")] = None,
    by: Annotated[str, typer.Option(metavar="LEVEL", help=f"Counts by {', '.join(BY)}.")] = "nation",
    listed: Annotated[bool, typer.Option("--list", help="List the facilities instead of counting them.")] = False,
    at: Annotated[str, typer.Option(metavar="STEP", help="With --list: only those at this step.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="With --list: at most so many.")] = 200,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Where facilities stand still, and for whose sake."""
    if by not in BY:
        raise typer.BadParameter(", ".join(BY), param_hint="--by")
    if at and at not in set(Step):
        raise UnknownStep(known=", ".join(Step))
    where = _place(place)
    with opened() as app, app.db.transaction(reading=True) as tx:
        day = optional_day(on) or app.today()
        if listed:
            found = facilities.stuck_in(tx, day, place=where, vendor=vendor, at=at, limit=limit)
        else:
            is_coarse = by in facilities.counting.COARSE
            patterns = facilities.patterns(tx, day, place=where, vendor=vendor, is_coarse=is_coarse)
            counted = facilities.counting.stops(patterns, BY[by])
    if listed:
        say_list(found, _overview_document, _STUCK_TITLES[lang], lambda one: _stuck_cells(one, lang), as_json=as_json)
        return
    flat = [(key, stop) for key, stops in sorted(counted.items()) for stop in stops]
    say_list(flat, _stop_document, _STOP_TITLES[lang], lambda one: _stop_cells(one, lang), as_json=as_json)


def _stuck_cells(one: Overview, lang: str) -> tuple[object, ...]:
    assert one.stuck is not None, "only those that stand still are listed"
    told = (
        stop_word(one.stuck.at, lang),
        sake_word(one.stuck.sake, lang),
        one.stuck.since,
        one.stuck.days,
    )
    return one.facility.institution, one.facility.municipality, *told, "+" if one.stuck.is_late else ""


def _stop_cells(item: tuple[str, Stop], lang: str) -> tuple[object, ...]:
    key, one = item
    return key, stop_word(one.at, lang), sake_word(one.sake, lang), one.count


def _stop_document(item: tuple[str, Stop]) -> dict[str, object]:
    key, one = item
    return {"part": key, "at": one.at, "for_sake_of": one.sake, "facilities": one.count}


def _known(text: str | None) -> Moment | None:
    """The last moment of a day."""
    day = optional_day(text)
    return None if day is None else Moment(day_start(day + ONE_DAY) - 1)


def _place(text: str) -> str:
    """A place as stores take it: nothing, two digits or six."""
    plain = narrow(text)
    if plain == "" or (len(plain) == 2 and plain.isascii() and plain.isdigit()):
        return plain
    try:
        return parse_municipality_code(plain)
    except ValueError:
        raise MunicipalityUnreadable from None

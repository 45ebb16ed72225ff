"""`onshi tallies`: registrations by insurer recorded, taken, shared and shown; how late data were."""

from collections.abc import Callable
from typing import Annotated

import typer

from onshi import access, audit, tallies
from onshi.access import Party, PartyKind
from onshi.app import App
from onshi.cli.errors import MonthUnreadable
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.options import OnlyInsurer, day_of, insurer_of, optional_day
from onshi.cli.speaking import DEFAULT, AsJson, Lang, Language, iso_text, say_list, say_one, worded
from onshi.db import Tx
from onshi.kernel import Moment, Month, parse_month
from onshi.tallies import Count, Delay, Figure, Step

commands = typer.Typer(help="Registrations as insurance card, by insurer (登録数の集計).", no_args_is_help=True)
_DayArgument = Annotated[str, typer.Argument(metavar="DATE", help="The day counted: 2026-10-31 or 令和8年10月31日.")]
_TITLES = {
    "ja": ("集計日", "版", "保険者", "種別", "加入者", "登録者", "%"),
    "en": ("day", "version", "insurer", "kind", "members", "registered", "%"),
}
_DELAYS = {
    "ja": ("保険者", "件数", "届くまで中央", "9割", "登録まで中央", "9割", "遅れ%"),
    "en": ("insurer", "coverages", "to file median", "p90", "to load median", "p90", "late %"),
}
_TEXTS = {
    Step.RECORDED: ("{on}を集計しました（第{version}版）。", "{on} is counted (version {version})."),
    Step.TAKEN: ("{on}の第{version}版を受け取りました。", "Version {version} of {on} is taken."),
    Step.SHARED: ("{on}の第{version}版を共有しました。", "Version {version} of {on} is shared."),
}


@commands.command("record")
def record(on: _DayArgument, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Count a day that is over, for the payment fund; again makes another version. This is logged."""
    day = day_of(on)
    _step(Step.RECORDED, lambda tx, at: tallies.record_counts(tx, _fund(tx), day, at=at), lang, as_json=as_json)


@commands.command("take")
def take(on: _DayArgument, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Take the newest count of a day, for the ministry. This is logged."""
    day = day_of(on)
    _step(Step.TAKEN, lambda tx, at: tallies.take(tx, _ministry(tx), day, at=at), lang, as_json=as_json)


@commands.command("share")
def share(on: _DayArgument, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Share it, for the ministry: insurers see their own figure from now on. This is logged."""
    day = day_of(on)
    _step(Step.SHARED, lambda tx, at: tallies.share(tx, _ministry(tx), day, at=at), lang, as_json=as_json)


@commands.command("show")
def show(
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Only this day.")] = None,
    insurer: OnlyInsurer = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Show counts: every insurer's as the fund has them, or what one insurer is told."""
    day = optional_day(on)
    number = None if insurer is None else insurer_of(insurer)
    with reading() as tx:
        if number is None:
            fund = _fund(tx)
            whole = tallies.all_figures(tx, fund) if day is None else [tallies.figures_for(tx, fund, day)]
            found = [(count, figure) for count, figures in whole for figure in figures]
        else:
            own = tallies.own_figures(tx, number)
            found = [(one.count, one.figure) for one in own if day in (None, one.count.counted_on)]
    say_list(found, _document, _TITLES[lang], _cells, as_json=as_json)


@commands.command("delays")
def delays(
    month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="The month in which the data were loaded.")],
    by_kind: Annotated[bool, typer.Option("--by-kind", help="By kind of insurer.")] = False,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Show how late data were: days to the file, days from there to the load, the share of the late."""
    which = _month(month)
    with reading() as tx:
        found = tallies.delays(tx, which)
    say_list(found[by_kind], _delay, _DELAYS[lang], _delay_cells, as_json=as_json)


def _step(step: Step, work: Callable[[Tx, Moment], Count], lang: Lang, *, as_json: bool) -> None:
    with opened() as app:
        count = app.run(lambda tx: _logged(tx, app, step, work))
    text = worded(
        {one.value: words for one, words in _TEXTS.items()},
        step.value,
        lang,
        on=count.counted_on,
        version=count.version,
    )
    say_one(_count(count), text, as_json=as_json)


def _logged(tx: Tx, app: App, step: Step, work: Callable[[Tx, Moment], Count]) -> Count:
    at = app.now()
    count = work(tx, at)
    audit.append(tx, app.draw(), [tallies.entry_of(count, step, actor=LOCAL)], at=at)
    return count


def _fund(tx: Tx) -> Party:
    """Who runs the network: the payment fund."""
    found = access.parties(tx, kind=PartyKind.OPERATOR, limit=1)
    if not found:
        raise access.errors.UnknownParty(party=PartyKind.OPERATOR.value)
    return found[0]


def _ministry(tx: Tx) -> Party:
    return access.party_by_id(tx, f"{PartyKind.MINISTRY.value}:{tallies.sharing()['ministries'][0]}")


def _month(text: str) -> Month:
    try:
        return parse_month(text)
    except ValueError:
        raise MonthUnreadable from None


def _count(one: Count) -> dict[str, object]:
    return {
        "counted_on": one.counted_on,
        "version": one.version,
        "steps": {done.step.value: iso_text(done.at) for done in one.steps},
    }


def _document(pair: tuple[Count, Figure]) -> dict[str, object]:
    count, figure = pair
    return {
        "counted_on": count.counted_on,
        "version": count.version,
        "insurer": figure.insurer,
        "kind": figure.kind,
        "members": figure.members,
        "registered": figure.registered,
    }


def _cells(pair: tuple[Count, Figure]) -> tuple[object, ...]:
    percent = pair[1].percent
    return (*_document(pair).values(), "" if percent is None else f"{percent:.1f}")


def _delay(one: Delay) -> dict[str, object]:
    return {
        "of": one.of,
        "coverages": one.rows,
        "median_to_file": one.median_notice,
        "p90_to_file": one.p90_notice,
        "median_to_load": one.median_load,
        "p90_to_load": one.p90_load,
        "late": one.over,
    }


def _delay_cells(one: Delay) -> tuple[object, ...]:
    return (*tuple(_delay(one).values())[:6], f"{one.percent_over:.1f}")

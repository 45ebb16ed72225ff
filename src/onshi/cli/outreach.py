"""`onshi outreach`: the catalogue of measures, plans, reports, who is late, good practice, publicity."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from onshi import access, outreach
from onshi.access import Party, PartyKind
from onshi.cli import outreach_public
from onshi.cli.errors import MinistryUnknown
from onshi.cli.opening import opened
from onshi.cli.options import optional_day
from onshi.cli.outreach_options import KindOption, OnOption
from onshi.cli.speaking import DEFAULT, AsJson, Language, iso_text, say_json, say_list, say_table
from onshi.db import Tx
from onshi.kernel import fiscal_year
from onshi.outreach import (
    FIGURES,
    Measure,
    catalogue,
    periods,
    planning,
    reporting,
    summarising,
)
from onshi.outreach.planning import PlanStanding
from onshi.outreach.sums import Cell, Compilation

commands = typer.Typer(help="Measures, their reports, good practice, publicity (取得促進策).", no_args_is_help=True)
_YearOption = Annotated[int | None, typer.Option("--year", min=2019, max=2100, help="Fiscal year; this one if absent.")]
_MinistryOption = Annotated[
    str | None, typer.Option("--ministry", metavar="CODE", help="Only of insurers below this ministry: health, …")
]
_TITLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "catalogue": {
        "ja": ("コード", "施策", "種類", "手段", "根拠", "出典"),
        "en": ("code", "measure", "kinds", "channels", "evidence", "source"),
    },
    "plans": {
        "ja": ("組織", "種類", "版", "状態", "予算", "確認済みの版"),
        "en": ("organisation", "kind", "version", "state", "budget", "in force"),
    },
    "reports": {
        "ja": ("種類", "施策", "手段", "実施", "一部", "未実施", "人数", "人数不明", "費用"),
        "en": ("kind", "measure", "channel", "done", "in part", "not done", "reach", "not known", "cost"),
    },
    "late": {"ja": ("組織", "種類", "時点", "期限", "状態"), "en": ("organisation", "kind", "as of", "due", "state")},
}


@commands.command("catalogue")
def listed(on: OnOption = None, kind: KindOption = None, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List the measures of the catalogue: those of the papers of 2019-09-03 and those the office added."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        found: Sequence[Measure] = planning.measures_on(tx, optional_day(on) or app.today())
    chosen = found if kind is None else catalogue.offered(found, kind)

    def cells(one: Measure) -> tuple[object, ...]:
        channels = ", ".join(channel.said(lang) for channel in one.channels)
        return one.code, one.title.said(lang), ", ".join(one.kinds), channels, one.evidence.value, one.source

    say_list(chosen, _measure_document, _TITLES["catalogue"][lang], cells, as_json=as_json)


def _measure_document(one: Measure) -> dict[str, object]:
    return {
        "code": one.code,
        "title": {"ja": one.title.ja, "en": one.title.en},
        "actor": one.actor.code,
        "audience": one.audience.code,
        "channels": [channel.code for channel in one.channels],
        "kinds": one.kinds,
        "effect": {"number": one.effect.number, "unit": one.effect.unit, "source": one.effect.source},
        "evidence": one.evidence,
        "source": one.source,
        "known_from": one.known_from,
    }


def _above(tx: Tx, ministry: str | None) -> list[Party]:
    """The ministries that are registered and above insurers, or one of them. MinistryUnknown."""
    found = [one for one in access.parties(tx, kind=PartyKind.MINISTRY, limit=1_000) if ministry in (None, one.code)]
    if not found:
        raise MinistryUnknown
    return found


@commands.command("plans")
def plans(
    year: _YearOption = None, ministry: _MinistryOption = None, as_json: AsJson = False, lang: Language = DEFAULT
) -> None:
    """List how far insurers are with their plans of a fiscal year; drafts are their owners' and not shown."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        wanted = year or fiscal_year(app.today())
        found = [
            one for above in _above(tx, ministry) for one in planning.plans_below(tx, above, wanted, on=app.today())
        ]

    def cells(one: PlanStanding) -> tuple[object, ...]:
        last, force = one.last, one.in_force
        told = (None, "none", None) if last is None else (last.version, last.state.value, f"{last.budget:,}")
        return one.owner.party.id, one.owner.kind, *told, None if force is None else force.version

    say_list(found, _plan_document, _TITLES["plans"][lang], cells, as_json=as_json)


def _plan_document(one: PlanStanding) -> dict[str, object]:
    last = one.last
    return {
        "owner": one.owner.party.id,
        "kind": one.owner.kind,
        "state": "none" if last is None else last.state,
        "version": None if last is None else last.version,
        "budget": None if last is None else last.budget,
        "lines": [] if last is None else [_line_document(line) for line in last.lines],
        "in_force": None if one.in_force is None else one.in_force.version,
    }


def _line_document(line: outreach.PlanLine) -> dict[str, object]:
    months = [str(month) for month in line.months]
    return {
        "measure": line.measure,
        "channel": line.channel,
        "months": months,
        "audience": line.audience,
        "budget": line.budget,
    }


@commands.command("reports")
def reports(year: _YearOption = None, on: OnOption = None, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Compile what the ministries handed in: by kind of insurer, measure and channel."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        day = optional_day(on) or app.today()
        whole = summarising.compilation(tx, year or fiscal_year(day), on=day)
    if as_json:
        say_json(_compiled_document(whole))
        return
    rows = [(*one.key, one.done, one.partly, one.not_done, *_numbers(one)) for one in whole.cells]
    say_table(_TITLES["reports"][lang], rows)


def _numbers(one: Cell) -> tuple[int, int, int]:
    return one.reach.total, one.reach.unknown, one.cost


def _compiled_document(whole: Compilation) -> dict[str, object]:
    return {
        "on": whole.on,
        "untold": whole.untold,
        "reach": whole.reach.total,
        "reach_unknown": whole.reach.unknown,
        "cost": whole.cost,
        "figures": {
            name: {"total": figure.total, "unknown": figure.unknown}
            for name, figure in zip(FIGURES, whole.figures, strict=True)
        },
        "parts": [
            {
                "ministry": told.ministry,
                "as_of": told.as_of,
                "kind": told.part.kind,
                "expected": told.part.expected,
                "reported": told.part.reported,
            }
            for told in whole.told
        ],
        "cells": [
            dict(zip(_CELL, (*cell.key, cell.done, cell.partly, cell.not_done, *_numbers(cell)), strict=True))
            for cell in whole.cells
        ],
    }


_CELL = ("kind", "measure", "channel", "done", "partly", "not_done", "reach", "reach_unknown", "cost")


@commands.command("late")
def late(
    year: _YearOption = None,
    on: OnOption = None,
    ministry: _MinistryOption = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List reports of insurers that are missing or came too late, what is missing first."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        day = optional_day(on) or app.today()
        expected = [
            one
            for above in _above(tx, ministry)
            for one in reporting.expected_below(tx, above, year or fiscal_year(day), on=day)
        ]
    say_list(reporting.late(expected), _late_document, _TITLES["late"][lang], _late_cells, as_json=as_json)


def _late_cells(one: periods.Expected) -> tuple[object, ...]:
    return one.owner, one.kind, one.due.as_of, one.due.by, one.arrival.value


def _late_document(one: periods.Expected) -> dict[str, object]:
    return {
        "owner": one.owner,
        "kind": one.kind,
        "as_of": one.due.as_of,
        "due_by": one.due.by,
        "arrival": one.arrival,
        "sent_at": None if one.report is None else iso_text(one.report.sent_at),
    }


commands.command("practices")(outreach_public.good_practices)
commands.command("campaigns")(outreach_public.campaigns)
commands.command("impressions")(outreach_public.impressions)

"""`onshi outreach practices|campaigns|impressions`: what is open to everybody."""

from collections.abc import Mapping
from typing import Annotated

import typer

from onshi.cli.opening import opened
from onshi.cli.options import optional_day
from onshi.cli.outreach_options import KindOption, OnOption
from onshi.cli.speaking import DEFAULT, AsJson, Language, say, say_json, say_list, say_table
from onshi.outreach import campaigning, contributing, practices, publicity
from onshi.outreach.practices import Facts, Match, Size
from onshi.outreach.publicity import CannotTell, Item

_TITLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "practices": {
        "ja": ("コード", "取組", "行ったところ", "根拠", "使えるか", "理由"),
        "en": ("code", "practice", "done by", "evidence", "fits", "reasons"),
    },
    "campaigns": {
        "ja": ("広報", "コード", "版", "媒体", "項目", "初日", "最終日", "状態"),
        "en": ("campaign", "code", "version", "medium", "item", "first", "last", "status"),
    },
    "impressions": {
        "ja": ("コード", "単位", "下限", "上限", "前提・足りないもの"),
        "en": ("code", "unit", "low", "high", "assumed or missing"),
    },
}


def good_practices(
    kind: KindOption = None,
    size: Annotated[Size | None, typer.Option(help="How many people the organisation serves.")] = None,
    channel: Annotated[list[str] | None, typer.Option(metavar="CHANNEL", help="One it has; may be repeated.")] = None,
    on: OnOption = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List good practice; with --kind, what such an organisation could use comes first, with every reason."""
    with opened() as app, app.db.transaction(reading=True) as tx:
        known = contributing.practices_on(tx, optional_day(on) or app.today())
    facts = Facts(kind or "", size, frozenset(channel or ()))
    found = [Match(one, False, ()) for one in known] if kind is None else practices.matches(known, facts)

    def cells(one: Match) -> tuple[object, ...]:
        practice = one.practice
        reasons = ", ".join(reason.because.value for reason in one.reasons)
        mark = "" if kind is None else "+" if one.fits else "-"
        return practice.code, practice.title.said(lang), practice.who.said(lang), practice.evidence.value, mark, reasons

    def document(one: Match) -> dict[str, object]:
        return _practice_document(one, is_asked=kind is not None)

    say_list(found, document, _TITLES["practices"][lang], cells, as_json=as_json)


def _practice_document(one: Match, *, is_asked: bool) -> dict[str, object]:
    practice = one.practice
    return {
        "code": practice.code,
        "title": {"ja": practice.title.ja, "en": practice.title.en},
        "who": {"ja": practice.who.ja, "en": practice.who.en},
        "kinds": practice.kinds,
        "channels": practice.channels,
        "evidence": practice.evidence,
        "is_weak": practice.is_weak,
        "source": practice.source,
        "fits": one.fits if is_asked else None,
        "reasons": [{"because": reason.because, "channels": reason.channels} for reason in one.reasons],
    }


def campaigns(on: OnOption = None, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List every item of publicity in its last version; the plan of 2019-09-03 is campaign 2019."""
    found = _items(on)

    def cells(one: Item) -> tuple[object, ...]:
        first, last = publicity.span_of(one)
        told = one.medium.value, one.title(lang), first, last, one.status.value
        return one.campaign, one.code, one.version, *told

    say_list(found, _item_document, _TITLES["campaigns"][lang], cells, as_json=as_json)


def _items(on: str | None) -> tuple[Item, ...]:
    with opened() as app, app.db.transaction(reading=True) as tx:
        return campaigning.items_on(tx, optional_day(on) or app.today())


def _item_document(one: Item) -> dict[str, object]:
    first, last = publicity.span_of(one)
    return {
        "campaign": one.campaign,
        "code": one.code,
        "version": one.version,
        "medium": one.medium,
        "title": {"ja": one.title_ja, "en": one.title_en},
        "sites": one.sites,
        "places": one.places,
        "first": first,
        "last": last,
        "issues": one.issues,
        "status": one.status,
        "source": one.source,
        "known_from": one.known_from,
        "counted": one.counted,
    }


def impressions(
    on: OnOption = None,
    hours: Annotated[
        int | None, typer.Option(min=1, max=24, help="What if screens without known hours ran so many hours a day.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Compute how many showings each item comes to, with every assumption; or what is missing to tell.

    Showings, not people: how many people see one is in no source.
    """
    found = [one if hours is None else publicity.with_hours(one, hours) for one in _items(on)]
    if as_json:
        say_json([_showings_document(one) for one in found])
        return
    say_table(_TITLES["impressions"][lang], map(_showings_cells, found))
    for total in publicity.by_medium(found):
        if total.unit is not None:
            say(f"{total.medium.value}: {total.low:,}–{total.high:,} {total.unit.value} (+{total.untold} ?)")


def _showings_cells(one: Item) -> tuple[object, ...]:
    told = publicity.showings(one)
    if isinstance(told, CannotTell):
        return one.code, "-", None, None, "? " + ", ".join(lack.value for lack in told.lacks)
    return one.code, told.unit.value, told.low, told.high, ", ".join(part.value for part in told.assumptions)


def _showings_document(one: Item) -> dict[str, object]:
    told = publicity.showings(one)
    head: dict[str, object] = {"campaign": one.campaign, "code": one.code, "version": one.version}
    if isinstance(told, CannotTell):
        return head | {"unit": None, "low": None, "high": None, "lacks": told.lacks, "assumptions": [], "by_month": {}}
    months = {str(month): {"low": low, "high": high} for month, (low, high) in told.by_month.items()}
    numbers = {"unit": told.unit, "low": told.low, "high": told.high, "lacks": []}
    return head | numbers | {"assumptions": told.assumptions, "by_month": months}

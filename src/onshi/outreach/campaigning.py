"""Publicity: the plan of 2019 as it was published, and what the office adds and revises."""

from dataclasses import replace
from datetime import date

from onshi.db import Tx
from onshi.kernel import Moment, japan_day
from onshi.outreach import publicity, rules
from onshi.outreach.errors import Changed, CodeTaken, UnknownItem
from onshi.outreach.publicity import Item, Medium, Rate, Status
from onshi.outreach.store import publicity as store
from onshi.record import papers

PAPERS = "2019"
_STATUS = {"done": Status.DONE, "planned": Status.PLANNED, "partly_open": Status.ADJUSTING}


def of_papers(on: date) -> tuple[Item, ...]:
    """The media plan of the papers of 2019-09-03, as known on a day."""
    return tuple(as_item(one) for one in papers.media_plan(on))


def as_item(one: papers.MediaItem) -> Item:
    """A row of the papers' media plan as an item of publicity."""
    # A newspaper is counted as one; cities and stores are places with nobody knows how many screens.
    is_counted = one.are_screens or one.medium.code == "newspaper"
    per_hour = None if one.per_hour is None else Rate(*one.per_hour)
    per_day = None if one.per_day is None else Rate(one.per_day, one.per_day)
    return Item(
        campaign=PAPERS,
        code=one.code,
        version=one.version,
        medium=Medium(one.medium.code),
        title_ja=one.title.ja,
        title_en=one.title.en,
        sites=one.sites if is_counted else None,
        places=one.facilities if one.facilities is not None or is_counted else one.sites,
        seconds=one.length_s,
        per_hour=per_hour,
        per_day=per_day,
        hours=None,
        first=one.when.first,
        last=one.when.last,
        days=one.days,
        issues=one.issues,
        status=_STATUS[one.status.code],
        audience_ja="・".join(reader.name.ja for reader in one.audience),
        audience_en=", ".join(reader.name.en for reader in one.audience),
        source=f"2019-09-03 {one.place}",
        reason=one.reason,
        known_from=one.known_from,
        is_rate_about=one.is_rate_about,
    )


def every_version(tx: Tx, on: date) -> list[Item]:
    """Every version of every item that was known on a day."""
    return [one for one in (*of_papers(on), *store.every(tx)) if one.known_from <= on]


def items_on(tx: Tx, on: date) -> tuple[Item, ...]:
    """Of every item its last version known on a day, by days and code."""
    return publicity.newest(every_version(tx, on), on)


def versions_of(tx: Tx, key: tuple[str, str], on: date) -> list[Item]:
    """Every version of an item, the oldest first. UnknownItem."""
    found = sorted((one for one in every_version(tx, on) if one.key == key), key=lambda one: one.version)
    if not found:
        raise UnknownItem
    return found


def add_item(tx: Tx, item: Item, *, at: Moment) -> Item:
    """A new item. CodeTaken, Incomplete, TextTooLong, PersonalNumberTyped, FigureOutOfRange."""
    on = japan_day(at)
    is_taken = any(one.key == item.key for one in every_version(tx, on))
    if is_taken or not all(map(rules.is_code, item.key)):
        raise CodeTaken
    return _put(tx, replace(item, version=1, reason="", known_from=on))


def revise_item(tx: Tx, item: Item, *, at: Moment) -> Item:
    """A new version that says why it was made; `item.version` is the one that was looked at, and all before stay.

    UnknownItem, Changed, ReasonMissing and what an item cannot be.
    """
    on = japan_day(at)
    newest = versions_of(tx, item.key, on)[-1]
    if newest.version != item.version:
        raise Changed
    reason = rules.checked_reason(item.reason)
    return _put(tx, replace(item, version=newest.version + 1, reason=reason, known_from=on))


def _put(tx: Tx, item: Item) -> Item:
    for text in (item.title_ja, item.title_en, item.source):
        rules.required_text(text)
    for text in (item.audience_ja, item.audience_en):
        rules.checked_text(text)
    rates = [end for rate in (item.per_hour, item.per_day) if rate is not None for end in (rate.low, rate.high)]
    rules.check_people(item.sites, item.places, item.seconds, item.days, item.counted, *rates)
    store.add(tx, item)
    return item

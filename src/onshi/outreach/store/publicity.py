"""Publicity items; a version is only ever added."""

from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select

from onshi.db import Tx
from onshi.outreach.publicity import Item, Medium, Rate, Status
from onshi.outreach.store.tables import publicity


def as_item(row: Row[Any]) -> Item:
    """A row of `outreach_publicity`."""
    return Item(
        campaign=row.campaign,
        code=row.code,
        version=row.version,
        medium=Medium(row.medium),
        title_ja=row.title_ja,
        title_en=row.title_en,
        sites=row.sites,
        places=row.places,
        seconds=row.seconds,
        per_hour=_rate(row.hour_low, row.hour_high),
        per_day=_rate(row.day_low, row.day_high),
        hours=row.hours,
        first=row.first_on,
        last=row.last_on,
        days=row.days,
        issues=tuple(date.fromisoformat(one) for one in row.issues.split()),
        status=Status(row.status),
        audience_ja=row.audience_ja,
        audience_en=row.audience_en,
        source=row.source,
        reason=row.reason,
        known_from=row.known_from,
        is_rate_about=row.is_rate_about,
        counted=row.counted,
    )


def _rate(low: int | None, high: int | None) -> Rate | None:
    return None if low is None or high is None else Rate(low, high)


def every(tx: Tx) -> list[Item]:
    """Every version of every item, the oldest first."""
    order = (publicity.c.campaign, publicity.c.code, publicity.c.version)
    return [as_item(row) for row in tx.execute(select(publicity).order_by(*order))]


def add(tx: Tx, one: Item) -> None:
    """A new version."""
    row = {
        "campaign": one.campaign,
        "code": one.code,
        "version": one.version,
        "medium": one.medium.value,
        "title_ja": one.title_ja,
        "title_en": one.title_en,
        "sites": one.sites,
        "places": one.places,
        "seconds": one.seconds,
        "hour_low": one.per_hour.low if one.per_hour else None,
        "hour_high": one.per_hour.high if one.per_hour else None,
        "day_low": one.per_day.low if one.per_day else None,
        "day_high": one.per_day.high if one.per_day else None,
        "hours": one.hours,
        "first_on": one.first,
        "last_on": one.last,
        "days": one.days,
        "issues": " ".join(day.isoformat() for day in one.issues),
        "status": one.status.value,
        "audience_ja": one.audience_ja,
        "audience_en": one.audience_en,
        "source": one.source,
        "reason": one.reason,
        "known_from": one.known_from,
        "is_rate_about": one.is_rate_about,
        "counted": one.counted,
    }
    tx.execute(insert(publicity), [row])

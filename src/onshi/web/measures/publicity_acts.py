"""The office adds an item of publicity, or revises one; the versions before stay."""

from collections.abc import Mapping
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi.db import Tx
from onshi.kernel import narrow
from onshi.outreach import campaigning, errors, rules
from onshi.outreach.publicity import Item, Medium, Rate, Status
from onshi.web.measures.common import changed, office, typed_count, typed_day
from onshi.web.measures.publicity import STATUS_TONES, shown
from onshi.web.serving import Pages
from onshi.web.visit import Visit

HOME = "/office/publicity"
COUNTS = ("sites", "places", "seconds", "hours", "days", "counted")


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(HOME, ask),
        pages.show(f"{HOME}/item", item_page),
        pages.take(f"{HOME}/item/save", save),
    ]


def ask(visit: Visit) -> Response:
    """Every item, each with a way to revise it."""
    office(visit)
    today = visit.app.today()
    with visit.app.db.transaction(reading=True) as tx:
        items = campaigning.items_on(tx, today)
    found = [shown(one) for one in items]
    return visit.page("measures/publicity_office.html", items=found, tones=STATUS_TONES, done=visit.query("done"))


def item_page(visit: Visit) -> Response:
    """The form of one item, or of a new one. UnknownItem."""
    office(visit)
    if not _is_known(visit):
        return _form(visit, {})
    key = (visit.query("campaign"), visit.query("code"))
    with visit.app.db.transaction(reading=True) as tx:
        newest = campaigning.versions_of(tx, key, visit.app.today())[-1]
    return _form(visit, _given(newest))


def _is_known(visit: Visit) -> bool:
    """Whether the address names an item, which is revised then."""
    return bool(visit.query("code"))


def _form(visit: Visit, given: Mapping[str, str], problem: str = "") -> Response:
    return visit.page(
        "measures/publicity_form.html",
        status=422 if problem else 200,
        given=given,
        known={name: visit.query(name) for name in ("campaign", "code")} if _is_known(visit) else None,
        media=list(Medium),
        statuses=list(Status),
        problem=problem,
    )


def _given(item: Item) -> dict[str, str]:
    counts = {name: getattr(item, name) for name in COUNTS}
    return {
        "version": str(item.version),
        "is_rate_about": "1" if item.is_rate_about else "",
        "medium": item.medium.value,
        "status": item.status.value,
        "title_ja": item.title_ja,
        "title_en": item.title_en,
        "audience_ja": item.audience_ja,
        "audience_en": item.audience_en,
        "source": item.source,
        "first": item.first.isoformat() if item.first else "",
        "last": item.last.isoformat() if item.last else "",
        "issues": " ".join(day.isoformat() for day in item.issues),
        "per_hour": _rate_text(item.per_hour),
        "per_day": _rate_text(item.per_day),
        **{name: "" if value is None else str(value) for name, value in counts.items()},
    }


def _rate_text(rate: Rate | None) -> str:
    if rate is None:
        return ""
    return str(rate.low) if rate.low == rate.high else f"{rate.low}-{rate.high}"


def save(visit: Visit) -> Response:
    """A new item, or a new version of one."""
    office(visit)

    def work(tx: Tx) -> None:
        put = campaigning.revise_item if _is_known(visit) else campaigning.add_item
        made = put(tx, _item(visit), at=visit.now)
        visit.log(tx, rules.thing_entry("publicity-saved", made, made.thing, actor=visit.actor))

    return changed(
        visit, work, then=f"{HOME}?done=saved", again=lambda problem: _form(visit, visit.form.again(), problem)
    )


def _item(visit: Visit) -> Item:
    """The item as typed. ItemUnreadable, FigureOutOfRange, DayUnreadable."""
    form = visit.form
    if form.get("medium") not in set(Medium) or form.get("status") not in set(Status):
        raise errors.ItemUnreadable
    try:
        return Item(
            campaign=visit.query("campaign") or form.get("campaign"),
            code=visit.query("code") or form.get("code"),
            version=typed_count(form.get("version")) or 1,
            medium=Medium(form.get("medium")),
            status=Status(form.get("status")),
            per_hour=_rate(form.get("per_hour")),
            per_day=_rate(form.get("per_day")),
            is_rate_about=form.has("is_rate_about"),
            first=typed_day(form.get("first")),
            last=typed_day(form.get("last")),
            issues=_days(form.get("issues")),
            reason=form.get("reason"),
            known_from=visit.app.today(),
            title_ja=form.get("title_ja"),
            title_en=form.get("title_en"),
            audience_ja=form.get("audience_ja"),
            audience_en=form.get("audience_en"),
            source=form.get("source"),
            sites=typed_count(form.get("sites")),
            places=typed_count(form.get("places")),
            seconds=typed_count(form.get("seconds")),
            hours=typed_count(form.get("hours")),
            days=typed_count(form.get("days")),
            counted=typed_count(form.get("counted")),
        )
    except ValueError:
        raise errors.ItemUnreadable from None


def _rate(text: str) -> Rate | None:
    """4, or 3-4; None for nothing. ValueError for anything else."""
    plain = narrow(text)
    if not plain:
        return None
    low, _, high = plain.partition("-")
    return Rate(int(low), int(high or low))


def _days(text: str) -> tuple[date, ...]:
    return tuple(sorted({date.fromisoformat(one) for one in narrow(text).replace(",", " ").split()}))

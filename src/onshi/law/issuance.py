"""How a card is applied for, where the holder is identified, and how the card reaches them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

from onshi.kernel import ONE_DAY
from onshi.law.ages import birthday
from onshi.law.card_days import same_day
from onshi.law.card_validity import renewal_from
from onshi.law.reasons import Reason, read_table

Identity = Literal["application", "hand_over"]
Outward = Literal["window", "post", "maker_post"]


@dataclass(frozen=True, slots=True)
class Route:
    """A way an application comes in."""

    slug: str
    ja: str
    en: str
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A way a card reaches its holder."""

    slug: str
    ja: str
    en: str
    by_post: bool
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class IssuanceMethod:
    """A method: where identity is checked, by which routes and deliveries, and whether the municipality sets the card.

    `has_helper`: somebody may help to apply, and keeps nothing. `counts_only`: the employer learns numbers, not names.
    """

    slug: str
    ja: str
    en: str
    identity_at: Identity
    deliveries: tuple[str, ...]
    routes: tuple[str, ...]
    presets: bool
    has_helper: bool
    counts_only: bool
    since: date
    source: str

    @property
    def delivery(self) -> Outward:
        """How cards of this method go out: handed over, posted by the municipality, or posted by the maker."""
        first = self.deliveries[0]
        return "window" if first == "window" else "maker_post" if first == "maker_post" else "post"

    def allows(self, *, route: str, delivery: str, on: date) -> bool:
        """Whether somebody may apply by that route on that day and have the card by that delivery."""
        return (
            self.since <= on
            and route in self.routes
            and delivery in self.deliveries
            and card_routes()[route].since <= on
            and card_deliveries()[delivery].since <= on
        )


@dataclass(frozen=True, slots=True)
class ExpressGround:
    """Why somebody gets a card within about a week; `days` count from `counted_from`, None means to age one."""

    slug: str
    ja: str
    en: str
    days: int | None
    counted_from: str
    since: date
    source: str

    def last_day(self, event_on: date) -> date:
        """The last day to apply; the event of a child under one is its birth."""
        return birthday(event_on, 1) - ONE_DAY if self.days is None else event_on + timedelta(self.days)

    def is_open(self, on: date, *, event_on: date) -> bool:
        """Whether somebody may apply for express issue on that day."""
        return max(self.since, event_on) <= on <= self.last_day(event_on)


@dataclass(frozen=True, slots=True)
class PostingRule:
    """Something that excludes posting, from a day on."""

    reason: Reason
    months: int
    since: date
    source: str


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    return read_table("issuance_methods.toml")


@cache
def card_routes() -> dict[str, Route]:
    """Every route by its slug, in the order of the table."""
    return {row["slug"]: Route(**row) for row in _table()["route"]}


@cache
def card_deliveries() -> dict[str, Delivery]:
    """Every delivery by its slug, in the order of the table."""
    return {row["slug"]: Delivery(**row) for row in _table()["delivery"]}


@cache
def issuance_methods() -> tuple[IssuanceMethod, ...]:
    """Every method, in the order of the table."""
    return tuple(_as_method(row) for row in _table()["method"])


def _as_method(row: dict[str, Any]) -> IssuanceMethod:
    return IssuanceMethod(
        slug=row["slug"],
        ja=row["ja"],
        en=row["en"],
        identity_at=row["identity_at"],
        deliveries=tuple(row["deliveries"]),
        routes=tuple(row["routes"]),
        presets=row["presets"],
        has_helper=row["support"],
        counts_only=row["counts_only"],
        since=row["since"],
        source=row["source"],
    )


@cache
def issuance_method(slug: str) -> IssuanceMethod:
    """The method by its slug; KeyError when there is none."""
    return {method.slug: method for method in issuance_methods()}[slug]


@cache
def express_grounds() -> dict[str, ExpressGround]:
    """Every ground of express issue by its slug, in the order of the table."""
    return {
        row["slug"]: ExpressGround(
            slug=row["slug"],
            ja=row["ja"],
            en=row["en"],
            days=row.get("days"),
            counted_from=row["from"],
            since=row["since"],
            source=row["source"],
        )
        for row in _table()["express"]
    }


@cache
def posting_rules() -> dict[str, PostingRule]:
    """Everything that excludes posting by its code, in the order of the table."""
    return {
        row["code"]: PostingRule(
            Reason(row["code"], row["ja"], row["en"]), row.get("months", 0), row["since"], row["source"]
        )
        for row in _table()["posting"]
    }


@dataclass(frozen=True, slots=True)
class PostingAnswers:
    """What decides whether a card may be posted.

    `old_card_to` is the last day of the card held until now, None for a first issue; `moves_on` the day of a planned
    move, None when none is planned.
    """

    in_person: bool
    forwards_mail: bool
    moves_on: date | None
    entries_change: bool
    old_card_to: date | None
    old_card_returned: bool
    entries_full: bool = False


def why_not_posted(case: PostingAnswers, *, on: date) -> tuple[Reason, ...]:
    """Every reason why the card of somebody who applies on that day cannot be posted; empty when it can."""
    found = (posting_rules()[code] for code in _obstacles(case, on))
    return tuple(rule.reason for rule in found if rule.since <= on)


def _obstacles(case: PostingAnswers, on: date) -> Iterator[str]:
    if not case.in_person:
        yield "not-in-person"
    if case.forwards_mail:
        yield "mail-forwarded"
    if case.moves_on is not None and case.moves_on <= same_day(on, posting_rules()["moves-soon"].months):
        yield "moves-soon"
    if case.entries_change:
        yield "entries-change"
    if case.old_card_to is None:
        return
    if on < renewal_from(case.old_card_to) and not case.entries_full:
        yield "not-due"
    if not case.old_card_returned:
        yield "old-card-kept"

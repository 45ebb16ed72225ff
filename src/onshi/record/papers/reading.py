"""The files of the papers, read once, and what of them was known on a day."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from onshi.record.papers.model import (
    Act,
    Bar,
    Bodies,
    Example,
    Goal,
    InsurerGroup,
    Item,
    Measure,
    MediaItem,
    Method,
    Milestone,
    MinistryStep,
    Path,
    Row,
    Scheme,
    ServantsFigure,
    Term,
    Track,
    When,
    Words,
)

Found = TypeVar("Found", bound=Row)
Table = Mapping[str, Any]
_FIRST_VERSION = {"version": 1, "reason": "first published", "is_dropped": False}


def as_known(rows: Iterable[Found], on: date) -> tuple[Found, ...]:
    """Of each code the last version published by `on`, in the order of the file; what was dropped by then is gone."""
    found: dict[str, Found] = {}
    for one in sorted(rows, key=lambda one: (one.known_from, one.version)):
        if one.known_from <= on:
            found[one.code] = one
    return tuple(one for one in found.values() if not one.is_dropped)


def versions_of(rows: Iterable[Found], on: date) -> Mapping[str, tuple[Found, ...]]:
    """Every version of every code that was published by `on`, the oldest first."""
    found: dict[str, list[Found]] = {}
    for one in sorted(rows, key=lambda one: (one.known_from, one.version)):
        if one.known_from <= on:
            found.setdefault(one.code, []).append(one)
    return {code: tuple(ones) for code, ones in found.items()}


@cache
def _file(name: str) -> Table:
    return tomllib.loads((files("onshi.record") / "data" / "papers" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _terms(kind: str) -> Mapping[str, Term]:
    return {code: Term(code, Words(**words)) for code, words in _file("terms")[kind].items()}


def _common(row: Table, given: Table) -> dict[str, Any]:
    default = {**_FIRST_VERSION, "known_from": given["known_from"], "place": given["place"]}
    return {name: row.get(name, default.get(name)) for name in (*default, "code")}


def _read(name: str, kind: str, make: Callable[[dict[str, Any], Table], Found]) -> tuple[Found, ...]:
    """The rows of one table of a file; what a file says at its top holds for every row that says nothing else."""
    given = _file(name)
    return tuple(make(_common(row, given), row) for row in given[kind])


def _words(row: Table | None) -> Words | None:
    return None if row is None else Words(**row)


def _when(row: Table) -> When:
    return When(row.get("first"), row.get("last"), row.get("is_about", False))


def _pick(kind: str, codes: Iterable[str]) -> tuple[Term, ...]:
    return tuple(_terms(kind)[code] for code in codes)


@cache
def all_groups() -> tuple[InsurerGroup, ...]:
    """Every version of the ten kinds of insurers."""

    def make(common: dict[str, Any], row: Table) -> InsurerGroup:
        return InsurerGroup(
            **common,
            name=Words(**row["name"]),
            sheet=row["sheet"],
            overseer=_terms("actor")[row["overseer"]],
            insured=row.get("insured"),
            dependants=row.get("dependants"),
            together=row.get("together"),
            is_about=row.get("is_about", True),
            bodies=tuple(
                Bodies(Words(one["ja"], one["en"]), one["count"], one.get("is_about", False))
                for one in row.get("bodies", ())
            ),
            goal=Goal(row["goal"]),
            due=row["due"],
            follow_up=Words(**row["follow_up"]),
            follow_up_on=tuple(row.get("follow_up_on", ())),
            is_public_servants=row.get("is_public_servants", False),
            asks_new_hires=row.get("asks_new_hires", False),
            new_hires_from=row.get("new_hires_from"),
        )

    return _read("groups", "group", make)


@cache
def all_measures() -> tuple[Measure, ...]:
    """Every version of every measure and follow-up."""

    def make(common: dict[str, Any], row: Table) -> Measure:
        return Measure(
            **common,
            group=row["group"],
            actor=_terms("actor")[row["actor"]],
            audience=_terms("audience")[row["audience"]],
            channels=_pick("channel", row.get("channels", ())),
            action=Words(**row["action"]),
            timing=_words(row.get("timing")),
            on=tuple(row.get("on", ())),
            copies=row.get("copies"),
            is_follow_up=row.get("is_follow_up", False),
        )

    return _read("measures", "measure", make)


@cache
def all_media() -> tuple[MediaItem, ...]:
    """Every version of every piece of publicity."""

    def make(common: dict[str, Any], row: Table) -> MediaItem:
        return MediaItem(
            **common,
            medium=_terms("medium")[row["medium"]],
            title=Words(**row["title"]),
            audience=_pick("reader", row["audience"]),
            is_audience_ours=row.get("is_audience_ours", False),
            when=_when(row),
            days=row.get("days"),
            issues=tuple(row.get("issues", ())),
            sites=row.get("sites"),
            site_word=_words(row.get("site_word")),
            are_screens=row.get("are_screens", False),
            facilities=row.get("facilities"),
            length_s=row.get("length_s"),
            per_hour=None if "per_hour" not in row else (row["per_hour"][0], row["per_hour"][-1]),
            per_day=row.get("per_day"),
            is_rate_about=row.get("is_rate_about", False),
            status=_terms("status")[row["status"]],
            note=_words(row.get("note")),
        )

    return _read("media", "item", make)


@cache
def all_acts() -> tuple[Act, ...]:
    """Every version of every dated act."""

    def make(common: dict[str, Any], row: Table) -> Act:
        return Act(
            **common,
            kind=_terms("act")[row["kind"]],
            when=_when(row),
            sender=_terms("actor")[row["sender"]],
            addressees=_pick("audience", row["addressees"]),
            subject=Words(**row["subject"]),
            is_planned=row.get("is_planned", False),
        )

    return _read("acts", "act", make)


@cache
def all_paths() -> tuple[Path, ...]:
    """Every version of who passes it on to whom."""

    def make(common: dict[str, Any], row: Table) -> Path:
        known = {**_terms("audience"), **_terms("actor")}
        return Path(**common, steps=tuple(known[code] for code in row["steps"]), about=Words(**row["about"]))

    return _read("acts", "path", make)


@cache
def all_tracks() -> tuple[Track, ...]:
    """Every version of every track."""
    return _read("roadmap", "track", lambda common, row: Track(**common, name=Words(**row["name"])))


@cache
def all_bars() -> tuple[Bar, ...]:
    """Every version of every bar."""

    def make(common: dict[str, Any], row: Table) -> Bar:
        task = Words(**row["task"])
        return Bar(**common, track=row["track"], task=task, when=_when(row), leads_to=row.get("leads_to"))

    return _read("roadmap", "bar", make)


@cache
def all_milestones() -> tuple[Milestone, ...]:
    """Every version of every milestone."""

    def make(common: dict[str, Any], row: Table) -> Milestone:
        name = Words(**row["name"])
        return Milestone(**common, track=row["track"], name=name, when=_when(row), target=row.get("target"))

    return _read("roadmap", "milestone", make)


@cache
def all_methods() -> tuple[Method, ...]:
    """Every version of every way to apply and to be handed a card."""

    def make(common: dict[str, Any], row: Table) -> Method:
        return Method(
            **common,
            name=Words(**row["name"]),
            apply=Words(**row["apply"]),
            identity_at=_terms("identity")[row["identity_at"]],
            receive=Words(**row["receive"]),
            note=_words(row.get("note")),
            examples=tuple(
                Example(one["municipality"], Words(one["ja"], one["en"]), one["kind"])
                for one in row.get("examples", ())
            ),
            is_everywhere=row.get("is_everywhere", False),
        )

    return _read("methods", "method", make)


def _item(common: dict[str, Any], row: Table) -> Item:
    return Item(**common, number=row["number"], under=row.get("under"), text=Words(**row["text"]))


@cache
def all_items(name: str, kind: str) -> tuple[Item, ...]:
    """Every version of the points of a list."""
    return _read(name, kind, _item)


@cache
def all_schemes() -> tuple[Scheme, ...]:
    """Every version of the payment schemes."""

    def make(common: dict[str, Any], row: Table) -> Scheme:
        name, who, what = (Words(**row[part]) for part in ("name", "who", "what"))
        return Scheme(**common, name=name, who=who, what=what, when=_when(row), said=_words(row.get("said")))

    return _read("points", "scheme", make)


@cache
def all_steps() -> tuple[MinistryStep, ...]:
    """Every version of the steps of the ministries' timetable."""

    def make(common: dict[str, Any], row: Table) -> MinistryStep:
        by_position = row.get("is_by_position", False)
        name = Words(**row["name"])
        return MinistryStep(**common, name=name, act=row.get("act"), when=_when(row), is_by_position=by_position)

    return _read("ministries", "step", make)


@cache
def all_servants_figures() -> tuple[ServantsFigure, ...]:
    """Which figures of the record are whose."""

    def make(common: dict[str, Any], row: Table) -> ServantsFigure:
        return ServantsFigure(
            **common,
            group=row["group"],
            part=row["part"],
            is_dependants=row.get("is_dependants", False),
            covers=Words(**row["covers"]),
            includes_applied=row.get("includes_applied"),
            is_whole_group=row.get("is_whole_group", False),
        )

    return _read("servants", "figure", make)


def lacking(code: str) -> Term:
    """The words for something that the papers do not give."""
    return _terms("lacking")[code]

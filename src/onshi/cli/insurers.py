"""`onshi registry insurers`, `add-insurer`, `overlaps`: insurers, how fresh their data are, what two of them claim."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import msgspec
import typer

from onshi import law, places, registry
from onshi.app import App
from onshi.cli.errors import InsurerUnreadable, MonthUnreadable, NameUnfit, PrefectureUnknown
from onshi.cli.opening import opened, reading
from onshi.cli.options import InsurerArgument, insurer_of, optional_day
from onshi.cli.speaking import (
    DEFAULT,
    AsJson,
    Language,
    clock_text,
    iso_text,
    say_json,
    say_list,
    say_one,
    say_table,
    shown,
)
from onshi.db import Tx
from onshi.kernel import InsurerNumber, printed_insurer_number, shown_person_id
from onshi.registry import Insurer, Overlap

_NAME_MOST = 100
_TITLES = {
    "ja": ("保険者番号", "種別", "名称", "最後の登録", "ふだんの遅れ（日）"),
    "en": ("insurer", "kind", "name", "last load", "usual delay (days)"),
}
_OVERLAP_TITLES = {
    "ja": ("人", "当保険者", "開始", "終了", "相手の保険者", "開始", "終了"),
    "en": ("person", "number", "from", "to", "other insurer", "from", "to"),
}


def insurers(as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """List insurers with how fresh their data are.

    The slowest come first; as JSON they come by number, as REST lists them.
    """
    with reading() as tx:
        book = registry.insurer_book(tx)
    if as_json:
        say_json({"insurers": [_document(book[number]) for number in sorted(book)]})
        return
    slowest_first = sorted(book.values(), key=lambda one: (-(one.delay_days or 0), one.number))
    say_table(_TITLES[lang], [_cells(one, lang) for one in slowest_first])


def add_insurer(
    number: InsurerArgument,
    name: Annotated[str, typer.Option(help="Its name.")],
    prefecture: Annotated[str | None, typer.Option(help="Code of its prefecture, 2 digits; none if national.")] = None,
    opened_on: Annotated[str | None, typer.Option(metavar="DATE", help="Its first day.")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Register an insurer, or change its name.

    Its number says its kind. Once registered, its feeds can be loaded.
    """
    parsed = insurer_of(number)
    kind = law.kind_of_number(parsed)
    if kind is None:
        raise InsurerUnreadable
    given = Insurer(
        parsed, parsed[:2], kind.slug, _name(name), _prefecture(prefecture), opened_on=optional_day(opened_on)
    )
    with opened(may_create=True) as app:
        insurer = app.run(lambda tx: _put(tx, given, app))
    say_one(_document(insurer), f"{insurer.number} {insurer.name} ({_kind_name(kind.slug, lang)})", as_json=as_json)


def overlaps(
    insurer: InsurerArgument,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="The month.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List days that another insurer claims too (資格重複).

    A day that the law lets the two share is not listed.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise MonthUnreadable from None
    with reading() as tx:
        found = registry.overlaps_of(tx, _known_insurer(tx, insurer), month=first)
    say_list(found, _overlap_document, _OVERLAP_TITLES[lang], _overlap_cells, as_json=as_json)


def _put(tx: Tx, given: Insurer, app: App) -> Insurer:
    insurer = _kept(given, registry.insurer_book(tx))
    registry.put_insurers(tx, [insurer], at=app.now())
    return insurer


def _name(text: str) -> str:
    if not text.strip() or len(text) > _NAME_MOST or shown(text) != text or "\n" in text:
        raise NameUnfit(limit=_NAME_MOST)
    return text


def _prefecture(text: str | None) -> str | None:
    if text is not None and text not in {one.code for one in places.prefectures()}:
        raise PrefectureUnknown
    return text


def _kept(insurer: Insurer, book: Mapping[InsurerNumber, Insurer]) -> Insurer:
    """With the freshness of its data, when it is known already."""
    known = book.get(insurer.number)
    if known is None:
        return insurer
    return msgspec.structs.replace(
        insurer,
        opened_on=insurer.opened_on or known.opened_on,
        first_loaded_at=known.first_loaded_at,
        last_loaded_at=known.last_loaded_at,
        delay_days=known.delay_days,
    )


def _known_insurer(tx: Tx, text: str) -> InsurerNumber:
    number = insurer_of(text)
    if number not in registry.insurer_book(tx):
        raise registry.UnknownInsurer(number=number)
    return number


def _kind_name(slug: str, language: str) -> str:
    kind = law.insurer_kind(slug)
    return kind.ja if language == "ja" else kind.en


def _cells(insurer: Insurer, language: str) -> tuple[object, ...]:
    last = clock_text(insurer.last_loaded_at)
    return insurer.number, _kind_name(insurer.kind, language), insurer.name, last, insurer.delay_days


def _document(insurer: Insurer) -> dict[str, object]:
    """As REST tells an insurer: what is not known is left out."""
    told = {
        "number": insurer.number,
        "printed_number": printed_insurer_number(insurer.number),
        "kind": insurer.kind,
        "law_code": insurer.law_code,
        "name": insurer.name,
        "prefecture": insurer.prefecture,
        "opened_on": insurer.opened_on,
        "closed_on": insurer.closed_on,
        "first_loaded_at": iso_text(insurer.first_loaded_at),
        "last_loaded_at": iso_text(insurer.last_loaded_at),
        "delay_days": insurer.delay_days,
    }
    return {name: value for name, value in told.items() if value is not None}


def _overlap_cells(one: Overlap) -> tuple[object, ...]:
    mine, other = one.mine, one.other_period
    person = shown_person_id(one.person)
    return person, mine.number, mine.starts_on, mine.lost_on, one.other_insurer, other.start, other.end


def _overlap_document(overlap: Overlap) -> dict[str, object]:
    return {
        "person": shown_person_id(overlap.person),
        "symbol": overlap.mine.symbol,
        "number": overlap.mine.number,
        "branch": overlap.mine.branch,
        "starts_on": overlap.mine.starts_on,
        "lost_on": overlap.mine.lost_on,
        "other_insurer": overlap.other_insurer,
        "other_starts_on": overlap.other_period.start,
        "other_lost_on": overlap.other_period.end,
        "is_newer_mine": overlap.is_newer_mine,
    }

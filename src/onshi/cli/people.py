"""`onshi registry people`: to show somebody is a disclosure and goes into the log."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import msgspec
import typer

from onshi import audit, registry
from onshi.app import App
from onshi.audit import Action, Entry
from onshi.cli.errors import NameOrId
from onshi.cli.opening import LOCAL, opened
from onshi.cli.options import person_of
from onshi.cli.speaking import DEFAULT, AsJson, Language, say, say_json, say_list, say_table
from onshi.db import Tx
from onshi.kernel import InsurerNumber, PersonId, shown_person_id
from onshi.registry import Coverage, Insurer, Person

_TITLES = {
    "ja": ("人", "氏名", "カナ", "生年月日", "市区町村"),
    "en": ("person", "name", "kana", "born", "municipality"),
}
_COVERAGE_TITLES = {
    "ja": ("保険者", "名称", "記号", "番号", "枝番", "開始", "喪失"),
    "en": ("insurer", "name", "symbol", "number", "branch", "from", "lost"),
}


def people(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Name in kanji or kana.")] = None,
    person: Annotated[str | None, typer.Option("--id", metavar="PERSON", help="The id of one person.")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Find people by name, or show one by id with their coverages.

    Both are logged as disclosures. Exit code 1: nobody.
    """
    if (name is None) == (person is None):
        raise NameOrId
    with opened() as app:
        if person is not None:
            _show_one(app, person_of(person), as_json=as_json, language=lang)
            return
        found = _disclosed(app, lambda tx: registry.people_named(tx, name or ""))
    if as_json or found:
        say_list(found, _document, _TITLES[lang], _cells, as_json=as_json)
    raise typer.Exit(0 if found else 1)


def _show_one(app: App, person: PersonId, *, as_json: bool, language: str) -> None:
    (found,) = _disclosed(app, lambda tx: [registry.person_of(tx, person)])
    with app.db.transaction(reading=True) as tx:
        coverages = registry.coverages_of(tx, person)
        book = registry.insurer_book(tx)
    if as_json:
        say_json({**_document(found), "coverages": _coverage_documents(coverages)})
    else:
        _show_person(found, coverages, book, language)


def _cells(person: Person) -> tuple[object, ...]:
    return shown_person_id(person.id), person.name, person.kana, person.birth_on, person.municipality


def _disclosed(app: App, find: Callable[[Tx], Sequence[Person]]) -> Sequence[Person]:
    """The people found, with one entry each in the log of the same transaction.

    Of whom any insurer protects (不開示該当) the municipality is left out: it says where to look.
    """

    def work(tx: Tx) -> Sequence[Person]:
        found = find(tx)
        entries = [
            Entry(LOCAL, Action.DISCLOSE, "person", audit.tree.leaf_hash(str(one.id).encode()), one.id) for one in found
        ]
        audit.append(tx, app.draw(), entries, at=app.now())
        return [msgspec.structs.replace(one, municipality=None) if _is_protected(tx, one) else one for one in found]

    return app.run(work)


def _is_protected(tx: Tx, person: Person) -> bool:
    return any(one.undisclosed for one in registry.coverages_of(tx, person.id))


def _show_person(
    person: Person, coverages: Sequence[Coverage], book: Mapping[InsurerNumber, Insurer], language: str
) -> None:
    """The person, then their coverages, the oldest first. Where they live is not shown: it may be protected."""
    say(f"{shown_person_id(person.id)}  {person.name}（{person.kana}）  {person.birth_on.isoformat()}")
    rows = [
        (one.insurer, book[one.insurer].name, one.symbol, one.number, one.branch, one.starts_on, one.lost_on)
        for one in coverages
    ]
    say_table(_COVERAGE_TITLES[language], rows)


def _document(person: Person) -> dict[str, object]:
    """Who somebody is, without where they live: that is nothing to print by the way."""
    return {
        "person": shown_person_id(person.id),
        "name": person.name,
        "kana": person.kana,
        "birth_on": person.birth_on,
        "sex": person.sex,
        "municipality": person.municipality,
    }


def _coverage_documents(coverages: Sequence[Coverage]) -> list[dict[str, object]]:
    """The coverages, the oldest first."""
    return [
        {
            "insurer": one.insurer,
            "symbol": one.symbol,
            "number": one.number,
            "branch": one.branch,
            "relation": one.relation,
            "acquired_on": one.acquired_on,
            "starts_on": one.starts_on,
            "lost_on": one.lost_on,
            "suspended": one.suspended,
        }
        for one in coverages
    ]

"""People as a command shows them; to show one is a disclosure and goes into the log."""

from collections.abc import Callable, Mapping, Sequence

from onshi import audit
from onshi.app import App
from onshi.audit import Action, Entry
from onshi.cli.opening import LOCAL
from onshi.cli.speaking import say, say_table
from onshi.db import Tx
from onshi.kernel import InsurerNumber, shown_person_id
from onshi.registry import Coverage, Insurer, Person

_TITLES = {
    "ja": ("保険者", "名称", "記号", "番号", "枝番", "開始", "喪失"),
    "en": ("insurer", "name", "symbol", "number", "branch", "from", "lost"),
}


def disclosed(app: App, find: Callable[[Tx], Sequence[Person]]) -> Sequence[Person]:
    """The people found, with one entry each in the log of the same transaction."""

    def work(tx: Tx) -> Sequence[Person]:
        found = find(tx)
        entries = [
            Entry(LOCAL, Action.DISCLOSE, "person", audit.tree.leaf_hash(str(one.id).encode()), one.id) for one in found
        ]
        audit.append(tx, app.draw(), entries, at=app.now())
        return found

    return app.run(work)


def show_person(
    person: Person, coverages: Sequence[Coverage], book: Mapping[InsurerNumber, Insurer], language: str
) -> None:
    """The person, then their coverages, the oldest first. Where they live is not shown: it may be protected."""
    say(f"{shown_person_id(person.id)}  {person.name}（{person.kana}）  {person.birth_on.isoformat()}")
    rows = [
        (one.insurer, book[one.insurer].name, one.symbol, one.number, one.branch, one.starts_on, one.lost_on)
        for one in coverages
    ]
    say_table(_TITLES[language], rows)


def person_json(person: Person) -> dict[str, object]:
    """Who somebody is, without where they live: that is nothing to print by the way."""
    return {
        "person": shown_person_id(person.id),
        "name": person.name,
        "kana": person.kana,
        "birth_on": person.birth_on,
        "sex": person.sex,
        "municipality": person.municipality,
    }


def coverages_json(coverages: Sequence[Coverage]) -> list[dict[str, object]]:
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

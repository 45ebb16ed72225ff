"""Every case really asked, as the agent would ask it: what gives the answer is kept, and nothing is made up."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from onshi import registry
from onshi.app import App
from onshi.demo.examples import Example
from onshi.demo.sandbox.cases import Case
from onshi.demo.sandbox.listing import Trigger
from onshi.demo.sandbox.people import Crowd
from onshi.demo.sandbox.requests import SINGLE, Desk, name_of, search_of
from onshi.demo.virtual_cards import pin_of
from onshi.eligibility import Answer, AnswerKind, Asker, ByCard, ByNumber, Query
from onshi.interfaces.oqs import Elements, Encoding, OutcomeCode, composing
from onshi.kernel import InsurerNumber, PersonId, shown_person_id
from onshi.outside import Drawer

ASKER = Asker("local:demo", "local:demo")
# Another one every time, or a setting of the terminal.
_UNSAID = ("ProcessExecutionTime", "CharacterCodeIdentifier", "ArbitraryFileIdentifier", "ConsTime")
_ECHO = "MessageBody/QualificationConfirmSearchInfo/"


def found_for(crowd: Crowd, case: Case) -> tuple[Example, Answer] | None:
    """The first person of a case whose answer shows it, and the answer to the request of the sample.

    Rather not one whose card lies in the drawer: that one has a part of its own to play there, such as being lost.
    """
    rows = case.rows(crowd)
    probes = _answers(crowd.app, rows, limit=case.probe_limit, disease=case.probe_disease)
    fitting = [row for row, answer in zip(rows, probes, strict=True) if case.accepts(answer)]
    if not fitting:
        return None
    playing = {card.content.holder for card in Drawer(crowd.app.settings.data).cards()}
    row = next((row for row in fitting if _person_of(crowd.app, row) not in playing), fitting[0])
    (answer,) = _answers(crowd.app, [row], limit=case.consent, disease=False)
    return row, answer


def _answers(app: App, rows: list[Example], *, limit: bool, disease: bool) -> list[Answer]:
    if not rows:
        return []
    queries = [Query(_asked(row), app.today(), limit_consent=limit, disease_consent=disease) for row in rows]
    return [checked.answer for checked in app.check(queries, ASKER)]


def _asked(row: Example) -> ByNumber:
    return ByNumber(
        InsurerNumber(row["insurer_number"]),
        row["number"],
        date.fromisoformat(row["birth_on"]),
        row["symbol"] or None,
        row["branch"] or None,
    )


def first_double(app: App, cards: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """The first card whose holder is lawfully insured twice."""
    pairs = list(cards)
    if not pairs:
        return None
    queries = [Query(ByCard(issuer, serial), app.today(), presence="card") for issuer, serial in pairs]
    found = zip(pairs, app.check(queries, ASKER), strict=True)
    return next((pair for pair, one in found if one.answer.kind is AnswerKind.LAWFUL_DOUBLE), None)


def trigger_of(app: App, desk: Desk, case: Case, row: Example, answer: Answer) -> Trigger:
    """The case as an entry of the list; what the answer says is written by the same hand as the agent's."""
    search = search_of(row, case.code, consent=case.consent)
    stamp = composing.Stamp(app.now(), desk.institution, Encoding.UTF_8, on=desk.day)
    given = composing.Consent(stamp.at) if case.consent else None
    consents = composing.Consents(((composing.LIMIT, given),))
    message = composing.single(stamp, answer, search=search, consents=consents)
    samples = [name_of(SINGLE, case.code, encoding) for encoding in Encoding]
    return Trigger(
        case.code,
        case.ja,
        case.en,
        answer.kind.value,
        samples,
        [samples[0].replace("req_", "res_")],
        dict(flat(message)),
        list(case.absent),
        row,
        case.note_ja,
        case.note_en,
        *_card_of(app, row),
    )


def _card_of(app: App, row: Example) -> tuple[str, str]:
    """Whose card goes with the case, as `onshi cards virtual` takes it, and its PIN; empty where nobody is found."""
    person = _person_of(app, row)
    return ("", "") if person is None else (shown_person_id(person), pin_of(app, person))


def _person_of(app: App, row: Example) -> PersonId | None:
    """The one person whom these numbers name."""
    asked = _asked(row)
    key = registry.number_key(asked.insurer, asked.symbol, asked.number, asked.birth_on)
    with app.db.transaction(reading=True) as tx:
        (found,) = registry.find_by_number(tx, [key])
    return found.sightings[0].person.id if len(found.sightings) == 1 else None


def flat(message: Elements) -> Iterator[tuple[str, str]]:
    """Every element that holds text, by its path, save for those that are different every time and the echo."""
    for path, value in _flat(message, ""):
        if not path.endswith(_UNSAID) and not path.startswith(_ECHO):
            yield path, value


def _flat(elements: Elements, path: str) -> Iterator[tuple[str, str]]:
    for name, value in elements.items():
        values: list[Any] = value if isinstance(value, list) else [value]
        for one in values:
            if isinstance(one, str):
                yield f"{path}{name}", one
            else:
                yield from _flat(one, f"{path}{name}/")


def refusal_says(outcome: OutcomeCode, *, is_whole: bool) -> dict[str, str]:
    """What an answer says of a request, or of the one person in it, that is refused."""
    if is_whole:
        header = {"SegmentOfResult": "9", "ErrorCode": outcome.value}
        return {f"MessageHeader/{name}": value for name, value in header.items()} | {
            "MessageBody/ProcessingResultStatus": "2"
        }
    return {
        "MessageHeader/SegmentOfResult": "1",
        "MessageBody/ProcessingResultStatus": "2",
        "MessageBody/ProcessingResultCode": outcome.value,
    }

"""`onshi registry enrolments`, `decide-enrolment`, `withdraw`: cards registered as insurance cards, doubts about whom
they mean, and the end of a registration."""

from typing import Annotated

import typer

from onshi import audit, flows, registry
from onshi.app import App
from onshi.audit import Action
from onshi.cli.completion import insurer_numbers
from onshi.cli.errors import EnrolmentUnreadable, PersonOrNone
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.options import OnlyInsurer, insurer_of, person_of
from onshi.cli.speaking import DEFAULT, AsJson, Language, clock_text, iso_text, say_json, say_list, say_one, say_table
from onshi.db import Tx
from onshi.flows import enrolment_entry
from onshi.kernel import InsurerNumber, PersonId, shown_person_id
from onshi.registry import enrolling
from onshi.registry.enrolling import Enrolment, EnrolmentId, State

_TITLES = {
    "ja": ("番号", "状態", "場所", "市区町村", "申込", "人", "理由", "解除日"),
    "en": ("id", "state", "place", "municipality", "registered", "person", "reason", "ends on"),
}
_DECIDED = {"ja": "判断を記録しました：{state}", "en": "The decision was recorded: {state}"}


def enrolments(
    insurer: OnlyInsurer = None,
    state: Annotated[State | None, typer.Option(help="Only those that stand so.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the first in the queue first.")] = 50,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List cards registered as insurance cards (利用登録), the first in the queue first."""
    with reading() as tx:
        number = None if insurer is None else insurer_of(insurer)
        found = enrolling.enrolments_listed(tx, insurer=number, state=state, limit=limit)
    say_list(found, _document, _TITLES[lang], _cells, as_json=as_json)


def decide_enrolment(
    enrolment: Annotated[str, typer.Argument(metavar="ENROLMENT", help="As `onshi registry enrolments` prints it.")],
    person: Annotated[
        str | None, typer.Option(metavar="PERSON", help="Whom the card means, as `onshi registry people` prints it.")
    ] = None,
    is_nobody: Annotated[bool, typer.Option("--none", help="None of those who come near: it waits again.")] = False,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Decide on a registration under review: whom its card means.

    Printed is the registration that goes on with the card. This is logged.
    """
    if (person is not None) == is_nobody:
        raise PersonOrNone
    number = _enrolment_id(enrolment)
    who = None if person is None else person_of(person)
    with opened() as app:
        decided = app.run(
            lambda tx: flows.decide_enrolment(tx, number, who, actor=LOCAL, at=app.now(), batch=app.draw())
        )
    say_one(_document(decided), _DECIDED[lang].format(state=decided.state.value), as_json=as_json)


def _enrolment_id(text: str) -> EnrolmentId:
    try:
        return enrolling.parse_enrolment_id(text)
    except ValueError:
        raise EnrolmentUnreadable from None


def withdraw(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="As `onshi registry people` prints it.")],
    insurer: Annotated[
        str,
        typer.Option(metavar="NUMBER", autocompletion=insurer_numbers, help="The insurer that takes the request."),
    ],
    months: Annotated[
        int | None,
        typer.Option(min=0, max=12, help="It ends with the month so many months on; by the table if absent."),
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Ask for the end of a registration, as the insurer of the day (利用登録の解除).

    It shows as requested at once and takes effect by itself. This is logged.
    """
    who, number = person_of(person), insurer_of(insurer)
    with opened() as app:
        asked = app.run(lambda tx: _asked(tx, app, who, number, months))
    if as_json:
        say_json([_document(one) for one in asked])
    else:
        say_table(_TITLES[lang], map(_cells, asked))


def _asked(tx: Tx, app: App, person: PersonId, insurer: InsurerNumber, months: int | None) -> list[Enrolment]:
    if insurer not in registry.insurer_book(tx):
        raise registry.UnknownInsurer(number=insurer)
    at = app.now()
    asked = enrolling.request_withdrawal(tx, person, insurer, at=at, months=months)
    audit.append(tx, app.draw(), [enrolment_entry(LOCAL, Action.CARD_UNLINKED, one) for one in asked], at=at)
    return asked


def _id(one: Enrolment) -> str:
    return enrolling.shown_enrolment_id(one.id)


def _person(one: Enrolment) -> str | None:
    return None if one.person is None else shown_person_id(one.person)


def _cells(one: Enrolment) -> tuple[object, ...]:
    place, where = one.place.value, one.holder.municipality
    return _id(one), one.state.value, place, where, clock_text(one.at), _person(one), one.reason, one.effective_on


def _document(one: Enrolment) -> dict[str, object]:
    """Without who the holder is: that is a disclosure."""
    return {
        "enrolment": _id(one),
        "state": one.state,
        "place": one.place,
        "municipality": one.holder.municipality,
        "at": iso_text(one.at),
        "person": _person(one),
        "candidate": None if one.candidate is None else shown_person_id(one.candidate),
        "reason": one.reason,
        "effective_on": one.effective_on,
    }

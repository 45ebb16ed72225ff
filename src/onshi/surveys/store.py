"""The tables of surveys and their queries. An answer has no moment, browser or person: a day, and what it says."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from onshi.db import Tx, metadata
from onshi.surveys.model import (
    Addressee,
    Content,
    Draft,
    Group,
    PartyId,
    Question,
    Reported,
    Sort,
    Survey,
    SurveyId,
    Target,
    Value,
    Words,
)

_CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}
_questions = msgspec.json.Decoder(tuple[Question, ...])
_content = msgspec.json.Decoder(dict[str, str | int | tuple[str, ...]])

surveys = Table(
    "surveys_surveys",
    metadata,
    Column("survey_id", BigInteger, primary_key=True, autoincrement=False),
    Column("party", Text, nullable=False),
    Column("sort", Text, nullable=False),
    Column("title_ja", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("purpose_ja", Text, nullable=False),
    Column("purpose_en", Text, nullable=False),
    Column("questions", Text, nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("closes_on", Date, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("sent_on", Date),
    Column("closed_on", Date),
)
Index("surveys_surveys_by_party", surveys.c.party)

addressees = Table(
    "surveys_addressees",
    metadata,
    Column("survey_id", BigInteger, primary_key=True, autoincrement=False),
    Column("party", Text, primary_key=True),
    Column("expected", Integer, nullable=False),
    Column("prefecture", String(2)),
    Column("linked_on", Date, nullable=False),
    # The link itself is nowhere: whoever reads this table can answer for nobody.
    Column("link_hash", LargeBinary, nullable=False),
    **_CLUSTERED,
)
Index("surveys_addressees_by_link", addressees.c.link_hash, unique=True)
Index("surveys_addressees_by_party", addressees.c.party)

reminders = Table(
    "surveys_reminders",
    metadata,
    Column("survey_id", BigInteger, primary_key=True, autoincrement=False),
    Column("party", Text, primary_key=True),
    Column("reminded_on", Date, primary_key=True),
    **_CLUSTERED,
)

# Under a random id, so that their order in the table is not the order in which they came.
answers = Table(
    "surveys_answers",
    metadata,
    Column("survey_id", BigInteger, primary_key=True, autoincrement=False),
    Column("party", Text, primary_key=True),
    Column("answer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("answered_on", Date, nullable=False),
    Column("content", Text, nullable=False),
    **_CLUSTERED,
)

# Forms that were sent in and files that were taken, so that neither counts twice; emptied when the survey is closed.
marks = Table(
    "surveys_marks",
    metadata,
    Column("survey_id", BigInteger, primary_key=True, autoincrement=False),
    Column("mark", LargeBinary, primary_key=True),
    **_CLUSTERED,
)


def as_survey(row: Row[Any]) -> Survey:
    """A row of `surveys_surveys`."""
    draft = Draft(
        Sort(row.sort),
        Words(row.title_ja, row.title_en),
        Words(row.purpose_ja, row.purpose_en),
        _questions.decode(row.questions),
        row.opens_on,
        row.closes_on,
    )
    return Survey(row.survey_id, row.party, draft, row.made_on, row.sent_on, row.closed_on)


def add(tx: Tx, survey: Survey) -> None:
    """A new survey."""
    draft = survey.draft
    tx.execute(
        insert(surveys).values(
            survey_id=survey.id,
            party=survey.party,
            sort=draft.sort.value,
            title_ja=draft.title.ja,
            title_en=draft.title.en,
            purpose_ja=draft.purpose.ja,
            purpose_en=draft.purpose.en,
            questions=msgspec.json.encode(draft.questions).decode(),
            opens_on=draft.opens_on,
            closes_on=draft.closes_on,
            made_on=survey.made_on,
            sent_on=survey.sent_on,
            closed_on=survey.closed_on,
        )
    )


def put(tx: Tx, survey: Survey) -> None:
    """How far it has come."""
    steps = {"sent_on": survey.sent_on, "closed_on": survey.closed_on}
    tx.execute(update(surveys).where(surveys.c.survey_id == survey.id).values(**steps))


def one(tx: Tx, survey: SurveyId) -> Survey | None:
    """The survey, or None."""
    row = tx.execute(select(surveys).where(surveys.c.survey_id == survey)).first()
    return None if row is None else as_survey(row)


def listed(tx: Tx, party: PartyId | None, limit: int) -> list[Survey]:
    """The surveys of a party, or of all of them; those that open last first."""
    query = select(surveys).order_by(surveys.c.opens_on.desc(), surveys.c.survey_id).limit(limit)
    if party is not None:
        query = query.where(surveys.c.party == party)
    return [as_survey(row) for row in tx.execute(query)]


def add_addressees(tx: Tx, survey: SurveyId, new: Sequence[tuple[Target, bytes]], *, on: date) -> None:
    """Whom it goes to, each with the hash of its link."""
    rows = [
        {
            "survey_id": survey,
            "party": target.party,
            "expected": target.expected,
            "prefecture": target.prefecture,
            "linked_on": on,
            "link_hash": link,
        }
        for target, link in new
    ]
    tx.execute(insert(addressees), rows)


def set_link(tx: Tx, survey: SurveyId, party: PartyId, link: bytes, *, on: date) -> None:
    """Another link in place of the one before, which is no good any more."""
    this = (addressees.c.survey_id == survey) & (addressees.c.party == party)
    tx.execute(update(addressees).where(this).values(link_hash=link, linked_on=on))


def by_link(tx: Tx, link: bytes) -> tuple[Survey, Target] | None:
    """Which survey the link with this hash leads to, and whose it is."""
    whose = (addressees.c.party.label("asked"), addressees.c.expected, addressees.c.prefecture)
    query = (
        select(surveys, *whose)
        .join(addressees, addressees.c.survey_id == surveys.c.survey_id)
        .where(addressees.c.link_hash == link)
    )
    row = tx.execute(query).first()
    return None if row is None else (as_survey(row), Target(row.asked, row.expected, row.prefecture))


_this = (answers.c.survey_id == addressees.c.survey_id, answers.c.party == addressees.c.party)
_came = select(func.count()).select_from(answers).where(*_this).scalar_subquery()
_reminded = (
    select(func.max(reminders.c.reminded_on))
    .where(reminders.c.survey_id == addressees.c.survey_id, reminders.c.party == addressees.c.party)
    .scalar_subquery()
)
_standing = (
    addressees.c.survey_id.label("of"),
    addressees.c.party.label("asked"),
    addressees.c.expected,
    addressees.c.prefecture,
    addressees.c.linked_on,
    _came.label("came"),
    _reminded.label("last_reminded_on"),
)


def as_addressee(row: Row[Any]) -> Addressee:
    """A row of `surveys_addressees`, with what came and was reminded."""
    return Addressee(Target(row.asked, row.expected, row.prefecture), row.linked_on, row.came, row.last_reminded_on)


def addressees_of(tx: Tx, wanted: Collection[SurveyId]) -> dict[SurveyId, list[Addressee]]:
    """Whom each went to, with how many answers came, by party."""
    found: dict[SurveyId, list[Addressee]] = {one: [] for one in wanted}
    query = select(*_standing).where(addressees.c.survey_id.in_(wanted)).order_by(addressees.c.party)
    for row in tx.execute(query):
        found[SurveyId(row.of)].append(as_addressee(row))
    return found


def addressee(tx: Tx, survey: SurveyId, party: PartyId) -> Addressee | None:
    """How that one stands, or None where it did not go there."""
    this = (addressees.c.survey_id == survey, addressees.c.party == party)
    row = tx.execute(select(*_standing).where(*this)).first()
    return None if row is None else as_addressee(row)


def received(tx: Tx, party: PartyId, limit: int) -> list[tuple[Survey, Addressee]]:
    """The surveys that went to a party, each with how that one stands; those that open last first."""
    query = (
        select(surveys, *_standing)
        .join(addressees, addressees.c.survey_id == surveys.c.survey_id)
        .where(addressees.c.party == party)
        .order_by(surveys.c.opens_on.desc(), surveys.c.survey_id)
    )
    return [(as_survey(row), as_addressee(row)) for row in tx.execute(query.limit(limit))]


def add_reminders(tx: Tx, survey: SurveyId, parties: Sequence[PartyId], *, on: date) -> None:
    """They are reminded on that day; once a day."""
    if parties:
        rows = [{"survey_id": survey, "party": party, "reminded_on": on} for party in parties]
        tx.execute(_dialect(tx).insert(reminders).on_conflict_do_nothing(), rows)


def add_answers(
    tx: Tx, survey: SurveyId, party: PartyId, new: Sequence[tuple[int, Mapping[str, Value]]], *, on: date
) -> None:
    """Answers under their random ids."""
    if new:
        tx.execute(insert(answers), [_answer_row(survey, party, number, content, on) for number, content in new])


def replace_answer(tx: Tx, survey: SurveyId, party: PartyId, content: Content, *, on: date) -> None:
    """The one answer of an organisation, in place of an earlier one."""
    row = _answer_row(survey, party, 0, content, on)
    changed = {name: row[name] for name in ("answered_on", "content")}
    statement = _dialect(tx).insert(answers).values(row)
    key = (answers.c.survey_id, answers.c.party, answers.c.answer_id)
    tx.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))


def _answer_row(survey: SurveyId, party: PartyId, number: int, content: Content, on: date) -> dict[str, Any]:
    # Sorted, so that what says the same is the same text.
    text = msgspec.json.encode(dict(sorted(content.items()))).decode()
    return {"survey_id": survey, "party": party, "answer_id": number, "answered_on": on, "content": text}


def groups_of(tx: Tx, survey: SurveyId) -> list[Group]:
    """What was answered, by addressee, the same together."""
    what = (answers.c.party, answers.c.content)
    query = select(*what, func.count().label("people")).where(answers.c.survey_id == survey).group_by(*what)
    return [Group(row.party, _content.decode(row.content), row.people) for row in tx.execute(query.order_by(*what))]


def reports_of(tx: Tx, survey: SurveyId) -> list[Reported]:
    """What organisations answered about themselves, by party."""
    query = select(answers).where(answers.c.survey_id == survey).order_by(answers.c.party)
    return [Reported(row.party, row.answered_on, _content.decode(row.content)) for row in tx.execute(query)]


def mark(tx: Tx, survey: SurveyId, seen: bytes) -> bool:
    """Notes a form or file; False when it was noted before."""
    noted = _dialect(tx).insert(marks).values(survey_id=survey, mark=seen).on_conflict_do_nothing()
    return tx.execute(noted.returning(marks.c.survey_id)).first() is not None


def forget_marks(tx: Tx, survey: SurveyId) -> None:
    """None of them is needed any more."""
    tx.execute(delete(marks).where(marks.c.survey_id == survey))


def _dialect(tx: Tx) -> Any:
    return sqlite if tx.is_sqlite else postgresql

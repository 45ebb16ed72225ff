"""Public facts: the insurers and how fresh their data are, and what every code means."""

import re
from functools import cache

import msgspec

from onshi import eligibility, law, registry
from onshi.eligibility import AnswerKind, Notice
from onshi.interfaces.rest.problems import BadRequest, NotFound
from onshi.interfaces.rest.replies import Call, Reply, shown_moment, tagged
from onshi.kernel import InsurerNumber, fold_name, parse_insurer_number, printed_insurer_number
from onshi.registry import Insurer

LIMIT = 5_000
_DEFAULT_LIMIT = 1_000
_CACHE_INSURERS = "public, max-age=60"
_CACHE_CODES = "public, max-age=3600"


class InsurerOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """One insurer. `printed_number` as on a card (6 digits for 国保); `kind` as in `/v1/codes`.

    `first_loaded_at` and `last_loaded_at`: when data came, absent before the first load. `delay_days`: how long
    this insurer usually takes from 資格取得日 to registering it here.
    """

    number: str
    printed_number: str
    kind: str
    law_code: str
    name: str
    prefecture: str | None = None
    opened_on: str | None = None
    closed_on: str | None = None
    first_loaded_at: str | None = None
    last_loaded_at: str | None = None
    delay_days: int | None = None


class InsurersOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of insurers by number; `next` is the `after` of the following page, absent on the last."""

    insurers: tuple[InsurerOut, ...]
    next: str | None = None


class TextOut(msgspec.Struct, frozen=True):
    """A text in both languages."""

    ja: str
    en: str


class AnswerCodeOut(msgspec.Struct, frozen=True):
    """One kind of answer: its national 資格有効性 (OQSCD006), its meaning, what each reader should do."""

    kind: AnswerKind
    validity: str
    meaning: TextOut
    advice: dict[str, TextOut]


class NoticeCodeOut(msgspec.Struct, frozen=True):
    """One notice that an answer can carry."""

    notice: Notice
    text: TextOut


class InsurerKindOut(msgspec.Struct, frozen=True):
    """One kind of insurer with its 法別番号."""

    kind: str
    law_codes: tuple[str, ...]
    name: TextOut


class NationalCodeOut(msgspec.Struct, frozen=True):
    """One value of a national code table, as it stands in an answer."""

    value: str
    name: TextOut


class CodesOut(msgspec.Struct, frozen=True):
    """Every code that an answer of this server can hold, with its texts."""

    answers: tuple[AnswerCodeOut, ...]
    notices: tuple[NoticeCodeOut, ...]
    insurer_kinds: tuple[InsurerKindOut, ...]
    national: dict[str, tuple[NationalCodeOut, ...]]


def get_insurers(call: Call) -> Reply:
    """Insurers by number, filtered by kind, prefecture or a part of the name."""
    limit = _limit(call.query.get("limit"))
    kind, prefecture = call.query.get("kind"), _prefecture(call.query.get("prefecture"))
    name, after = fold_name(call.query.get("name", "")), call.query.get("after", "")
    with call.app.db.transaction(reading=True) as tx:
        book = registry.insurer_book(tx)
    found = [
        insurer
        for number, insurer in sorted(book.items())
        if number > after
        and kind in (None, insurer.kind)
        and prefecture in (None, insurer.prefecture)
        and name in fold_name(insurer.name)
    ]
    page = found[:limit]
    following = page[-1].number if len(found) > limit else None
    body = msgspec.json.encode(InsurersOut(tuple(map(shown_insurer, page)), following))
    return tagged(call, body, cache=_CACHE_INSURERS)


def get_insurer(call: Call) -> Reply:
    """One insurer by its number of 6 or 8 digits."""
    try:
        number = parse_insurer_number(call.path["number"])
    except ValueError:
        raise NotFound from None
    return tagged(call, msgspec.json.encode(shown_insurer(_insurer(call, number))), cache=_CACHE_INSURERS)


def get_codes(call: Call) -> Reply:
    """What every code in an answer means."""
    return tagged(call, _codes(), cache=_CACHE_CODES)


def shown_insurer(insurer: Insurer) -> InsurerOut:
    """An insurer as it is told to anybody."""
    first, last = insurer.first_loaded_at, insurer.last_loaded_at
    return InsurerOut(
        number=insurer.number,
        printed_number=printed_insurer_number(insurer.number),
        kind=insurer.kind,
        law_code=insurer.law_code,
        name=insurer.name,
        prefecture=insurer.prefecture,
        opened_on=insurer.opened_on.isoformat() if insurer.opened_on else None,
        closed_on=insurer.closed_on.isoformat() if insurer.closed_on else None,
        first_loaded_at=None if first is None else shown_moment(first),
        last_loaded_at=None if last is None else shown_moment(last),
        delay_days=insurer.delay_days,
    )


def _insurer(call: Call, number: InsurerNumber) -> Insurer:
    with call.app.db.transaction(reading=True) as tx:
        found = registry.insurer_book(tx).get(number)
    if found is None:
        raise NotFound
    return found


def _prefecture(text: str | None) -> str | None:
    if text is not None and re.fullmatch(r"[0-9]{2}", text) is None:
        raise BadRequest(why="`prefecture` has two digits")
    return text


def _limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT_LIMIT
    if re.fullmatch(r"[0-9]{1,6}", text) is None or not 1 <= int(text) <= LIMIT:
        raise BadRequest(why=f"`limit` is a whole number from 1 to {LIMIT}")
    return int(text)


@cache
def _codes() -> bytes:
    answers = tuple(
        AnswerCodeOut(
            kind,
            eligibility.validity(kind),
            TextOut(eligibility.meaning(kind, "ja"), eligibility.meaning(kind, "en")),
            {
                reader: TextOut(eligibility.advice(kind, reader, "ja"), eligibility.advice(kind, reader, "en"))
                for reader in eligibility.READERS
            },
        )
        for kind in AnswerKind
    )
    notices = tuple(
        NoticeCodeOut(one, TextOut(eligibility.notice_text(one, "ja"), eligibility.notice_text(one, "en")))
        for one in Notice
    )
    kinds = tuple(InsurerKindOut(one.slug, one.law_codes, TextOut(one.ja, one.en)) for one in law.insurer_kinds())
    national = {
        number: tuple(NationalCodeOut(value, TextOut(ja, en)) for value, (ja, en) in table.values.items())
        for number, table in law.national_codes().items()
    }
    return msgspec.json.encode(CodesOut(answers, notices, kinds, national))

"""`onshi cards mailings`: how many application forms municipalities mailed. Counts, and nobody named."""

from typing import Annotated

import typer

from onshi import places
from onshi.cards import mailing
from onshi.cards.mailing import MailingCount
from onshi.cli.errors import PrefectureUnreadable
from onshi.cli.opening import reading
from onshi.cli.speaking import DEFAULT, AsJson, Language, say_list

_TITLES = {
    "ja": ("市区町村", "作成日", "世帯", "人"),
    "en": ("municipality", "made on", "households", "people"),
}


def mailings(
    prefecture: Annotated[str, typer.Option(metavar="NN", help="Only its municipalities; all if absent.")] = "",
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List the newest mailings of forms to people without a card: counts by run, none under ten."""
    if prefecture and prefecture not in {one.code for one in places.prefectures()}:
        raise PrefectureUnreadable
    with reading() as tx:
        found = mailing.counts(tx, prefecture)
    say_list(found, _document, _TITLES[lang], lambda one: _cells(one, lang), as_json=as_json)


def _document(one: MailingCount) -> dict[str, object]:
    return {
        "municipality": one.municipality,
        "made_on": one.made_on.isoformat(),
        "households": one.households,
        "people": one.people,
    }


def _cells(one: MailingCount, lang: str) -> tuple[str, ...]:
    return (one.municipality, one.made_on.isoformat(), _told(one.households, lang), _told(one.people, lang))


def _told(count: int | None, lang: str) -> str:
    if count is not None:
        return str(count)
    return f"{mailing.SMALL}未満" if lang == "ja" else f"fewer than {mailing.SMALL}"

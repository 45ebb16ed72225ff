"""`onshi cards hand-over`: a card with its chip, in the hands of its holder."""

from pathlib import Path
from typing import Annotated

import typer

from onshi import card_office, cards
from onshi.cards import ApplicationId
from onshi.cli.opening import LOCAL, opened
from onshi.cli.speaking import DEFAULT, AsJson, Lang, Language, say_one, worded

_MOST = 2**63 - 1
_TEXTS = {
    "pin": ("暗証番号（数字4桁）", "PIN (four digits)"),
    "password": (
        "署名用暗証番号（英大文字と数字6～16文字）",
        "Signature password (6 to 16 capitals and digits)",
    ),
    "done": ("申請 {id}：{state}。カードは{file}です。", "Application {id}: {state}. The card is {file}."),
}


def hand_over(
    application: Annotated[int, typer.Argument(metavar="ID", max=_MOST, help="As `onshi cards apply` printed it.")],
    card: Annotated[Path, typer.Option(metavar="FILE", help="The software card that is made; it must not exist.")],
    pin: Annotated[
        str | None, typer.Option(envvar="ONSHI_HOLDER_PIN", help="For scripts; asked for if absent.")
    ] = None,
    password: Annotated[
        str | None, typer.Option(envvar="ONSHI_HOLDER_PASSWORD", help="For signatures; asked for if absent.")
    ] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Hand over a card, or note its delivery, with the PINs its holder chooses; its chip is a software card.

    Its certificates replace those of the card before, and a registration as insurance card follows them.
    """
    number = ApplicationId(application)
    with opened() as app:
        with app.db.transaction(reading=True) as tx:
            found = cards.application_by_id(tx, number)
            may_sign = card_office.may_sign(app, tx, found)
        has_pin = not found.wish.is_face_card
        typed = (pin or _asked("pin", lang)) if has_pin else ""
        secret = (password or _asked("password", lang)) if may_sign else None
        chosen = card_office.chosen_secrets(app, found, typed, secret)
        by = cards.municipality(found.municipality, LOCAL)
        taken = card_office.hand_over(app, number, card, secrets=chosen, by=by)
    state = taken.application.state
    ja, en = cards.STATE_TEXTS[state]
    text = worded(_TEXTS, "done", lang, id=number, state=ja if lang == "ja" else en, file=card)
    say_one({"application": str(number), "state": state, "file": str(card)}, text, as_json=as_json)


def _asked(name: str, lang: Lang) -> str:
    return str(typer.prompt(worded(_TEXTS, name, lang), hide_input=True, confirmation_prompt=True, err=True))

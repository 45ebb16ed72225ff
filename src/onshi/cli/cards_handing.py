"""`onshi cards hand-over`: a card with its chip, in the hands of its holder."""

from pathlib import Path
from typing import Annotated

import typer

from onshi import card_office, cards, flows, law
from onshi.app import App
from onshi.cards import Application, ApplicationId
from onshi.chip import Secrets
from onshi.cli.opening import LOCAL, opened
from onshi.cli.speaking import DEFAULT, AsJson, Lang, Language, say_one
from onshi.db import Tx
from onshi.demo.build import SEED
from onshi.flows import HandedOver
from onshi.outside import CardFile

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
            may_sign = _may_sign(app, tx, found)
        chosen = _chosen(app, found, pin, password, lang, may_sign=may_sign)
        keys, written = card_office.blank(), False

        def work(tx: Tx) -> HandedOver:
            nonlocal written
            if written:
                # Of a try that came to nothing.
                card.unlink()
            at, by = app.now(), cards.municipality(found.municipality, LOCAL)
            done = card_office.hand_over(app, tx, number, keys, secrets=chosen, seed=SEED, by=by, at=at)
            flows.record_card_acts(tx, done.events, batch=app.draw(), at=at)
            # Within the transaction: where the file cannot be made, nothing was handed over.
            CardFile.create(card, done.content)
            written = True
            return done

        try:
            done = app.run(work)
        except BaseException:
            if written:
                card.unlink()
            raise
    state = done.taken.application.state
    ja, en = cards.STATE_TEXTS[state]
    text = _text("done", lang, id=number, state=ja if lang == "ja" else en, file=card)
    say_one({"application": str(number), "state": state, "file": str(card)}, text, as_json=as_json)


def _may_sign(app: App, tx: Tx, application: Application) -> bool:
    """Children and wards get no signature certificate."""
    holder = cards.holder_by_id(tx, application.holder)
    return not law.needs_guardian(holder.birth_on, app.today(), is_ward=holder.is_ward)


def _chosen(
    app: App, application: Application, pin: str | None, password: str | None, lang: Lang, *, may_sign: bool
) -> Secrets:
    if application.wish.is_face_card:
        # Nobody knows it: such a card asks for nothing.
        return Secrets(None, None, f"{app.draw() % 10_000:04d}")
    typed = pin or _asked("pin", lang)
    return Secrets(typed, (password or _asked("password", lang)) if may_sign else None, typed)


def _asked(name: str, lang: Lang) -> str:
    return str(typer.prompt(_text(name, lang), hide_input=True, confirmation_prompt=True, err=True))


def _text(name: str, lang: Lang, **facts: object) -> str:
    japanese, english = _TEXTS[name]
    return (japanese if lang == "ja" else english).format(**facts)

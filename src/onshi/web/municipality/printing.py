"""The notice that the card is ready (交付通知書), as a PDF."""

from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import cards, law, places
from onshi.audit import Action
from onshi.cards import Application, CardState, Holder, State
from onshi.db import Tx
from onshi.kernel import era_date
from onshi.outside import pdf_of
from onshi.web.acts import act
from onshi.web.errors import PageNotFound
from onshi.web.municipality.town import HOME, disclosed, own_application
from onshi.web.papers import PDF, post_number, template_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit, download

_IDENTITY = "本人確認書類（運転免許証・旅券などの顔写真付きは1点、資格確認書・年金手帳などは2点）"
_OLD_CARD = "いまお持ちのマイナンバーカード（返納します）"
_GUARDIAN = "法定代理人の方の本人確認書類と、代理権を証する書類（本籍地または同じ世帯で確かめられるときは不要）"
_NOTES = [
    "本人がお越しください。15歳未満の方・成年被後見人の方は、法定代理人と一緒にお越しください。",
    "期限までに来られないときは、お知らせください。受け取られないカードは、再度の通知の後、廃棄します。",
    "窓口では暗証番号を設定します。あらかじめ考えてお越しください。この通知書には書かないでください。",
    "引越しで市区町村が変わると、このカードは受け取れなくなります。",
]


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [pages.show(f"{HOME}/applications/{{application:int}}/notice.pdf", notice)]


def notice(visit: Visit) -> Response:
    """The notice as it is posted; before it is sent it carries the day of today. 404 when there is nothing to send."""

    def work(tx: Tx) -> tuple[Application, Holder, bool]:
        application = own_application(tx, visit)
        if application.notice_on is None and application.state is not State.PRESET:
            raise PageNotFound
        holder = disclosed(tx, visit, [application.holder])[application.holder]
        visit.log(tx, act(visit.actor, Action.EXPORT, "notice", subject=holder.id, thing=application.name))
        has_card = any(card.state is CardState.ACTIVE for card in cards.cards_of(tx, holder.id))
        return application, holder, has_card

    application, holder, has_card = visit.app.run(work)
    values = notice_values(application, holder, today=visit.app.today(), has_card=has_card)
    return download(pdf_of(template_of("notice"), values), f"notice-{application.id}.pdf", PDF)


def notice_values(
    application: Application, holder: Holder, *, today: date, has_card: bool
) -> dict[str, str | list[str]]:
    """What stands on the notice."""
    sent_on = application.notice_on or today
    until = cards.notice_until(application) or law.notice_until(sent_on)
    place = places.municipality(application.municipality)
    has_guardian = law.needs_guardian(holder.birth_on, today, is_ward=holder.is_ward)
    papers = ["この通知書", _IDENTITY]
    papers += [_OLD_CARD] if has_card else []
    papers += [_GUARDIAN] if has_guardian else []
    return {
        "post_number": post_number(holder.post_number),
        "address": holder.address,
        "name": holder.name,
        "notice_on": era_date(sent_on),
        "municipality": f"{place.prefecture}{place.name}",
        "until": era_date(until),
        "place": f"{place.name}　マイナンバーカード窓口",
        "number": str(application.id),
        "papers": papers,
        "notes": _NOTES,
    }

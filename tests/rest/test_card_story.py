"""The whole life of a card: applied for, made, handed over, registered, shown, expired, renewed, lost, refused."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from onshi import audit, card_office, cards, chip, flows, pki
from onshi.app import App
from onshi.background import follow_enrolments
from onshi.cards import Application, ApplicationId, By, CardId, Holder, HolderId, Papers, Sex, Taken, Wish
from onshi.chip import Secrets
from onshi.chip.number import check_digit_of
from onshi.chip.talk import PinRight
from onshi.db import Tx, metadata
from onshi.flows import Pictures
from onshi.kernel import InsurerNumber, MunicipalityCode, parse_moment
from onshi.outside import CardFile
from onshi.pki import CertificateKey, Reason
from onshi.presence import Bound, Mode, Presented, Purpose, pin_tries, show_with_pin

from .card_desk import PIN, CardDesk, at_desk, at_terminal, blank
from .make import INSURER, Country, Front

TOWN = MunicipalityCode("131016")
CLERK, MAKER = cards.municipality(TOWN, "staff:s-town"), cards.maker("maker:works")
HANAKO = HolderId(4_711)
PHOTO = b"\xff\xd8\xff\xe0 a face nobody has"
SECRETS = Secrets(PIN, "KAERU77", "4462")
PICTURES = Pictures(b"photo", b"name", b"address")


@dataclass
class Story:
    """A desk, a town hall and Hanako, of whom her insurer has told the registry."""

    desk: CardDesk

    def do(self, work: Any, *given: Any, by: By = CLERK, **more: Any) -> Any:
        """A verb of cards, now."""
        app = self.desk.land.app
        return app.run(lambda tx: work(tx, *given, by=by, at=app.now(), **more))

    def on(self, day: str) -> None:
        self.desk.land.clock.moment = parse_moment(f"{day}T09:00:00")

    def applied(self, **changes: Any) -> Application:
        """Hanako applies at the window."""
        form, _ = self.do(cards.print_form, HANAKO)
        wish = replace(Wish(route="window", method="at_handover"), **changes)
        taken: Taken = self.do(
            cards.apply, form.id, wish, photo=PHOTO, application_id=ApplicationId(secrets.randbits(62))
        )
        return taken.application

    def made(self, application: Application) -> None:
        """From the order to the notice."""
        self.do(cards.take_step, application.id, "order")
        self.do(cards.ship, application.id, card_id=CardId(secrets.randbits(62)), by=MAKER)
        self.do(cards.arrive, application.id, place="shelf 3")
        self.do(cards.take_step, application.id, "preset")
        self.do(cards.take_step, application.id, "notify")

    def handed_over(self, application: Application, name: str, *, papers: tuple[str, ...]) -> CardFile:
        """Hanako shows her papers, chooses her PINs and takes the card home."""
        decided = self.do(cards.identify, application.id, Papers(shown=papers))
        assert decided.decision.accepted, decided.decision.because
        app, keys = self.desk.land.app, blank(name)

        def work(tx: Tx) -> flows.HandedOver:
            now = cards.application_by_id(tx, application.id)
            return flows.hand_over(
                tx,
                now,
                card_office.authorities(app, tx),
                keys,
                secrets=SECRETS,
                pictures=PICTURES,
                security_code="0417",
                seed=1,
                by=CLERK,
                at=app.now(),
            )

        handed = app.run(work)
        assert handed.taken.application.state is cards.State.ISSUED
        CardFile.create(self.desk.folder / f"{name}.card", handed.content)
        self.desk.wait(60_000_000)
        return CardFile(self.desk.folder / f"{name}.card")

    def registers(self, card: CardFile) -> dict[str, Any]:
        """The holder registers the card at the clinic's reader."""
        shown = self.desk.shown(card, bound=at_desk(purpose=Purpose.REGISTER))
        return self._told("/v1/presence/registrations", shown)

    def _told(self, path: str, shown: Presented) -> dict[str, Any]:
        body = {
            "nonce": audit.unpadded(shown.nonce),
            "terminal": shown.bound.terminal,
            "mode": shown.bound.mode,
            "certificate": audit.unpadded(shown.certificate),
            "signature": audit.unpadded(shown.signature),
        }
        reply = self.desk.front.post(path, json=body, headers=self.desk.land.bearer("first-visit"))
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    def outcome(self, card: CardFile, bound: Bound | None = None, **given: Any) -> tuple[str, str | None, str | None]:
        return self.desk.outcome(self.desk.shown(card, bound=bound, **given))

    def card_of(self) -> CardId:
        with self.desk.land.app.db.transaction(reading=True) as tx:
            return cards.cards_of(tx, HANAKO)[-1].id


@pytest.fixture
def story(land: Country, front: Front, tmp_path: Path) -> Story:
    desk = CardDesk(land, tmp_path, front).open()
    desk.let_register()
    made = Story(desk)
    hanako = Holder(
        id=HANAKO,
        name="見本　花子",
        kana="ミホン　ハナコ",
        birth_on=date(1980, 5, 5),
        sex=Sex.FEMALE,
        post_number="1000001",
        address="東京都千代田区見本町一丁目１－１",
        municipality=TOWN,
    )
    made.do(cards.register_holders, [hanako])
    return made


def test_the_whole_life_of_a_card(story: Story) -> None:
    # She applies, the card is made, pre-set, and handed over against her papers.
    first = story.applied()
    story.made(first)
    card = story.handed_over(first, "first", papers=("driving_licence", "issue_notice"))

    # Before she registers it, the card proves who is there and nothing of her insurance.
    assert story.outcome(card) == ("present", None, "not_registered")
    told = story.registers(card)
    assert (told["presence"]["outcome"], told["registration"]["state"]) == ("present", "complete")
    assert story.registers(card)["registration"] == told["registration"], "the same card, the same registration"

    # At the clinic: by PIN, and by face at a certified terminal.
    proving = story.desk.certify_terminal()
    assert story.outcome(card) == ("present", None, "in_force")
    assert story.outcome(card, at_terminal(Mode.FACE), proving=proving) == ("present", None, "in_force")

    # The certificate ends on the fifth birthday after issue; three months more it serves for eligibility only.
    story.on("2031-05-06")
    assert story.outcome(card) == ("present_in_grace", None, "in_force")
    assert story.registers(card)["presence"]["lets_in"] == "eligibility"
    assert "registration" not in story.registers(card)

    # The authorities get their next generation, under the same name. The card itself is renewed: the registration
    # follows, and the old card is refused as superseded.
    story.on("2036-03-01")
    story.desk.found_next("TEST-CA", "TEST-SIGN-CA")
    assert story.outcome(card) == ("expired", None, None)
    second = story.applied(kind=cards.Kind.RENEWAL)
    story.made(second)
    renewed = story.handed_over(second, "second", papers=("driving_licence", "issue_notice", "old_card"))
    assert story.outcome(renewed) == ("present", None, "in_force")
    assert story.outcome(card) == ("superseded", None, None)

    # It is lost, and refused; given up in the end, its certificates are revoked.
    story.do(flows.lose, story.card_of(), by=cards.citizen(HANAKO))
    assert story.outcome(renewed) == ("suspended", None, None)
    story.do(flows.give_back, story.card_of())
    assert story.outcome(renewed) == ("revoked", Reason.CEASED.value, None)


def test_twelve_digits_are_in_no_store_file_or_log(story: Story, capfd: pytest.CaptureFixture[str]) -> None:
    first = story.applied()
    story.made(first)
    card = story.handed_over(first, "first", papers=("driving_licence", "issue_notice"))
    story.registers(card)
    story.outcome(card)
    # The chip has the number: it opens what only that number opens.
    number = chip.false_number(1, HANAKO)
    assert chip.talk.select(card, chip.Application.SURFACE)
    assert chip.talk.show_secret(card, chip.Lock.SURFACE_CODE_A, number) == PinRight()

    app, told = story.desk.land.app, capfd.readouterr()
    with app.db.transaction(reading=True) as tx:
        kept = [str(value) for table in metadata.sorted_tables for row in tx.execute(select(table)) for value in row]
    files = [path.read_bytes().decode("latin-1") for path in story.desk.folder.rglob("*") if path.is_file()]
    everything = [*kept, *files, told.out, told.err]
    assert len(kept) > 300 and len(files) > 5 and "request" in told.out
    assert [text for text in everything if number in text] == []
    # A certificate's days are written as twelve digits and a Z.
    looks_like = (run for text in everything for run in re.findall(r"(?<![0-9])[0-9]{12}(?![0-9Z])", text))
    assert [run for run in looks_like if int(run[-1]) == check_digit_of(run[:-1])] == []


def test_a_lost_card_is_replaced_and_stays_registered(story: Story) -> None:
    first = story.applied()
    story.made(first)
    card = story.handed_over(first, "first", papers=("driving_licence", "issue_notice"))
    story.registers(card)
    story.do(flows.lose, story.card_of(), by=cards.citizen(HANAKO))
    second = story.applied(kind=cards.Kind.LOST)
    story.made(second)
    fresh = story.handed_over(second, "second", papers=("driving_licence", "issue_notice"))
    assert story.outcome(fresh) == ("present", None, "in_force")
    assert story.outcome(card) == ("superseded", None, None)


def test_after_a_death_nothing_of_hers_counts(story: Story) -> None:
    first = story.applied()
    story.made(first)
    card = story.handed_over(first, "first", papers=("driving_licence", "issue_notice"))
    story.registers(card)
    story.do(flows.note_death, HANAKO, date(2026, 11, 1))
    assert story.outcome(card) == ("revoked", Reason.CEASED.value, None)


def test_a_face_card_has_no_signature_certificate(story: Story) -> None:
    first = story.applied()
    story.made(first)
    card = story.handed_over(first, "first", papers=("driving_licence", "issue_notice"))
    story.do(flows.switch_kind, story.card_of(), cards.CardKind.FACE)
    with story.desk.land.app.db.transaction(reading=True) as tx:
        found = {one.kind: one.status for one in pki.certificates_of(tx, HANAKO)}
    assert found == {pki.Kind.AUTH: pki.Status.ACTIVE, pki.Kind.SIGN: pki.Status.REVOKED}
    assert story.outcome(card) == ("present", None, "not_registered")


def _new_signature(story: Story, holder: HolderId = HANAKO) -> list[tuple[str, str | None]]:
    """Status and reason of every signature certificate, the oldest first."""
    with story.desk.land.app.db.transaction(reading=True) as tx:
        found = [one for one in pki.certificates_of(tx, holder) if one.kind is pki.Kind.SIGN]
    return [(one.status.value, one.reason and one.reason.value) for one in found]


def test_a_move_renews_the_signature_certificate_in_the_visit_in_which_the_card_is_continued(story: Story) -> None:
    first = story.applied()
    story.made(first)
    card = story.handed_over(first, "first", papers=("driving_licence", "issue_notice"))
    story.registers(card)
    there = cards.municipality(MunicipalityCode("131024"), "staff:s-there")
    notice = {"moved_on": date(2026, 11, 1), "post_number": "1030000", "address": "東京都中央区見本町二丁目"}
    story.do(flows.move_in, HANAKO, by=there, move_id=cards.MoveId(5), **notice)
    app = story.desk.land.app
    done, renewed = app.run(
        lambda tx: flows.continue_use(
            tx, HANAKO, flows.Renewing(card_office.authorities(app, tx), blank("moved").sign), by=there, at=app.now()
        )
    )
    assert isinstance(done, cards.Continued) and renewed is not None and renewed.certificate is not None
    assert _new_signature(story) == [("revoked", "affiliationChanged"), ("active", None)]
    assert story.outcome(card) == ("present", None, "in_force"), "who she is insured with has not changed"


def test_a_move_told_too_late_takes_the_certificates_with_the_card(story: Story) -> None:
    first = story.applied()
    story.made(first)
    card = story.handed_over(first, "first", papers=("driving_licence", "issue_notice"))
    there = cards.municipality(MunicipalityCode("131024"), "staff:s-there")
    notice = {"moved_on": date(2026, 10, 1), "post_number": "1030000", "address": "東京都中央区見本町二丁目"}
    moved = story.do(flows.move_in, HANAKO, by=there, move_id=cards.MoveId(5), **notice)
    assert moved.verdict.is_void
    assert story.outcome(card) == ("revoked", Reason.CEASED.value, None)


def test_a_new_name_is_certified_anew(story: Story) -> None:
    first = story.applied()
    story.made(first)
    story.handed_over(first, "first", papers=("driving_licence", "issue_notice"))
    app, renamed = story.desk.land.app, replace(_holder(story), name="範例　花子", kana="ハンレイ　ハナコ")

    def work(tx: Tx) -> Any:
        renewing = flows.Renewing(card_office.authorities(app, tx), blank("renamed").sign)
        return flows.change_details(tx, renamed, renewing, by=CLERK, at=app.now())

    _, renewed = app.run(work)
    assert renewed.certificate is not None
    assert _new_signature(story) == [("revoked", "affiliationChanged"), ("active", None)]


def test_a_locked_pin_is_set_anew_at_the_window(story: Story) -> None:
    first = story.applied()
    story.made(first)
    card = story.handed_over(first, "first", papers=("driving_licence", "issue_notice"))
    nonce = story.desk.nonce(at_desk())
    for _ in range(3):
        show_with_pin(card, at_desk(), nonce, "0000")
    assert pin_tries(card) == 0
    story.do(cards.reset_pin, story.card_of())
    card.rewrite(card.content, chip.with_secret(card.memory, chip.Lock.AUTH_PIN, PIN))
    assert story.outcome(card) == ("present", None, "not_registered")


def test_software_without_the_scope_registers_nobody(story: Story) -> None:
    asked = {"terminal": "desk", "mode": "pin", "purpose": "register"}
    reply = story.desk.front.post("/v1/presence/nonces", json=asked, headers=story.desk.land.bearer())
    assert (reply.status_code, reply.json()["code"]) == (403, "not-allowed")


def test_where_nobody_is_known_yet_the_registration_is_reserved_and_completes_by_itself(
    story: Story, tmp_path: Path
) -> None:
    unknown = replace(_holder(story), id=HolderId(4_712), name="見本　月子", kana="ミホン　ツキコ")
    story.do(cards.register_holders, [unknown])
    card, app = story.desk.card("tsukiko", person=None, holder=4_712), story.desk.land.app
    told = story.registers(card)["registration"]
    assert told["state"] == "reserved"
    assert story.outcome(card) == ("present", None, "not_registered")
    assert follow_enrolments(app) is False
    assert story.registers(card)["registration"] == told, "it keeps its place"

    _insured(app, unknown, tmp_path)
    follow_enrolments(app)
    assert story.registers(card)["registration"]["state"] == "complete"
    assert story.outcome(card) == ("present", None, "in_force")


def _insured(app: App, holder: Holder, folder: Path) -> None:
    """The insurer's file with this member comes."""
    said = {
        "kind": "new",
        "insurer_number": INSURER,
        "symbol": "見本",
        "number": "102",
        "branch": "00",
        "relation": "1",
        "name": holder.name,
        "name_kana": holder.kana,
        "birth_on": holder.birth_on.isoformat(),
        "sex": holder.sex.value,
        "address": holder.address,
        "municipality": TOWN,
        "acquired_on": "2020-04-01",
        "starts_on": "2020-04-01",
    }
    feed = folder / "feed.csv"
    feed.write_text(f"{','.join(said)}\n{','.join(said.values())}\n", encoding="utf-8")
    loaded = flows.load_feed(
        app.db,
        feed,
        insurer=InsurerNumber(INSURER),
        mode="daily",
        now=app.now,
        draw=app.draw_many,
        actor=f"insurer:{INSURER}",
    )
    assert loaded.feed.counts.get("taken") == 1, loaded


def _holder(story: Story) -> Holder:
    with story.desk.land.app.db.transaction(reading=True) as tx:
        return cards.holder_by_id(tx, HANAKO)


def test_the_key_of_a_certificate_names_its_holder(story: Story) -> None:
    card = story.desk.card("tsukiko", person=None, holder=4_712)
    with story.desk.land.app.db.transaction(reading=True) as tx:
        assert pki.certificate(tx, CertificateKey(*story.desk.key_of(card))).holder == 4_712

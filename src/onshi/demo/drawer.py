"""The drawer of the demo: a card for everything that can happen at a reader, each of another person of the country."""

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from onshi import access, card_office, chip, law, pki, registry
from onshi.app import App
from onshi.chip import CardContent, CertifiedKey, ChipState, Lock, Secrets
from onshi.db import Tx
from onshi.demo.accounts import new_key
from onshi.demo.virtual_cards import AUTHORITIES, make_known, order_of, secrets_of
from onshi.eligibility import AnswerKind, Asker, ByCard, Query
from onshi.flows import Authorities, Blank, make_card
from onshi.kernel import Moment, PersonId, japan_day, parse_moment
from onshi.outside import Drawer, InDrawer, authority_key
from onshi.pki import CertificateKey, Kind, Purpose, Reason
from onshi.registry import CardKey

# Whose reader it is, and its id: the institutions that have a button on the front page.
TERMINALS = {"s-demo-reception": "DEMO-CLINIC", "s-demo-pharmacy": "DEMO-PHARMACY"}
# Ends before the authority does, that is all that is asked of it.
_TERMINAL_YEARS = 5
_CERTIFICATE_YEARS = 5
# A card is made some weeks after a birthday, so that its certificate ends on the fifth one after.
_AFTER_BIRTHDAY = timedelta(days=40)
_YEAR, _GONE, _RENEWED, _LOST = (timedelta(days=days) for days in (365, 30, 20, 3))
_TWO_WEEKS, _GRACE_DAYS = 14, 60
_GROWN_UP, _CHILD = (30, 64), (2, 14)
_TRIED, _OTHERS_TRIED = 20, 60
_ASKER = Asker("local:demo", "local:demo")
# Who has no other needs than to be insured, in the order in which they get a person.
_ANYBODY = (
    InDrawer.GOOD,
    InDrawer.REVOKED,
    InDrawer.LOST,
    InDrawer.SUPERSEDED,
    InDrawer.ONE_TRY,
    InDrawer.LOCKED,
    InDrawer.FACE,
)
_TRIES = {InDrawer.LOCKED: 0, InDrawer.ONE_TRY: 1}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whose card, and the day it was made."""

    person: PersonId
    made_on: date


@dataclass(frozen=True, slots=True)
class _Holder:
    """A candidate: a person whose card is the insurance card, or may become it."""

    person: PersonId
    birth_on: date


def fill_drawer(app: App, people: pl.DataFrame, today: date, *, spared: Iterable[str] = ()) -> None:
    """Chooses people of the country, makes their cards and certifies the readers of the institutions.

    The same people every time; `people` as `Piece.people`; cards with a serial number in `spared` stay out of it. A
    kind of card that nobody here can have is left out.
    """
    app.run(lambda tx: certify_readers(app, tx, today))
    lay_out(app, choose(app, people, today, spared=frozenset(spared)), today)


def choose(app: App, people: pl.DataFrame, today: date, *, spared: frozenset[str]) -> dict[InDrawer, Chosen]:
    """Whose cards lie in the drawer; those with a linked card were asked about and are insured today."""
    insured = {name: _insured(app, group) for name, group in _groups(people, today, spared).items()}
    insured |= dict.fromkeys(_ANYBODY, insured[InDrawer.GOOD])
    insured[InDrawer.UNREGISTERED] = _without_link(app, _aged(_living(people), today, _GROWN_UP))
    usual = today - _YEAR
    chosen: dict[InDrawer, Chosen] = {}
    for name, holders in insured.items():
        taken = {one.person for one in chosen.values()}
        found = next((one for one in holders if one.person not in taken), None)
        if found is not None:
            ended_before = _ended_before(name, today)
            made_on = usual if ended_before is None else _made_on(found.birth_on, ended_before)
            chosen[name] = Chosen(found.person, made_on)
    return chosen


def lay_out(app: App, chosen: Mapping[InDrawer, Chosen], today: date) -> None:
    """Makes the cards, lets happen to each what it is there to show, and puts them into the drawer."""
    renewed = [InDrawer.RENEWED] if InDrawer.SUPERSEDED in chosen else []
    names = [*chosen, *renewed]
    # Making the keys takes most of the time, and needs no lock of Python.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        blanks = dict(zip(names, pool.map(lambda _: card_office.blank(), names), strict=True))

    def work(tx: Tx) -> dict[InDrawer, CardContent]:
        office = card_office.authorities(app, tx)
        known_on = min((one.made_on for one in chosen.values()), default=today)
        make_known(app, tx, [one.person for one in chosen.values()], at=_moment(known_on))
        made = {name: _made(app, tx, office, blanks[name], name, one) for name, one in chosen.items()}
        _let_happen(tx, chosen, today)
        for name in renewed:
            old = made[InDrawer.SUPERSEDED]
            made[name] = _renewed(app, tx, office, blanks[name], old, _moment(today - _RENEWED))
        return made

    drawer = Drawer(app.settings.data)
    for name, content in app.run(work).items():
        drawer.lay_in(name, content, _memory(name, content))


def certify_readers(app: App, tx: Tx, today: date) -> None:
    """A certified reader for each institution of `TERMINALS` that is there, with its key in a file."""
    drawer = Drawer(app.settings.data)
    root = next(name for name, purpose in AUTHORITIES.items() if purpose is Purpose.TERMINAL)
    signer = card_office.authority_keys(app).key(authority_key(root, 1))
    for staff, terminal in TERMINALS.items():
        party = access.staff_by_id(tx, staff).party_id
        path = drawer.terminal_key(terminal)
        if not path.exists():
            new_key(path)
        key = load_pem_private_key(path.read_bytes(), password=None)
        assert isinstance(key, EllipticCurvePrivateKey), "made a line above"
        expires_on = today.replace(year=today.year + _TERMINAL_YEARS, day=1)
        tbs = chip.terminal_tbs(terminal, expires_on, key.public_key())
        made = pki.terminals.register(tx, signer, tbs, terminal=terminal, party=party, at=app.now())
        drawer.terminal_certificate(terminal).write_bytes(made.certificate)


# -- Whose -------------------------------------------------------------------------------------------------------------


def _groups(people: pl.DataFrame, today: date, spared: frozenset[str]) -> dict[InDrawer, pl.DataFrame]:
    """Who may be whose, the likeliest first; GOOD stands for everybody of `_ANYBODY`."""
    linked = _living(people).filter(
        pl.col("card_linked_on").is_not_null() & ~pl.col("card_serial").is_in(sorted(spared))
    )
    grown_up = _aged(linked, today, _GROWN_UP)
    just_over = _by_birthday(grown_up, today, _TWO_WEEKS).filter(pl.col("days").is_between(1, _GRACE_DAYS))
    return {
        InDrawer.IN_GRACE: just_over.head(_TRIED),
        InDrawer.EXPIRED: _by_birthday(grown_up, today - _YEAR, 0).head(_TRIED),
        InDrawer.CHILD: _aged(linked, today, _CHILD).head(_TRIED),
        # One of a household, so that not everybody in the drawer has the same name.
        InDrawer.GOOD: grown_up.unique("household", keep="first", maintain_order=True).head(_OTHERS_TRIED),
    }


def _living(people: pl.DataFrame) -> pl.DataFrame:
    """Without those who have a birthday every four years only."""
    born = pl.col("birth_on").dt
    return people.filter(pl.col("died_on").is_null() & ~((born.month() == 2) & (born.day() == 29)))


def _aged(people: pl.DataFrame, today: date, ages: tuple[int, int]) -> pl.DataFrame:
    """Those of these ages, by the year of birth."""
    youngest, oldest = ages
    return people.filter(pl.col("birth_on").dt.year().is_between(today.year - oldest, today.year - youngest))


def _by_birthday(people: pl.DataFrame, on: date, wanted: int) -> pl.DataFrame:
    """By how many days the last birthday before `on` lies back (`days`), the nearest to `wanted` first."""
    this_year = pl.date(on.year, pl.col("birth_on").dt.month(), pl.col("birth_on").dt.day())
    last_year = pl.date(on.year - 1, pl.col("birth_on").dt.month(), pl.col("birth_on").dt.day())
    last = pl.when(this_year < on).then(this_year).otherwise(last_year)
    counted = people.with_columns(days=(pl.lit(on) - last).dt.total_days())
    return counted.sort((pl.col("days") - wanted).abs(), "person_serial")


def _ended_before(name: InDrawer, today: date) -> date | None:
    """Before which day the certificate ended, for the cards of which it has."""
    return {InDrawer.IN_GRACE: today, InDrawer.EXPIRED: today - _YEAR}.get(name)


def _made_on(birth_on: date, ended_before: date) -> date:
    """The day on which a card was made whose certificate ended on the last birthday before that day."""
    year = ended_before.year
    last = year if birth_on.replace(year=year) < ended_before else year - 1
    return birth_on.replace(year=last - _CERTIFICATE_YEARS) + _AFTER_BIRTHDAY


def _insured(app: App, people: pl.DataFrame) -> list[_Holder]:
    """Those of them who are insured today, and of whom nothing else is to be said."""
    rows = people.select("card_issuer", "card_serial", "birth_on").rows()
    queries = [Query(ByCard(issuer, serial), app.today(), presence="card") for issuer, serial, _ in rows]
    answers = [one.answer for one in app.check(queries, _ASKER)]
    with app.db.transaction(reading=True) as tx:
        found = registry.find_by_card(tx, [CardKey(issuer, serial) for issuer, serial, _ in rows])
    return [
        _Holder(one.sightings[0].person.id, birth_on)
        for (_, _, birth_on), answer, one in zip(rows, answers, found, strict=True)
        if answer.kind is AnswerKind.IN_FORCE and not answer.notices and len(one.sightings) == 1
    ]


def _without_link(app: App, people: pl.DataFrame) -> list[_Holder]:
    """Those whom the registry knows, and whose card nobody registered."""
    rows = people.filter(pl.col("card_linked_on").is_null()).head(_TRIED).select("name", "birth_on").rows()
    found = []
    with app.db.transaction(reading=True) as tx:
        for name, birth_on in rows:
            same = [one for one in registry.people_named(tx, name) if one.birth_on == birth_on]
            if len(same) == 1 and not registry.cards_of(tx, same[0].id):
                found.append(_Holder(same[0].id, birth_on))
    return found


# -- What --------------------------------------------------------------------------------------------------------------


def _made(app: App, tx: Tx, office: Authorities, blank: Blank, name: InDrawer, chosen: Chosen) -> CardContent:
    at = _moment(chosen.made_on)
    order = order_of(app, tx, chosen.person, at=at, secrets=_secrets(name))
    return make_card(tx, office, blank, order, at=at)


def _secrets(name: InDrawer) -> Secrets:
    # By what the card is there for: the ids of people are drawn anew with every country.
    usual = secrets_of(name.value)
    if name is InDrawer.FACE:
        return replace(usual, auth_pin=None, sign_password=None)
    return replace(usual, sign_password=None) if name is InDrawer.CHILD else usual


def _let_happen(tx: Tx, chosen: Mapping[InDrawer, Chosen], today: date) -> None:
    if (revoked := chosen.get(InDrawer.REVOKED)) is not None:
        keys = [one.key for one in pki.certificates_of(tx, revoked.person)]
        pki.changes.revoke(tx, keys, Reason.CEASED, at=_moment(today - _GONE))
    if (lost := chosen.get(InDrawer.LOST)) is not None:
        card = pki.certificates_of(tx, lost.person)[0].card
        pki.changes.suspend(tx, lost.person, card, at=_moment(today - _LOST))


def _renewed(app: App, tx: Tx, office: Authorities, blank: Blank, old: CardContent, at: Moment) -> CardContent:
    """The card after its certificates were renewed, and the new one registered for its holder."""
    keys = {Kind.AUTH: blank.auth, Kind.SIGN: blank.sign}
    signers = {Kind.AUTH: office.auth, Kind.SIGN: office.sign}
    held = {Kind.AUTH: old.auth, Kind.SIGN: old.sign}
    for before in pki.certificates_of(tx, old.holder):
        order = replace(_order_after(before, old, at), public_key=keys[before.kind].public_key())
        new = pki.changes.renew(tx, signers[before.kind], before.key, order, at=at).new
        held[before.kind] = CertifiedKey(keys[before.kind], new.der, held[before.kind].authority)
        if before.kind is Kind.AUTH:
            _register(tx, new.key, PersonId(old.holder), at=app.now())
    return replace(old, auth=held[Kind.AUTH], sign=held[Kind.SIGN])


def _order_after(before: pki.Certificate, card: CardContent, at: Moment) -> pki.Order:
    surface = card.surface
    details = pki.Details(name=surface.name, birth_on=surface.birth_on, sex=surface.sex, address=surface.address)
    return pki.Order(
        kind=before.kind,
        holder=before.holder,
        card=before.card,
        municipality=before.municipality,
        not_after=law.certificate_valid_to(born=surface.birth_on, issued_on=japan_day(at), card_to=surface.expires_on),
        details=details if before.kind is Kind.SIGN else None,
    )


def _register(tx: Tx, key: CertificateKey, person: PersonId, *, at: Moment) -> None:
    registry.put_card(tx, CardKey(key.issuer, key.serial), person, at=at)


def _memory(name: InDrawer, content: CardContent) -> ChipState:
    new = chip.new_state(content)
    return replace(new, tries={**new.tries, Lock.AUTH_PIN: _TRIES[name]}) if name in _TRIES else new


def _moment(day: date) -> Moment:
    """Ten in the morning in Japan."""
    return parse_moment(f"{day.isoformat()}T10:00:00")

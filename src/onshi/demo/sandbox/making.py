"""`onshi oqs sandbox make`: folders, request files and lists beside a built demo country."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from onshi import access, registry
from onshi.app import App
from onshi.demo.accounts import CLINIC_CLIENT, KEYS
from onshi.demo.build import the_country
from onshi.demo.errors import NoDemoHere, NoSuchInstitution
from onshi.demo.model import Scale
from onshi.demo.sandbox import asking, requests
from onshi.demo.sandbox.cases import NEVER, all_cases, why_missing
from onshi.demo.sandbox.listing import CardToTry, Missing, Sandbox, Trigger, csv_of, json_of, page_of
from onshi.demo.sandbox.people import Crowd
from onshi.demo.sandbox.requests import BULK, SINGLE, Broken, Desk, file_of, name_of
from onshi.demo.standing import Standing, standing_here
from onshi.interfaces.oqs import Elements, Encoding
from onshi.outside import Drawer, ExchangeFolder, InDrawer, write_whole

SAMPLES, LISTS = "samples", ("patients.csv", "patients.json", "patients.html")
_IN_BULK = 3
_CARDS = {
    InDrawer.GOOD: ("有効なカード（資格あり）", "A good card, in force"),
    InDrawer.UNREGISTERED: ("利用登録していないカード", "Not registered as insurance card"),
    InDrawer.IN_GRACE: ("電子証明書の期限が切れたばかり（資格確認はできる）", "Just expired: still answered"),
    InDrawer.EXPIRED: ("電子証明書の期限切れから1年以上", "Expired over a year ago"),
    InDrawer.REVOKED: ("失効", "Revoked"),
    InDrawer.LOST: ("紛失の届出", "Reported lost"),
    InDrawer.SUPERSEDED: ("更新する前のカード", "Before its renewal"),
    InDrawer.RENEWED: ("更新した後のカード", "After its renewal"),
    InDrawer.ONE_TRY: ("暗証番号はあと1回", "One try of the PIN left"),
    InDrawer.LOCKED: ("暗証番号が停止中", "PIN locked"),
    InDrawer.CHILD: ("子どものカード", "A child's card"),
    InDrawer.FACE: ("顔認証マイナンバーカード（暗証番号なし）", "A card without PIN"),
}
_DOUBLE_NAME, _DOUBLE = "lawful_double", ("カードで照会：資格の重複（適法）", "By card: a lawful double")


class Files:
    """What is to be written, by name in `samples`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.made: dict[str, bytes] = {}

    def about(self, trigger: Trigger, search: Elements) -> None:
        """The two files of a case."""
        elements = requests.single_of(self._desk, search)
        for encoding in Encoding:
            self.made[name_of(SINGLE, trigger.code, encoding)] = file_of(SINGLE, elements, encoding, trigger.code)

    def bulk(self, searches: list[Elements], code: str) -> list[str]:
        """A bulk request about several."""
        elements = requests.bulk_of(self._desk, searches)
        names = [name_of(BULK, code, encoding) for encoding in Encoding]
        for name, encoding in zip(names, Encoding, strict=True):
            self.made[name] = file_of(BULK, elements, encoding, code)
        return names

    def broken(self, one: Broken, search: Elements) -> list[str]:
        """The files of a request that is refused."""
        # What is not served has no table: its elements are those of the usual question.
        table = SINGLE if one.prefix == requests.UNSERVED else one.prefix
        names = []
        for encoding in one.encodings:
            name = name_of(one.prefix, one.code, encoding, one.ending)
            data = one.bad(file_of(table, one.elements(self._desk, search), encoding, one.code))
            self.made[name] = requests.zipped(name, data) if one.ending == "zip" else data
            names.append(name)
        return names


def make_sandbox(app: App, folder: Path, *, institution: str | None, program: str) -> Sandbox:
    """Makes req, res and face under `folder`, samples, and the lists; what was there of those is written anew.

    NoDemoHere where the data are no demo country, NoSuchInstitution for a code that nobody has there. `program`: how
    `onshi` is called.
    """
    stands = standing_here(app.settings.data)
    if stands is None:
        raise NoDemoHere(place=app.settings.data)
    own, code, name = _institution(app, institution)
    desk = Desk(code, f"{app.today():%Y%m%d}")
    ExchangeFolder(folder)
    files = Files(desk)
    crowd = _crowd(app, stands)
    cards = list(_cards(crowd, program))
    triggers, missing = _cases(crowd, desk, files)
    triggers += _refusals(desk, files, triggers[0])
    sandbox = Sandbox(
        code,
        name,
        app.today().isoformat(),
        code == own,
        _commands(app, folder, code, program),
        triggers,
        [*missing, *_missing_cards(cards)],
        cards,
    )
    _write(folder, files, sandbox)
    return sandbox


def _institution(app: App, wanted: str | None) -> tuple[str, str, str]:
    """The demo clinic's own code; the one to be used; its name."""
    with app.db.transaction(reading=True) as tx:
        own = access.client_by_id(tx, CLINIC_CLIENT).party_id
        party = own if wanted is None else f"institution:{wanted}"
        names = access.party_names(tx, [party])
    if party not in names:
        raise NoSuchInstitution(code=wanted)
    return own.partition(":")[2], party.partition(":")[2], names[party]


def _crowd(app: App, stands: Standing) -> Crowd:
    country = the_country(Scale(stands.part, stands.whole), stands.today, nhi_at_75=app.settings.nhi_at_75)
    with app.db.transaction(reading=True) as tx:
        book = registry.insurer_book(tx)
    return Crowd(app, next(country.pieces()), stands.today, book)


def _cases(crowd: Crowd, desk: Desk, files: Files) -> tuple[list[Trigger], list[Missing]]:
    triggers: list[Trigger] = []
    missing = [Missing(*row) for row in NEVER]
    searches: list[Elements] = []
    for case in all_cases():
        found = asking.found_for(crowd, case)
        if found is None:
            missing.append(Missing(case.code, case.ja, case.en, *why_missing()))
            continue
        row, answer = found
        trigger = asking.trigger_of(crowd.app, desk, case, row, answer)
        search = requests.search_of(row, case.code, consent=case.consent)
        files.about(trigger, search)
        triggers.append(trigger)
        searches.append(search)
    if searches:
        triggers.append(_bulk(files, searches[:_IN_BULK]))
    return triggers, missing


def _bulk(files: Files, searches: list[Elements]) -> Trigger:
    names = files.bulk(searches, "bulk")
    return Trigger(
        "bulk",
        "一括照会（3人まで）",
        "A bulk request about up to three",
        "received",
        names,
        [names[0].replace("req_", "res_")],
        {"MessageBody/ReceptionNumber": "*", "MessageBody/ReceptionDateTime": "*"},
        note_ja="返った受付番号をOQSmuquc02reqに書いて、5秒以上あけて送ると結果が返ります（処理中は処理結果区分2）。",
        note_en="Put the reception number into OQSmuquc02req and send that, five seconds apart. 処理結果区分 2 means "
        "that it is still being worked on.",
    )


def _refusals(desk: Desk, files: Files, about: Trigger) -> list[Trigger]:
    """Every way to be refused, shown on the first person of the list."""
    search = requests.search_of(about.asked, about.code, consent=False)
    other = f"{desk.institution[:-1]}{(int(desk.institution[-1]) + 1) % 10}"
    found = []
    for one in requests.broken_requests(other):
        names = files.broken(one, search)
        answers = [names[0].replace("req_", "res_")]
        if one.is_returned:
            answers = [f"{names[0].rpartition('.')[0]}.err", names[0]]
        says = {} if one.is_returned else asking.refusal_says(one.outcome, is_whole=one.is_whole)
        found.append(Trigger(one.code, one.ja, one.en, one.outcome.value, names, answers, says))
    return found


def _commands(app: App, folder: Path, institution: str, program: str) -> dict[str, str]:
    key = app.settings.data / KEYS / f"{CLINIC_CLIENT}.pem"
    there = shlex.quote(str(folder))
    server = app.settings.base_url
    sample = folder / SAMPLES / name_of(SINGLE, "in-force", Encoding.UTF_8)
    return {
        "agent": f"{program} oqs agent --folder {there} --institution {institution} --client {CLINIC_CLIENT}"
        f" --key {shlex.quote(str(key))} --server {server}",
        "sample": f"cp {shlex.quote(str(sample))} {shlex.quote(str(folder / 'req'))}/",
        "status": f"{program} oqs status --folder {there}",
        "watch": f"{program} oqs sandbox watch --folder {there}",
        "judge": f"{program} oqs sandbox judge FILE…",
        "card": f"{program} cards virtual run CARD\n{program} cards virtual show CARD\n"
        f"{program} reader check --client {CLINIC_CLIENT} --key {shlex.quote(str(key))} --server {server}"
        f" --card FILE --push {there}",
    }


def _cards(crowd: Crowd, program: str) -> Iterator[CardToTry]:
    app = crowd.app
    key = shlex.quote(str(app.settings.data / KEYS / f"{CLINIC_CLIENT}.pem"))

    def entry(name: str, texts: tuple[str, str], card: str, pin: str) -> CardToTry:
        check = f"{program} reader check --client {CLINIC_CLIENT} --key {key} --server {app.settings.base_url} --card"
        # A card that is not made yet has no file: `cards virtual show` makes it, and says where and with which PIN.
        use = f"{check} {shlex.quote(card)}" if Path(card).exists() else f"{program} cards virtual show {card}"
        return CardToTry(name, *texts, card, pin, use, f"{program} cards virtual run {shlex.quote(card)}")

    drawer = Drawer(app.settings.data)
    for one in drawer.cards():
        yield entry(one.name.value, _CARDS[one.name], str(drawer.path(one.name)), one.pin or "")
    double = asking.first_double(app, crowd.two_today())
    if double is not None:
        yield entry(_DOUBLE_NAME, _DOUBLE, ":".join(double), "")


def _missing_cards(cards: list[CardToTry]) -> Iterator[Missing]:
    there = {one.name for one in cards}
    wanted = {**{name.value: texts for name, texts in _CARDS.items()}, _DOUBLE_NAME: _DOUBLE}
    for name, texts in wanted.items():
        if name not in there:
            yield Missing(f"card-{name.replace('_', '-')}", *texts, *why_missing())


def _write(folder: Path, files: Files, sandbox: Sandbox) -> None:
    samples = folder / SAMPLES
    samples.mkdir(exist_ok=True)
    for path in samples.glob("*req_*"):
        path.unlink()
    for name, data in files.made.items():
        write_whole(samples / name, data)
    contents = (csv_of(sandbox.triggers), json_of(sandbox), page_of(sandbox).encode())
    for name, data in zip(LISTS, contents, strict=True):
        write_whole(folder / name, data)

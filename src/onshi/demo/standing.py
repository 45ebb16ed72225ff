"""A demo country on disk: built aside and moved into place whole, recognised by its marker."""

import shutil
from datetime import date
from pathlib import Path

import msgspec

from onshi import flows
from onshi.access import Party
from onshi.app import App, open_app
from onshi.background import seal
from onshi.demo import card_cases, facilities, outreach, plans, requests, surveys, tallies
from onshi.demo.accounts import MINISTRY, Account, open_accounts, receptions_of
from onshi.demo.build import SEED, Built, Tell, build, the_country
from onshi.demo.country import Country
from onshi.demo.drawer import fill_drawer
from onshi.demo.errors import NotADemo
from onshi.demo.examples import Example, find_examples
from onshi.demo.model import Scale
from onshi.demo.terminals import prepare_terminal
from onshi.demo.virtual_cards import found_authorities
from onshi.kernel import parse_moment
from onshi.settings import EXPORTS, Settings

MARKER = "DEMO"
FEEDS = "feeds"
# Grows when a country built before can no longer be used.
_FORM = 10
# The authorities are older than the oldest card in the drawer.
_AUTHORITIES_FOR_YEARS = 9


class Standing(msgspec.Struct, frozen=True):
    """What the marker says of a country: how it was made, who works there, whom to try."""

    form: int
    seed: int
    part: int
    whole: int
    today: date
    people: int
    accounts: list[Account]
    examples: list[Example]


def standing(data: Path, scale: Scale) -> Standing | None:
    """The country in `data`, or None when there is none of that scale that this version can use."""
    found = standing_here(data)
    wanted = (scale.part, scale.whole)
    return found if found is not None and (found.part, found.whole) == wanted else None


def standing_here(data: Path) -> Standing | None:
    """The country in `data`, whatever its scale, or None when there is none that this version can use."""
    try:
        found = msgspec.json.decode((data / MARKER).read_bytes(), type=Standing)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None
    return found if (found.form, found.seed) == (_FORM, SEED) else None


def set_up(data: Path, scale: Scale, *, tell: Tell) -> Standing:
    """Builds the country beside `data` and puts it there in one step, in place of an older demo.

    It stands on the first of this month, so that everybody who builds it in a month has the same one. NotADemo when
    `data` holds anything else: it is somebody's data.
    """
    _require_replaceable(data)
    draft, old = (data.with_name(f"{data.name}.{end}") for end in ("building", "old"))
    for folder in (draft, old):
        shutil.rmtree(folder, ignore_errors=True)
    app = open_app(Settings(draft, f"sqlite:///{draft / 'onshi.sqlite'}", demo=True))
    try:
        made = _fill(app, scale, app.today().replace(day=1), tell)
    finally:
        app.db.close()
    (draft / MARKER).write_bytes(msgspec.json.format(msgspec.json.encode(made)) + b"\n")
    if data.exists():
        data.rename(old)
    draft.rename(data)
    shutil.rmtree(old, ignore_errors=True)
    return made


def _require_replaceable(data: Path) -> None:
    data.parent.mkdir(parents=True, exist_ok=True)
    if data.exists() and not (data / MARKER).exists() and any(data.iterdir()):
        raise NotADemo(place=data)


def _fill(app: App, scale: Scale, today: date, tell: Tell) -> Standing:
    country = the_country(scale, today, nhi_at_75=app.settings.nhi_at_75)
    built: Built = build(app, country, app.settings.data / FEEDS, tell)
    town = card_cases.town_of(built.sample)
    accounts = open_accounts(app, country, town)
    card_cases.fill(app, country, built.sample)
    since = parse_moment(f"{today.replace(year=today.year - _AUTHORITIES_FOR_YEARS)}T10:00:00")
    app.run(lambda tx: found_authorities(app, tx, since=since))
    prepare_terminal(app)
    examples = find_examples(app, country, built.sample)
    tried = (example["serial"] for example in examples if "serial" in example)
    fill_drawer(app, built.sample.people, today, spared=tried)
    _roll_out(app, country, town, accounts, today)
    seal(app)
    return Standing(_FORM, SEED, scale.part, scale.whole, today, built.people, accounts, examples)


def _roll_out(app: App, country: Country, town: Party, accounts: list[Account], today: date) -> None:
    """What those who run the programme have been doing, so that everybody finds something to do."""
    insurer = next(one["code"] for one in accounts if one["login"] == "demo-insurer")
    requests.fill(app, today, town)
    plans.fill(app, town, today)
    outreach.fill(app, today, ministry=MINISTRY.id, first=f"insurer:{insurer}")
    facilities.fill(app, country, busy=receptions_of(accounts))
    surveys.fill(app, today, town)
    tallies.fill(app, today)
    app.run(lambda tx: flows.roll_up(tx, app.settings.data / EXPORTS, on=today))

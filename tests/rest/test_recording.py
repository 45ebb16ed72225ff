"""What access does gets into the log under the right name."""

import re
from hashlib import sha256
from importlib.resources import files

import msgspec

from onshi.access import Event
from onshi.audit import Action
from onshi.flows.recording import _ACTIONS, entry_of

_EVENT = re.compile(r'Event\(\s*"([a-z_]+)"')


def test_every_event_of_access_has_its_action() -> None:
    sources = [
        path.read_text(encoding="utf-8") for path in files("onshi.access").iterdir() if path.name.endswith(".py")
    ]
    made = {action for source in sources for action in _EVENT.findall(source)}
    # The endpoint makes the event of a refused token itself: access raises.
    assert made | {"token_refused"} == set(_ACTIONS)


def test_an_entry_holds_the_words_of_its_event() -> None:
    entry = entry_of(Event("client_disabled", "local:cli", "clinic-software", "done"))
    assert (entry.actor, entry.action, entry.object, entry.outcome, entry.subject) == (
        "local:cli",
        Action.CLIENT_DISABLED,
        "clinic-software",
        "done",
        None,
    )
    words = msgspec.json.encode(["client_disabled", "local:cli", "clinic-software", "done"])
    assert entry.leaf == sha256(words).digest()

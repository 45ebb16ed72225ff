"""The rules about requests together and with their answers: names, identifiers, bulk requests in their steps. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from onshi.interfaces.oqs.sandbox.found import Check, Found, Instance, each_is
from onshi.interfaces.oqs.sandbox.observed import Seen, SeenRequest

POLL_S: Final = 5.0


def _answered(seen: Seen) -> list[SeenRequest]:
    return seen.requests_where(lambda one: one.is_answered and one.parsed is not None)


def _base(request: SeenRequest) -> str:
    return "" if request.parsed is None else request.parsed.base.lower()


def _answered_by_name(seen: Seen) -> Found:
    def is_met(one: SeenRequest) -> bool:
        answer = "" if one.parsed is None else one.parsed.answer_base.lower()
        return not seen.answer_bases.isdisjoint({answer, _base(one)})

    return each_is(_answered(seen), is_met)


def _readable_back(seen: Seen) -> Found:
    # Only what is returned has its own name among the answers.
    return each_is(_answered(seen), lambda one: _base(one) not in seen.answer_bases)


def _identifier_once(seen: Seen) -> Found:
    used: dict[str, str] = {}
    broken: list[Instance] = []
    named = [one for one in seen.readable if one.identifier]
    for one in named:
        if one.identifier in used:
            broken.append(Instance(one.name, used[one.identifier]))
        used.setdefault(one.identifier, one.name)
    return Found(len(named), tuple(broken))


def _downloads(seen: Seen) -> list[SeenRequest]:
    return seen.requests_where(lambda one: one.is_download and bool(one.reception)) if seen.is_dialog else []


def _poll_wait(seen: Seen) -> Found:
    pairs = list(_polls(_downloads(seen)))
    short = [(after, wait) for after, wait in pairs if wait < POLL_S]
    return Found(len(pairs), tuple(Instance(after.name, f"{wait:.1f} s") for after, wait in short))


def _polls(downloads: list[SeenRequest]) -> Iterator[tuple[SeenRequest, float]]:
    """Each request for a number after the first, and how long after the one before."""
    by_number: defaultdict[str, list[tuple[float, SeenRequest]]] = defaultdict(list)
    for one in downloads:
        if one.at is not None:
            by_number[one.reception].append((one.at, one))
    for polls in by_number.values():
        for (before, _), (at, one) in pairwise(sorted(polls, key=lambda poll: poll[0])):
            yield one, at - before


DIALOGUE_CHECKS: Final[Mapping[str, Check]] = {
    "name-once": lambda seen: each_is(seen.requests if seen.is_dialog else (), lambda one: not one.again),
    "answered-by-name": _answered_by_name,
    "readable-back": _readable_back,
    "identifier-once": _identifier_once,
    "download-number": lambda seen: each_is(_downloads(seen), lambda one: one.reception in seen.receptions),
    "poll-wait": _poll_wait,
    "poll-new-name": lambda seen: each_is(_downloads(seen), lambda one: not one.again),
    "answers-taken": lambda seen: Found(len(seen.answers)),
}
"""By the codes of `rules.toml`."""

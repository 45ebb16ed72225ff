"""From files that were taken to files that are to be delivered: who answers which message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from onshi.interfaces.oqs.agent.bulks import answer_download, answer_upload
from onshi.interfaces.oqs.agent.model import Centre, Request, Terms
from onshi.interfaces.oqs.agent.opening import SINGLE, opened, refusal
from onshi.interfaces.oqs.agent.packing import returned
from onshi.interfaces.oqs.agent.records import answer_records
from onshi.interfaces.oqs.agent.references import answer_reference
from onshi.interfaces.oqs.agent.singles import answer_singles
from onshi.interfaces.oqs.names import parse_request_name
from onshi.interfaces.oqs.outcomes import OutcomeCode, said
from onshi.kernel import Moment, OnshiError
from onshi.outside import DeskRefused, Outgoing, ServerUnreachable

Answer: TypeAlias = Callable[[Centre, Request, Terms, Path], Outgoing]

_ANSWERS: Final[Mapping[str, Answer]] = {
    "OQSsiimm01req": lambda centre, request, terms, _: answer_reference(centre, request, terms),
    "YZKsiquc01req": lambda centre, request, terms, _: answer_records(centre, request, terms),
    "TKKsiquc01req": lambda centre, request, terms, _: answer_records(centre, request, terms),
    **{f"OQSmu{about}01req": answer_upload for about in ("quc", "imm", "hvq", "onq", "tic")},
    **{f"OQSmu{about}02req": answer_download for about in ("quc", "imm", "hvq", "onq", "tic")},
}
# Refusals that say nothing about the request: a key that expired, a limit of the rate, a fault of the server's.
_LATER: Final = frozenset({401, 403, 429})
_FAULTS_FROM: Final = 500


@dataclass(frozen=True, slots=True)
class Answered:
    """A request file, and what is to be delivered for it."""

    path: Path
    files: tuple[Outgoing, ...]


def answer_files(centre: Centre, paths: Sequence[Path], terms: Terms, kept: Path, *, at: Moment) -> list[Answered]:
    """What is to be delivered for each of these requests.

    Raises ServerUnreachable, and DeskRefused where it is no answer to them (`is_passing`): then none of them was
    answered, and they are to be tried again.
    """
    done: list[Answered] = []
    singles: list[tuple[Path, Request]] = []
    for path in paths:
        found = _opened(path, terms, at)
        if not isinstance(found, Request):
            done.append(Answered(path, tuple(found)))
        elif found.kind.prefix == SINGLE:
            singles.append((path, found))
        else:
            done.append(Answered(path, (_one(centre, found, terms, kept),)))
    if singles:
        answers = answer_singles(centre, [request for _, request in singles], terms)
        done += [Answered(path, (file,)) for (path, _), file in zip(singles, answers, strict=True)]
    return done


def is_single(path: Path) -> bool:
    """Whether it asks about one person, who stands at a desk and waits."""
    name = parse_request_name(path.name)
    return name is not None and name.prefix.lower() == SINGLE.lower()


def is_passing(error: OnshiError) -> bool:
    """Whether trying again later may do better."""
    if isinstance(error, ServerUnreachable):
        return True
    status = error.facts.get("status") if isinstance(error, DeskRefused) else None
    return isinstance(status, int) and (status in _LATER or status >= _FAULTS_FROM)


def _opened(path: Path, terms: Terms, at: Moment) -> Request | list[Outgoing]:
    name = parse_request_name(path.name)
    assert name is not None, "only requests are taken"
    return opened(name, path.read_bytes(), terms, at=at)


def _one(centre: Centre, request: Request, terms: Terms, kept: Path) -> Outgoing:
    try:
        return _ANSWERS[request.kind.prefix](centre, request, terms, kept)
    except DeskRefused as error:
        if is_passing(error):
            raise
        return refusal(request, said(OutcomeCode.REFUSED, refusal=error.facts["refusal"]), terms)


def unanswerable(path: Path, terms: Terms, why: str) -> Answered:
    """A request that the server, or a fault of ours, did not let through: back to its sender rather than left lying."""
    name = parse_request_name(path.name)
    assert name is not None, "only requests are taken"
    return Answered(path, tuple(returned(name, path.read_bytes(), said(OutcomeCode.REFUSED, refusal=why), terms)))

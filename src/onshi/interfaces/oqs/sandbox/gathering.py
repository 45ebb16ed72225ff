"""What is looked at, read from the disk: the folder of an agent, or files that somebody names."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from onshi.interfaces.oqs.names import parse_request_name
from onshi.interfaces.oqs.sandbox.observed import Seen, SeenAnswer, SeenRequest
from onshi.outside import AGAIN_SIGN, ANSWERS, REQUESTS

_OURS: Final = "agent"
# What software writes before it has its name.
_UNFINISHED: Final = (".tmp", ".part", ".writing")


def is_agent_folder(folder: Path) -> bool:
    """Whether an agent has ever worked there."""
    return (folder / _OURS / "kept").is_dir()


def seen_in(folder: Path, *, password: bytes | None = None) -> Seen:
    """What went through the folder of an agent, as far back as its own copies go, and what lies in `req` under a
    name that it never takes (what it does take may still be being written)."""
    assert is_agent_folder(folder), "callers have looked"
    ours = folder / _OURS
    kept = sorted((ours / "kept").glob(f"*/{REQUESTS}/*"))
    left = [path for path in sorted((folder / REQUESTS).iterdir()) if parse_request_name(path.name) is None]
    waiting = [*sorted((ours / "taken").iterdir()), *left]
    requests = list(_requests([*kept, *(path for path in waiting if _is_finished(path))], set(kept), password))
    return Seen(requests, list(_answers(folder)), is_dialog=True)


def seen_files(paths: Iterable[Path], *, password: bytes | None = None) -> Seen:
    """Request files alone, as they are. Raises OSError for one that cannot be read."""
    return Seen([SeenRequest(path.name, path.read_bytes(), password=password) for path in paths])


def _requests(paths: Iterable[Path], answered: set[Path], password: bytes | None) -> Iterator[SeenRequest]:
    """In the order in which they were written; a name that came before, on whichever day, was used again."""
    found = ((path, _looked_at(path)) for path in paths)
    stamped = sorted(((one[0], path, one[1]) for path, one in found if one is not None), key=lambda one: one[0])
    names: set[str] = set()
    for at, path, data in stamped:
        name = path.name.partition(AGAIN_SIGN)[0]
        again = name.lower() in names
        yield SeenRequest(name, data, at, again, path in answered, password)
        names.add(name.lower())


def _looked_at(path: Path) -> tuple[float, bytes] | None:
    """Time and bytes of a file; None for one that an agent at work has moved on meanwhile."""
    try:
        return path.stat().st_mtime, path.read_bytes()
    except FileNotFoundError:
        return None


def _is_finished(path: Path) -> bool:
    name = path.name.lower()
    return path.is_file() and not path.is_symlink() and not name.startswith(".") and not name.endswith(_UNFINISHED)


def _answers(folder: Path) -> Iterator[SeenAnswer]:
    """Our own copies say what was delivered; the folder itself says what is still there.

    Looked for in the direction in which they move, and after the requests: no answer of a request that was seen as
    answered can slip past.
    """
    ours = folder / _OURS
    found: dict[str, bytes] = {}
    for place in (f"out/{ANSWERS}/*", f"sent/{ANSWERS}/*", f"kept/*/{ANSWERS}/*"):
        for path in sorted(ours.glob(place)):
            one = _looked_at(path) if _is_finished(path) else None
            if one is not None:
                found[path.name.rpartition(AGAIN_SIGN)[2]] = one[1]
    lying = {path.name for path in (folder / ANSWERS).iterdir()}
    yield from (SeenAnswer(name, data, name not in lying) for name, data in found.items())

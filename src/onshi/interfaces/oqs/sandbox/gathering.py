"""What is looked at, read from the disk: the folder of an agent, or files that somebody names."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from onshi.interfaces.oqs.sandbox.observed import Seen, SeenAnswer, SeenRequest
from onshi.outside import AGAIN_SIGN, ANSWERS, REQUESTS

_OURS: Final = "agent"
# What software writes before it has its name.
_UNFINISHED: Final = (".tmp", ".part", ".writing")


def is_agent_folder(folder: Path) -> bool:
    """Whether an agent has ever worked there."""
    return (folder / _OURS / "kept").is_dir()


def seen_in(folder: Path, *, password: bytes | None = None) -> Seen:
    """What went through the folder of an agent, as far back as its own copies go, and what lies in `req` untaken."""
    assert is_agent_folder(folder), "callers have looked"
    ours = folder / _OURS
    kept = sorted((ours / "kept").glob(f"*/{REQUESTS}/*"))
    waiting = [*sorted((ours / "work").iterdir()), *sorted((folder / REQUESTS).iterdir())]
    requests = list(_requests([*kept, *(path for path in waiting if _is_finished(path))], set(kept), password))
    return Seen(requests, list(_answers(folder)), is_dialog=True)


def seen_files(paths: Iterable[Path], *, password: bytes | None = None) -> Seen:
    """Request files alone, as they are. Raises OSError for one that cannot be read."""
    return Seen([SeenRequest(path.name, path.read_bytes(), password=password) for path in paths])


def _requests(paths: Iterable[Path], answered: set[Path], password: bytes | None) -> Iterator[SeenRequest]:
    """In the order in which they were written; a name that came before, on whichever day, was used again."""
    stamped = sorted(((path.stat().st_mtime, path) for path in paths), key=lambda one: one[0])
    names: set[str] = set()
    for at, path in stamped:
        name = path.name.partition(AGAIN_SIGN)[0]
        again = name.lower() in names
        yield SeenRequest(name, path.read_bytes(), at, again, path in answered, password)
        names.add(name.lower())


def _is_finished(path: Path) -> bool:
    name = path.name.lower()
    return path.is_file() and not path.is_symlink() and not name.startswith(".") and not name.endswith(_UNFINISHED)


def _answers(folder: Path) -> Iterator[SeenAnswer]:
    """Our own copies say what was delivered; the folder itself says what is still there."""
    lying = {path.name for path in (folder / ANSWERS).iterdir()}
    ours = folder / _OURS
    for path in (*sorted((ours / "kept").glob(f"*/{ANSWERS}/*")), *sorted((ours / "sent" / ANSWERS).iterdir())):
        yield SeenAnswer(path.name, path.read_bytes(), path.name not in lying)

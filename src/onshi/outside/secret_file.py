"""A secret of our own in a file: made at the first need, the same for every process."""

import os
import threading
from pathlib import Path

SECRET_BYTES = 32


def secret_of(path: Path) -> bytes:
    """The 32 random bytes in the file, which only its owner may read; made when there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return _new_secret(path)


def _new_secret(path: Path) -> bytes:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.urandom(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link and not a rename: of two processes that start together, the first one's secret stays.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_bytes()

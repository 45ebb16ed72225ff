"""The checker: the process that answers the check lane of the server beside it, and seals the log.

`python -m onshi.checker FD`, where FD is one end of a pair of sockets; started by the server, and ended by it or
with it.
"""

import contextlib
import select
import signal
import socket
import sys
import threading
from collections.abc import Mapping, Sequence

from onshi.app import App, open_app
from onshi.background import SEAL_EVERY_S, Background, Round, Sealer, chores, key_round, seal
from onshi.interfaces import rest
from onshi.interfaces.rest import Answered, Counted, Cutter, Ready, Told, framed, read_asked
from onshi.settings import read_settings

_AT_ONCE = 1 << 20
# With PostgreSQL, which works for many at once: while it does for one thread another decides, and the third is there
# when both wait (docs/decisions/0014). SQLite has one writer, and one thread keeps it busy.
_HELPERS = 2


class Wire:
    """Our end of the pair, for several threads. Counts go with what is told next."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._cutter = Cutter()
        self._heard = 0
        self._listening = threading.Lock()
        self._turn = threading.Lock()
        self._counts: list[bytes] = []

    def heard(self, seconds: float) -> list[tuple[int, bytes]] | None:
        """All frames that wait, with their numbers; none of them after so many seconds without one, None when the
        server has gone."""
        with self._listening:
            while select.select([self._end], [], [], seconds)[0]:
                data = self._end.recv(_AT_ONCE)
                if not data:
                    return None
                if frames := list(enumerate(self._cutter.cut(data), self._heard)):
                    self._heard += len(frames)
                    return frames
            return []

    def tell(self, message: Told) -> None:
        """Sends a frame, waiting until it is taken."""
        with self._turn:
            counts, self._counts = self._counts, []
            self._end.sendall(b"".join((*counts, framed(message))))

    def batch(self, kinds: Mapping[str, int], micros: int) -> None:
        """Counts in the process that shows the counters (rest.BatchMeter)."""
        with self._turn:
            self._counts.append(framed(Counted(dict(kinds), micros)))

    def tell_counts(self) -> bool:
        """Sends what only jobs have counted."""
        with self._turn:
            counts, self._counts = self._counts, []
            if counts:
                self._end.sendall(b"".join(counts))
        return False


def answer_all(app: App, wire: Wire, sealer: Sealer) -> None:
    """Answers until the server goes, and seals in between. What waits while one transaction commits shares the next."""
    while (frames := wire.heard(SEAL_EVERY_S)) is not None:
        for group in rest.grouped((read_asked(frame), number) for number, frame in frames):
            for number, outcomes in rest.answer_group(app, group):
                wire.tell(Answered(number, [rest.told_outcome(one) for one in outcomes]))
            sealer.answered(sum(len(asked) for asked, _ in group))
        if not frames:
            sealer.idle()


def help_answering(app: App, wire: Wire, sealer: Sealer) -> None:
    """The same in a thread beside the first."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        answer_all(app, wire, sealer)


def main(arguments: Sequence[str]) -> None:
    """Serves until the other end closes."""
    # A Ctrl-C, or the end of the service, reaches every process of the group; the server says when it is over.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    rest.configure_logs()
    with socket.socket(fileno=int(arguments[0])) as end:
        wire = Wire(end)
        app = rest.measured(open_app(read_settings()), wire)
        sealer = Sealer(app)
        heads = Round("heads", sealer.note, SEAL_EVERY_S, is_last=True)
        rounds = (*chores(app), key_round(app), Round("counts", wire.tell_counts, 1.0), heads)
        background = Background(rounds)
        background.start()
        rest.tune_interpreter()
        try:
            wire.tell(Ready())
            helpers = [
                threading.Thread(target=help_answering, args=(app, wire, sealer), name="helper", daemon=True)
                for _ in range(0 if app.db.is_sqlite else _HELPERS)
            ]
            for helper in helpers:
                helper.start()
            answer_all(app, wire, sealer)
            for helper in helpers:
                helper.join()
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server died; what it had asked is in the log
        finally:
            background.stop()
            while seal(app):
                pass
            app.db.close()


if __name__ == "__main__":
    main(sys.argv[1:])

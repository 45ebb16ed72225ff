"""How much one client may ask for: a token bucket as one integer (the generic cell rate algorithm)."""

from onshi.access.model import RetryAfter
from onshi.kernel import Moment

_SECOND = 1_000_000


def take(debt_until: int, n: int, at: Moment, *, rate: int, burst: int) -> int | RetryAfter:
    """The new `debt_until` when `n` requests may pass at `at`, otherwise how long to wait.

    `rate` is requests a second in the long run, `burst` how many may come at once after a pause.
    Moments count in 1/`rate` of a µs, so that every rate is exact; a new client starts at 0. A batch
    larger than `burst` passes when the bucket is full and is paid off afterwards: refusing it forever
    would make it unaskable.
    """
    now = at * rate
    start = max(debt_until, now)
    over = start + min(n, burst) * _SECOND - now - burst * _SECOND
    if over > 0:
        return RetryAfter(-(-over // (rate * _SECOND)))
    return start + n * _SECOND


class Limits:
    """The buckets of all clients, in memory; one per process."""

    def __init__(self, *, rate: int, burst: int) -> None:
        if rate < 1 or burst < 1:
            raise ValueError("rate and burst are at least 1")
        self._rate = rate
        self._burst = burst
        self._debts: dict[str, int] = {}

    def take(self, client_id: str, n: int, at: Moment) -> RetryAfter | None:
        """None when `n` requests of this client may pass now; otherwise nothing is taken."""
        found = take(self._debts.get(client_id, 0), n, at, rate=self._rate, burst=self._burst)
        if isinstance(found, RetryAfter):
            return found
        self._debts[client_id] = found
        return None

"""For whoever runs the server: is the process there, can it work, what has it done."""

import msgspec

from onshi import audit, jobs
from onshi.db import Tx
from onshi.interfaces.rest.metrics import CONTENT_TYPE
from onshi.interfaces.rest.problems import NotReachable
from onshi.interfaces.rest.replies import NO_STORE, Call, Reply, json_reply
from onshi.kernel import Moment

METRICS_SCOPE = "metrics.read"
# The sealer comes every half second; ten missed rounds are no hiccup.
_SEAL_LAG_MAX = 10_000_000


class HealthOut(msgspec.Struct, frozen=True):
    """`ok`; anything else is a problem."""

    status: str


def get_health(_call: Call) -> Reply:
    """The process answers."""
    return json_reply(HealthOut("ok"))


def get_readiness(call: Call) -> Reply:
    """The database answers, so does the checker, and the log is being sealed; NotReachable otherwise."""
    try:
        with call.app.db.transaction(reading=True) as tx:
            lag = _seal_lag(tx, call.now)
    except Exception as error:
        raise NotReachable(why="the database does not answer") from error
    if not call.metrics.checker_is_up:
        raise NotReachable(why="checks cannot be answered")
    if lag > _SEAL_LAG_MAX:
        raise NotReachable(why="the audit log is not being sealed")
    return json_reply(HealthOut("ok"))


def get_metrics(call: Call) -> Reply:
    """The counters in the Prometheus text format."""
    with call.app.db.transaction(reading=True) as tx:
        counts, lag = jobs.counts(tx), _seal_lag(tx, call.now)
    shown = {state.value: counts.get(state, 0) for state in jobs.JobState}
    return Reply(200, call.metrics.text(seal_lag=lag, jobs=shown), CONTENT_TYPE, (NO_STORE,))


def _seal_lag(tx: Tx, now: Moment) -> int:
    """How old the oldest entry is that no block holds yet, in µs; 0 when there is none."""
    since = audit.tail(tx).since
    return 0 if since is None else max(0, now - since)

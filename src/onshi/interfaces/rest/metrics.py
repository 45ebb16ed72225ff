"""Counters for whoever runs the network: one set per server process, cheap where they are kept."""

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from onshi.app import App
from onshi.eligibility import Asker, Checked, Query

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECOND = 1_000_000
_BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """What is counted; the hooks take numbers that the caller has anyway and read no clock."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._checks = Counter("onshi_checks", "Checks answered, by kind of answer", ["kind"], registry=self._registry)
        self._batch_size = Histogram(
            "onshi_check_batch_size", "Checks per transaction", buckets=_BATCH_SIZES, registry=self._registry
        )
        self._batch_seconds = Histogram(
            "onshi_check_batch_seconds", "Seconds per check transaction", buckets=_SECONDS, registry=self._registry
        )
        self._requests = Counter(
            "onshi_http_requests",
            "Requests outside the check lane",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "onshi_http_request_seconds",
            "Seconds per request outside the check lane",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._seal_lag = Gauge(
            "onshi_seal_lag_seconds", "Age of the oldest entry no block holds yet", registry=self._registry
        )
        self._checker_up = Gauge("onshi_checker_up", "Whether checks can be answered", registry=self._registry)
        self._jobs = Gauge("onshi_jobs", "Jobs by state", ["state"], registry=self._registry)
        self.checker_is_up = False

    def batch(self, kinds: Mapping[str, int], micros: int) -> None:
        """One transaction of checks: answers by kind, and how long it took."""
        for kind, count in kinds.items():
            self._checks.labels(kind).inc(count)
        self._batch_size.observe(sum(kinds.values()))
        self._batch_seconds.observe(micros / _SECOND)

    def request(self, method: str, route: str, status: int, micros: int) -> None:
        """One request outside the check lane; `route` is the template, never the address asked for."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(micros / _SECOND)

    def text(self, *, seal_lag: int, jobs: Mapping[str, int]) -> bytes:
        """All of it in the Prometheus text format; `seal_lag` in µs."""
        self._seal_lag.set(seal_lag / _SECOND)
        self._checker_up.set(self.checker_is_up)
        for state, count in jobs.items():
            self._jobs.labels(state).set(count)
        return generate_latest(self._registry)


class BatchMeter(Protocol):
    """Who counts checks: here, or in the process that shows the counters."""

    def batch(self, kinds: Mapping[str, int], micros: int) -> None:
        """One transaction of checks: answers by kind, and how long it took."""
        ...


@dataclass
class MeasuredApp(App):
    """An App whose checks are counted, batch by batch, through whichever door they came."""

    metrics: BatchMeter = field(default_factory=Metrics)

    def check(self, queries: Sequence[Query], asker: Asker | Sequence[Asker]) -> list[Checked]:
        """As App.check."""
        started = self.now()
        checked = super().check(queries, asker)
        self.metrics.batch(Tally([one.answer.kind for one in checked]), self.now() - started)
        return checked


def measured(app: App, metrics: BatchMeter) -> MeasuredApp:
    """The same app (database, keys, desk, clock), counted by `metrics`."""
    return MeasuredApp(
        settings=app.settings,
        db=app.db,
        ring=app.ring,
        signer=app.signer,
        desk=app.desk,
        limits=app.limits,
        clock=app.clock,
        metrics=metrics,
    )

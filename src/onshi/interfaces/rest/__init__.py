"""The REST interface: JSON in and out, for software at reception desks."""

from onshi.interfaces.rest.bulk import work_once
from onshi.interfaces.rest.checks import CheckEndpoint
from onshi.interfaces.rest.dispatch import refused, request_id_of
from onshi.interfaces.rest.logs import configure as configure_logs
from onshi.interfaces.rest.logs import trouble_line
from onshi.interfaces.rest.metrics import MeasuredApp, Metrics, measured
from onshi.interfaces.rest.operations import Operation
from onshi.interfaces.rest.problems import InternalError
from onshi.interfaces.rest.service import api, is_rest
from onshi.interfaces.rest.table import CHECK_PATH, OPERATIONS
from onshi.interfaces.rest.wire import CheckProtocol

__all__ = [
    "CHECK_PATH",
    "OPERATIONS",
    "CheckEndpoint",
    "CheckProtocol",
    "InternalError",
    "MeasuredApp",
    "Metrics",
    "Operation",
    "api",
    "configure_logs",
    "is_rest",
    "measured",
    "refused",
    "request_id_of",
    "trouble_line",
    "work_once",
]

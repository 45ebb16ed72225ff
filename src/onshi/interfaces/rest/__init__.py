"""The REST interface: JSON in and out, for software at reception desks."""

from onshi.interfaces.rest.apart import Apart
from onshi.interfaces.rest.bulk import work_once
from onshi.interfaces.rest.checks import CheckEndpoint
from onshi.interfaces.rest.dispatch import refused, request_id_of
from onshi.interfaces.rest.frames import Answered, Counted, Cutter, Ready, Told, framed, read_asked, told_outcome
from onshi.interfaces.rest.lane import answer_group, grouped, tune_interpreter
from onshi.interfaces.rest.logs import configure as configure_logs
from onshi.interfaces.rest.logs import trouble_line
from onshi.interfaces.rest.metrics import MeasuredApp, Metrics, measured
from onshi.interfaces.rest.operations import Operation
from onshi.interfaces.rest.presence import CardCheckOut, PresenceOut, RegistrationOut
from onshi.interfaces.rest.problems import InternalError
from onshi.interfaces.rest.service import api, is_rest
from onshi.interfaces.rest.table import CHECK_PATH, OPERATIONS
from onshi.interfaces.rest.wire import CheckProtocol

__all__ = [
    "CHECK_PATH",
    "OPERATIONS",
    "Answered",
    "Apart",
    "CardCheckOut",
    "CheckEndpoint",
    "CheckProtocol",
    "Counted",
    "Cutter",
    "InternalError",
    "MeasuredApp",
    "Metrics",
    "Operation",
    "PresenceOut",
    "Ready",
    "RegistrationOut",
    "Told",
    "answer_group",
    "api",
    "configure_logs",
    "framed",
    "grouped",
    "is_rest",
    "measured",
    "read_asked",
    "refused",
    "request_id_of",
    "told_outcome",
    "trouble_line",
    "tune_interpreter",
    "work_once",
]

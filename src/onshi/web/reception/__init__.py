"""The desk of a clinic or pharmacy: ask, read the answer, see today's patients, help when a card fails."""

from onshi.web.reception.history import HistoryZip
from onshi.web.reception.pages import routes

__all__ = ["HistoryZip", "routes"]

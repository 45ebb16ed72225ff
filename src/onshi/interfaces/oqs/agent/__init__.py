"""The linking agent (連携アプリ): a folder on a clinic's machine on one side, the server on the other."""

from onshi.interfaces.oqs.agent.bulks import MANY_MAX
from onshi.interfaces.oqs.agent.faces import RANDOM_BYTES, face_file
from onshi.interfaces.oqs.agent.model import Centre, Terms
from onshi.interfaces.oqs.agent.packing import NotUnpacked, unzipped, zipped
from onshi.interfaces.oqs.agent.running import Agent, Clocks, Status

__all__ = [
    "MANY_MAX",
    "RANDOM_BYTES",
    "face_file",
    "Agent",
    "Centre",
    "Clocks",
    "NotUnpacked",
    "Status",
    "Terms",
    "unzipped",
    "zipped",
]

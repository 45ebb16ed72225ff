"""Files out of messages and messages out of files: XML as it is, or in a ZIP with a password (AES-256)."""

import io
from typing import Final

import pyzipper

from onshi.interfaces.oqs.agent.model import Request, Terms
from onshi.interfaces.oqs.elements import Elements
from onshi.interfaces.oqs.encodings import encode, writable
from onshi.interfaces.oqs.names import RequestName
from onshi.interfaces.oqs.outcomes import Said
from onshi.interfaces.oqs.reading import BYTES_MAX
from onshi.interfaces.oqs.schema import message_kinds
from onshi.interfaces.oqs.writing import write
from onshi.kernel import ZIP_DAMAGE
from onshi.outside import ANSWERS, Outgoing

# More than XML of any kind gives; what shrinks further was made to burst a reader.
_RATIO_MAX: Final = 300
_UNPACKED_MIN: Final = 1024 * 1024
# The reader of encrypted ZIPs has a BadZipFile of its own, and a RuntimeError for a wrong password.
_DAMAGE: Final = (pyzipper.BadZipFile, RuntimeError, *ZIP_DAMAGE)


class NotUnpacked(ValueError):
    """A ZIP that cannot be opened with the password, or holds something else than its one file."""


def answer_file(request: Request, elements: Elements, terms: Terms) -> Outgoing:
    """The answer under the name that belongs to its request, as XML or, where the request came so, as ZIP."""
    kind = message_kinds()[request.kind.answer]
    return packed(request.name, write(elements, kind, terms.encoding), terms)


def packed(name: RequestName, data: bytes, terms: Terms, ending: str = "xml") -> Outgoing:
    """The bytes of an answer as the file that belongs to its request."""
    inner = f"{name.answer_base}.{ending}"
    if name.ending != "zip" or terms.password is None:
        return Outgoing(ANSWERS, inner, data)
    return Outgoing(ANSWERS, f"{name.answer_base}.zip", zipped(inner, data, terms.password))


def returned(name: RequestName, data: bytes, why: Said, terms: Terms) -> list[Outgoing]:
    """A request that cannot be processed at all: why, as text, and then the request itself, both among the answers."""
    words = f"{why.code} {why.message}\r\n"
    return [
        Outgoing(ANSWERS, f"{name.base}.err", encode(writable(words, terms.encoding), terms.encoding)),
        Outgoing(ANSWERS, name.text, data),
    ]


def zipped(name: str, data: bytes, password: bytes) -> bytes:
    """A ZIP of one file, encrypted with AES-256."""
    space = io.BytesIO()
    with pyzipper.AESZipFile(space, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password)
        archive.writestr(name, data)
    return space.getvalue()


def unzipped(data: bytes, password: bytes, base: str) -> bytes:
    """The one file of a ZIP, which is named as the ZIP is. Raises NotUnpacked; never anything else."""
    try:
        with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
            found = archive.infolist()
            if len(found) != 1 or found[0].filename.lower() != f"{base}.xml".lower():
                raise NotUnpacked("another file than its own is in it")
            size = found[0].file_size
            if size > BYTES_MAX or size > max(_UNPACKED_MIN, _RATIO_MAX * len(data)):
                raise NotUnpacked("too large")
            archive.setpassword(password)
            with archive.open(found[0]) as file:
                # What the directory says of the size is not believed.
                content = file.read(size + 1)
            if len(content) != size:
                raise NotUnpacked("of another size than it says")
            return bytes(content)
    except _DAMAGE as error:
        raise NotUnpacked(type(error).__name__) from None

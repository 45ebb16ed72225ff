"""A photo between two forms: measured, shown in its frame, sent back for good by whoever confirms it.

Nothing is kept on the server in between. What comes back is looked at again, so it need not be
believed.
"""

import base64
import binascii

from onshi.outside import PHOTO_BYTES_MOST, PhotoCheck, check_photo_file, is_kept_photo
from onshi.web.visit import Form

UPLOAD_BYTES_MAX = PHOTO_BYTES_MOST + 64 * 1024
"""A photo of the largest size with the rest of its form; a larger one is refused before it is read."""
CONFIRM_BYTES_MAX = 2 * 1024 * 1024
"""A form that carries a photo as it is kept."""


def sent_photo(form: Form) -> PhotoCheck | None:
    """The photo of an upload, measured; None when none was chosen."""
    return None if form.file is None else check_photo_file(form.file.read_bytes())


def confirmed_photo(form: Form) -> bytes | None:
    """The photo that was shown and comes back; None when there is none, or it is not as it was shown."""
    try:
        content = base64.b64decode(form.get("photo"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if is_kept_photo(content) else None


def carried(photo: bytes) -> str:
    """The photo as text for a hidden field and for a `data:` address."""
    return base64.b64encode(photo).decode()

"""What a reader of files raises when the fault is the file's."""

import zipfile
import zlib

ZIP_DAMAGE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    # A ZIP over several disks, or packed or encrypted in a way that the reader does not know.
    NotImplementedError,
    # Bytes that do not fit what the directory of the ZIP says of them.
    EOFError,
    OSError,
    ValueError,
)
"""Whatever Python's ZIP reader raises for a file that is damaged, or none at all."""

"""Becomes a pcscd that nobody else sees: run by `unshare` in a mount and a network namespace of its own.

vpcd listens on every address without asking who comes; here the only address is the loopback of this namespace.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP


def raise_loopback() -> None:
    """What `ip link set lo up` does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        asked = struct.pack("16sh22x", b"lo", 0)
        (flags,) = struct.unpack_from("h", fcntl.ioctl(line, _GET_FLAGS, asked), 16)
        fcntl.ioctl(line, _SET_FLAGS, struct.pack("16sh22x", b"lo", flags | _UP))


def main(folder: Path) -> None:
    raise_loopback()
    # pcscd has its socket in /run and takes no other place.
    subprocess.run(["mount", "--bind", str(folder / "run"), "/run"], check=True)
    os.execvp("pcscd", ["pcscd", "--foreground", "--config", str(folder / "reader.conf")])


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""A process that loads one file and tells every part; somebody else ends it. Arguments: url, file, seed."""

import random
import sys
import time
from pathlib import Path

from onshi import flows
from onshi.db import Database
from onshi.kernel import InsurerNumber, Moment


def main(url: str, path: str, seed: str) -> None:
    """Loads in small parts, from a clock that is never behind that of an earlier run."""
    numbers = random.Random(int(seed))
    db = Database(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()

    def told(*_: object) -> None:
        sys.stdout.write("part\n")
        sys.stdout.flush()

    flows.load_feed(
        db,
        Path(path),
        insurer=InsurerNumber("06139992"),
        mode="daily",
        now=lambda: Moment(time.time_ns() // 1_000),
        draw=lambda count: [numbers.getrandbits(63) for _ in range(count)],
        actor="insurer:06139992",
        part_rows=10,
        progress=told,
    )


main(*sys.argv[1:])

"""Tutorials, and how-to pages like them: their blocks, two terminals that run them, and what one sees.

One rule makes a page runnable beside whatever else the machine serves: the port 8200 becomes a free one. One rule
compares: `…` on a page stands for what is different every time (people, days, identifiers), on a line of its own for
any lines.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import httpx

from .test_killed_server import free_port

ROOT = Path(__file__).parent.parent.parent
LANGUAGES = ("en", "ja")
LOCALES = {"en": "C.UTF-8", "ja": "ja_JP.UTF-8"}
PORT = "8200"
SCALE = "1/100000"
# Between the blocks of one shell, so that variables and functions live on, as in the reader's terminal.
MARK = "-- next block --"
START_WITHIN_S = 120
# Tutorials, and how-to pages that are written to be copied from.
FOLDERS = ("tutorial", "how-to")
# What `make demo` needs besides the environment, which stands here already.
NEEDED = ("Makefile", "pyproject.toml", "requirements/run.txt", "tools/setup.sh")


class Block(NamedTuple):
    """What is fenced: `sh` is for the first terminal, `console` for the second, `text` is what one sees.

    A `bash` block is for who has what it needs; it is run by other tests.
    """

    kind: str
    text: str


def page(name: str, language: str) -> str:
    places = (ROOT / "docs" / folder / f"{name}.{language}.md" for folder in FOLDERS)
    return next(place for place in places if place.exists()).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[Block]:
    fence = re.compile(r"^```(console|sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [Block(*found) for found in fence.findall(page(name, language))]


def commands(name: str, language: str) -> list[Block]:
    return [block for block in blocks(name, language) if block.kind != "text"]


def in_english(command: str) -> str:
    """A command of the Japanese page: only what is for reading is in another language."""
    for ours, theirs in {"--lang ja": "--lang en", "終了コード": "exit code", "3番棚": "shelf 3"}.items():
        command = command.replace(ours, theirs)
    return command


def pattern(shown: str) -> re.Pattern[str]:
    """What a page shows, as what may be seen."""
    lines = (r"(?:.*\n)*" if line.strip() == "…" else _line(line) for line in shown.splitlines())
    return re.compile("".join(lines))


def _line(shown: str) -> str:
    return ".+".join(re.escape(part) for part in shown.rstrip().split("…")) + r"\n"


def seen(output: str) -> str:
    """What was printed, as a page can show it: without spaces at the ends of lines."""
    return "".join(f"{line.rstrip()}\n" for line in output.splitlines())


def environment(folder: Path, language: str, port: str) -> dict[str, str]:
    """A terminal in `folder`. Scale and port are settings of `make demo`; the port is known to the commands too."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ONSHI_", "LC_", "MAKE"))}
    return kept | {
        "PYTHONPATH": str(ROOT / "src"),
        "ONSHI_DATA": str(folder / "var" / "demo"),
        "ONSHI_PORT": port,
        "LANG": LOCALES[language],
        "PORT": port,
        "SCALE": SCALE,
    }


def checkout(folder: Path) -> Path:
    """The folder of the project after its environment was made."""
    for name in NEEDED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    (folder / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (folder / ".venv" / name).symlink_to(Path(sys.prefix) / name)
    (folder / ".venv" / ".run").touch()
    return folder


@contextmanager
def first_terminal(name: str, folder: Path, language: str, port: str) -> Iterator[Path]:
    """`make demo`, serving until Ctrl-C; gives the file of what it prints."""
    (start,) = [block.text for block in blocks(name, language) if block.kind == "sh"]
    printed = folder / "first-terminal.txt"
    with (
        printed.open("wb") as out,
        subprocess.Popen(
            ["bash", "-c", start],
            cwd=folder,
            env=environment(folder, language, port),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            end = time.monotonic() + START_WITHIN_S
            while not is_ready(port):
                assert process.poll() is None and time.monotonic() < end, printed.read_text(encoding="utf-8")
                time.sleep(0.1)
            yield printed
        finally:
            os.killpg(process.pid, signal.SIGINT)


def is_ready(port: str) -> bool:
    try:
        return httpx.get(f"http://localhost:{port}/readyz", timeout=5).is_success
    except httpx.TransportError:
        return False


def second_terminal(name: str, folder: Path, language: str, port: str) -> list[str]:
    """What each block prints. A command that fails ends the run, unless the page expects it to."""
    parts = [block.text for block in blocks(name, language) if block.kind == "console"]
    script = f"echo '{MARK}'\n".join(parts).replace(PORT, port)
    done = subprocess.run(
        ["bash", "-e", "-c", f"exec 2>&1\n{script}"],
        cwd=folder,
        env=environment(folder, language, port),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2_000:]
    return done.stdout.replace(port, PORT).split(f"{MARK}\n")


def expected(name: str, language: str) -> list[str]:
    """What the page shows below each block of commands."""
    return [after.text for before, after in pairwise(blocks(name, language)) if before.kind != "text"]


def build(name: str, folder: Path) -> Path:
    """The data of a small country, built as the page says and not served."""
    (start,) = [block.text.split() for block in blocks(name, "en") if block.kind == "sh"]
    subprocess.run(
        [*start, "NO_SERVE=1"], cwd=folder, env=environment(folder, "en", PORT), check=True, capture_output=True
    )
    return folder / "var" / "demo"


def check_kinds(name: str) -> None:
    """Every block of commands is followed by what is seen, on both pages alike."""
    kinds = {language: [block.kind for block in blocks(name, language)] for language in LANGUAGES}
    assert kinds["en"] == ["sh", "text", *["console", "text"] * (len(kinds["en"]) // 2 - 1)]
    assert kinds["ja"] == kinds["en"]


def check_commands(name: str) -> None:
    """Both pages have the same commands."""
    english, japanese = commands(name, "en"), commands(name, "ja")
    assert [block._replace(text=in_english(block.text)) for block in japanese] == english


def check_run(name: str, country: Path, folder: Path, language: str) -> None:
    """The page goes as it is written, with a copy of that country."""
    folder, port = checkout(folder), str(free_port())
    shutil.copytree(country, folder / "var" / "demo")
    with first_terminal(name, folder, language, port) as printed:
        outputs = second_terminal(name, folder, language, port)
        started = printed.read_text(encoding="utf-8").replace(port, PORT)
    shown = expected(name, language)
    assert len(shown) == len(outputs) + 1
    for told, output in zip(shown, [started, *outputs], strict=True):
        assert pattern(told).fullmatch(seen(output)), f"the page shows\n{told}\nand one sees\n{output}"

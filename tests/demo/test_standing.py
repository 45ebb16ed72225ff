"""`onshi demo` as a process: built once and whole, served, found again, built anew, killed in the middle."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from onshi.demo.model import Scale
from onshi.demo.standing import MARKER, Standing, standing

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo-process")]

# A hundred and thirty people: what a build costs here is its files, not its people.
SCALE = Scale(1, 1_000_000)
_ROOT = Path(__file__).parents[2]
_ONSHI = "import sys; from onshi.cli import main; sys.exit(main(sys.argv[1:]))"
_WAIT_S = 90
# Machines that run the tests are busy; on a quiet one it is two.
_SECONDS = 15


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def environment(data: Path, port: int) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("ONSHI_")},
        "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
        "ONSHI_DATA": str(data),
        "ONSHI_HOST": "127.0.0.1",
        "ONSHI_PORT": str(port),
    }


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", _ONSHI, *arguments]


def demo(*options: str) -> list[str]:
    return command("demo", "--lang", "en", "--scale", f"{SCALE.part}/{SCALE.whole}", *options)


def built(data: Path, *options: str) -> str:
    """Runs `onshi demo` without serving; what it printed."""
    done = subprocess.run(
        demo("--no-serve", *options), env=environment(data, free_port()), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def serving(data: Path) -> Iterator[tuple[str, float]]:
    """The demo, served until the block ends: where, and how long it took to be ready. Ends as by Ctrl-C."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    began = time.monotonic()
    with subprocess.Popen(demo(), env=environment(data, port), stdout=subprocess.DEVNULL) as process:
        try:
            wait_until_ready(base, process)
            yield base, time.monotonic() - began
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) in (0, 130, -signal.SIGINT)


def wait_until_ready(base: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _WAIT_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{base}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the demo did not become ready")


def asked(data: Path, base: str) -> dict[str, object]:
    """The answer to the first example, got as the guide says: a token of the demo's clinic, and one POST."""
    port = int(base.rpartition(":")[2])
    token = subprocess.run(
        command("access", "token", "--client", "demo-clinic"),
        env=environment(data, port),
        capture_output=True,
        text=True,
        check=True,
    )
    example = dict(marked(data).examples[0])
    expected = example.pop("kind")
    bearer = {"Authorization": f"Bearer {token.stdout.strip()}"}
    reply = httpx.post(f"{base}/v1/checks", json=example, headers=bearer, timeout=10)
    assert reply.status_code == 200, reply.text
    answer = reply.json()["answer"]
    assert answer["kind"] == expected
    return {name: answer[name] for name in ("kind", "person", "coverage") if name in answer}


def marked(data: Path) -> Standing:
    return msgspec.json.decode((data / MARKER).read_bytes(), type=Standing)


def database(data: Path) -> int:
    """Which file the database is."""
    return (data / "onshi.sqlite").stat().st_ino


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """Where the first start put the country of these tests, and what it answered while it was served."""
    data = tmp_path_factory.mktemp("demo") / "data"
    with serving(data) as (base, _):
        assert httpx.get(base, timeout=10).status_code == 200
        return data, asked(data, base)


@pytest.fixture
def data(first: tuple[Path, dict[str, object]]) -> Path:
    """Where a country stands; a test may replace it with another that is the same."""
    return first[0]


def test_a_second_start_is_quick_and_answers_the_same(first: tuple[Path, dict[str, object]]) -> None:
    data, answer = first
    stood, file = marked(data), database(data)
    with serving(data) as (base, seconds):
        assert asked(data, base) == answer
    assert seconds < _SECONDS
    assert (marked(data), database(data)) == (stood, file)
    assert sorted(path.name for path in data.parent.iterdir()) == [data.name]


def test_the_guide_can_be_pasted(data: Path) -> None:
    """The lines it prints are run as they stand."""
    guide = built(data).splitlines()
    start = guide.index("From the command line (in a second terminal):") + 1
    checks = guide[start : guide.index("", start)]
    assert len(checks) == len(marked(data).examples)
    _, _, options = checks[0].partition(" check ")
    done = subprocess.run(
        command("check", *options.split()), env=environment(data, free_port()), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_fresh_builds_the_same_country_anew(data: Path) -> None:
    stood, file = marked(data), database(data)
    built(data, "--fresh")
    assert database(data) != file
    assert marked(data) == stood


@pytest.mark.parametrize(("given", "fresh"), [((), False), (("FRESH=1",), True)])
def test_make_passes_on_what_it_is_given(given: tuple[str, ...], fresh: bool) -> None:
    make = ["make", "--dry-run", "demo", "SCALE=1/500", "PORT=8765", *given]
    told = subprocess.run(make, cwd=_ROOT, capture_output=True, text=True, check=True).stdout
    (line,) = (line for line in told.splitlines() if "onshi demo" in line)
    assert ("--scale 1/500" in line, "ONSHI_PORT=8765" in line, "--fresh" in line) == (True, True, fresh)


def test_another_scale_is_another_country(data: Path) -> None:
    assert standing(data, SCALE) == marked(data)
    assert standing(data, Scale(1, 2_000_000)) is None


@pytest.mark.parametrize("stands", [True, False])
def test_a_build_that_was_killed_leaves_nothing_half(data: Path, tmp_path: Path, stands: bool) -> None:
    """Killed while it loads: an older country stays as it was, and where none stood none is taken for one."""
    place = data if stands else tmp_path / "data"
    before = (marked(place), database(place)) if stands else None
    kill_while_it_loads(place)
    if before is None:
        assert not place.exists()
        assert standing(place, SCALE) is None
        built(place)
    else:
        assert (marked(place), database(place)) == before
        built(place, "--fresh")
    assert marked(place).people == marked(data).people
    assert marked(place).examples == marked(data).examples
    assert sorted(path.name for path in place.parent.iterdir()) == [place.name]


def kill_while_it_loads(place: Path) -> None:
    """Starts a build and ends it without a word when it has loaded a few files."""
    draft = place.with_name(f"{place.name}.building")
    with subprocess.Popen(
        demo("--no-serve", "--fresh"), env=environment(place, free_port()), stdout=subprocess.DEVNULL
    ) as process:
        until = time.monotonic() + _WAIT_S
        while len(list(draft.glob("feeds/*-daily.csv"))) < 3:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.01)
        process.kill()
    assert (draft / "onshi.sqlite").exists()
    assert not (draft / MARKER).exists()

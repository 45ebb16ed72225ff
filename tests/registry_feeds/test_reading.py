"""Files as they come: encodings, line ends, quotes, packing, headers, halves."""

import gzip
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from onshi.registry.feeds import COLUMNS, FeedRefused, Limits, open_feed, parts, template
from onshi.registry.feeds.errors import (
    FeedDamaged,
    FeedEncodingUnknown,
    FeedIsWorkbook,
    FeedMembers,
    FeedNested,
    FeedTooLarge,
)

from .make import TODAY, checked_bytes, csv_text, places, row

ROWS = [row(number=str(number), address=f"東京都千代田区見本町{number}番地") for number in range(1, 8)]
TEXT = csv_text(ROWS)


def test_every_way_of_writing_a_feed_reads_the_same(tmp_path: Path) -> None:
    expected = checked_bytes(tmp_path / "plain.csv", TEXT.encode()).good
    assert expected.height == 7
    quoted = "".join(",".join(f'"{field}"' for field in line.split(",")) + "\n" for line in TEXT.splitlines())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        archive.writestr("feed.csv", TEXT)
    columnar = io.BytesIO()
    pl.read_csv(TEXT.encode(), infer_schema=False).write_parquet(columnar, row_group_size=2)
    ways = {
        "bom": b"\xef\xbb\xbf" + TEXT.encode(),
        "cp932": TEXT.encode("cp932"),
        "crlf": TEXT.replace("\n", "\r\n").encode(),
        "cr": TEXT.replace("\n", "\r").encode(),
        "tab": csv_text(ROWS, separator="\t").encode(),
        "english": csv_text(ROWS, language="en").encode(),
        "quoted": quoted.encode(),
        "quoted crlf": quoted.replace("\n", "\r\n").encode(),
        "no last line end": TEXT.rstrip("\n").encode(),
        "end mark": TEXT.encode() + b"\x1a",
        "end mark alone": TEXT.encode() + b"\x1a\r\n",
        "blank lines": TEXT.replace("\n", "\n\n").encode(),
        "lines of separators": TEXT.replace("\n", "\n,,,,,,,,,,,,,\n").encode(),
        "leading blank lines": b"\n \n" + TEXT.encode(),
        "wide headers": TEXT.replace("保険者番号", "　保 険 者 番 号 ").replace("氏名カナ", "氏名ｶﾅ").encode(),
        "gzip": gzip.compress(TEXT.encode()),
        "zip": packed.getvalue(),
        "parquet": columnar.getvalue(),
    }
    for name, content in ways.items():
        for rows in (1, 2, 3, 50_000):
            checked = checked_bytes(tmp_path / "feed", content, rows=rows)
            assert places(checked.findings) == [], name
            assert checked.good.equals(expected), name


def test_parquet_with_types_of_its_own(tmp_path: Path) -> None:
    sent = pl.DataFrame(
        {
            "insurer_number": [6139992],
            "number": [567],
            "name": pl.Series(["見本　花子"], dtype=pl.Categorical),
            "name_kana": ["ミホン　ハナコ"],
            "birth_on": [TODAY.replace(year=1985)],
            "sex": pl.Series([2.0], dtype=pl.Float64),
            "relation": [1],
            "acquired_on": [20200401],
            "refused": [True],
        }
    )
    sent.write_parquet(tmp_path / "typed.parquet")
    checked = checked_bytes(tmp_path / "feed", (tmp_path / "typed.parquet").read_bytes(), mode="first")
    assert places(checked.findings) == []
    kept = checked.good.select("insurer_number", "number", "name", "birth_on", "sex", "refused").row(0)
    assert kept == ("06139992", "567", "見本　花子", TODAY.replace(year=1985), "2", True)


def test_parquet_column_of_lists_is_refused_by_its_header(tmp_path: Path) -> None:
    frame = pl.read_csv(TEXT.encode(), infer_schema=False).with_columns(氏名=pl.concat_list("氏名"))
    frame.write_parquet(tmp_path / "feed")
    feed = open_feed(tmp_path / "feed")
    assert places(feed.findings) == [(0, "氏名", "column-type")]
    assert (feed.readable, list(parts(feed))) == (False, [])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", [(0, "", "empty-file")]),
        ("\n\n \x1a", [(0, "", "empty-file")]),
        ("見本　花子,19850412\n", [(0, "", "header-missing")]),
        ('"処理区分,番号\n', [(0, "", "header-missing")]),
        (TEXT.replace("氏名カナ,", "カナ,"), [(0, "#7", "unknown-column"), (0, "氏名カナ", "missing-column")]),
        (TEXT.replace("記号,番号", "番号,番号"), [(0, "番号", "duplicate-column")]),
        (TEXT.replace("記号,", "マイナンバー,"), [(0, "#3", "personal-number-column")]),
        (TEXT.replace("処理区分", "処理"), [(0, "#1", "unknown-column"), (0, "処理区分", "missing-column")]),
    ],
)
def test_heads_that_stop_the_whole_file(tmp_path: Path, header: str, expected: list[tuple[int, str, str]]) -> None:
    checked = checked_bytes(tmp_path / "feed.csv", header.encode(), mode="daily")
    assert places(checked.findings) == expected
    assert checked.good.height == 0


def test_an_unknown_column_is_skipped_but_watched(tmp_path: Path) -> None:
    lines = TEXT.splitlines()
    watched = [f"{lines[0]},備考", f"{lines[1]},なし", f"{lines[2]},1234 5678 9018", f"{lines[3]},123456789012"]
    checked = checked_bytes(tmp_path / "feed.csv", "\n".join(watched).encode())
    assert places(checked.findings) == [(0, "#15", "unknown-column"), (2, "#15", "personal-number-suspected")]
    assert checked.good["row"].to_list() == [1, 3]


def _with_line(number: int, line: str) -> str:
    lines = TEXT.splitlines()
    lines[number] = line
    return "\n".join(lines) + "\n"


LINE = TEXT.splitlines()[2]


@pytest.mark.parametrize(
    ("text", "expected", "good"),
    [
        (_with_line(2, LINE + ",x"), [(2, "", "wrong-field-count")], 6),
        (_with_line(2, LINE.rsplit(",", 1)[0]), [(2, "", "wrong-field-count")], 6),
        (_with_line(2, "x"), [(2, "", "wrong-field-count")], 6),
        (_with_line(2, LINE.replace("見本町", '見"本町')), [], 7),
        (_with_line(2, LINE.replace("東京都", '"東京都')), [(2, "", "stray-quote")], 6),
        (_with_line(2, LINE.replace("東京都", '"東京都').replace("番地", '番地"x')), [(2, "", "stray-quote")], 6),
        (_with_line(2, LINE.replace("東京都", '"東京都,').replace("番地", '番地"')), [], 7),
        (_with_line(2, LINE.replace("東京都", '"東京\n').replace("番地", '"')), [(2, "住所", "control-character")], 6),
        (_with_line(2, LINE.replace("東京都", "東\r京都")), [(2, "住所", "control-character")], 6),
        (_with_line(2, LINE.replace("東京都", "東\x1f京都")), [(2, "住所", "control-character")], 6),
        (_with_line(2, LINE.replace("東京都", "東" + "京" * 700_000)), [(2, "", "too-long")], 6),
        (TEXT[:-20], [(7, "", "file-ends-early")], 6),
        (TEXT.rstrip("\n") + '\n新規,06139992,"12', [(8, "", "file-ends-early")], 7),
    ],
)  # fmt: skip
def test_lines_that_are_no_rows(tmp_path: Path, text: str, expected: list[tuple[int, str, str]], good: int) -> None:
    for rows in (1, 3, 50_000):
        checked = checked_bytes(tmp_path / "feed.csv", text.encode(), rows=rows)
        assert places(checked.findings) == expected
        assert checked.good.height == good


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_wrong_byte_costs_its_own_row(tmp_path: Path, encoding: str) -> None:
    lines = TEXT.encode(encoding).split(b"\n")
    lines[3] = lines[3].replace("見本".encode(encoding), b"\xff" + "本".encode(encoding), 1)
    checked = checked_bytes(tmp_path / "feed.csv", b"\n".join(lines))
    if encoding == "cp932":
        # There 0xFF stands for a private-use character.
        assert places(checked.findings) == [(3, "氏名", "private-use-character")]
    else:
        assert places(checked.findings) == [(3, "氏名", "wrong-encoding")]


def test_a_character_cut_in_half_in_cp932(tmp_path: Path) -> None:
    lines = TEXT.encode("cp932").split(b"\n")
    lines[3] = lines[3].replace("番地".encode("cp932"), "番地".encode("cp932")[:-1], 1)
    checked = checked_bytes(tmp_path / "feed.csv", b"\n".join(lines))
    assert [(number, code) for number, _, code in places(checked.findings)] == [(3, "wrong-encoding")]


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(_with_line(2, "x"), encoding="utf-8")
    feed = open_feed(path)
    whole = list(parts(feed, rows=3))
    assert [(part.first_row, part.rows, part.frame["row"].to_list()) for part in whole] == [
        (1, 3, [1, 3]),
        (4, 3, [4, 5, 6]),
        (7, 1, [7]),
    ]
    assert [part.bytes_read for part in whole][-1] == feed.size == path.stat().st_size
    rest = list(parts(feed, rows=3, from_row=4))
    assert [part.frame.equals(other.frame) for part, other in zip(rest, whole[1:], strict=True)] == [True, True]
    middle = next(parts(feed, rows=3, from_row=5))
    assert (middle.first_row, middle.rows, middle.frame["row"].to_list()) == (5, 2, [5, 6])


def _zip(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, TEXT)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (gzip.compress(TEXT.encode())[:-9], FeedDamaged),
        (gzip.compress(TEXT.encode())[:-8] + b"\0" * 8, FeedDamaged),
        (b"\x1f\x8b", FeedDamaged),
        (b"PK\x03\x04 nothing", FeedDamaged),
        (b"PAR1 nothing PAR1", FeedDamaged),
        (_zip("a.csv", "b.csv"), FeedMembers),
        (_zip(), FeedMembers),
        (_zip("[Content_Types].xml"), FeedIsWorkbook),
        (template("ja", "xlsx"), FeedIsWorkbook),
        (b"\xd0\xcf\x11\xe0 old workbook", FeedIsWorkbook),
        (TEXT.encode("utf-16"), FeedEncodingUnknown),
        (gzip.compress(gzip.compress(TEXT.encode())), FeedNested),
    ],
)
def test_files_refused_by_name(tmp_path: Path, content: bytes, refusal: type[FeedRefused]) -> None:
    (tmp_path / "feed").write_bytes(content)
    with pytest.raises(FeedRefused) as refused:
        open_feed(tmp_path / "feed")
    assert refused.type is refusal
    assert refused.value.text("ja") != refused.value.text("en")


def test_bombs_are_refused_before_they_are_read_to_the_end(tmp_path: Path) -> None:
    bomb = gzip.compress(b"0" * (64 << 20), compresslevel=1)
    (tmp_path / "bomb.gz").write_bytes(bomb)
    with pytest.raises(FeedTooLarge):
        open_feed(tmp_path / "bomb.gz")
    (tmp_path / "large.csv").write_text(TEXT, encoding="utf-8")
    with pytest.raises(FeedTooLarge):
        open_feed(tmp_path / "large.csv", limits=Limits(max_bytes=100))


def test_lines_without_end_are_not_kept(tmp_path: Path) -> None:
    line = TEXT.splitlines()[1].encode()
    content = TEXT.splitlines()[0].encode() + b"\n" + b"9" * (5 << 20) + b"\n" + line + b"\n"
    checked = checked_bytes(tmp_path / "feed.csv", content)
    assert places(checked.findings) == [(1, "", "too-long")]
    assert checked.good["row"].to_list() == [2]


def test_quotes_that_never_close_cost_only_their_own_rows(tmp_path: Path) -> None:
    lines = TEXT.splitlines()
    stray = lines[1].replace("東京都", '"東京都')
    content = "\n".join([lines[0], *([stray] * 100), lines[2], *([stray] * 100)]) + "\n"
    for rows in (7, 50_000):
        checked = checked_bytes(tmp_path / "feed.csv", content.encode(), rows=rows)
        assert checked.good["row"].to_list() == [101]
        assert set(checked.findings["code"]) == {"stray-quote"}
        assert checked.findings.height == 200


def test_a_template_is_a_feed_without_rows(tmp_path: Path) -> None:
    for language in ("ja", "en"):
        (tmp_path / "feed.csv").write_bytes(template(language))
        feed = open_feed(tmp_path / "feed.csv", mode="daily")
        assert feed.keys == tuple(column.key for column in COLUMNS)
        assert (feed.readable, list(parts(feed))) == (True, [])

"""How texts are folded, as tables of what real software sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.kernel import fold_name, fold_number, half_kana, narrow, squeeze


@pytest.mark.parametrize(
    ("sent", "folded"),
    [
        ("4410", "4410"),
        ("４４１０", "4410"),  # full-width
        ("  4410", "4410"),  # padded with blanks
        ("00004410", "4410"),  # padded with zeros
        ("　４４１０　", "4410"),  # ideographic blanks
        ("44 10", "4410"),
        ("0", "0"),  # zero itself stays
        ("000", "0"),
        ("", ""),
        ("   ", ""),
        ("７２１", "721"),
        ("72-1", "72-1"),
        ("７２－１", "72-1"),  # full-width hyphen-minus
        ("72ー1", "72-1"),  # the long-vowel mark
        ("72ｰ1", "72-1"),  # its half-width form
        ("72−1", "72-1"),  # minus sign
        ("72‐1", "72-1"),  # hyphen
        ("72–1", "72-1"),
        ("72—1", "72-1"),
        ("72―1", "72-1"),
        ("72─1", "72-1"),  # a line of a box
        ("72〜1", "72-1"),
        ("72～1", "72-1"),
        ("072-01", "72-1"),  # every group of digits sheds its zeros
        ("100", "100"),  # zeros that count stay
        ("10-100", "10-100"),
        ("ア－１", "ア-1"),
        ("ｱ-01", "ア-1"),  # half-width kana
        ("ｶﾞ1", "ガ1"),
        ("a1", "A1"),
        ("Ａ１", "A1"),
        ("見本　0012", "見本12"),
        ("見本00 12", "見本12"),
        ("①", "1"),
    ],
)
def test_symbols_and_numbers_compare_as_meant(sent: str, folded: str) -> None:
    assert fold_number(sent) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("721", "7210"),
        ("72-1", "721"),
        ("ア1", "イ1"),
        ("カ1", "ガ1"),
        ("1-1", "11"),
        ("ヤ1", "ャ1"),  # small kana count in a symbol
        ("一", "ー"),  # the kanji one is no dash
    ],
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert fold_number(one) != fold_number(other)


@pytest.mark.parametrize(
    ("sent", "folded"),
    [
        ("見本　花子", "見本花子"),
        ("見本 花子", "見本花子"),
        (" 見本花子 ", "見本花子"),
        ("ミホン　ハナコ", "ミホンハナコ"),
        ("ﾐﾎﾝ ﾊﾅｺ", "ミホンハナコ"),
        ("みほん はなこ", "ミホンハナコ"),
        ("キョウコ", "キヨウコ"),  # real software writes small kana large
        ("ｷﾖｳｺ", "キヨウコ"),
        ("きょうこ", "キヨウコ"),
        ("ヲ", "オ"),
        ("ヱ", "エ"),
        ("ヰ", "イ"),
        ("ゔ", "ヴ"),
        ("ハﾞ", "バ"),  # the mark sent apart
        ("ローラ", "ロ-ラ"),
        ("ロｰラ", "ロ-ラ"),
        ("ロ－ラ", "ロ-ラ"),
        ("Ｓｍｉｔｈ　ｊ", "SMITHJ"),
        ("１－２－３", "1-2-3"),
        ("１ー２−３", "1-2-3"),
    ],
)
def test_names_and_addresses_compare_as_meant(sent: str, folded: str) -> None:
    assert fold_name(sent) == folded


@pytest.mark.parametrize(
    ("sent", "printed"),
    [
        ("ミホン　ハナコ", "ﾐﾎﾝ ﾊﾅｺ"),
        ("キョウコ　ガッキ", "ｷｮｳｺ ｶﾞｯｷ"),  # true small kana
        ("パプア", "ﾊﾟﾌﾟｱ"),
        ("ヴァン", "ｳﾞｧﾝ"),
        ("ローラ", "ﾛｰﾗ"),
        ("ヲノ", "ｦﾉ"),
        ("ヰヱ", "ｲｴ"),  # no half-width form: the nearest
        ("ヮヵヶ", "ﾜｶｹ"),
        ("みほん　がい", "ﾐﾎﾝ ｶﾞｲ"),
        ("ジョン・スミス", "ｼﾞｮﾝ･ｽﾐｽ"),
        ("ﾐﾎﾝ ﾊﾅｺ", "ﾐﾎﾝ ﾊﾅｺ"),
        ("ＳＭＩＴＨ", "SMITH"),
        ("René", "René"),
    ],
)
def test_kana_as_the_national_interface_prints_them(sent: str, printed: str) -> None:
    assert half_kana(sent) == printed


@pytest.mark.parametrize(
    ("sent", "narrowed", "squeezed"),
    [
        (" Ａ　Ｂ ", "A B", "A B"),
        ("Ａ　　Ｂ", "A  B", "A B"),
        ("\tﾊﾞ\n", "バ", "バ"),
    ],
)
def test_width_and_blanks(sent: str, narrowed: str, squeezed: str) -> None:
    assert (narrow(sent), squeeze(sent)) == (narrowed, squeezed)


# A voicing mark never stands apart from its letter in the field.
SIGNS = [*"0123456789０１９ Ａaｱァガヲ見本　ー－−‐ｰ〜-/()", "ｶﾞ", "ﾊﾟ"]
FIELD = st.lists(st.sampled_from(SIGNS), max_size=12).map("".join)


@given(FIELD)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_number(fold_number(text)) == fold_number(text)
    assert fold_name(fold_name(text)) == fold_name(text)
    assert half_kana(half_kana(text)) == half_kana(text)


@given(FIELD, st.integers(0, 4), st.sampled_from(["", " ", "　"]))
def test_padding_never_counts(text: str, zeros: int, blank: str) -> None:
    assert fold_number(f"{blank}{text}{blank}") == fold_number(text)
    assert fold_number(f"{'0' * zeros}12{text}") == fold_number(f"12{text}")


@given(st.text())
def test_any_text_can_be_folded(text: str) -> None:
    assert not any(char.isspace() for char in fold_number(text) + fold_name(text))
    half_kana(text)

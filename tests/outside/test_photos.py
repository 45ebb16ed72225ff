"""The photo for a card: what is measured, what is refused, and that nothing but the picture is kept."""

import struct
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw

from onshi.outside import PHOTO_BYTES_MOST, check_photo_file, is_kept_photo, portrait_of
from onshi.outside.photos import TEXTS

LIGHT = (232, 236, 240)


def head(size: tuple[int, int] = (900, 1200), ground: tuple[int, int, int] = LIGHT) -> Image.Image:
    """A drawn head, with the noise of a camera."""
    picture = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(picture)
    width, height = size
    draw.ellipse((width * 0.1, height * 0.75, width * 0.9, height * 1.4), fill=(50, 60, 90))
    draw.ellipse((width * 0.28, height * 0.15, width * 0.72, height * 0.75), fill=(200, 170, 150))
    return Image.blend(picture, Image.effect_noise(size, 30).convert("RGB"), 0.08)


def jpeg(picture: Image.Image, **saving: Any) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", **({"quality": 92} | saving))
    return out.getvalue()


def codes(content: bytes) -> list[str]:
    return [one.code for one in check_photo_file(content).findings]


def striped() -> Image.Image:
    picture = head()
    draw = ImageDraw.Draw(picture)
    for left in range(0, 900, 120):
        draw.rectangle((left, 0, left + 60, 150), fill=(40, 60, 120))
    return picture


@pytest.mark.parametrize("size", [(480, 618), (900, 1200), (1000, 1000), (3000, 4000), (700, 900)])
def test_an_upright_photo_on_a_plain_ground_has_no_finding(size: tuple[int, int]) -> None:
    check = check_photo_file(jpeg(head(size)))
    assert check.findings == ()
    assert check.photo is not None
    with Image.open(BytesIO(check.photo)) as kept:
        assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (700, 900))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", ["not-jpeg"]),
        (b"GIF89a" + bytes(30_000), ["not-jpeg"]),
        (b"\xff\xd8\xff" + bytes(range(1, 256)) * 120, ["unreadable"]),
        (b"\xff\xd8\xff" + bytes(100), ["file-too-small"]),
        (b"\xff\xd8\xff" + bytes(PHOTO_BYTES_MOST), ["file-too-large"]),
        (jpeg(head())[:60_000], ["unreadable"]),
        (jpeg(head((470, 900)), quality=97), ["pixels-too-few"]),
        (jpeg(head((6010, 480))), ["pixels-too-many"]),
        (jpeg(head().convert("CMYK")), ["colours-for-print"]),
        (jpeg(head((1600, 1200))), ["shape"]),
        (jpeg(head((600, 1400))), ["shape"]),
    ],
)
def test_a_photo_that_cannot_be_used_is_refused_with_its_reason(content: bytes, found: list[str]) -> None:
    check = check_photo_file(content)
    assert [one.code for one in check.findings] == found
    assert (check.photo, all(one.blocks for one in check.findings)) == (None, True)


@pytest.mark.parametrize(
    ("picture", "found"),
    [(striped(), ["background-not-plain"]), (head(ground=(60, 60, 66)), ["background-dark"]), (head(), [])],
)
def test_a_ground_that_seems_wrong_is_told_and_decided_by_people(picture: Image.Image, found: list[str]) -> None:
    check = check_photo_file(jpeg(picture))
    assert [one.code for one in check.findings] == found
    assert check.photo is not None
    assert not any(one.blocks for one in check.findings)


def test_grey_is_as_good_as_colour() -> None:
    assert codes(jpeg(head().convert("L"))) == []


def test_place_and_device_do_not_come_along() -> None:
    """EXIF, comments and profiles of the file are gone; the picture stands upright as EXIF said."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SECRETCAM"
    exif.get_ifd(0x8825)[1] = "N"
    content = jpeg(head().rotate(90, expand=True), exif=exif, comment=b"SECRETCAM", icc_profile=b"SECRETCAM" * 9)
    assert b"SECRETCAM" in content
    check = check_photo_file(content)
    assert check.photo is not None
    assert (b"SECRETCAM" in check.photo, b"Exif" in check.photo) == (False, False)
    with Image.open(BytesIO(check.photo)) as kept:
        assert dict(kept.getexif()) == {}
        assert kept.getpixel((350, 20))[2] > 200, "the ground is above, not at the side"
        assert kept.getpixel((350, 890))[0] < 100, "the coat is below"


def test_a_file_that_claims_a_gigantic_picture_is_not_unpacked() -> None:
    """The head says 60,000 by 60,000 pixels; it is believed and nothing is unpacked."""
    content = bytearray(jpeg(head()))
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = struct.pack(">HH", 60_000, 60_000)
    found = codes(bytes(content))
    assert found in (["pixels-too-many"], ["unreadable"])


def test_what_was_kept_is_known_again_and_nothing_else_is() -> None:
    kept = check_photo_file(jpeg(head())).photo
    assert kept is not None and is_kept_photo(kept)
    assert is_kept_photo(portrait_of(7))
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAM"
    with Image.open(BytesIO(kept)) as opened:
        assert not is_kept_photo(jpeg(opened.copy(), exif=exif))
        assert not is_kept_photo(jpeg(opened.resize((701, 900))))
    assert [is_kept_photo(one) for one in (b"", kept[:5_000], jpeg(head()), b"\xff\xd8\xff")] == [False] * 4


def test_every_finding_speaks_both_languages() -> None:
    assert all(ja != en and ja and en for ja, en in TEXTS.values())
    (finding,) = check_photo_file(b"").findings
    assert (finding.text("ja"), finding.text("en")) == TEXTS["not-jpeg"]


def test_no_text_judges_a_face() -> None:
    assert [code for code, texts in TEXTS.items() if "顔" in texts[0] or "face" in texts[1].lower()] == []

"""The photo for a card: what can be measured about the file, and the file as it is kept.

Size, shape and ground are measured. Nothing here looks at a face: that it is the person's is confirmed by people.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import Image, ImageFilter, ImageOps, ImageStat

# 20 KB to 7 MB and 480 to 6000 pixels each way, JPEG in RGB or grey: what the card's maker asks of a file sent over
# the network (as reported by DIME, 2020, and others). 45 mm by 35 mm: the photo on the paper form.
PHOTO_BYTES_LEAST, PHOTO_BYTES_MOST = 20 * 1024, 7 * 1024 * 1024
PIXELS_LEAST, PIXELS_MOST = 480, 6_000
RATIO = 35 / 45
# Our own: how much of a picture may be cut away to get that shape. A square and the 3:4 of a camera pass.
_KEPT_LEAST = 0.75
# Our own: how large a kept photo is. 27.5 mm by 22 mm are printed on the card; this is 600 to the inch and more.
_KEPT_SIZE = (700, 900)
_UNPACKED = (1_800, 1_800)
_QUALITY = 88
# What Pillow says of a file that holds no text, place or profile.
_PLAIN_INFO = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
# Our own: measured on a small copy, at the top and at both sides above the shoulders.
_LOOKED_AT = (140, 180)
_TOP, _SIDE, _SIDES_TO = 16, 18, 90
_PLAIN_WITHIN = 18.0
_TOO_DARK = 110.0

Code = Literal[
    "not-jpeg",
    "unreadable",
    "file-too-small",
    "file-too-large",
    "pixels-too-few",
    "pixels-too-many",
    "colours-for-print",
    "shape",
    "background-not-plain",
    "background-dark",
]

TEXTS: dict[Code, tuple[str, str]] = {
    "not-jpeg": ("JPEG形式の写真を選んでください。", "Choose a photo in JPEG format."),
    "unreadable": (
        "写真のファイルが壊れていて読み取れません。別のファイルを選んでください。",
        "The file is damaged and cannot be read. Choose another.",
    ),
    "file-too-small": (
        "ファイルが小さすぎます（20KB以上）。縮小していない写真を選んでください。",
        "The file is too small (20 KB at least). Choose a photo that was not made smaller.",
    ),
    "file-too-large": ("ファイルが大きすぎます（7MBまで）。", "The file is too large (7 MB at most)."),
    "pixels-too-few": (
        "写真が小さすぎます。縦横とも480ピクセル以上が必要です。",
        "The photo is too small: 480 pixels at least each way.",
    ),
    "pixels-too-many": (
        "写真が大きすぎます。縦横とも6000ピクセルまでです。",
        "The photo is too large: 6000 pixels at most each way.",
    ),
    "colours-for-print": (
        "印刷用の色（CMYK）の写真は使えません。RGBか白黒で保存し直してください。",
        "Photos in colours for print (CMYK) cannot be used. Save it in RGB or grey.",
    ),
    "shape": (
        "縦45：横35の形に切り抜くと大きく欠けます。縦長の写真を選んでください。",
        "Cut to 45 high by 35 wide too much would be lost. Choose an upright photo.",
    ),
    "background-not-plain": (
        "背景に模様・影・物が写っているようです。無地の背景で撮り直すことをお勧めします。",
        "The background seems to have a pattern, a shadow or things in it. Better take it again on a plain ground.",
    ),
    "background-dark": (
        "背景が暗いようです。明るい無地の背景で撮り直すことをお勧めします。",
        "The background seems dark. Better take it again on a light, plain ground.",
    ),
}
# A measurement can be wrong about a ground: the reader is told and decides, and a clerk looks again.
_CAUTIONS: frozenset[Code] = frozenset({"background-not-plain", "background-dark"})


@dataclass(frozen=True, slots=True)
class PhotoFinding:
    """One thing that is not as it should be; with one that `blocks` the photo is not taken."""

    code: Code
    blocks: bool

    def text(self, language: str) -> str:
        """What is wrong and what to do."""
        ja, en = TEXTS[self.code]
        return ja if language == "ja" else en


@dataclass(frozen=True, slots=True)
class PhotoCheck:
    """What was found, and the photo as it would be kept: upright, cut to 45 by 35, without anything but the picture.

    `photo` is None when a finding blocks.
    """

    findings: tuple[PhotoFinding, ...]
    photo: bytes | None


def check_photo_file(content: bytes) -> PhotoCheck:
    """Measures a file and makes the photo of it that is kept; EXIF (place, time, device) does not come along.

    The pixels of a file that says it has more than are allowed are never unpacked.
    """
    if codes := _file_codes(content):
        return _refused(*codes)
    try:
        with Image.open(BytesIO(content), formats=["JPEG"]) as opened:
            if codes := _picture_codes(opened):
                return _refused(*codes)
            # Unpacked no larger than is needed: a photo of the largest size would take a hundred megabytes.
            opened.draft(opened.mode, _UNPACKED)
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return _refused("unreadable")
    cut = _suggested_cut(picture)
    if cut is None:
        return _refused("shape")
    kept = picture.crop(cut).resize(_KEPT_SIZE, Image.Resampling.LANCZOS)
    return PhotoCheck(tuple(PhotoFinding(code, code not in _CAUTIONS) for code in _ground_codes(kept)), _saved(kept))


def is_kept_photo(content: bytes) -> bool:
    """Whether this is a photo as `check_photo_file` makes it: its size, and nothing in the file but the picture."""
    try:
        with Image.open(BytesIO(content), formats=["JPEG"]) as opened:
            if (opened.mode, opened.size) != ("RGB", _KEPT_SIZE) or not set(opened.info) <= _PLAIN_INFO:
                return False
            opened.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return len(content) <= PHOTO_BYTES_MOST


def _refused(*codes: Code) -> PhotoCheck:
    return PhotoCheck(tuple(PhotoFinding(code, blocks=True) for code in codes), None)


def _file_codes(content: bytes) -> list[Code]:
    if len(content) > PHOTO_BYTES_MOST:
        return ["file-too-large"]
    if not content.startswith(b"\xff\xd8\xff"):
        return ["not-jpeg"]
    return ["file-too-small"] if len(content) < PHOTO_BYTES_LEAST else []


def _picture_codes(opened: Image.Image) -> list[Code]:
    """What the head of the file says, before a pixel is unpacked."""
    codes: list[Code] = []
    if min(opened.size) < PIXELS_LEAST:
        codes.append("pixels-too-few")
    if max(opened.size) > PIXELS_MOST:
        codes.append("pixels-too-many")
    if opened.mode not in ("RGB", "L"):
        codes.append("colours-for-print")
    return codes


def _suggested_cut(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The largest piece of the right shape: from the middle, and of what is too high more from below.

    None where too much would be lost.
    """
    width, height = picture.size
    wanted = min(width, round(height * RATIO)), min(height, round(width / RATIO))
    if wanted[0] * wanted[1] < _KEPT_LEAST * width * height:
        return None
    left, top = (width - wanted[0]) // 2, (height - wanted[1]) // 3
    return left, top, left + wanted[0], top + wanted[1]


def _ground_codes(kept: Image.Image) -> list[Code]:
    """How even and how light the ground is; noise of a camera is smoothed away first."""
    small = kept.resize(_LOOKED_AT, Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(1))
    width, _ = _LOOKED_AT
    strips = [
        (0, 0, width, _TOP),
        (0, _TOP, _SIDE, _SIDES_TO),
        (width - _SIDE, _TOP, width, _SIDES_TO),
    ]
    ground = Image.new("L", _LOOKED_AT, 0)
    for strip in strips:
        ground.paste(255, strip)
    measured = ImageStat.Stat(small, ground)
    codes: list[Code] = []
    if max(measured.stddev) > _PLAIN_WITHIN:
        codes.append("background-not-plain")
    if sum(measured.mean) / len(measured.mean) < _TOO_DARK:
        codes.append("background-dark")
    return codes


def _saved(kept: Image.Image) -> bytes:
    out = BytesIO()
    # A new picture from the pixels alone: nothing of the sender's file but what is seen.
    plain = Image.new("RGB", kept.size)
    plain.paste(kept)
    plain.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()

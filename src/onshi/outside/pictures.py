"""Pictures on a software card: a face that is nobody's, and texts as they would be printed."""

from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

_FACE_SIZE = (240, 320)
_PORTRAIT_SIZE = (700, 900)
_FACE_RATIO = 40  # JPEG 2000: so many times smaller than the picture
_TEXT_HEIGHT, _TEXT_MARGIN = 32, 4
_FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
)


def face_of(seed: int) -> bytes:
    """A drawn head in grey, JPEG 2000: shape and shades come from `seed`, so that people can be told apart."""
    picture = Image.new("L", _FACE_SIZE, 235)
    draw = ImageDraw.Draw(picture)
    head, hair, coat = 170 + seed % 50, 30 + seed // 50 % 90, 60 + seed // 4500 % 120
    wide, high = 58 + seed // 540_000 % 14, 82 + seed // 7_560_000 % 16
    middle, top = _FACE_SIZE[0] // 2, 150
    draw.ellipse((middle - 105, 235, middle + 105, 420), fill=coat)
    draw.ellipse((middle - wide - 6, top - high - 14, middle + wide + 6, top + high - 20), fill=hair)
    draw.ellipse((middle - wide, top - high, middle + wide, top + high), fill=head)
    for side in (-1, 1):
        draw.ellipse((middle + side * 24 - 5, top - 12, middle + side * 24 + 5, top - 2), fill=30)
    draw.arc((middle - 22, top + 20, middle + 22, top + 52), 20, 160, fill=60, width=3)
    return _saved_photo(picture)


def chip_photo(photo: bytes | None) -> bytes:
    """The photo of an application as a chip carries it: grey, small, JPEG 2000; without one (a baby) empty."""
    if photo is None:
        return _saved_photo(Image.new("L", _FACE_SIZE, 235))
    with Image.open(BytesIO(photo)) as picture:
        return _saved_photo(ImageOps.fit(picture.convert("L"), _FACE_SIZE))


def portrait_of(seed: int) -> bytes:
    """A drawn head on a light ground, JPEG, in the shape of a photo for a card: from `seed`, and nobody's."""
    wide, high = _PORTRAIT_SIZE
    picture = Image.new("RGB", _PORTRAIT_SIZE, (232, 236, 240))
    draw = ImageDraw.Draw(picture)
    skin = (225 - seed % 60, 190 - seed % 60, 165 - seed % 60)
    hair, coat = (40 + seed // 60 % 90,) * 3, (60 + seed // 5_400 % 90, 80, 110 + seed // 7 % 80)
    middle, chin = wide // 2, round(high * 0.82)
    draw.ellipse((middle - 280, chin - 40, middle + 280, chin + 500), fill=coat)
    draw.ellipse((middle - 215, 85, middle + 215, 620), fill=hair)
    draw.ellipse((middle - 190, 150, middle + 190, chin), fill=skin)
    for side in (-1, 1):
        draw.ellipse((middle + side * 78 - 16, 400, middle + side * 78 + 16, 432), fill=(30, 30, 30))
    draw.arc((middle - 70, 520, middle + 70, 620), 20, 160, fill=(120, 60, 60), width=9)
    return _saved(picture, "JPEG", quality=80)


def text_image(text: str) -> bytes:
    """The text in black on white, a PNG; letters that no font of this machine has are boxes."""
    font = _font()
    left, _, right, _ = font.getbbox(text)
    picture = Image.new("1", (int(right - left) + 2 * _TEXT_MARGIN, _TEXT_HEIGHT), 1)
    ImageDraw.Draw(picture).text((_TEXT_MARGIN - left, _TEXT_MARGIN), text, font=font, fill=0)
    return _saved(picture, "PNG")


@lru_cache(maxsize=64)
def screen_picture(photo: bytes) -> bytes:
    """The photo of a card as a PNG half as wide and high, because browsers do not show JPEG 2000."""
    with Image.open(BytesIO(photo)) as picture:
        return _saved(picture.resize((picture.width // 2, picture.height // 2)), "PNG")


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for path in _FONTS:
        if path.exists():
            return ImageFont.truetype(path, _TEXT_HEIGHT - 2 * _TEXT_MARGIN)
    return ImageFont.load_default()


def _saved_photo(picture: Image.Image) -> bytes:
    return _saved(picture, "JPEG2000", quality_mode="rates", quality_layers=[_FACE_RATIO])


def _saved(picture: Image.Image, form: str, **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()

"""A logo as we keep it: a small PNG that we drew ourselves from what was uploaded.

Nothing of the file survives but its pixels: no EXIF (which may hold a place and a person), no
colour profile, no comment, no second picture, nothing hidden after the end.
"""

import struct
import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 1024 * 1024
MOST_PIXELS = 16_000_000
"""64 MB once unpacked: a file of a few kB can claim far more."""
SIZE = (480, 160)
KINDS = ("PNG", "JPEG", "WEBP")

# From here on an error, not a remark; before that our own limit has refused it.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

NOT_A_PICTURE = "Choose a PNG, JPEG or WebP file; this one cannot be read as a picture."
TOO_LARGE = "Choose a smaller picture: 16 million pixels at most."
MOVING = "Choose a still picture: this one is animated."
TOO_HEAVY = "Choose a smaller file: 1 MB at most."
# What Pillow raises on files that are cut short or made to break it.
_BROKEN = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError,
    TypeError, OverflowError, struct.error, MemoryError,
)  # fmt: skip


class LogoRefused(ValueError):
    """The message says which file to choose instead."""


def redrawn(file: bytes) -> bytes:
    """The picture as PNG of at most 480 by 160 pixels, transparency kept; raises LogoRefused."""
    if len(file) > MOST_BYTES:
        raise LogoRefused(TOO_HEAVY)
    try:
        with Image.open(BytesIO(file), formats=KINDS) as picture:
            return _png(_small(_checked(picture)))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise LogoRefused(TOO_LARGE) from None
    except LogoRefused:
        raise
    except _BROKEN:
        raise LogoRefused(NOT_A_PICTURE) from None


def _checked(picture: Image.Image) -> Image.Image:
    if picture.width * picture.height > MOST_PIXELS:
        raise LogoRefused(TOO_LARGE)
    if getattr(picture, "n_frames", 1) > 1:
        raise LogoRefused(MOVING)
    return picture


def _small(picture: Image.Image) -> Image.Image:
    """Turned as the camera held it, in plain red, green, blue and transparency."""
    # A JPEG is unpacked straight to about the size that is wanted.
    picture.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):  # 16 bits a pixel, which converting would cut, not scale
        upright = upright.point(lambda value: value / 256).convert("L")
    plain = upright.convert("RGBA")
    plain.thumbnail(SIZE, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return plain


def _png(picture: Image.Image) -> bytes:
    clean = Image.new("RGBA", picture.size)
    clean.paste(picture)
    file = BytesIO()
    clean.save(file, "PNG", optimize=True)
    return file.getvalue()

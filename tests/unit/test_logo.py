"""Whatever is uploaded, what is kept is a small PNG of our own drawing, or nothing."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from screening.exchange.logo import (
    MOST_BYTES,
    MOVING,
    NOT_A_PICTURE,
    TOO_HEAVY,
    TOO_LARGE,
    LogoRefused,
    redrawn,
)


def file(kind: str, picture: Image.Image | None = None, **more: Any) -> bytes:
    out = BytesIO()
    (picture or Image.new("RGB", (300, 90), "#7a3e5d")).save(out, kind, **more)
    return out.getvalue()


def opened(png: bytes) -> Image.Image:
    picture = Image.open(BytesIO(png), formats=["PNG"])
    picture.load()
    return picture


def with_place() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "canary-place"
    return exif


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_plain_colour(mode: str) -> None:
    assert opened(redrawn(file("PNG", Image.new(mode, (300, 90))))).mode == "RGBA"


def test_a_picture_for_printers_keeps_its_colours() -> None:
    ink = Image.new("CMYK", (40, 40), (0, 255, 255, 0))
    red, green, blue, _ = opened(redrawn(file("JPEG", ink))).getpixel((5, 5))  # type: ignore[misc]
    assert red > 200 > 60 > max(green, blue)


def test_what_is_see_through_stays_so() -> None:
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    assert opened(redrawn(file("WEBP", clear, lossless=True))).getpixel((5, 5)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("size", "kept"), [((2000, 500), (480, 120)), ((500, 2000), (40, 160)), ((50, 20), (50, 20))]
)
def test_it_is_made_to_fit_and_never_larger(size: tuple[int, int], kept: tuple[int, int]) -> None:
    assert opened(redrawn(file("JPEG", Image.new("RGB", size)))).size == kept


def test_nothing_but_pixels_is_kept_and_a_turned_photograph_stands_upright() -> None:
    upload = file("JPEG", Image.new("RGB", (300, 90)), exif=with_place(), comment=b"canary-name")
    png = redrawn(upload + b"canary-after-the-end")
    assert b"canary" in upload
    assert b"canary" not in png
    assert opened(png).info == {}
    assert opened(png).size == (48, 160)


def moving(kind: str) -> bytes:
    return file(kind, save_all=True, append_images=[Image.new("RGB", (300, 90), "red")])


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (b"", NOT_A_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", NOT_A_PICTURE),
        (b"%PDF-1.7", NOT_A_PICTURE),
        (file("GIF"), NOT_A_PICTURE),
        (file("BMP"), NOT_A_PICTURE),
        (file("TIFF"), NOT_A_PICTURE),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, NOT_A_PICTURE),
        (file("PNG", Image.effect_noise((400, 400), 90))[:5000], NOT_A_PICTURE),
        (file("JPEG", Image.effect_noise((400, 400), 90))[:5000], NOT_A_PICTURE),
        (file("WEBP", Image.effect_noise((400, 400), 90))[:5000], NOT_A_PICTURE),
        (moving("PNG"), MOVING),
        (moving("WEBP"), MOVING),
        (b"\xff" * (MOST_BYTES + 1), TOO_HEAVY),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else value[:8],
)
def test_anything_else_is_refused_in_words(upload: bytes, said: str) -> None:
    with pytest.raises(LogoRefused, match="^" + said.split(";")[0].split(".")[0]):
        redrawn(upload)


@pytest.mark.thorough
@pytest.mark.parametrize("side", [4_001, 6_000, 12_000])
def test_a_few_bytes_that_unpack_to_very_many_are_refused_unopened(side: int) -> None:
    bomb = file("PNG", Image.new("1", (side, side)))
    assert len(bomb) < 40_000
    with pytest.raises(LogoRefused, match=TOO_LARGE.split(":")[0]):
        redrawn(bomb)

"""Accents that can be read: the clinic's colour for light pages, and one of its kin for dark.

Contrast is WCAG 2's ratio of relative luminances, 1 to 21 (https://www.w3.org/TR/WCAG22/).
"""

import re

Colour = tuple[int, int, int]

DARK_PAGE: Colour = (0x24, 0x1F, 0x20)
# Black, not a dark grey: of black and white one always reaches 4.5 on any colour.
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
READABLE = 4.5
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def theme_css(accent: str) -> str:
    """A stylesheet that sets the accent (``#rrggbb``) and the text colours to use on it."""
    rules = "".join(f"--{name}:{colour};" for name, colour in theme(accent).items())
    return f":root{{{rules}}}\n"


def theme(accent: str) -> dict[str, str]:
    """The accent and the text colour on it, for light pages and for dark ones."""
    light = _parsed(accent)
    dark = light
    while contrast(dark, DARK_PAGE) < READABLE:
        dark = _lighter(dark)
    return {
        "accent": _hex(light),
        "on-accent": _hex(on(light)),
        "accent-dark": _hex(dark),
        "on-accent-dark": _hex(on(dark)),
    }


def readable_theme(accent: str) -> dict[str, str] | None:
    """The same for what was typed; None where it is no colour."""
    return theme(accent) if _COLOUR.fullmatch(accent) else None


def on(background: Colour) -> Colour:
    """White or black, whichever reads better on this background."""
    return max(WHITE, BLACK, key=lambda text: contrast(text, background))


def contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _lighter(colour: Colour) -> Colour:
    red, green, blue = (part + max(1, (255 - part) // 10) if part < 255 else 255 for part in colour)
    return red, green, blue


def _parsed(accent: str) -> Colour:
    red, green, blue = bytes.fromhex(accent.removeprefix("#"))
    return red, green, blue


def _hex(colour: Colour) -> str:
    return "#" + bytes(colour).hex()

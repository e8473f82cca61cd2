"""`./run gallery`: every page in every language of every world as PNG, with an index to look at them side by side.

    ./run gallery                       all of them, into data/gallery/pages (open index.html)
    ./run gallery --world extreme --language hu --page risk
    ./run gallery --accept              also takes the pictures as what pages are to look like from now on

Keep out: how a page is drawn (drawing.py), and which worlds there are (worlds.py).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

from reports.run import LANGUAGES, PAGES
from tests.gallery.drawing import REFERENCE_SCALE, Drawn, draw, looks_alike, reference_of
from tests.gallery.worlds import WORLDS, run_in, world, worlds_folder

REFERENCES = Path(__file__).resolve().parent / "references"
# To be read on a screen: 96 dots an inch.
SCALE = 4 / 3
_STYLE = """body { font: 14px sans-serif; background: #E9EDF0; margin: 16px } h2 { margin: 24px 0 8px }
.sheets { display: flex; flex-wrap: wrap; gap: 12px } figure { margin: 0; background: #fff; padding: 6px }
img { width: 420px; border: 1px solid #ccd } .changed figcaption { color: #C2410C; font-weight: bold }
iframe { width: 420px; height: 594px; border: 1px solid #ccd; background: #fff }"""


def reference_path(world_name: str, language: str, sheet: str) -> Path:
    """Where the accepted picture of a sheet is kept."""
    return REFERENCES / f"{world_name}-{language}-{sheet}.png"


def references_of(world_name: str, drawn: Drawn) -> dict[Path, bytes]:
    """The pictures of a report as they would be accepted, by their place."""
    pictures = drawn.pictures(REFERENCE_SCALE)
    return {
        reference_path(world_name, drawn.run.language, sheet): reference_of(picture)
        for sheet, picture in pictures.items()
    }


def changed_sheets(world_name: str, drawn: Drawn) -> list[str]:
    """The sheets that do not look as accepted, or were never accepted, and accepted ones that are no longer made."""
    fresh = references_of(world_name, drawn)
    accepted = set(REFERENCES.glob(f"{world_name}-{drawn.run.language}-*.png"))
    changed = {path for path in fresh if path not in accepted or not looks_alike(path.read_bytes(), fresh[path])}
    return sorted(path.name for path in changed | accepted - set(fresh))


def accept(world_name: str, drawn: Drawn) -> None:
    """Takes a report's pictures as the accepted ones; a picture that looks the same keeps its bytes."""
    fresh = references_of(world_name, drawn)
    REFERENCES.mkdir(exist_ok=True)
    for path in set(REFERENCES.glob(f"{world_name}-{drawn.run.language}-*.png")) - set(fresh):
        path.unlink()
    for path, content in fresh.items():
        if not path.exists() or not looks_alike(path.read_bytes(), content):
            path.write_bytes(content)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draws what was asked for, writes the index, and says where it is and what changed."""
    asked = _parser().parse_args(arguments)
    out: Path = asked.out or worlds_folder() / "pages"
    out.mkdir(parents=True, exist_ok=True)
    blocks, changed = [], []
    for name in asked.world or WORLDS:
        for language in asked.language or LANGUAGES:
            run = run_in(name, language)
            drawn = draw(replace(run, pages=tuple(asked.page)) if asked.page else run, world(name))
            if asked.accept:
                accept(name, drawn)
            different = [] if asked.page else changed_sheets(name, drawn)
            blocks.append(_block(out, name, drawn, different))
            changed += different
            print(f"{name} {language}: {len(drawn.sheets)} sheets, {len(different)} not as accepted", flush=True)
    index = out / "index.html"
    body = "".join(blocks)
    index.write_text(f"<!DOCTYPE html><meta charset=utf-8><title>Gallery</title><style>{_STYLE}</style>{body}")
    print(index)
    if changed:
        print(f"not as accepted: {', '.join(changed)}")


def _block(out: Path, name: str, drawn: Drawn, different: Sequence[str]) -> str:
    """Writes the pictures, the file and the mail of a report; its part of the index."""
    stem = f"{name}-{drawn.run.language}"
    (out / f"{stem}.pdf").write_bytes(drawn.content)
    (out / f"{stem}.mail.html").write_text(drawn.mail.html, encoding="utf-8")
    (out / f"{stem}.mail.txt").write_text(drawn.mail.text, encoding="utf-8")
    figures = []
    for sheet, picture in drawn.pictures(SCALE).items():
        file = f"{stem}-{sheet}.png"
        picture.save(out / file)
        state = ' class="changed"' if file in different else ""
        figures.append(f'<figure{state}><a href="{file}"><img src="{file}" alt=""></a><figcaption>{sheet}</figcaption>')
    figures.append(f'<figure><iframe src="{stem}.mail.html"></iframe><figcaption>{escape(drawn.mail.subject)}')
    return f'<h2><a href="{stem}.pdf">{stem}</a></h2><div class="sheets">{"".join(figures)}</div>'


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run gallery", description="Every page in every language of every world.")
    parser.add_argument("--world", action="append", choices=WORLDS, help="only this world; may be given again")
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="only this language; may be given again")
    parser.add_argument("--page", action="append", choices=PAGES, help="only this page; may be given again")
    parser.add_argument("--out", type=Path, help="the folder of the pictures (default: data/gallery/pages)")
    parser.add_argument("--accept", action="store_true", help="from now on, pages are to look like this")
    parser.epilog = (
        "HOLDFAST_GALLERY: where the worlds are kept. HOLDFAST_TEST_DEMO: a data folder with a finished demo."
    )
    return parser


if __name__ == "__main__":
    main()

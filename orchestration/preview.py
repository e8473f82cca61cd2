"""A local page with a report's sheets and its mail side by side, made anew whenever a file of reports/ changes.

Served on the loopback address only, and only to requests that ask for it by that name. Each rendering is a process of
its own (reporting.py), so that changed Python is taken as well as changed templates.
Add here: something else to look at beside the sheets. Keep out: which reports are due, and sending.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import pypdfium2  # type: ignore[import-untyped]

from orchestration.reporting import RenderFailure, render_reports
from orchestration.settings import PROJECT_ROOT
from reports.run import ReportRun

HOST = "127.0.0.1"
WATCHED = PROJECT_ROOT / "reports"
# Pixels to a point: 120 dots an inch, readable on any screen.
_SCALE = 5 / 3
_KINDS = {".png": "image/png", ".pdf": "application/pdf", ".html": "text/html; charset=utf-8",
          ".txt": "text/plain; charset=utf-8"}  # fmt: skip
_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Preview</title><style>
body {{ font: 14px/1.4 sans-serif; margin: 16px; background: #E9EDF0 }}
main {{ display: flex; gap: 16px; align-items: flex-start }}
section {{ flex: 1 }} img {{ width: 100%; background: #fff }}
iframe {{ width: 640px; height: 1400px; border: 0; background: #fff }} pre {{ white-space: pre-wrap; color: #C2410C }}
</style></head><body data-stamp="{stamp}">{body}<script>
setInterval(async () => {{
  const answer = await fetch("/stamp").catch(() => null);
  if (answer && (await answer.text()) !== document.body.dataset.stamp) location.reload();
}}, 1000);
</script></body></html>"""

Render = Callable[[list[ReportRun], Path, Path], tuple[dict[str, dict[str, Any]], tuple[RenderFailure, ...]]]


@dataclass(frozen=True)
class Rendered:
    """What was last made: the files by their names, the page that shows them, and from which state of the sources."""

    stamp: str
    page: str
    files: dict[str, bytes]


class Preview:
    """The reports of these runs, rendered again when the sources are another state than at the last rendering."""

    def __init__(
        self,
        runs: Sequence[ReportRun],
        marts: Path,
        folder: Path,
        watched: Path = WATCHED,
        render: Render = render_reports,
    ) -> None:
        self._runs, self._marts, self._folder, self._watched = list(runs), marts, folder, watched
        self._render, self._lock = render, Lock()
        self._rendered: Rendered | None = None

    def stamp(self) -> str:
        """A hash of every file's name, size and time of change."""
        digest = hashlib.sha256()
        for path in sorted(path for path in self._watched.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            state = path.stat()
            digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def current(self) -> Rendered:
        """The reports from the sources as they are; one rendering at a time."""
        with self._lock:
            stamp = self.stamp()
            if self._rendered is None or self._rendered.stamp != stamp:
                self._rendered = self._made(stamp)
            return self._rendered

    def _made(self, stamp: str) -> Rendered:
        answers, failures = self._render(self._runs, self._marts, self._folder)
        files: dict[str, bytes] = {}
        blocks = [f"<h2>{escape(failed.audience)}</h2><pre>{escape(failed.reason)}</pre>" for failed in failures]
        for audience, answer in answers.items():
            made = _files_of(audience, self._folder, answer)
            files |= made
            blocks.append(_block(audience, answer, [name for name in made if name.endswith(".png")]))
        return Rendered(stamp, _PAGE.format(stamp=stamp, body="".join(blocks)), files)


def _files_of(audience: str, folder: Path, answer: dict[str, Any]) -> dict[str, bytes]:
    """The report's files under the names the page asks for, and a picture of every sheet."""
    pdf = (folder / answer["pdf"]).read_bytes()
    files = {
        f"{audience}.pdf": pdf,
        f"{audience}.html": (folder / answer["html_body"]).read_bytes(),
        f"{audience}.txt": (folder / answer["text_body"]).read_bytes(),
    }
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, start=1):
            picture = BytesIO()
            page.render(scale=_SCALE).to_pil().save(picture, "PNG")
            files[f"{audience}-{number}.png"] = picture.getvalue()
    return files


def _block(audience: str, answer: dict[str, Any], pictures: Sequence[str]) -> str:
    sheets = "".join(f'<img src="/{escape(name)}" alt="">' for name in pictures)
    links = " · ".join(f'<a href="/{escape(audience)}.{kind}">{kind}</a>' for kind in ("pdf", "html", "txt"))
    # No script of a mail may run beside the page, as none does in a mail program.
    mail = f'<iframe sandbox src="/{escape(audience)}.html"></iframe>'
    subject = escape(str(answer["subject"]))
    return f"<h2>{escape(audience)} · {links}</h2><p>{subject}</p><main><section>{sheets}</section>{mail}</main>"


def preview_server(preview: Preview, port: int) -> ThreadingHTTPServer:
    """A server of the preview on the loopback address, not serving yet; port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = (self.headers.get("Host") or "").rpartition(":")[0]
            # A page elsewhere whose name leads here would otherwise read the reports in somebody's browser.
            if host not in (HOST, "localhost"):
                self.send_error(HTTPStatus.FORBIDDEN, "only for this machine")
            elif self.path == "/stamp":
                self._send(preview.stamp().encode(), _KINDS[".txt"])
            elif self.path == "/":
                self._send(preview.current().page.encode(), _KINDS[".html"])
            else:
                self._send_file(self.path.removeprefix("/"))

        def _send_file(self, name: str) -> None:
            content = preview.current().files.get(name)
            if content is None:
                self.send_error(HTTPStatus.NOT_FOUND)
            else:
                self._send(content, _KINDS[Path(name).suffix])

        def _send(self, content: bytes, kind: str) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: a request a second is no news."""

    return ThreadingHTTPServer((HOST, port), Handler)

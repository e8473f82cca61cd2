"""`holdfast report --preview`: sheets and mail on a local page, made anew when a source changes, for this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from orchestration.preview import Preview, preview_server
from orchestration.reporting import RenderFailure
from orchestration.settings import PROJECT_ROOT
from reports.run import ReportRun
from tests.pipeline import DemoRun
from tests.unit.reports_machine.runs import RUN


class Renderer:
    """Stands in for the render processes: counts its calls, and fails where it is told to."""

    def __init__(self) -> None:
        self.calls = 0
        self.broken = ""

    def __call__(
        self, runs: list[ReportRun], marts: Path, folder: Path
    ) -> tuple[dict[str, dict[str, Any]], tuple[RenderFailure, ...]]:
        self.calls += 1
        if self.broken:
            return {}, tuple(RenderFailure(run.audience, self.broken) for run in runs)
        folder.mkdir(parents=True, exist_ok=True)
        pdf = bytes(_two_sheets())
        texts = {"board.pdf": pdf, "board.mail.html": b"<b>mail</b>", "board.mail.txt": b"plain mail"}
        for name, content in texts.items():
            (folder / name).write_bytes(content)
        answer = {"pdf": "board.pdf", "html_body": "board.mail.html", "text_body": "board.mail.txt", "subject": "<Sub>"}
        return {"board": answer}, ()


def _two_sheets() -> bytearray:
    from io import BytesIO

    import pikepdf

    content = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(2):
            pdf.add_blank_page(page_size=(100, 140))
        pdf.save(content)
    return bytearray(content.getvalue())


@pytest.fixture
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder that stands for reports/."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "cover.html.j2").write_text("one")
    return folder


@pytest.fixture
def port(renderer: Renderer, sources: Path, tmp_path: Path) -> Iterator[int]:
    """A served preview; ended with the test."""
    preview = Preview([RUN], tmp_path / "marts.duckdb", tmp_path / "made", sources, renderer)
    with preview_server(preview, 0) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def get(port: int, path: str, host: str | None = None) -> tuple[int, str, bytes]:
    """Status, kind and content of an answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{port}"})
    answer = connection.getresponse()
    found = answer.status, answer.getheader("Content-Type") or "", answer.read()
    connection.close()
    return found


def test_sheets_and_mail_are_shown_side_by_side(port: int) -> None:
    status, kind, page = get(port, "/")
    assert (status, kind) == (200, "text/html; charset=utf-8")
    text = page.decode()
    assert re.findall(r'<img src="/([^"]+)"', text) == ["board-1.png", "board-2.png"]
    assert '<iframe sandbox src="/board.html">' in text
    assert "&lt;Sub&gt;" in text
    assert get(port, "/board-2.png")[1:] == ("image/png", get(port, "/board-2.png")[2])
    assert get(port, "/board-2.png")[2].startswith(b"\x89PNG")
    assert get(port, "/board.pdf")[2].startswith(b"%PDF")
    assert get(port, "/board.html")[2] == b"<b>mail</b>"
    assert get(port, "/board.txt")[2] == b"plain mail"


def test_it_renders_once_and_again_when_a_template_changes(port: int, renderer: Renderer, sources: Path) -> None:
    first = get(port, "/")[2].decode()
    get(port, "/board-1.png")
    assert renderer.calls == 1
    stamp = get(port, "/stamp")[2].decode()
    assert f'data-stamp="{stamp}"' in first
    (sources / "cover.html.j2").write_text("another")
    assert get(port, "/stamp")[2].decode() != stamp
    assert f'data-stamp="{stamp}"' not in get(port, "/")[2].decode()
    assert renderer.calls == 2


def test_what_cannot_be_rendered_is_said_and_tried_again_after_a_change(
    port: int, renderer: Renderer, sources: Path
) -> None:  # fmt: skip
    renderer.broken = "unexpected '<'"
    page = get(port, "/")[2].decode()
    assert "unexpected &#x27;&lt;&#x27;" in page
    assert "<img" not in page
    renderer.broken = ""
    (sources / "new.html.j2").write_text("mended")
    assert "<img" in get(port, "/")[2].decode()


@pytest.mark.parametrize("path", ["/../marts.duckdb", "/board.csv", "/%2e%2e/etc/passwd", "/hungary.pdf"])
def test_nothing_else_is_handed_out(port: int, path: str) -> None:
    assert get(port, path)[0] == 404


@pytest.mark.parametrize("host", ["reports.example", "reports.example:80", "127.0.0.1.reports.example:1", ""])
def test_a_request_by_another_name_is_refused(port: int, host: str) -> None:
    assert get(port, "/", host or "x")[0] == 403


def test_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    with preview_server(Preview([RUN], tmp_path, tmp_path), 0) as server:
        assert server.server_address[0] == "127.0.0.1"


@pytest.mark.pipeline
@pytest.mark.timeout(600)
def test_the_command_shows_the_demo_and_ends_by_itself(demo_run: DemoRun) -> None:
    data = demo_run.settings.data_dir
    before = set((data / "reports").rglob("*"))
    command = [sys.executable, "-m", "orchestration.cli", "report", "--preview", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--month", "2024-12", "--audience", "hungary"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "HOLDFAST_DATA": str(data), "HOLDFAST_CONFIG": str(demo_run.settings.config_dir),
             "PYTHONPATH": str(PROJECT_ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        told = process.stdout.readline()
        found = re.search(r":(\d+)/", told)
        assert found, told
        port = int(found.group(1))
        # The first page waits for the rendering.
        connection = HTTPConnection("127.0.0.1", port, timeout=300)
        connection.request("GET", "/")
        page = connection.getresponse().read().decode()
        assert page.count("<img") >= 7
        assert get(port, "/hungary.pdf")[2].startswith(b"%PDF")
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        process.stdout.close()
    assert set((data / "reports").rglob("*")) == before

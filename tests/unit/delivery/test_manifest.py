"""The manifest: written at once, merged per audience, read with errors that name file and key."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.delivery.manifest import AudienceEntry, Manifest, ManifestError, merge_manifest, read_manifest

ENTRY: dict[str, Any] = {
    "language": "en",
    "edition": 1,
    "pdf": "board.pdf",
    "pdf_sha256": "0" * 64,
    "page_count": 7,
    "subject": "December 2024: 91.2 % stayed",
    "headline": "91.2 % stayed",
    "html_body": "board.mail.html",
    "text_body": "board.mail.txt",
    "picture": "board.png",
    "key_figures": [{"name": "retention_rate", "value": 0.912, "text": "91.2 %"}],
}


def manifest(*audiences: str, snapshot: str = "aa", version: str = "0.1.0") -> Manifest:
    entries = {name: AudienceEntry.model_validate({**ENTRY, "pdf": f"{name}.pdf"}) for name in audiences}
    return Manifest(
        report="retention",
        month="2024-12",
        snapshot_hash=snapshot,
        as_of=date(2025, 1, 3),
        version=version,
        audiences=entries,
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "2024-12" / "manifest.json"
    written = merge_manifest(path, manifest("board"))
    assert read_manifest(path) == written == manifest("board")
    assert [file.name for file in path.parent.iterdir()] == ["manifest.json"]


def test_an_audience_rendered_alone_keeps_the_others_of_the_same_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    merge_manifest(path, manifest("board", "hungary"))
    merge_manifest(path, manifest("poland"))
    assert sorted(read_manifest(path).audiences) == ["board", "hungary", "poland"]


@pytest.mark.parametrize("other", [{"snapshot": "bb"}, {"version": "0.2.0"}])
def test_entries_of_another_snapshot_or_version_are_dropped(tmp_path: Path, other: dict[str, str]) -> None:
    path = tmp_path / "manifest.json"
    merge_manifest(path, manifest("board", "hungary"))
    merge_manifest(path, manifest("board", **other))
    assert sorted(read_manifest(path).audiences) == ["board"]


def test_a_missing_manifest_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"manifest\.json: there is no manifest; run `holdfast report`"):
        read_manifest(tmp_path / "manifest.json")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"pdf": "../../etc/passwd"}, "below the manifest's folder"),
        ({"html_body": "/etc/passwd"}, "below the manifest's folder"),
        ({"pdf": "a\u0000b.pdf"}, "below the manifest's folder"),
        ({"pdf_sha256": "xyz"}, "pdf_sha256"),
        ({"edition": 0}, "edition"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_an_entry_out_of_order_is_refused(tmp_path: Path, change: dict[str, object], word: str) -> None:
    path = tmp_path / "manifest.json"
    content = manifest("board").model_dump(mode="json")
    content["audiences"]["board"].update(change)
    path.write_text(json.dumps(content))
    with pytest.raises(ManifestError, match=word) as caught:
        read_manifest(path)
    assert str(path) in str(caught.value)


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text('{"report": "reten')
    with pytest.raises(ManifestError, match="run `holdfast report`"):
        read_manifest(path)

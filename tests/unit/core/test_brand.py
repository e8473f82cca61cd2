"""The brand of an audience is checked when the configuration is read, with file, line and fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.configuration.brand import load_logo
from orchestration.settings import Settings, SettingsError, load_settings
from reports.charts.colour import contrast
from tests.company_config import write_config

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20"><path d="M0 0L9 9"/></svg>'
AUDIENCES = """audiences:
  - {name: first, title: First, language: en}
  - name: board
    title: All customers
    language: en
"""


def load(root: Path, *lines: str) -> Settings:
    """A company whose second audience has these further lines."""
    config = write_config(root, {"customers": "customers.csv"})
    (config / "audiences.yml").write_text(AUDIENCES + "".join(f"    {line}\n" for line in lines), encoding="utf-8")
    return load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(root / "data")})


def refusal(root: Path, *lines: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(root, *lines)
    return str(caught.value)


def test_a_pale_accent_is_refused_and_a_readable_one_named(tmp_path: Path) -> None:
    told = refusal(tmp_path, "brand:", '  accent: "#FFDD00"')
    assert (
        f"{tmp_path}/config/audiences.yml:7: audiences.1.brand.accent #FFDD00: text in it has a contrast of 1." in told
    )
    assert contrast(told.rsplit(" ", 1)[1], "#FFFFFF") >= 4.6


def test_a_readable_accent_is_taken(tmp_path: Path) -> None:
    assert load(tmp_path, 'brand: {accent: "#7A1FA2"}').audience("board").brand.accent == "#7A1FA2"


def test_a_logo_lies_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "logo.svg").write_text(SVG, encoding="utf-8")
    settings = load(tmp_path, "brand: {logo: logo.svg}")
    logo = load_logo(settings.config_dir, settings.audience("board").brand)
    assert logo is not None
    assert (logo.width, logo.height) == (80, 20)
    assert load_logo(settings.config_dir, settings.audience("first").brand) is None


def test_a_hostile_logo_stops_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "logo.svg").write_text(SVG.replace("<path", "<script/><path"), encoding="utf-8")
    told = refusal(tmp_path, "brand: {logo: logo.svg}")
    assert "audiences.yml:6: audiences.1.brand.logo logo.svg: the SVG holds <script>" in told


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing.png", "cannot be read"), ("../secret.png", "leads out of"), ("/etc/passwd", "leads out")],
)
def test_a_logo_that_is_not_there_or_elsewhere_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    assert reason in refusal(tmp_path, f"brand: {{logo: {name}}}")


def test_a_logo_behind_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "logo.svg").write_text(SVG, encoding="utf-8")
    (tmp_path / "config" / "logo.svg").symlink_to(tmp_path / "logo.svg")
    assert "leads out of" in refusal(tmp_path, "brand: {logo: logo.svg}")


def test_a_workbook_needs_its_page(tmp_path: Path) -> None:
    assert "attach_xlsx makes a workbook of page risk" in refusal(tmp_path, "attach_xlsx: true", "pages: [cover]")


def test_no_workbook_goes_out_beside_an_encrypted_report(tmp_path: Path) -> None:
    assert "names unencrypted" in refusal(tmp_path, "attach_xlsx: true", "password_env: BOARD_PASSWORD")

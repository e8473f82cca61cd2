"""The words of the doctor: one finding, and where it stands.

Keep out: looking (the other modules) and printing (commands/doctor.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from orchestration.configuration.yaml_lines import YamlDocument, read_yaml
from orchestration.settings import Settings

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """One thing to know. error: a run would stop or a file not land; warning: something is lost; note: as it is."""

    level: Level
    place: str
    text: str
    fix: str = ""

    def __str__(self) -> str:
        fix = f" → {self.fix}" if self.fix else ""
        return f"{self.place}: {self.text}{fix}"


@dataclass(frozen=True)
class Places:
    """Where a setting stands: `config/sources.yml:14`, written from the current folder."""

    config_dir: Path
    here: Path = field(default_factory=Path.cwd)

    @classmethod
    def of(cls, settings: Settings) -> Places:
        return cls(settings.config_dir)

    @cached_property
    def _sources(self) -> YamlDocument:
        return self._read("sources")

    @cached_property
    def _audiences(self) -> YamlDocument:
        return self._read("audiences")

    @cached_property
    def _company(self) -> YamlDocument:
        return self._read("company")

    def _read(self, name: str) -> YamlDocument:
        document = read_yaml(self.config_dir / f"{name}.yml")
        file = document.file
        shown = file.relative_to(self.here) if file.is_relative_to(self.here) else file
        return YamlDocument(shown, document.data, document.lines)

    def source(self, name: str, *path: str) -> str:
        """The line of a source, or of a key below it (`"entities", "orders", "columns"`)."""
        return self._item(self._sources, "sources", name, path)

    def audience(self, name: str, *path: str) -> str:
        """The line of an audience, or of a key below it."""
        return self._item(self._audiences, "audiences", name, path)

    def company(self, *path: str) -> str:
        """The line of a key of company.yml."""
        return self._company.place(path)

    @staticmethod
    def _item(document: YamlDocument, key: str, name: str, path: tuple[str, ...]) -> str:
        for index, item in enumerate(document.data[key]):
            if item["name"] == name:
                return document.place((key, index, *path))
        return document.place((key,))

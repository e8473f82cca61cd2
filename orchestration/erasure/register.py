"""The register of erasures: that and when somebody was erased, and by whom, but never who.

An id is kept as a sign (HMAC-SHA256 under a key of this data folder), so that a later delivery of the same id can be
recognised. Both files are state that must not be lost: without them an erased person comes back with the next delivery.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.settings import Settings

# The models know an erased customer by it: its rows stay though its source no longer has them.
PREFIX = "erased-"


class EraseError(RuntimeError):
    """Nobody can be erased by that id, or the register is damaged; the message names the fix."""


class Register:
    """`erasures.jsonl` and its key, in the data folder. Reading makes neither of them."""

    def __init__(self, settings: Settings) -> None:
        self.log = settings.data_dir / "erasures.jsonl"
        self._key_file = settings.data_dir / "erasures.key"

    @property
    def is_empty(self) -> bool:
        """Whether nobody was ever erased here."""
        return not self.log.exists()

    @cached_property
    def pseudonyms(self) -> Mapping[str, str]:
        """Sign of an id → what stands in its place.

        Raises:
            EraseError: a line of the log is no record.
        """
        found: dict[str, str] = {}
        for number, record in enumerate(self.records(), start=1):
            if not isinstance(record.get("erased", {}), dict):
                raise EraseError(f"{self.log}:{number}: not a record of an erasure; restore the file from its backup")
            found.update(record.get("erased", {}))
        return found

    def records(self) -> list[dict[str, Any]]:
        """All records, oldest first; a line that a crash cut off counts only if it is not the last."""
        if self.is_empty:
            return []
        lines = self.log.read_text(encoding="utf-8").splitlines()
        found = []
        for number, line in enumerate(lines, start=1):
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError as error:
                if number < len(lines):
                    raise EraseError(f"{self.log}:{number}: not a record; restore the file from its backup") from error
        return found

    def sign(self, customer_id: str) -> str:
        """The sign of an id; the same id always has the same."""
        return hmac.digest(self._key, customer_id.encode("utf-8"), "sha256").hex()

    def pseudonym_of(self, customer_id: str) -> str | None:
        """What stands in place of an id that was erased, None for any other."""
        return self.pseudonyms.get(self.sign(customer_id))

    def begin(self, ids: Sequence[str], who: str) -> dict[str, str]:
        """Notes, before anything is changed, that these ids of one person are erased; id → pseudonym.

        The pseudonyms sort as the ids do, so that whatever is settled by the order of a person's ids stays settled.
        """
        known = {name: pseudonym for name in ids if (pseudonym := self.pseudonym_of(name))}
        base = f"{PREFIX}{secrets.token_hex(6)}"
        names = {name: known.get(name, f"{base}-{place:03d}") for place, name in enumerate(sorted(ids), start=1)}
        new = {self.sign(name): pseudonym for name, pseudonym in names.items() if name not in known}
        self._append({"event": "begun", "who": who, "erased": new})
        self.__dict__.pop("pseudonyms", None)
        return names

    def finish(self, who: str, pseudonyms: Sequence[str], files: int, rows: int) -> None:
        """Notes that landing holds nothing of the person any more."""
        self._append({"event": "done", "who": who, "pseudonyms": list(pseudonyms), "files": files, "rows": rows})

    @cached_property
    def _key(self) -> bytes:
        if self._key_file.exists():
            return bytes.fromhex(self._key_file.read_text(encoding="ascii").strip())
        if not self.is_empty:
            raise EraseError(f"{self._key_file}: missing, and {self.log} cannot be read without it; restore it")
        key = secrets.token_bytes(32)
        _write_private(self._key_file, key.hex() + "\n", os.O_EXCL)
        return key

    def _append(self, record: Mapping[str, Any]) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        _write_private(self.log, json.dumps({"at": at, **record}, ensure_ascii=False) + "\n", os.O_APPEND)


def _write_private(path: Path, text: str, flags: int) -> None:
    """Writes for the owner's eyes only, and returns when it is on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())

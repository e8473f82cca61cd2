"""Erases one person from landing, and drops everything that was computed from it.

Every landed Parquet file is looked at, also those of loads that never counted. A file is replaced in one step, and
the register is written before the first and after the last: an erasure that died is simply run again.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.contract import Entity
from orchestration.erasure.register import PREFIX, EraseError, Register
from orchestration.erasure.rows import BLANKS, Erasing, erase_table, id_columns
from orchestration.erasure.surveys import QUESTIONS, Surveys
from orchestration.run_lock import run_lock
from orchestration.settings import Settings
from orchestration.sources.files.answers import RESPONSES
from orchestration.sources.files.model import UNPARSED_TABLE


@dataclass(frozen=True)
class Erased:
    """What an erasure did: the pseudonyms now in landing, files rewritten, rows changed."""

    pseudonyms: tuple[str, ...]
    files: int
    rows: int


def landed_files(settings: Settings, contract: Mapping[str, Entity]) -> Iterator[tuple[str, Path]]:
    """Every Parquet file of landing that can hold personal data, with its table, whether its load counts or not."""
    for system in sorted({entity.system for entity in contract.values()}):
        for name in (*(item.name for item in contract.values() if item.system == system), UNPARSED_TABLE):
            for file in sorted((settings.landing_dir / system / name).glob("*.parquet")):
                yield name, file


def look_up(settings: Settings, contract: Mapping[str, Entity], ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """The ids as landing has them, and the others that were merged with them, whichever way.

    Only the first are erased: a company's contacts are merged into it, and are other persons. An id that was erased
    before counts as known: an erasure that died, or whose build failed, is run again by it.

    Raises:
        EraseError: no landed row has one of the ids.
    """
    wanted = [name.strip(BLANKS) for name in ids]
    if not all(wanted) or any(name.startswith(PREFIX) for name in wanted):
        raise EraseError(f"{', '.join(ids)}: a pseudonym or nothing is no customer's id; give it as the CRM writes it")
    merges: dict[str, set[str]] = {}
    register = Register(settings)
    known = {name for name in wanted if register.pseudonym_of(name)} if not register.is_empty else set()
    for name, file in landed_files(settings, contract):
        if name not in contract:
            continue
        columns = [column for column in id_columns(contract[name]) if column in pq.read_schema(file).names]
        table = pq.read_table(file, columns=columns, partitioning=None)
        known |= {one for one in wanted if any(_holds(table.column(column), one) for column in columns)}
        if name == "customers":
            _note_merges(table, merges)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise EraseError(
            f"no landed row has the customer id {', '.join(unknown)}; case counts, and it is the CRM's own"
        )
    return sorted(set(wanted)), sorted(_connected(wanted, merges) - set(wanted))


def _holds(column: pa.ChunkedArray, wanted: str) -> bool:
    return bool(pc.any(pc.equal(pc.utf8_trim(column, characters=BLANKS), wanted)).as_py())


def _note_merges(table: pa.Table, merges: dict[str, set[str]]) -> None:
    if "merged_into" in table.column_names:
        pairs = zip(table.column("customer_id").to_pylist(), table.column("merged_into").to_pylist(), strict=True)
        for one, other in pairs:
            if one and other:
                merges.setdefault(one.strip(BLANKS), set()).add(other.strip(BLANKS))
                merges.setdefault(other.strip(BLANKS), set()).add(one.strip(BLANKS))


def _connected(start: Sequence[str], merges: Mapping[str, set[str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        new = {name for name in merges.get(waiting.pop(), ()) if name and not name.startswith(PREFIX)} - found
        found |= new
        waiting.extend(new)
    return found


def erase(settings: Settings, contract: Mapping[str, Entity], ids: Sequence[str], who: str) -> Erased:
    """Takes a person with these ids out of landing and drops the working file, whose rows came from there.

    Raises:
        RunLockError: another run is at work in the data folder and does not end.
    """
    with run_lock(settings.lock_path):
        names = Register(settings).begin(ids, who)
        erasing = _erasing(settings, contract, names)
        files = rows = 0
        for name, file in landed_files(settings, contract):
            changed = _rewrite(contract.get(name), name, file, erasing)
            files, rows = files + bool(changed), rows + changed
        _drop_computed(settings)
        pseudonyms = tuple(sorted(names.values()))
        Register(settings).finish(who, pseudonyms, files, rows)
    return Erased(pseudonyms, files, rows)


def _erasing(settings: Settings, contract: Mapping[str, Entity], names: Mapping[str, str]) -> Erasing:
    # Everybody in the register, and rows that have a pseudonym already: an erasure that died goes on where it was.
    register = Register(settings)
    there = set(register.pseudonyms.values())
    pseudonym_of = cache(lambda value: value if value in there else register.pseudonym_of(value))
    surveys = Surveys(lambda customer: pseudonym_of(customer) is not None)
    for name, file in landed_files(settings, contract):
        if name in (RESPONSES, QUESTIONS):
            surveys.add(name, pq.read_table(file, partitioning=None))
    words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
    return Erasing(pseudonym_of, lambda text: words.search(text) is not None, surveys.responses())


def _rewrite(entity: Entity | None, name: str, file: Path, erasing: Erasing) -> int:
    """Replaces a file by one without the person, if it holds something of it; rows changed."""
    before = pq.read_table(file, partitioning=None)
    after, _ = erase_table(entity, name, before, erasing)
    if after.equals(before):
        return 0
    temporary = file.with_name(f"{file.name}.{os.getpid()}.part")
    pq.write_table(after, temporary)
    _sync(temporary)
    temporary.replace(file)
    _sync(file.parent)
    return _differing(before, after)


def _differing(before: pa.Table, after: pa.Table) -> int:
    """Rows that are not what they were; no value ever becomes null."""
    changed = pa.array([False] * before.num_rows)
    for name in before.column_names:
        old, new = before.column(name).combine_chunks(), after.column(name).combine_chunks()
        if not old.equals(new):
            changed = pc.or_(changed, pc.fill_null(pc.not_equal(old, new), False))
    return int(pc.sum(changed).as_py() or 0)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _drop_computed(settings: Settings) -> None:
    """The working file, dlt's packages and the doctor's scratch hold copies; the next build makes what it needs."""
    for pattern in ("holdfast.duckdb*", "holdfast.damaged"):
        for file in settings.work_dir.glob(pattern):
            file.unlink()
    for folder in ("dlt", "extract", "doctor"):
        shutil.rmtree(settings.work_dir / folder, ignore_errors=True)


def forget_older_snapshots(settings: Settings) -> list[Path]:
    """Removes every published file but the current one: the others still hold the person's name."""
    current = settings.published_marts.resolve()
    older = [file for file in sorted(settings.published_dir.glob("marts-*.duckdb")) if file.resolve() != current]
    for file in older:
        file.unlink()
    return older

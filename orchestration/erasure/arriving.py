"""Keeps an erased person out of what is about to land: the same ids and words, replaced before they are stored.

Costs nothing where nobody was erased. Keep out: what is landed already (erase.py).
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contract import Entity
from orchestration.erasure.erase import landed_files
from orchestration.erasure.register import Register
from orchestration.erasure.rows import WORD, Erasing, erase_rows
from orchestration.erasure.surveys import QUESTIONS, Surveys
from orchestration.settings import Settings
from orchestration.sources.files.answers import RESPONSES
from orchestration.sources.files.model import Part, ReadFile, Unparsed
from orchestration.sources.files.spool import spooled

# What stands between the values of a line, in every format that has lines.
_BETWEEN = re.compile(r"[\s,;|\"':{}\[\]]+")


def erase_arriving(settings: Settings, contract: Mapping[str, Entity], files: Sequence[ReadFile]) -> list[ReadFile]:
    """The files without persons that were erased before; their spools are rewritten where one of them is in it."""
    register = Register(settings)
    if register.is_empty or not files:
        return list(files)
    erasing = _erasing(settings, contract, register, files)
    for part in (part for file in files for part in file.parts):
        _rewrite(part, contract[part.entity], erasing)
    return [replace(file, unparsed=tuple(_line(line, erasing) for line in file.unparsed)) for file in files]


def _erasing(
    settings: Settings, contract: Mapping[str, Entity], register: Register, files: Sequence[ReadFile]
) -> Erasing:
    pseudonym_of = cache(register.pseudonym_of)
    landed = set(register.pseudonyms.values())
    surveys = Surveys(lambda customer: customer in landed or pseudonym_of(customer) is not None)
    for name, file in landed_files(settings, contract):
        if name in (RESPONSES, QUESTIONS):
            surveys.add(name, pq.read_table(file, partitioning=None))
    for part in (part for file in files for part in file.parts):
        if part.entity in (RESPONSES, QUESTIONS):
            for batch in spooled(part.spool):
                surveys.add(part.entity, pa.Table.from_batches([batch]))
    return Erasing(
        pseudonym_of, lambda text: any(pseudonym_of(word) for word in _BETWEEN.split(text) if word), surveys.responses()
    )


def _rewrite(part: Part, entity: Entity, erasing: Erasing) -> None:
    """Replaces a spool by one without erased persons; the rows stay as many as they were."""
    temporary = Path(f"{part.spool}.{os.getpid()}")
    batches = spooled(part.spool)
    first = next(batches, None)
    if first is None:
        return
    with pa.OSFile(str(temporary), "wb") as sink, _writer(part, sink, first.schema) as writer:
        for batch in itertools.chain((first,), batches):
            writer.write_table(erase_rows(entity, pa.Table.from_batches([batch]), erasing)[0])
    temporary.replace(part.spool)


def _writer(part: Part, sink: pa.NativeFile, schema: pa.Schema) -> Any:
    """A spool in the form that it has. The schema of a Parquet file carries its metadata, where its rows came from."""
    if part.is_ready:
        return pq.ParquetWriter(sink, pq.read_schema(part.spool))
    return pa.ipc.new_stream(sink, schema, options=pa.ipc.IpcWriteOptions(compression="lz4"))


def _line(line: Unparsed, erasing: Erasing) -> Unparsed:
    return replace(line, raw_text=WORD) if erasing.is_named(line.raw_text) else line

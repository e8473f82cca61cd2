"""Files in object storage land as files of a folder do; fsspec's own storage in memory stands for the bucket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import fsspec
import pytest
from pydantic import ValidationError

from orchestration.landing.extract import ExtractError, ExtractResult, extract
from orchestration.settings import EntityFiles, FilesSource, Settings
from tests.landing_world import CONTRACT, World, noon

ORDERS = b"order_id,customer_id,amount\nO1,C1,10.00\nO2,C2,20.00\n"


@pytest.fixture
def bucket() -> Iterator[fsspec.AbstractFileSystem]:
    storage = fsspec.filesystem("memory")
    yield storage
    storage.store.clear()
    storage.pseudo_dirs[:] = [""]


def remote(tmp_path: Path, **source: object) -> tuple[World, Settings]:
    world = World(tmp_path)
    made = FilesSource.model_validate(
        {
            "name": "bucket",
            "kind": "files",
            "system": "crm",
            "path": "memory://exports/crm",
            "entities": {"orders": EntityFiles(files="orders*.csv")},
            **source,
        }
    )
    return world, world.settings().model_copy(update={"sources": (made,)})


def landed(settings: Settings) -> ExtractResult:
    return extract(settings, contract=CONTRACT, clock=noon)


def test_new_files_land_and_unchanged_ones_do_not(tmp_path: Path, bucket: fsspec.AbstractFileSystem) -> None:
    bucket.pipe("/exports/crm/orders_2024-10.csv", ORDERS)
    bucket.pipe("/exports/crm/orders.csv", ORDERS.replace(b"O", b"P").replace(b"Prder", b"order"))
    bucket.pipe("/exports/crm/orders.csv.delivered_on", b"2024-11-15")
    bucket.pipe("/exports/crm/refunds_2024-10.csv", b"no order")
    _, settings = remote(tmp_path)
    first = landed(settings)
    assert [(item.file, item.rows, item.delivered_on, item.delivered_by) for item in first.files] == [
        ("orders_2024-10.csv", 2, date(2024, 10, 31), "file name"),
        ("orders.csv", 2, date(2024, 11, 15), "sidecar"),
    ]
    assert (landed(settings).landed_files, landed(settings).unchanged_files) == (0, 2)
    bucket.pipe("/exports/crm/orders_2024-10.csv", ORDERS + b"O3,C3,30.00\n")
    assert landed(settings).landed_rows == 3


def test_a_folder_below_the_place_and_packed_files(tmp_path: Path, bucket: fsspec.AbstractFileSystem) -> None:
    import gzip

    bucket.pipe("/exports/crm/2024-10/orders.csv.gz", gzip.compress(ORDERS))
    _, settings = remote(tmp_path, entities={"orders": EntityFiles(files="**/orders.csv.gz")})
    [file] = landed(settings).files
    assert (file.file, file.delivered_on) == ("2024-10/orders.csv.gz", date(2024, 10, 31))


def test_a_place_that_is_not_there_is_named(tmp_path: Path, bucket: fsspec.AbstractFileSystem) -> None:
    _, settings = remote(tmp_path, path="memory://nowhere")
    with pytest.raises(ExtractError, match=r"the folder memory://.*nowhere is not there"):
        landed(settings)


def test_every_secret_that_is_not_set_is_named_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUCKET_KEY", "set")
    secrets = {"key": "BUCKET_KEY", "secret": "BUCKET_SECRET", "token": "BUCKET_TOKEN"}
    _, settings = remote(tmp_path, path="s3://exports", storage_env=secrets)
    with pytest.raises(ExtractError, match=r"not set: BUCKET_SECRET .secret., BUCKET_TOKEN"):
        landed(settings)


@pytest.mark.parametrize(
    ("path", "words"),
    [("gs://bucket/x", "pip install gcsfs"), ("nonsense://bucket", "use s3://, abfss://, gs://")],
)
def test_a_storage_that_cannot_be_read_names_the_fix(path: str, words: str, tmp_path: Path) -> None:
    _, settings = remote(tmp_path, path=path)
    with pytest.raises(ExtractError, match=words):
        landed(settings)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"path": "s3://user:word@bucket"}, "a password stands in the path"),
        ({"storage": {"client_secret": "x"}}, "write it under storage_env"),
    ],
)
def test_a_secret_in_the_configuration_is_refused(wrong: dict[str, object], words: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match=words):
        remote(tmp_path, **wrong)

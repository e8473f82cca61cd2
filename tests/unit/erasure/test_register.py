"""The register of erasures: recognises an id again, and never says whose it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.dbt_project import DBT_DIR
from orchestration.erasure.register import PREFIX, EraseError, Register
from orchestration.settings import Settings
from tests.landing_world import company


def register(root: Path) -> Register:
    return Register(Settings(config_dir=root, data_dir=root, company=company(), audiences=(), sources=()))


def test_looking_makes_no_file(tmp_path: Path) -> None:
    assert register(tmp_path).is_empty
    assert register(tmp_path).pseudonyms == {}
    assert list(tmp_path.iterdir()) == []


def test_an_erased_id_is_recognised_and_stands_nowhere(tmp_path: Path) -> None:
    names = register(tmp_path).begin(["K-17", "K-9"], "Ola")
    register(tmp_path).finish("Ola", sorted(names.values()), 3, 4)
    assert register(tmp_path).pseudonym_of("K-17") == names["K-17"]
    assert register(tmp_path).pseudonym_of("K-18") is None
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"K-17" not in written and b"K-9" not in written
    assert [(record["event"], record["who"]) for record in register(tmp_path).records()] == [
        ("begun", "Ola"),
        ("done", "Ola"),
    ]
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_pseudonyms_sort_as_the_ids_of_the_person_do(tmp_path: Path) -> None:
    names = register(tmp_path).begin(["K-9", "K-10", "a"], "Ola")
    assert sorted(names, key=lambda name: names[name]) == ["K-10", "K-9", "a"]
    assert all(pseudonym.startswith(PREFIX) for pseudonym in names.values())


def test_an_erasure_that_died_goes_on_under_the_same_pseudonyms(tmp_path: Path) -> None:
    first = register(tmp_path).begin(["K-1", "K-2"], "Ola")
    assert register(tmp_path).begin(["K-1", "K-2"], "Ola") == first


def test_two_persons_share_nothing(tmp_path: Path) -> None:
    one, other = register(tmp_path).begin(["K-1"], "Ola"), register(tmp_path).begin(["K-2"], "Ola")
    assert set(one.values()) & set(other.values()) == set()


def test_a_record_cut_off_at_the_end_is_none_and_elsewhere_an_error(tmp_path: Path) -> None:
    names = register(tmp_path).begin(["K-1"], "Ola")
    log = register(tmp_path).log
    whole = log.read_text()
    log.write_text(whole + '{"at": "2024-')
    assert register(tmp_path).pseudonym_of("K-1") == names["K-1"]
    log.write_text('{"at": "2024-\n' + whole)
    with pytest.raises(EraseError, match=r"erasures\.jsonl:1: not a record; restore the file"):
        register(tmp_path).pseudonym_of("K-1")


def test_a_lost_key_is_not_made_anew(tmp_path: Path) -> None:
    register(tmp_path).begin(["K-1"], "Ola")
    (tmp_path / "erasures.key").unlink()
    with pytest.raises(EraseError, match=r"erasures\.key: missing"):
        register(tmp_path).sign("K-1")


def test_the_models_know_the_mark() -> None:
    assert f"like '{PREFIX}%'" in (DBT_DIR / "macros" / "judged.sql").read_text(encoding="utf-8")

"""The folder a source's files lie in: on this machine, or in object storage through fsspec.

Both are paths with the same methods (glob, open, is_file, relative_to), so the rest of the source knows no difference.
Keep out: which files count (find.py), and copies (copies.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from orchestration.settings import FilesSource, Settings
from orchestration.sources.fetched import MissingSecretsError, redacted, secrets_of
from orchestration.sources.files.model import FileRejectedError

if TYPE_CHECKING:
    from upath import UPath

# What fsspec needs beyond the locked packages, by the protocol in the path.
_PACKAGES = {"abfs": "adlfs", "abfss": "adlfs", "az": "adlfs", "gs": "gcsfs", "gcs": "gcsfs", "sftp": "paramiko"}


def source_folder(settings: Settings, source: FilesSource, environment: Mapping[str, str]) -> Path:
    """The folder of a source; a folder in object storage only looks like a Path.

    Raises:
        FileRejectedError: the protocol is not known, its package is not installed, or secrets are not set.
    """
    if not source.is_remote:
        return settings.source_path(source)
    try:
        return cast(Path, _remote(source, secrets_of(environment, source.storage_env)))
    except MissingSecretsError as error:
        raise FileRejectedError(f"source {source.name}: {error}") from None
    except (ImportError, ValueError) as error:
        protocol = source.path.split("://")[0]
        package = _PACKAGES.get(protocol)
        fix = f"install it: .venv/bin/pip install {package}" if package else "use s3://, abfss://, gs:// or a folder"
        raise FileRejectedError(f"{redacted(source.path)} cannot be read ({error}); {fix}") from None


def _remote(source: FilesSource, secrets: Mapping[str, str]) -> UPath:
    # fsspec takes a moment to import, and most companies have a folder.
    from upath import UPath

    options: dict[str, Any] = {**source.storage, **secrets}
    place: UPath = UPath(source.path, **options)
    place.fs  # noqa: B018  (made now, so that a missing package is told here)
    return place

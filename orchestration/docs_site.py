"""The dbt docs site: every model, column, test and exposure, and how they hang together, in one HTML file.

Add here: what the site needs. Keep out: its contents (they are the YAML files beside the models).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.build import ManifestError, prepare_build, run_dbt, target_dir
from orchestration.settings import Settings


def build_docs_site(settings: Settings) -> Path:
    """Writes <data>/docs/index.html and returns it. It opens without a server and reads nothing but itself.

    Column types come from the working file; what is not built yet has its documented columns only.

    Raises:
        ManifestError: dbt cannot read the project.
    """
    prepare_build(settings)
    done = run_dbt(settings, "docs", "generate", "--static")
    if done.returncode != 0:
        raise ManifestError(f"dbt docs generate failed:\n{done.stdout[-4000:]}")
    page = settings.data_dir / "docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(target_dir(settings) / "static_index.html", page)
    return page

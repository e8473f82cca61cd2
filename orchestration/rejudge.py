"""Judges all landed rows anew without building marts: has a correction put the quarantine right?

It runs the models up to the quarantine and the clearing. Nothing is published, and the next build starts as always.
"""

from __future__ import annotations

from orchestration.build import RUN_RESULTS, ensure_manifest, prepare_build, run_dbt, target_dir
from orchestration.checks import BuildFailed
from orchestration.landing import ExtractError, extract
from orchestration.progress import say
from orchestration.run_lock import run_lock
from orchestration.settings import Settings

# A build's own seeds are lookups of reasons and segments; no model up to the quarantine reads one.
_JUDGED = ("+int_quarantine", "+int_entity_clearing")


def rejudge(settings: Settings) -> ExtractError | None:
    """Lands what is new and judges all rows; returns the files that could not be landed, to be told after the result.

    Raises:
        BuildFailed: a model up to the quarantine could not be built.
    """
    rejected = None
    with run_lock(settings.lock_path):
        try:
            extract(settings, say)
        except ExtractError as error:
            rejected = error
        ensure_manifest(settings)
        prepare_build(settings)
        done = run_dbt(settings, "run", "--select", *_JUDGED)
        # These are not the results of a build: publishing must not take them for one.
        (target_dir(settings) / RUN_RESULTS).unlink(missing_ok=True)
    if done.returncode != 0:
        raise BuildFailed(f"the rows could not be judged; published marts stay as they are:\n{done.stdout[-3000:]}")
    return rejected

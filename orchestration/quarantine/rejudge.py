"""Judges all landed rows anew without building marts: has a correction put the quarantine right?

It runs the models up to the quarantine and the clearing. Nothing is published, and the next build starts as always.
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.build import RUN_RESULTS, prepare_build, run_dbt, target_dir
from orchestration.checks import BuildFailed
from orchestration.landing.extract import ExtractError, Report, extract
from orchestration.progress import say
from orchestration.run_lock import run_lock
from orchestration.settings import Settings

# No model up to these reads a seed, so that nothing else has to be there.
JUDGED = ("+int_quarantine", "+int_entity_clearing")


def rejudge(settings: Settings, select: Sequence[str] = JUDGED, report: Report = say) -> ExtractError | None:
    """Lands what is new and judges all rows; returns the files that could not be landed, to be told after the result.

    Raises:
        BuildFailed: a model of the selection could not be built.
    """
    rejected = None
    with run_lock(settings.lock_path):
        try:
            extract(settings, report)
        except ExtractError as error:
            rejected = error
        prepare_build(settings)
        done = run_dbt(settings, "run", "--select", *select)
        # These are not the results of a build: publishing must not take them for one.
        (target_dir(settings) / RUN_RESULTS).unlink(missing_ok=True)
    if done.returncode != 0:
        raise BuildFailed(f"the rows could not be judged; published marts stay as they are:\n{done.stdout[-3000:]}")
    return rejected

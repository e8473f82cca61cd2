"""The errors a user can cause or meet: the command line prints their message without a traceback.

ValueError
├── SettingsError        config/*.yml
├── YamlError            a file that is no YAML
└── ManifestError        reports/YYYY-MM/manifest.json
RuntimeError
├── RunLockError         another run holds the data folder
├── WorkingFileHeld      another program holds the working file
├── ExtractError         files rejected before landing
├── BuildFailed          a check, an identity, a quarantine limit
├── PublishError, ChecksError
├── ReportsRefused       a month that is not closed, or a failed build
├── ReportError          a page that cannot be made
└── ReleaseRefused       a snapshot that may not leave
"""

from __future__ import annotations

from orchestration.build import ManifestError as ParsedProjectError
from orchestration.checks import BuildFailed, ChecksError
from orchestration.delivery.manifest import ManifestError
from orchestration.delivery.release import ReleaseRefused
from orchestration.delivery_stage import DeliveryIncomplete
from orchestration.landing import ExtractError
from orchestration.publish import PublishError
from orchestration.reports_stage import ReportsRefused
from orchestration.run_lock import RunLockError
from orchestration.settings import SettingsError
from orchestration.working_file import WorkingFileHeld
from orchestration.yaml_lines import YamlError
from reports.run import ReportError

EXPECTED_ERRORS: tuple[type[Exception], ...] = (
    SettingsError,
    YamlError,
    ManifestError,
    ParsedProjectError,
    RunLockError,
    WorkingFileHeld,
    ExtractError,
    BuildFailed,
    PublishError,
    ChecksError,
    ReportsRefused,
    ReportError,
    ReleaseRefused,
    DeliveryIncomplete,
)

"""The errors a user can cause or meet: the command line prints their message without a traceback.

ValueError
├── SettingsError        config/*.yml
├── ApprovalError        a report that asks for no approval, or is not there
├── YamlError            a file that is no YAML
├── MessageError         a name, an address or a subject that must not reach a header
└── ManifestError        reports/YYYY-MM/manifest.json
RuntimeError
├── RunLockError         another run holds the data folder
├── WorkingFileHeld      another program holds the working file
├── ExtractError         files rejected before landing
├── LandingError         rows that did not arrive, or a clock behind the newest load
├── BuildFailed          a check, an identity, a quarantine limit
├── EraseError           nobody to erase, a damaged register
├── QuarantineError      no build to read from, or no such entity
├── PublishError, ChecksError
├── ReportsRefused       a month that is not closed, or a failed build
├── ReportError          a page that cannot be made
├── FiguresError         a snapshot that cannot be read
├── ReleaseRefused       a snapshot that may not leave
├── ContentError         a report's file that is missing or was changed
├── TransportError       mail that cannot be handed over as configured
├── MailboxError         a bounce mailbox that cannot be read
├── LedgerError          a step the ledger does not allow, or an older copy of it
├── BackupError          a backup that cannot be made, is damaged, or has no empty place
└── DeliveryIncomplete   due messages that are not sent
"""

from __future__ import annotations

from orchestration.automation.approvals import ApprovalError
from orchestration.backup.create import BackupError
from orchestration.build import ManifestError as ParsedProjectError
from orchestration.checks import BuildFailed, ChecksError
from orchestration.configuration.yaml_lines import YamlError
from orchestration.delivery.content import ContentError
from orchestration.delivery.figures import FiguresError
from orchestration.delivery.mailbox import MailboxError
from orchestration.delivery.manifest import ManifestError
from orchestration.delivery.message import MessageError
from orchestration.delivery.release import ReleaseRefused
from orchestration.delivery.tables import LedgerError
from orchestration.delivery.transport import TransportError
from orchestration.delivery_stage import DeliveryIncomplete
from orchestration.erasure.register import EraseError
from orchestration.landing.extract import ExtractError
from orchestration.landing.load import LandingError
from orchestration.publish import PublishError
from orchestration.quarantine.report import QuarantineError
from orchestration.reports_stage import ReportsRefused
from orchestration.run_lock import RunLockError
from orchestration.settings import SettingsError
from orchestration.working_file import WorkingFileHeld
from reports.run import ReportError

EXPECTED_ERRORS: tuple[type[Exception], ...] = (
    SettingsError,
    ApprovalError,
    YamlError,
    ManifestError,
    ParsedProjectError,
    RunLockError,
    WorkingFileHeld,
    ExtractError,
    LandingError,
    BuildFailed,
    QuarantineError,
    EraseError,
    PublishError,
    ChecksError,
    ReportsRefused,
    ReportError,
    FiguresError,
    ReleaseRefused,
    ContentError,
    TransportError,
    MailboxError,
    MessageError,
    LedgerError,
    BackupError,
    DeliveryIncomplete,
)

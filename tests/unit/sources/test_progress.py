"""What a fetch says while it runs, and what redaction leaves of a URL."""

from __future__ import annotations

import pytest

from orchestration.landing.fetching import progress_line
from orchestration.sources.fetched import MissingSecretsError, Progress, redacted, secrets_of


@pytest.mark.parametrize(
    ("progress", "expected", "line"),
    [
        (Progress(120_000, 24, 6.0), None, "crm orders: 120 000 rows, 24 pages, 20 000 rows/s"),
        (Progress(50, 1, 10.0), 150, "crm orders: 50 rows, 1 page, 5 rows/s, about 20 s to go"),
        (Progress(50, 1, 10.0, 100), 150, "crm orders: 50 rows, 1 page, 5 rows/s, about 10 s to go"),
        (Progress(200, 2, 10.0), 150, "crm orders: 200 rows, 2 pages, 20 rows/s"),
        (Progress(0, 0, 0.0), 150, "crm orders: 0 rows, 0 pages, 0 rows/s"),
    ],
)
def test_a_line_of_progress(progress: Progress, expected: int | None, line: str) -> None:
    assert progress_line("crm orders", progress, expected) == line


def test_redaction_leaves_where_and_takes_who_and_what() -> None:
    url = "https://ann:s3cret@crm.example.org/api/orders?$filter=name eq 'x'&token=abc#end"
    assert redacted(url) == "https://…@crm.example.org/api/orders?$filter=… eq 'x'&token=…#end"
    assert redacted("no url at all") == "no url at all"


def test_secrets_are_named_all_at_once() -> None:
    names = {"client_id_env": "ID", "client_secret_env": "SECRET", "tenant_id_env": "TENANT"}
    with pytest.raises(MissingSecretsError, match=r"SECRET \(client_secret_env\), TENANT \(tenant_id_env\)"):
        secrets_of({"ID": "1", "TENANT": " "}, names)
    assert secrets_of({"ID": "1"}, {"client_id_env": "ID"}) == {"client_id_env": "1"}

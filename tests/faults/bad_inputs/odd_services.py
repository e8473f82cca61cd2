"""B34: a service that answers everything with status 200 and something that is no page of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.configuration.source_dynamics365 import Dynamics365Source
from orchestration.configuration.source_questionpro import QuestionProSource
from orchestration.sources.dynamics365.connector import Dynamics365Connector, Seams
from orchestration.sources.dynamics365.session import Clock
from orchestration.sources.fetched import Connector
from orchestration.sources.questionpro.client import Client
from orchestration.sources.questionpro.connector import QuestionProConnector

HTML = "<!doctype html><title>Sign in</title>"
ACCOUNT = {"accountid": "1", "name": "Anna", "@odata.etag": 'W/"1"'}
# body → words of the refusal; the words name where in the answer it is wrong
DATAVERSE = {
    HTML: "",
    json.dumps({"value": [{**ACCOUNT, "name": {"first": "Anna"}}]}): "value[0].name is an object",
    json.dumps({"value": None}): "value is null",
    json.dumps({"value": {}}): "value is an object",
    json.dumps({"value": [ACCOUNT, ACCOUNT]}): "accountid is 1, which came before",
    json.dumps({}): "value is missing",
}
SURVEY = {"surveyID": 7, "name": "Loyalty", "status": "Active"}
QUESTIONPRO = {
    HTML: "",
    json.dumps({"response": {"surveyID": 7}}): "response",
    json.dumps({"response": None}): "response",
    json.dumps({"response": "none"}): "response",
    json.dumps({"response": [SURVEY, SURVEY]}): "",
    json.dumps({}): "response",
}


@contextmanager
def answering(body: str) -> Iterator[str]:
    """The address of a service on loopback that answers every request with `body`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if body == HTML else "application/json")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *arguments: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def dataverse(url: str) -> Connector:
    """A connector for accounts that signs in with nobody and never waits."""
    source = Dynamics365Source.model_validate(
        {
            "name": "crm",
            "kind": "dynamics365",
            "system": "crm",
            "url": url,
            "tenant_id_env": "TENANT",
            "client_id_env": "CLIENT",
            "client_secret_env": "SECRET",
            "entities": {
                "customers": {"table": "accounts", "key": "accountid", "columns": {"customer_id": "accountid"}}
            },
        }
    )
    nobody = SimpleNamespace(get_token=lambda *_: SimpleNamespace(token="token"))
    seams = Seams(clock=Clock(sleep=lambda seconds: None), sign_in=lambda: nobody)  # type: ignore[arg-type, return-value]
    return Dynamics365Connector(source, {}, ZoneInfo("Europe/Budapest"), seams)


def questionpro(url: str) -> Connector:
    """A connector for surveys that never waits."""
    source = QuestionProSource.model_validate(
        {
            "name": "surveys",
            "kind": "questionpro",
            "system": "survey",
            "base_url": f"{url}/a/api/v2",
            "user_id": 1,
            "surveys": {"loyalty": {"type": "nps", "id": "7"}},
            "entities": {"surveys": {"table": "surveys"}},
        }
    )

    def client(base: str, key: str, name: str) -> Client:
        return Client(base, key, name, sleep=lambda seconds: None)

    return QuestionProConnector(source, {"QUESTIONPRO_API_KEY": "key"}, client=client)

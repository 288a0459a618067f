"""docs/asyncapi.json against what the suite really publishes and tells (AsyncAPI 3)."""

import http.client
import json
import re

import jsonschema_rs
import pytest
from browse import Visitor
from conftest import ROOT

DOCUMENT = json.loads((ROOT / "docs" / "asyncapi.json").read_text())


def resolve(reference: dict) -> dict:
    found = DOCUMENT
    for part in reference["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def references(value) -> list[dict]:
    if isinstance(value, list):
        return [found for item in value for found in references(item)]
    if not isinstance(value, dict):
        return []
    return [value] if "$ref" in value else [found for item in value.values() for found in references(item)]


def test_it_is_whole():
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert references(DOCUMENT)
    for reference in references(DOCUMENT):
        assert resolve(reference)
    for operation in DOCUMENT["operations"].values():
        assert resolve(operation["channel"]) in DOCUMENT["channels"].values()


def test_what_is_published_is_the_contract():
    """Every enum and message of the document stands in proto/events.proto as it is here, and the topic is the one used."""
    contract = re.sub(r"//.*", "", (ROOT / "proto" / "events.proto").read_text())
    text = re.sub(r"//.*", "", DOCUMENT["components"]["messages"]["publication"]["payload"]["schema"])

    def blocks(source: str) -> dict[str, str]:
        return {match[1]: " ".join(match[0].split()) for match in re.finditer(r"(?:enum|message) (\w+) \{[^}]*\}", source)}

    described, there = blocks(text), blocks(contract)
    assert set(described) == {"EmbargoValue", "EmbargoKind", "EmbargoLevel", "EmbargoNotification", "EmbargoPublication"}
    assert described == {name: there[name] for name in described}
    publisher = (ROOT / "Sources/EmbargoSvc/Subscribers/NotificationPublisher.swift").read_text()
    assert f'static let topic = "{DOCUMENT["channels"]["notifications"]["address"]}"' in publisher


@pytest.fixture(scope="module")
def events(loaded) -> list[dict]:
    """Everything the gateway tells from the first change on, and after a restore."""
    state = Visitor(loaded.url, "State Admin")
    year = state.session["currentSchoolYear"]
    for value in ("released", "embargoed"):
        version = state.get("/api/v1/embargo", year=year)["state"]["cells"]["individual"]["version"]
        state.put(f"/api/v1/embargo/{year}/state/individual", {"value": value, "version": version})
    head = int(loaded.postgres.query("SELECT max(sequence) FROM embargo.notification", "ers"))
    connection = http.client.HTTPConnection(state.address.hostname, state.address.port, timeout=20)
    connection.request("GET", DOCUMENT["channels"]["events"]["address"], headers={
        # Of an epoch that is no more: everything is told again.
        "Cookie": state.cookie, "Last-Event-ID": f"{'0' * 32}.1"})
    answer = connection.getresponse()
    assert answer.status == 200 and answer.getheader("Content-Type") == "text/event-stream"
    found, event = [], {}
    while sum(one["event"] == "embargo" for one in found) < head:
        line = answer.fp.readline().decode().strip()
        name, _, value = line.partition(": ")
        if name in ("event", "data"):
            event[name] = value
        elif not line and event:
            found.append(event)
            event = {}
    connection.close()
    return found


def test_what_is_told_is_what_the_document_says(events):
    messages = {resolve(reference)["name"]: resolve(reference) for reference in DOCUMENT["channels"]["events"]["messages"].values()}
    assert {event["event"] for event in events} == set(messages), "each of them, and no other"
    for event in events:
        payload = messages[event["event"]]["payload"]
        jsonschema_rs.validate(resolve(payload) if "$ref" in payload else payload, json.loads(event["data"]))

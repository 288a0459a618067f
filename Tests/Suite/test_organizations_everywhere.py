"""An import of organizations is PROCESSED when those who copy them have them (DESIGN §3), and says so no earlier."""

import json
import signal
import time

from browse import Visitor
from conftest import importer


def organizations(number: int) -> bytes:
    """A district of its own with one school."""
    def row(kind: str, identifier: str, name: str, parent_kind: str, parent: str) -> dict:
        return {"entityType": kind, "entityId": identifier, "entityName": name, "parentEntityType": parent_kind,
                "parentEntityId": parent, "stateAbbreviation": "CA"}

    district, school = f"9950{number:03d}0000000", f"9950{number:03d}0000001"
    return json.dumps({"organizations": [
        row("DISTRICT", district, f"Read District {number}", "STATE", "CA"),
        row("INSTITUTION", school, f"Written School {number}", "DISTRICT", district)]}).encode()


def copies_with(suite, number: int) -> list[bool]:
    """Whether Results, Groups, Aggregate and Embargo hold what the file of this number says."""
    school, district = f"9950{number:03d}0000001", f"9950{number:03d}0000000"
    questions = [("results.school", school), ("groups.school", school), ("aggregate.school", school),
                 ("embargo.district", district)]
    return [suite.postgres.query(f"SELECT count(*) FROM {table} WHERE natural_id = '{key}'", "ers") == "1"
            for table, key in questions]


def test_processed_organizations_are_known_to_everybody(suite):
    api = importer(suite)
    for number in range(20):
        done = api.wait(api.post("organizations", f"{number}.json", organizations(number), "application/json"))
        assert done.status == "PROCESSED", done
        assert copies_with(suite, number) == [True] * 4


def test_a_consumer_that_is_down_holds_nothing_up_for_ever_and_follows_when_it_is_back(suite):
    api = importer(suite)
    assert api.wait(api.post("organizations", "1.json", organizations(1), "application/json")).status == "PROCESSED"
    suite.kill("aggregate", signal.SIGKILL)
    done = api.wait(api.post("organizations", "2.json", organizations(2), "application/json"))
    assert done.status == "PROCESSED"
    results, groups, aggregate, embargo = copies_with(suite, 2)
    assert results and groups and embargo and not aggregate
    suite.start_process("aggregate")
    suite.wait_until_ready()
    state = Visitor(suite.url, "State Admin")
    deadline = time.monotonic() + 20
    while True:
        # A search gives what the copy has; it is ready before it has asked for the first time.
        found = state.get("/api/v1/aggregate/organizations", name="Written School 2")
        if [o["name"] for o in found["organizations"]] == ["Written School 2"]:
            break
        assert time.monotonic() < deadline, "the organizations do not come"
        time.sleep(0.05)

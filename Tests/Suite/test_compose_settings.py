"""compose.yaml gives every process what it asks for: no engine is needed to see that a setting was forgotten."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import BINARIES, ROOT
from suite import BINARIES as PROGRAMS
from suite import SCHEMAS, SERVICES, Suite

COMPOSE = yaml.safe_load((ROOT / "compose" / "compose.yaml").read_text())["services"]
CONTAINERS = {name: name for name in SERVICES} | {"embargo": "embargo-1"}
# Outside containers these come from the machine, or are not wanted.
ELSEWHERE = {"ERS_COOKIE_SECURE", "ERS_RATE_LIMITS"}


@pytest.fixture(scope="module")
def unstarted(tmp_path_factory) -> Suite:
    return Suite(tmp_path_factory.mktemp("run"), binaries=BINARIES)


@pytest.mark.parametrize("name", SERVICES)
def test_compose_sets_what_the_demo_sets(unstarted, name):
    wanted = {key for key in unstarted.settings(name) if key.startswith("ERS_")}
    assert wanted - ELSEWHERE <= set(COMPOSE[CONTAINERS[name]]["environment"]), name


@pytest.mark.parametrize("name", SERVICES)
def test_every_setting_in_compose_is_one_that_somebody_reads(name):
    environment = COMPOSE[CONTAINERS[name]]["environment"]
    done = subprocess.run(
        [BINARIES / PROGRAMS[name], "--check"], capture_output=True, text=True,
        env={"PATH": os.environ["PATH"]} | {key: "x" for key in environment})
    unread = next((line for line in done.stdout.splitlines() if line.startswith("not read by")), "")
    # The addresses of all neighbours stand in one list for all.
    own = [key for key in unread.split(": ")[-1].split() if not key.endswith("_URLS")] if unread else []
    assert own == [], f"{name} does not read {own}"
    assert "ERS_ADMIN_PORT" in done.stdout


def test_the_settings_of_webhooks_are_ones_that_EmbargoSvc_reads():
    extra = yaml.safe_load((ROOT / "compose" / "webhooks.yaml").read_text())["services"]
    assert set(extra) == {"embargo-1", "embargo-2"}
    for container in extra.values():
        done = subprocess.run(
            [BINARIES / "EmbargoSvc", "--check"], capture_output=True, text=True,
            env={"PATH": os.environ["PATH"]} | {key: "x" for key in container["environment"]})
        assert "not read by" not in done.stdout
        folder = container["volumes"][0].split(":")[-2]
        assert container["environment"]["ERS_WEBHOOKS_FILE"].startswith(folder + "/")


@pytest.mark.parametrize("name", SERVICES)
def test_every_file_that_compose_names_is_a_secret_of_that_container(name):
    container = COMPOSE[CONTAINERS[name]]
    text = str(container["environment"])
    for part in text.split("/run/secrets/")[1:]:
        secret = part.split("'")[0].split('"')[0]
        if "_owner" in secret:  # of the migration's container alone
            assert secret in COMPOSE[f"{name}-migrate"]["secrets"] and secret not in container["secrets"]
        else:
            assert secret in container["secrets"], f"{name}: {secret}"


def test_the_roles_of_compose_are_those_of_the_services():
    setup = (ROOT / "compose" / "database-setup").read_text()
    made = (ROOT / "compose" / "make-secrets").read_text()
    for schema in SCHEMAS.values():
        assert f" {schema}" in setup and f" {schema}" in made
    named = set(COMPOSE["database-setup"]["secrets"])
    assert named == {"superuser.pgpass"} | {
        f"database-{role}" for schema in SCHEMAS.values() for role in (f"{schema}_owner", schema, f"{schema}_reader")}
    assert Path(ROOT / "compose" / "roles.sql").exists()

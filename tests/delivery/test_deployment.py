"""The manifests are valid, harden what they run, and set only what the service reads."""

from __future__ import annotations

from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from web.settings import Settings

ROOT = Path(__file__).parents[2]
MANIFESTS = list(yaml.safe_load_all((ROOT / "deploy/kubernetes/assistant.yaml").read_text(encoding="utf-8")))
COMPOSE = yaml.safe_load((ROOT / "compose.scale.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS = [each for each in MANIFESTS if each["kind"] == "Deployment"]
KNOWN = {f"GOVT_ASSISTANT_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_every_manifest_is_what_kubernetes_takes(manifest):
    """Validated strictly against the published schemas, without a cluster."""
    kubernetes_validate.validate(manifest, "1.35", strict=True)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each["metadata"]["name"])
def test_every_container_is_read_only_without_rights(deployment):
    """Not root, nothing to write to but what is mounted, no capability, a limit of memory."""
    pod = deployment["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"]
    for container in pod["containers"]:
        held = container["securityContext"]
        assert held["readOnlyRootFilesystem"] and held["capabilities"]["drop"] == ["ALL"]
        assert held["allowPrivilegeEscalation"] is False
        assert container["resources"]["limits"]["memory"]
        assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"  # which asks for a restart


def test_one_process_works_and_the_replicas_only_answer():
    """The worker is turned off in every replica, here and in the compose file."""
    works = {
        each["metadata"]["name"]: [
            value["value"]
            for value in each["spec"]["template"]["spec"]["containers"][0]["env"]
            if value["name"] == "GOVT_ASSISTANT_WORKER"
        ]
        for each in DEPLOYMENTS
    }
    assert works == {"assistant": ["false"], "assistant-worker": ["true"]}
    [worker] = [each for each in DEPLOYMENTS if each["metadata"]["name"] == "assistant-worker"]
    assert worker["spec"]["replicas"] == 1
    services = COMPOSE["services"]
    assert services["replica"]["environment"]["GOVT_ASSISTANT_WORKER"] == "false"
    assert services["worker"]["environment"]["GOVT_ASSISTANT_WORKER"] == "true"


def test_only_settings_that_the_service_reads_are_set():
    """A name that nobody reads would do nothing, in silence."""
    named = {name for each in MANIFESTS if each["kind"] == "ConfigMap" for name in each["data"]}
    named |= {name for each in COMPOSE["services"].values() for name in each.get("environment", {})}
    ours = {name for name in named if name.startswith("GOVT_ASSISTANT_")}
    assert len(ours) >= 5 and ours <= KNOWN, ours - KNOWN


def test_engines_without_sign_in_are_out_of_reach():
    """Chroma, Redis and PostgreSQL have no port on the host and are on the inner network only."""
    for name in ("chroma", "redis", "postgres"):
        service = COMPOSE["services"][name]
        assert "ports" not in service and service["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"]


def test_what_operators_look_at_is_not_for_everyone():
    """The balancer hands figures to nobody, and names the address that a request really came from."""
    told = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    assert "location = /metrics { return 404; }" in told
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in told


def test_the_image_gets_neither_history_nor_tests_nor_data():
    """None of them reaches the builder."""
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".env", "tests", "data", ".venv"} <= set(left_out)

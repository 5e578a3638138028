"""Whatever is sent to the API: no 5xx, and no response that breaks the published description.

`SCHEMA_EXAMPLES=50` (make schemas) sends more requests an operation than the two of the usual run.
"""

from __future__ import annotations

import os

import anyio
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.doubles import BagOfWords
from tests.serving import serving
from tests.web.conftest import PAGES
from web.access import Role
from web.main import services
from web.settings import Settings

CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance]
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "2"))


few = hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """A service on a port of its own, asked by somebody who may do everything; jobs are only queued."""
    folder = tmp_path_factory.mktemp("schemas")
    settings = Settings(
        data_dir=folder, log_level="CRITICAL", requests_per_minute=1_000_000, worker=False, _env_file=None
    )

    async def key():
        async with services(settings, BagOfWords()) as built:
            return await built.access.keys.add("everything", list(Role), days=1, by="test")

    bearer = anyio.run(key)
    with serving(settings, PAGES) as address:
        schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
        schema.config.update(headers={"Authorization": f"Bearer {bearer}"})
        yield schema.exclude(path_regex=r"^/v1/switches", method="PUT")  # it would turn everything off


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.name
)
def test_nothing_that_is_sent_breaks_the_service_or_its_description(api, mode, record_property):
    """Every operation, with requests that fit its description and requests that do not."""
    broken, tried = {}, []
    for found in api.get_all_operations():
        operation = found.ok()

        @few
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case):
            tried.append(case)
            case.call_and_validate(checks=CHECKS)

        try:
            send()
        except Unsatisfiable:
            continue  # nothing can be wrong with a request that has no parameter
        except Exception as error:  # noqa: BLE001 every operation is tried, whatever one of them does
            broken[operation.label] = str(error)[:600]
    record_property("tried", len(tried))
    assert not broken, "\n\n".join(f"{label}\n{told}" for label, told in broken.items())

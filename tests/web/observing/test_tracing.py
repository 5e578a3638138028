"""Traces tell how an answer went, never what it was about."""

from __future__ import annotations

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assistant import Answer, Outcome
from web.observing.tracing import SCHEMA, traced, tracer_of


def test_an_answer_is_one_span_with_its_steps_and_without_content():
    """Steps lie inside the answer's span; the model's is named by the pinned conventions."""
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    answer = Answer(
        id="a_1",
        outcome=Outcome.ANSWERED,
        language="en",
        message="SECRET WORDS",
        question="SECRET QUESTION",
        composer="generative",
        prompt_digest="d",
        timings={"screen": 5.0, "retrieve": 20.0, "compose": 100.0, "total": 130.0},
    )
    traced(tracer_of(provider), "some-model", clock=lambda: 10**18)(answer)
    spans = {span.name: span for span in kept.get_finished_spans()}
    assert set(spans) == {"invoke_agent govt-assistant", "screen", "retrieve", "chat some-model"}
    whole = spans["invoke_agent govt-assistant"]
    assert whole.instrumentation_scope.schema_url == SCHEMA
    assert (whole.end_time - whole.start_time) / 1e6 == 130
    assert spans["chat some-model"].attributes["gen_ai.operation.name"] == "chat"
    assert all(
        whole.start_time <= span.start_time <= span.end_time <= whole.end_time for span in spans.values()
    )
    assert "SECRET" not in "".join(span.to_json() for span in spans.values())

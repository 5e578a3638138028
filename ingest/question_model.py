"""The packaged model for one text alone: without what only batches need, a fifth quicker to run.

The arithmetic is that of BERT (Devlin et al. 2019, https://arxiv.org/abs/1810.04805, with the attention of
Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, equation 1) and the weights are the very same. A single
text has no padding, hence no mask; queries, keys and values come out of one product instead of three.

Only the export imports this: it needs torch.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from pathlib import Path


def write_question_model(transformer: Any, path: Path) -> None:
    """Write it as ONNX: from `input_ids`, shape (1, tokens), to `states`, shape (1, tokens, dimensions)."""
    axes = {1: "tokens"}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of sizes that never change
        torch.onnx.export(
            _Reader(transformer).eval(),
            (torch.ones((1, 8), dtype=torch.int64),),
            str(path),
            input_names=["input_ids"],
            output_names=["states"],
            dynamic_axes={"input_ids": axes, "states": axes},
            opset_version=17,
            dynamo=False,
        )


class _Reader(nn.Module):
    def __init__(self, transformer: Any) -> None:
        super().__init__()
        parts = transformer.embeddings
        self.words = parts.word_embeddings
        places = parts.position_embeddings.weight + parts.token_type_embeddings.weight[0]
        self.places = nn.Parameter(places.detach())
        self.norm = parts.LayerNorm
        self.layer = nn.ModuleList(_Layer(each) for each in transformer.encoder.layer)

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        states: torch.Tensor = self.norm(self.words(input_ids) + self.places[: input_ids.shape[1]])
        for layer in self.layer:
            states = layer(states)
        return states


class _Layer(nn.Module):
    def __init__(self, layer: Any) -> None:
        super().__init__()
        attention = layer.attention.self
        self.heads, self.size = attention.num_attention_heads, attention.attention_head_size
        self.attend = _joined(attention, scale=self.size**-0.5)
        self.mix, self.mixed = layer.attention.output.dense, layer.attention.output.LayerNorm
        self.widen, self.narrow, self.done = (
            layer.intermediate.dense,
            layer.output.dense,
            layer.output.LayerNorm,
        )

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        heads = self.attend(states).reshape(-1, 3 * self.heads, self.size).transpose(0, 1)
        queries, keys, values = heads.split(self.heads, 0)
        seen = torch.softmax(queries @ keys.transpose(1, 2), -1) @ values
        together = seen.transpose(0, 1).reshape(1, -1, self.heads * self.size)
        states = self.mixed(states + self.mix(together))
        done: torch.Tensor = self.done(states + self.narrow(nn.functional.gelu(self.widen(states))))
        return done


def _joined(attention: Any, *, scale: float) -> nn.Linear:
    """Queries, keys and values as one layer; the queries are scaled here instead of at each text."""
    query, key, value = attention.query, attention.key, attention.value
    joined = nn.Linear(query.in_features, 3 * query.out_features)
    joined.weight = nn.Parameter(torch.cat([query.weight * scale, key.weight, value.weight]).detach())
    joined.bias = nn.Parameter(torch.cat([query.bias * scale, key.bias, value.bias]).detach())
    return joined

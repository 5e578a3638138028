"""A copy of the model in eight bits for reading questions: more than twice as fast as the one in 32 bits.

Plain eight bits cost accuracy here, because a few numbers inside the model are far larger than the others.
Before quantising, each is made smaller and its weights larger by the same factor (SmoothQuant: Xiao et al.
2023, https://arxiv.org/abs/2211.10438, equation 4). Three products that stay sensitive keep their 32 bits.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SMOOTHING = 0.75
"""Share of the range that moves from the numbers into the weights: of .4 to .95, it agreed best."""

SENSITIVE = tuple(f"layer.{layer}/narrow/MatMul" for layer in range(3))
"""Quantised alone, before smoothing, these cost the most agreement."""

_SMALLEST = 1e-5


def quantise(source: Path, target: Path, questions: Sequence[Sequence[int]]) -> None:
    """Write the ONNX model `source` with its weights in eight bits a channel to `target`.

    `source` is what `ingest/question_model.py` writes; `questions` are the tokens of texts on
    which the range of the numbers inside is measured.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(source)
    products = _products(model)
    ranges = _ranges(source, [each.input[0] for each in products], questions)
    for each in products:
        _smooth(model, each, ranges[each.input[0]])
    smoothed = target.with_name(f"{target.name}.smoothed")
    onnx.save_model(model, smoothed)
    root, level = logging.getLogger(), logging.getLogger().level
    root.setLevel(logging.ERROR)  # it recommends a step that changes nothing for this model
    try:
        quantize_dynamic(
            smoothed,
            target,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=[each.name for each in _weighted(model) if each.name.endswith(SENSITIVE)],
        )
    finally:
        root.setLevel(level)
        smoothed.unlink()


def share(holder: Path, target: Path) -> None:
    """Let what both models hold alike, above all the table of words, stand in the file of `holder` only.

    Both files must stay in one folder from then on.
    """
    import onnx

    whole, places = (onnx.load(holder, load_external_data=each).graph.initializer for each in (True, False))
    held = {_content(each): place for each, place in zip(whole, places, strict=True) if place.external_data}
    model = onnx.load(target)
    for each in model.graph.initializer:
        if place := held.get(_content(each)):
            name = each.name
            each.CopyFrom(place)
            each.name = name
    target.write_bytes(model.SerializeToString())


def _content(held: Any) -> tuple[tuple[int, ...], int, str]:
    return tuple(held.dims), held.data_type, hashlib.sha256(held.raw_data).hexdigest()


def _weighted(model: Any) -> list[Any]:
    known = {each.name for each in model.graph.initializer}
    return [each for each in model.graph.node if each.op_type == "MatMul" and each.input[1] in known]


def _products(model: Any) -> list[Any]:
    """The matrix products with weights that are to be quantised."""
    return [each for each in _weighted(model) if not each.name.endswith(SENSITIVE)]


def _ranges(
    source: Path, names: Sequence[str], questions: Sequence[Sequence[int]]
) -> dict[str, NDArray[np.float32]]:
    """The largest size of each column of the named values, over all questions."""
    import onnx
    import onnxruntime

    model = onnx.load(source)
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    found: dict[str, NDArray[np.float32]] = {}
    for tokens in questions:
        ids = np.array([tokens], dtype=np.int64)
        values = session.run(wanted, {"input_ids": ids})
        for name, value in zip(wanted, values, strict=True):
            largest = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            found[name] = np.maximum(found.get(name, largest), largest)
    return found


def _smooth(model: Any, product: Any, largest: NDArray[np.float32]) -> None:
    """Divide the product's input by a factor a column, and multiply its weights' rows by the same."""
    from onnx import helper, numpy_helper

    weights = next(each for each in model.graph.initializer if each.name == product.input[1])
    values = numpy_helper.to_array(weights)
    size = np.maximum(np.abs(values).max(axis=1), _SMALLEST)
    factor = np.maximum(largest, _SMALLEST) ** SMOOTHING / size ** (1 - SMOOTHING)
    weights.CopyFrom(numpy_helper.from_array((values * factor[:, None]).astype(np.float32), weights.name))
    divisor, smoothed = f"{product.name}/divisor", f"{product.name}/smoothed"
    model.graph.initializer.append(numpy_helper.from_array((1 / factor).astype(np.float32), divisor))
    node = helper.make_node("Mul", [product.input[0], divisor], [smoothed], name=f"{product.name}/smooth")
    model.graph.node.insert(list(model.graph.node).index(product), node)
    product.input[0] = smoothed

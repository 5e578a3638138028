"""Text becomes vectors.

The default embedder runs an ONNX copy of all-MiniLM-L6-v2, exported once from the packaged weights
(`ingest/exporting.py`), so that the serving process imports neither torch nor transformers. Pages are read in
32 bits, questions in eight (`ingest/quantising.py`). Any sentence-transformers model plugs in by name.
"""

from __future__ import annotations

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from ingest.errors import EmbedderError
from ingest.memory import trim

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_Token = TypeVar("_Token")

EXPORT = 6
"""Form of the exported copy; the vectors are the same in each. 2: tokens' states beside the vectors.
3: weights in a file of their own, mapped into memory: half as much of it, shared by all processes.
4: with a copy in eight bits for questions. 5: three of its products in 32 bits.
6: that copy reads one text alone."""

PAGES_FILE = "model.onnx"
QUESTIONS_FILE = "questions.onnx"

QUESTION_AGREEMENT = 0.995
"""Least cosine of the two copies on the probe; below it, as on an old processor, 32 bits read both."""

MAX_TOKENS = 256
"""What all-MiniLM-L6-v2 reads of a text; the rest is cut."""

PROBE = "How do I renew my passport?"
PROBE_VALUES = (-0.02429, 0.01660, -0.00084)
"""The probe's first values, measured with sentence-transformers 6.2.0 on these weights."""

BATCH = 4
"""Texts of one run, of about the same length; larger runs are slower on a processor."""


class Embedder(Protocol):
    """Turns texts into unit vectors, one row a text; raises `EmbedderError` when it cannot."""

    name: str
    """Names model and weights: vectors of different names never mix."""
    dimensions: int

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions); `progress` is told of each batch's size."""
        ...

    def read(self, text: str, spans: Sequence[tuple[int, int]] = ()) -> NDArray[np.float32]:
        """Vectors of `text` and of each span of it (code points): shape (1 + len(spans), dimensions)."""
        ...

    def count(self, text: str) -> int:
        """Tokens of `text`, uncut, without the special ones."""
        ...


def read_all(embedder: Embedder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of `texts` as questions are read, one row a text: quicker than `embed`, and nearly the same."""
    return np.array([embedder.read(each)[0] for each in texts], dtype=np.float32)


class OnnxEmbedder:
    """all-MiniLM-L6-v2 on onnxruntime from `folder`, which `export` filled."""

    dimensions = 384

    def __init__(self, folder: Path, *, workers: int | None = None) -> None:
        from tokenizers import Tokenizer

        try:
            self.name = json.loads((folder / "model.json").read_text())["name"]
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session: Any = _session(folder / PAGES_FILE)
            self._questions = _session(folder / QUESTIONS_FILE)
        except Exception as error:
            raise EmbedderError.damaged(folder, error) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()  # without either it keeps no state, and threads may share it
        self._workers = workers or os.cpu_count() or 1
        self._opening = threading.Lock()
        self.folder = folder
        self._check_known_values()
        if float(self.read(PROBE)[0] @ self.embed([PROBE])[0]) < QUESTION_AGREEMENT:
            self._questions = self._session
        self._read_at_first = self.read(PROBE)[0]

    def check(self, *, pages: bool) -> None:
        """Raises `EmbedderError` where known values are not what they were: a file was changed meanwhile.

        `pages` also looks at what pages are embedded by, 60 MB that are in memory only where they are used.
        """
        try:
            agreement = float(self.read(PROBE)[0] @ self._read_at_first)
        except EmbedderError as error:
            raise EmbedderError.damaged(self.folder, error) from error
        if not agreement >= QUESTION_AGREEMENT:  # also where it is no number
            raise EmbedderError.damaged(self.folder, ValueError(f"questions agree to {agreement:.4f} only"))
        if pages:
            self._check_known_values()

    def rest(self) -> None:
        """Give back the memory of what reads pages; the next page opens it again, in a tenth of a second."""
        if self._session is not None and self._session is not self._questions:  # else it reads questions too
            self._session = None
            trim()

    def _pages(self) -> Any:
        with self._opening:
            if self._session is None:
                try:
                    self._session = _session(self.folder / PAGES_FILE)
                except Exception as error:
                    raise EmbedderError.damaged(self.folder, error) from error
            return self._session

    def _check_known_values(self) -> None:
        try:
            found = self.embed([PROBE])[0, : len(PROBE_VALUES)]
        except EmbedderError as error:
            raise EmbedderError.damaged(self.folder, error) from error
        drift = float(np.abs(found - PROBE_VALUES).max())
        if not drift <= 1e-3:  # also where it is no number
            raise EmbedderError.damaged(self.folder, ValueError(f"known values differ by {drift:.4f}"))

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        if len(order) <= BATCH:
            out[order] = self._run([texts[index] for index in order]) if order else out
            if progress is not None:
                progress(len(order))
            return out
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        with ThreadPoolExecutor(self._workers) as pool:
            runs = pool.map(self._run, [[texts[index] for index in batch] for batch in batches])
            for batch, vectors in zip(batches, runs, strict=True):
                out[batch] = vectors
                if progress is not None:
                    progress(len(batch))
        return out

    def read(self, text: str, spans: Sequence[tuple[int, int]] = ()) -> NDArray[np.float32]:
        """One pass: a span's vector is the mean of its tokens' states, each of which has read the whole text.

        The whole text's vector is that of `embed` to a cosine of about .999. A span without a token has the
        whole text's vector.
        """
        encoding = self._tokenizer.encode(text)
        ids = np.array([_cut(encoding.ids)], dtype=np.int64)
        states = self._states(ids)[0]
        offsets = np.array(_cut(encoding.offsets))
        real = offsets[:, 1] > offsets[:, 0]
        inside = [real & (offsets[:, 0] >= start) & (offsets[:, 1] <= end) for start, end in spans]
        kept = np.array([np.ones(len(offsets), bool), *(each if each.any() else ~each for each in inside)])
        pooled = kept.astype(np.float32) @ states
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), dtype=np.float32)

    def count(self, text: str) -> int:
        return max(len(self._tokenizer.encode(text).ids) - 2, 0)

    def _states(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """By the copy for questions; where it fails, by the other one."""
        try:
            if self._questions is not self._session:
                return self._infer(self._questions, "states", input_ids=ids)
        except EmbedderError:
            self._questions = self._pages()
        return self._infer(self._pages(), "states", input_ids=ids, attention_mask=np.ones_like(ids))

    def _run(self, batch: list[str]) -> NDArray[np.float32]:
        rows = [_cut(encoding.ids) for encoding in self._tokenizer.encode_batch(batch)]
        ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(rows):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        return self._infer(self._pages(), "vectors", input_ids=ids, attention_mask=mask)

    @staticmethod
    def _infer(session: Any, output: str, **read: NDArray[np.int64]) -> NDArray[np.float32]:
        try:
            (found,) = session.run([output], read)
        except Exception as error:
            raise EmbedderError(f"the embedder failed: {error}") from error
        return np.asarray(found, dtype=np.float32)


def _session(file: Path) -> Any:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else it sends machine and program names to its maker
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # batches run side by side instead: measured a quarter faster
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def _cut(tokens: list[_Token]) -> list[_Token]:
    """What the model reads of a text: its beginning, and the mark of its end."""
    return tokens if len(tokens) <= MAX_TOKENS else [*tokens[: MAX_TOKENS - 1], tokens[-1]]


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, by folder or name (a name needs a model hub)."""

    def __init__(self, model: str) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(model, device="cpu", local_files_only=Path(model).exists())
        except (OSError, ValueError) as error:
            raise EmbedderError.unknown(model, error) from error
        self.name = Path(model).name
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        vectors = self._model.encode(
            list(texts),
            batch_size=32,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        if progress is not None:
            progress(len(texts))
        return np.asarray(vectors, dtype=np.float32)

    def read(self, text: str, spans: Sequence[tuple[int, int]] = ()) -> NDArray[np.float32]:
        return self.embed([text, *(text[start:end] for start, end in spans)])

    def count(self, text: str) -> int:
        return max(len(self._model.tokenizer(text)["input_ids"]) - 2, 0)


def exported(folder: Path) -> Path:
    """Where the packaged model's copy is in the folder of models."""
    return folder / f"all-MiniLM-L6-v2.{EXPORT}"


def open_embedder(folder: Path, *, model: str | None = None) -> Embedder:
    """The configured sentence-transformers `model`, or the packaged one, exported to `folder` once."""
    if model:
        return SentenceTransformerEmbedder(model)
    from ingest.exporting import export_apart  # needs what is needed at set-up only

    target = exported(folder)
    if not (target / "model.json").exists():
        export_apart(target)
    try:
        return OnnxEmbedder(target)
    except EmbedderError:  # damaged: it is a copy, so it is made again; a folder that is read-only says so
        if set_aside(target):
            export_apart(target)
        return OnnxEmbedder(target)


def set_aside(target: Path) -> bool:
    """Keep a damaged copy to be looked at; False where the folder is read-only."""
    try:
        target.rename(target.with_name(f"{target.name}.{os.getpid()}.damaged"))
    except OSError:
        return False
    return True

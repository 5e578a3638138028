"""The only module that knows Presidio: our detectors run as its recognisers in one analyzer engine.

Context is weighed by the detectors themselves (cues of several words, in both languages), because
Presidio's enhancer compares single lemmas and a pipeline without a model has none. Imported by
`redaction.py` while torch and spaCy are held away; see `presidio_import.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import IbanRecognizer

from guardrails.findings import Finding
from guardrails.policy import NameModel

LANGUAGE = "en"
Detector = Callable[[str], Iterable[Finding]]

_RULE = "rule"
_PERSON = "PERSON"


class PatternsOnly(NlpEngine):
    """Hands the recognisers a text without tokens: nothing is downloaded, nothing is parsed."""

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        """Always."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Artifacts without tokens, entities or lemmas."""
        return NlpArtifacts([], (), [], [], self, language)

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **kwargs: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """The same for each text."""
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        """No word is."""
        return False

    def is_punct(self, word: str, language: str) -> bool:
        """No word is."""
        return False

    def get_supported_entities(self) -> list[str]:
        """None without a model."""
        return []

    def get_supported_languages(self) -> list[str]:
        """One code for every language: the patterns read English and te reo Māori alike."""
        return [LANGUAGE]


class DetectorRecognizer(EntityRecognizer):
    """One detector of ours as a Presidio recogniser."""

    def __init__(self, name: str, types: Sequence[str], detect: Detector) -> None:
        self._detect = detect
        super().__init__(supported_entities=list(types), name=name, supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """The detector's findings as Presidio results, with the rule in their metadata."""
        return [
            RecognizerResult(f.type, f.start, f.end, f.score, recognition_metadata={_RULE: f.rule})
            for f in self._detect(text)
        ]


class NoContext(ContextAwareEnhancer):
    """Leaves every score as it is: our detectors have weighed the context already."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """The results, untouched."""
        return raw_results


class Analyzer:
    """Finds spans in a text. Safe to share between threads: nothing is kept between calls."""

    def __init__(
        self, detectors: Sequence[tuple[str, Sequence[str], Detector]], threshold: float, model: NameModel
    ) -> None:
        registry = RecognizerRegistry(supported_languages=[LANGUAGE])
        for name, types, detect in detectors:
            registry.add_recognizer(DetectorRecognizer(name, types, detect))
        registry.add_recognizer(IbanRecognizer(supported_language=LANGUAGE))
        if model.engine:
            registry.add_recognizer(_name_recognizer(model))
        self._engine = AnalyzerEngine(
            registry=registry,
            nlp_engine=_nlp_engine(model),
            supported_languages=[LANGUAGE],
            context_aware_enhancer=NoContext(),
            default_score_threshold=threshold,
        )

    def find(self, text: str) -> list[Finding]:
        """All findings above the threshold; they may overlap."""
        return [_finding(result) for result in self._engine.analyze(text, language=LANGUAGE)]


def _nlp_engine(model: NameModel) -> NlpEngine:
    if model.engine != "spacy":
        return PatternsOnly()
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine = SpacyNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": model.name}])
    engine.load()
    return engine


def _name_recognizer(model: NameModel) -> EntityRecognizer:
    """The recogniser of an optional model; its packages are imported here, where one is configured."""
    from presidio_analyzer import predefined_recognizers as known

    options: dict[str, Any] = {"supported_entities": [_PERSON], "supported_language": LANGUAGE}
    if model.engine == "spacy":
        return known.SpacyRecognizer(**options)
    if model.engine == "gliner":
        mapping = {"person": _PERSON, "name": _PERSON}
        return known.GLiNERRecognizer(
            model_name=model.name, entity_mapping=mapping, supported_language=LANGUAGE
        )
    mapping = {"PER": _PERSON, "PERSON": _PERSON}
    return known.HuggingFaceNerRecognizer(model_name=model.name, label_mapping=mapping, **options)


def _finding(result: RecognizerResult) -> Finding:
    metadata = result.recognition_metadata or {}
    rule = str(metadata.get(_RULE) or f"presidio.{result.entity_type.lower()}")
    return Finding(result.entity_type, result.start, result.end, min(result.score, 1.0), rule)

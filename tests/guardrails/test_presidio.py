"""How Presidio is held: without PyTorch, without a network, and with a model where one is configured."""

import shutil
import subprocess
import sys

import pytest

from guardrails import Policy, PolicyError, Redactor
from guardrails.classifier import AttackClassifier
from guardrails.presidio_import import absent
from guardrails.toml_files import POLICY_FOLDER


def test_a_redactor_loads_neither_torch_nor_spacy():
    """Building one and using it leaves torch, transformers, spaCy and the like out of the process."""
    code = (
        "import sys; from guardrails import Policy, Redactor; Redactor(Policy.load()).redact('hi');"
        "assert not {'torch', 'transformers', 'stanza', 'gliner', 'spacy', 'tldextract'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_importing_the_room_loads_no_presidio():
    """Reading a policy or screening a question does not pay for the engine."""
    code = (
        "import sys, guardrails; assert 'presidio_analyzer' not in sys.modules and 'spacy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_what_was_hidden_comes_back():
    """After the import every module is as it was, also one that was loaded before."""
    import json

    with absent("json", "no_such_package"):
        assert sys.modules["json"] is None
    assert sys.modules["json"] is json
    assert "no_such_package" not in sys.modules


@pytest.mark.filterwarnings("ignore")
def test_a_model_of_spacy_plugs_in(tmp_path):
    """Beside a redactor without a model, one with a model finds names that no rule knows as well."""
    code = (
        "import sys; sys.modules['torch'] = None; import spacy; nlp = spacy.blank('en');"
        "ruler = nlp.add_pipe('entity_ruler');"
        "ruler.add_patterns([{'label': 'PERSON', 'pattern': 'Zzyzx'}]);"
        f"nlp.to_disk({str(tmp_path / 'model')!r})"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
    folder = shutil.copytree(POLICY_FOLDER, tmp_path / "policy")
    names = folder / "names.toml"
    model = f'engine = "spacy"\nname = "{tmp_path / "model"}"'
    names.write_text(names.read_text().replace('engine = ""\nname = ""', model))
    without = Redactor(Policy.load())
    assert Redactor(Policy.load(folder)).redact("ask Zzyzx about it").text == "ask <PERSON> about it"
    assert without.redact("ask Zzyzx, IBAN GB33BUKB20201555555555").text.startswith("ask Zzyzx, IBAN <")


def test_the_classifier_reads_its_weights(tmp_path):
    """The weights fit the embedder's 384 dimensions; a missing file says how to make one."""
    classifier = AttackClassifier.load()
    assert 0 < classifier([0.0] * 384) < 1
    with pytest.raises(PolicyError, match="train_attack_classifier"):
        AttackClassifier.load(tmp_path / "none.json")

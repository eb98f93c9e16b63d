import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import RunError
from core.inference import catalogue
from core.inference.catalogue import find_model, models_of, open_classifier
from core.inference.classify import Classifier
from core.inference.familiarity import Familiarity
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore


@pytest.fixture
def store(reader: Run, tmp_path: Path) -> RunStore:
    """The trained run, a newer one that has not started, and one on sentences."""
    store = RunStore(tmp_path / "runs")
    store.folder.mkdir()
    (store.folder / "0001-conv_bn-adam").symlink_to(reader.path, target_is_directory=True)
    store.create(RunConfig.make(dataset="digits", model="mlp"))
    store.create(RunConfig.make(dataset="sentences", model="lstm"))
    return store


def test_the_newest_run_that_can_answer_is_taken_where_none_is_named(store: RunStore) -> None:
    assert find_model(None, "image", store).number == 1
    assert [run.number for run in models_of("image", store)][:1] == [1]


def test_a_named_run_must_read_pictures(store: RunStore) -> None:
    assert find_model("1", "image", store).number == 1
    with pytest.raises(RunError, match="reads something else"):
        find_model("3", "image", store)


@pytest.mark.usefixtures("no_ready_made_networks")
def test_without_any_network_a_sentence_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="Train one first"):
        find_model(None, "image", RunStore(tmp_path / "none"))


def test_networks_that_come_with_the_program_go_by_their_own_name(
    reader: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("core.inference.catalogue", "core.runs.shipped"):
        monkeypatch.setattr(f"{module}.shipped", lambda: [Run(reader.path)])
    empty = RunStore(tmp_path / "none")
    assert find_model(f"shipped/{reader.name}", "image", empty).path == reader.path
    assert find_model(None, "image", empty).path == reader.path
    with pytest.raises(RunError, match="comes with the program"):
        find_model("shipped/nothing", "image", empty)


def test_a_network_stays_open_until_its_weights_change(reader: Run) -> None:
    assert open_classifier(reader) is open_classifier(reader)
    assert open_classifier(reader, reader.last) is not open_classifier(reader, reader.epoch_weights()[0])


def test_threads_that_open_the_same_network_at_once_get_the_same_one(
    reader: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, familiarity_of = threading.Barrier(2, timeout=60), catalogue.familiarity_of

    def familiarity_for_both(classifier: Classifier) -> Familiarity | None:
        found = familiarity_of(classifier)
        together.wait()  # neither is stored yet; if a lock were held here, the barrier would break
        return found

    monkeypatch.setattr(catalogue, "familiarity_of", familiarity_for_both)
    monkeypatch.setattr(catalogue, "_opened", {})
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(open_classifier, (reader, reader))
    assert first is second
    assert open_classifier(reader) is first


def test_a_missing_checkpoint_is_a_sentence(store: RunStore) -> None:
    with pytest.raises(RunError):
        open_classifier(store.find("2"))

"""Drawing, classifying and explaining at the same time does not change a training."""

from collections.abc import Callable

from core.data.handwriting.generator import generate
from core.events import EpochDone, StepsDone
from core.explain.image.activations import activations
from core.explain.image.gradcam import grad_cam
from core.explain.image.neighbours import build_index
from core.explain.image.occlusion import occlusion
from core.explain.image.saliency import integrated_gradients, saliency
from core.generators import pull
from core.inference.catalogue import data_of, familiarity_of
from core.inference.classify import Classifier
from core.inference.snapshot import load_snapshot
from core.runs.config import RunConfig
from core.runs.run import Run
from core.training.loop import Control, fit

# A run with all sources of randomness: dropout and augmentation draw from the generator of the whole process.
CONFIG = RunConfig.make(
    dataset={"key": "digits", "train_examples": 200},
    model={"key": "mlp", "dropout": 0.3},
    training={"epochs": 2, "batch_size": 20, "threads": 1, "device": "cpu", "augmentation": "strong"},
)


def told(meanwhile: Callable[[], None]) -> list[float]:
    """Trains, and after every event lets somebody do something; returns all losses."""
    losses: list[float] = []
    for event in fit(CONFIG, control=Control(cadence=0)):
        if isinstance(event, StepsDone):
            losses += event.losses.tolist()
            meanwhile()
        elif isinstance(event, EpochDone):
            losses += [event.train["loss"], event.validation["loss"]]
    return losses


def test_its_history_is_the_same_to_the_last_bit(reader: Run) -> None:
    visits = 0

    def curious() -> None:
        nonlocal visits
        visits += 1
        if visits > 4:
            return
        classifier = Classifier(load_snapshot(reader))
        classifier.familiarity = familiarity_of(classifier)
        preparation = classifier.as_it_is(generate(1, seed=visits)[0][0] / 255)
        classifier.classify(preparation)
        input, model = classifier.input_of(preparation), classifier.snapshot.model
        for method in (saliency, grad_cam, occlusion):
            method(model, input, 1)
        integrated_gradients(model, input, 1, classifier.blank_C)
        activations(model, input)
        data = data_of(classifier.snapshot)
        assert data is not None
        pull(build_index(classifier.features, data.split("validation"))).nearest(input)  # type: ignore[arg-type]
        for weights in reader.epoch_weights().values():
            Classifier(load_snapshot(reader, weights)).classify(preparation)

    alone = told(lambda: None)
    watched = told(curious)
    assert visits > 4
    assert watched == alone

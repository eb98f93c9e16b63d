import pytest
import torch

from core.data.handwriting.generator import generate
from core.events import Preparing
from core.explain.image.neighbours import NeighbourIndex, build_index
from core.generators import pull
from core.inference.catalogue import data_of, open_classifier
from core.inference.classify import Classifier
from core.runs.run import Run


@pytest.fixture(scope="module")
def classifier(reader: Run) -> Classifier:
    return open_classifier(reader)


@pytest.fixture(scope="module")
def index(classifier: Classifier) -> NeighbourIndex:
    data = data_of(classifier.snapshot)
    assert data is not None
    return pull(build_index(classifier.features, data.split("train")))  # type: ignore[arg-type]


def test_the_index_says_how_far_it_is(classifier: Classifier) -> None:
    data = data_of(classifier.snapshot)
    assert data is not None
    train = data.split("train")
    told = list(build_index(classifier.features, train))  # type: ignore[arg-type]
    assert all(isinstance(event, Preparing) and event.total == len(train) for event in told)
    assert told[-1].done == len(train)


def test_a_training_example_is_its_own_nearest_neighbour(classifier: Classifier, index: NeighbourIndex) -> None:
    data = data_of(classifier.snapshot)
    assert data is not None
    train = data.split("train")
    for i in (0, 17, 2000):
        (images, *_rest), targets = train.batch(torch.tensor([i]))
        nearest = index.nearest(images, 5)
        assert nearest[0].index == i
        assert nearest[0].similarity == pytest.approx(1, abs=1e-4)
        assert nearest[0].label == int(targets[0])
        assert [n.similarity for n in nearest] == sorted((n.similarity for n in nearest), reverse=True)


def test_candidates_found_along_few_directions_are_the_true_neighbours(
    classifier: Classifier, index: NeighbourIndex
) -> None:
    data = data_of(classifier.snapshot)
    assert data is not None
    train = data.split("train")
    (images, *_rest), _targets = train.batch(torch.arange(len(train)))
    known = torch.nn.functional.normalize(classifier.features.many(images)[1], dim=1)
    found = 0
    for picture in generate(20, seed=91)[0]:
        input = classifier.input_of(classifier.as_it_is(picture / 255))
        own = torch.nn.functional.normalize(classifier.features(input)[1], dim=1)
        true = set((known @ own.T)[:, 0].topk(8).indices.tolist())
        found += len(true & {n.index for n in index.nearest(input, 8)})
    assert found >= 0.95 * 160


def test_neighbours_of_a_digit_mostly_show_that_digit(classifier: Classifier, index: NeighbourIndex) -> None:
    images, labels = generate(50, seed=92)
    same = sum(
        neighbour.label == label
        for image, label in zip(images, labels, strict=True)
        for neighbour in index.nearest(classifier.input_of(classifier.as_it_is(image / 255)), 4)
    )
    assert same > 0.85 * 200

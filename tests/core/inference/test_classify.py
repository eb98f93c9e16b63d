import threading

import numpy as np
import pytest
import torch

from core.data.handwriting.generator import generate, generate_non_digits
from core.errors import RunError
from core.inference.catalogue import open_classifier
from core.inference.classify import Classifier
from core.inference.familiarity import Familiarity
from core.inference.snapshot import Snapshot, load_snapshot
from core.ink.picture_file import Picture
from core.ink.prepare import Drawing, Stroke
from core.input_spec import ImageInput, InputSpec, TextInput
from core.models.image.small_conv_bn import SmallConvBn
from core.runs.config import RunConfig
from core.runs.run import Run


@pytest.fixture(scope="module")
def classifier(reader: Run) -> Classifier:
    return open_classifier(reader)


def levels(images: np.ndarray) -> np.ndarray:
    return images / np.float32(255)


def line(*points: tuple[float, float]) -> Drawing:
    return Drawing((Stroke(np.array(points, float), np.full(len(points), 20.0)),), 280, 280, 20)


def on_a_row(images: np.ndarray) -> np.ndarray:
    """Pictures next to each other with some space between them, on a larger sheet."""
    sheet = np.zeros((120, 40 * len(images) + 60), np.float32)
    for i, image in enumerate(levels(images)):
        sheet[40 + 3 * i : 68 + 3 * i, 20 + 40 * i : 48 + 40 * i] = image
    return sheet


def test_digits_it_never_saw_are_read(classifier: Classifier) -> None:
    images, labels = generate(300, seed=77)
    answers = [classifier.classify(classifier.as_it_is(image)) for image in levels(images)]
    assert np.mean([a.index == label for a, label in zip(answers, labels, strict=True)]) > 0.9
    assert np.mean([a.is_digit for a in answers]) > 0.93


def test_an_answer_is_a_distribution_over_the_classes(classifier: Classifier) -> None:
    answer = classifier.classify(classifier.as_it_is(levels(generate(1, seed=5)[0])[0]))
    assert sum(answer.probabilities) == pytest.approx(1)
    assert len(answer.probabilities) == 10
    first, second = sorted(answer.probabilities, reverse=True)[:2]
    assert answer.probability == first == answer.probabilities[answer.index]
    assert answer.margin == pytest.approx(first - second)
    assert answer.label == classifier.class_names[answer.index]


def test_most_letters_scribbles_and_blobs_are_refused_with_a_sentence(classifier: Classifier) -> None:
    others = [classifier.classify(classifier.as_it_is(image)) for image in levels(generate_non_digits(200, seed=78))]
    assert np.mean([not a.is_digit for a in others]) > 0.7
    assert all(a.reason.startswith("Not a digit") for a in others if not a.is_digit)
    assert all(not a.reason for a in others if a.is_digit)


@pytest.mark.parametrize(
    ("drawing", "word"),
    [
        (line(*((140 + 90 * np.cos(t) * (1 - t / 60), 140 + 90 * np.sin(3 * t)) for t in np.arange(0, 60, 0.2))), ""),
        (
            Drawing(
                tuple(
                    Stroke(np.array([[x, y], [x + 8, y + 8]]), np.full(2, 16.0))
                    for x in (30, 120, 230)
                    for y in (30, 120, 230)
                ),
                280,
                280,
                20,
            ),
            "9 separate pieces",
        ),
    ],
)
def test_what_is_plainly_no_digit_is_refused(classifier: Classifier, drawing: Drawing, word: str) -> None:
    preparation = classifier.prepare(drawing)
    assert preparation is not None
    answer = classifier.classify(preparation)
    assert not answer.is_digit
    assert word in answer.reason


def test_a_seven_drawn_anywhere_is_a_seven(classifier: Classifier) -> None:
    for x, y, size in ((20, 20, 60), (200, 200, 70), (60, 40, 180)):
        preparation = classifier.prepare(line((x, y), (x + 0.6 * size, y), (x + 0.25 * size, y + size)))
        assert preparation is not None
        answer = classifier.classify(preparation)
        assert (answer.label, answer.is_digit) == ("7", True)


def test_an_empty_canvas_has_no_preparation_and_so_no_answer(classifier: Classifier) -> None:
    assert classifier.prepare(Drawing((), 280, 280, 20)) is None
    assert classifier.prepare(Picture.of_levels(np.ones((50, 50), np.float32))) is None
    assert classifier.several(Drawing((), 280, 280, 20)) == []


def test_the_network_reads_what_the_last_stage_shows(classifier: Classifier) -> None:
    for disabled in ((), ("normalise",), ("centre", "scale")):
        preparation = classifier.prepare(line((20, 20), (60, 20), (30, 90)), disabled)
        assert preparation is not None
        read = classifier.input_of(preparation)
        assert read.shape == (1, 1, 28, 28)
        assert np.abs(read[0, 0].numpy() - preparation.stages[-1].picture_HWC[..., 0]).max() < 1e-5


def test_several_digits_are_read_from_left_to_right(classifier: Classifier) -> None:
    images, labels = generate(40, seed=79)
    wanted = [2, 0, 2, 6]
    picked: list[int] = []
    for digit in wanted:
        sure = [
            i
            for i in np.flatnonzero(labels == digit)
            if classifier.classify(classifier.as_it_is(levels(images)[i])).index == digit and i not in picked
        ]
        picked.append(int(sure[0]))
    found = classifier.several(Picture.of_levels(on_a_row(images[picked])))
    assert "".join(each.answer.label for each in found) == "2026"
    lefts = [each.box[0] for each in found]
    assert lefts == sorted(lefts)
    assert all(20 + 40 * i <= each.box[0] < each.box[2] <= 48 + 40 * i for i, each in enumerate(found))


def test_a_colour_network_of_another_size_and_other_classes_answers_too() -> None:
    names = ("cup", "spoon", "fork")
    input = ImageInput(channels=3, height=40, width=36, mean=(0.1, 0.2, 0.3), std=(0.5, 0.4, 0.3))
    classifier = Classifier(snapshot(input, names))
    preparation = classifier.prepare(line((20, 20), (60, 20), (30, 90)))
    assert preparation is not None
    read = classifier.input_of(preparation)
    assert read.shape == (1, 3, 40, 36)
    assert torch.allclose(read[0, :, 0, 0], classifier.blank_C)
    answer = classifier.classify(preparation)
    assert answer.label in names
    assert len(answer.probabilities) == 3


def test_a_network_of_other_things_calls_strange_pictures_unfamiliar(reader: Run) -> None:
    classifier = Classifier(load_snapshot(reader))
    classifier.class_names = tuple("abcdefghij")
    known = torch.cat([classifier.input_of(classifier.as_it_is(image)) for image in levels(generate(600, seed=80)[0])])
    classifier.familiarity = Familiarity.of_examples(classifier.features, known)
    digits = [classifier.classify(classifier.as_it_is(image)) for image in levels(generate(100, seed=81)[0])]
    noise = np.random.default_rng(0).random((20, 28, 28), np.float32)
    strange = [classifier.classify(classifier.as_it_is(image)) for image in noise]
    assert np.mean([a.is_digit for a in digits]) > 0.9
    assert not any(a.is_digit for a in strange)
    assert strange[0].reason.startswith("Unfamiliar")


def test_asking_is_deterministic_draws_no_random_number_and_leaves_the_model_alone(reader: Run) -> None:
    torch.manual_seed(3)
    np.random.seed(3)  # noqa: NPY002 (libraries still draw from it)
    before, before_numpy = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    picture = levels(generate(1, seed=82)[0])[0]
    answers = []
    for _time in range(2):
        classifier = Classifier(load_snapshot(reader))
        classifier.familiarity = Familiarity.of_digits(classifier.features, classifier.input)
        answers.append(classifier.classify(classifier.as_it_is(picture)))
        assert not any(module._forward_hooks for module in classifier.snapshot.model.modules())
    assert answers[0] == answers[1]
    assert torch.equal(before, torch.get_rng_state())
    assert (before_numpy == np.random.get_state()[1]).all()  # noqa: NPY002


def test_threads_may_ask_at_once(classifier: Classifier) -> None:
    images, _labels = generate(40, seed=83)
    preparations = [classifier.as_it_is(image) for image in levels(images)]
    alone = [classifier.classify(each) for each in preparations]
    together: dict[int, list[object]] = {}

    def ask(who: int) -> None:
        together[who] = [classifier.classify(each) for each in preparations]

    threads = [threading.Thread(target=ask, args=(who,)) for who in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answers == alone for answers in together.values())


def test_a_network_that_reads_sentences_is_refused(reader: Run) -> None:
    text = TextInput(vocabulary_size=3, max_length=4, tokenizer={})
    one = snapshot(ImageInput(channels=1, height=28, width=28), tuple("01"))
    with pytest.raises(RunError, match="This network reads no images"):
        Classifier(Snapshot(one.model, InputSpec(input=text, class_names=("a", "b")), one.config, "3 · LSTM", 1))


def snapshot(input: ImageInput, names: tuple[str, ...]) -> Snapshot:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = SmallConvBn(input, len(names)).eval().requires_grad_(False)
    config = RunConfig.make(dataset="digits", model="conv_bn")
    return Snapshot(model, InputSpec(input=input, class_names=names), config, "1 · Small conv-BN net", 0)

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.base import Data
from core.data.drawing_store import DrawingStore
from core.data.handwriting.generator import generate
from core.data.library import load
from core.data.sources.own_drawings import OwnDrawingsConfig
from core.errors import DataError
from core.events import RunEnded
from core.generators import pull
from core.ink.prepare import Drawing, Stroke
from core.input_spec import InputSpec
from core.runs.config import RunConfig
from core.training.loop import fit

SEVEN = Drawing(
    (
        Stroke(np.array([[10.0, 10], [60, 10], [30, 90.125]]), np.array([20.0, 21, 22])),
        Stroke(np.array([[5.0, 5]]), np.array([9.0]), erase=True),
    ),
    280,
    280,
    20,
)


def picture(level: int = 200) -> np.ndarray:
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:16] = level
    return image


def fill(store: DrawingStore, each: int = 8, labels: str = "0123456789") -> None:
    images, classes = generate(500, seed=1)
    for label in labels:
        for image in images[classes == int(label)][:each]:
            store.keep(image, label)


@pytest.fixture
def store() -> DrawingStore:
    return DrawingStore()


def test_a_drawing_is_kept_with_its_class_and_its_strokes(store: DrawingStore) -> None:
    entry = store.keep(picture(), "7", SEVEN)
    assert store.entries() == [entry]
    assert (store.read(entry) == picture()).all()
    kept = store.strokes(entry)
    assert kept is not None
    assert (kept.width, kept.height, kept.pen) == (280, 280, 20)
    for own, read in zip(SEVEN.strokes, kept.strokes, strict=True):
        assert np.abs(own.points_S2 - read.points_S2).max() <= 0.005
        assert (own.widths_S == read.widths_S).all()
        assert own.erase == read.erase


@pytest.mark.parametrize("label", ["T-shirt/top", "お o", "a.b.", ".hidden", "100 %", "con: <x>", "..", "C\\D"])
def test_any_class_name_survives_and_stays_inside_the_folder(store: DrawingStore, label: str) -> None:
    entry = store.keep(picture(), label)
    assert store.counts() == {label: 1}
    assert entry.path.resolve().parent.parent == store.folder.resolve()


def test_drawings_are_counted_by_class_and_each_can_be_deleted(store: DrawingStore) -> None:
    kept = [store.keep(picture(), label) for label in "7172"]
    assert store.counts() == {"1": 1, "2": 1, "7": 2}
    store.delete(kept[0])
    assert store.entries() == kept[1:]
    for entry in kept:
        store.delete(entry)
    assert store.counts() == {}
    assert not any(store.folder.iterdir())


def test_a_drawing_that_is_kept_during_an_import_is_not_overwritten(store: DrawingStore, tmp_path: Path) -> None:
    theirs = DrawingStore(tmp_path / "theirs")
    for _each in range(3):
        theirs.keep(picture(90), "7")
    theirs.export(tmp_path / "theirs.zip")
    steps = store.import_from(tmp_path / "theirs.zip")
    while next(steps).what != "Adding drawings":
        pass
    mine = store.keep(picture(), "7")
    pull(steps)
    assert (store.read(mine) == picture()).all()
    assert store.counts() == {"7": 4}


def test_a_damaged_file_is_named_in_a_sentence(store: DrawingStore) -> None:
    fill(store)
    broken = store.entries()[0].path
    broken.write_bytes(broken.read_bytes()[:60])
    with pytest.raises(DataError, match=f"{broken.name}.*Delete this file"):
        pull(OwnDrawingsConfig().load(0))


def test_damaged_strokes_do_not_cost_the_picture(store: DrawingStore) -> None:
    from PIL.PngImagePlugin import PngInfo

    entry = store.keep(picture(), "7")
    for text in ("{", "[1]", '{"strokes": [{"points": [[1, 2]], "widths": [], "erase": 0}]}', "[" * 5000):
        about = PngInfo()
        about.add_text("strokes", text)
        Image.fromarray(picture()).save(entry.path, pnginfo=about)
        assert store.strokes(entry) is None
        assert (store.read(entry) == picture()).all()


@pytest.mark.parametrize("labels", ["", "7", "17"])
def test_too_few_drawings_are_a_sentence_that_says_how_many_are_needed(store: DrawingStore, labels: str) -> None:
    for label in labels:
        store.keep(picture(), label)
    with pytest.raises(DataError, match="at least 3 each of two classes"):
        pull(OwnDrawingsConfig().load(0))
    assert OwnDrawingsConfig().info() is None


def test_every_drawing_is_in_one_split_and_the_outline_says_so(store: DrawingStore) -> None:
    fill(store)
    data: Data = pull(OwnDrawingsConfig().load(0))
    info = OwnDrawingsConfig().info()
    sizes = [len(data.split(name)) for name in ("train", "validation", "test")]
    assert info is not None
    assert sum(sizes) == info.train + info.validation + info.test == 80
    assert sizes[2] == 20
    assert info.classes == len(data.input_spec.class_names) == 10


def test_a_new_drawing_leaves_the_test_examples_as_they_were(store: DrawingStore) -> None:
    fill(store)
    before = pull(OwnDrawingsConfig().load(0)).split("test")
    store.keep(picture(), "3")
    after = pull(OwnDrawingsConfig().load(0)).split("test")
    assert (before.images_NCHW == after.images_NCHW).all()


def test_digits_always_have_ten_classes_and_others_are_left_out_unless_asked_for(store: DrawingStore) -> None:
    fill(store, labels="14")
    for _each in range(4):
        store.keep(picture(), "Bag")
    assert pull(OwnDrawingsConfig().load(0)).input_spec.class_names == tuple("0123456789")
    every = pull(OwnDrawingsConfig(classes="all").load(0))
    assert every.input_spec.class_names == ("1", "4", "Bag")


def test_a_network_is_trained_and_tested_on_them(store: DrawingStore) -> None:
    fill(store)
    config = RunConfig.make(
        dataset="my_drawings", model="softmax_regression", training={"epochs": 1, "batch_size": 10, "threads": 1}
    )
    *_events, end = fit(config)
    assert isinstance(end, RunEnded)
    assert end.reason == "finished"
    input_spec = InputSpec(input=pull(OwnDrawingsConfig().load(0)).input_spec.input, class_names=tuple("0123456789"))
    assert len(pull(OwnDrawingsConfig().load(0)).seen_by(input_spec).split("test")) == 20


def test_a_drawing_kept_meanwhile_is_in_the_next_load(store: DrawingStore) -> None:
    fill(store)
    first = pull(load(OwnDrawingsConfig(), 0))
    assert pull(load(OwnDrawingsConfig(), 0)) is first
    store.keep(picture(), "0")
    assert len(pull(load(OwnDrawingsConfig(), 0)).split("train")) > len(first.split("train"))


class TestArchives:
    def test_what_was_exported_can_be_imported_elsewhere(self, store: DrawingStore, tmp_path: Path) -> None:
        store.keep(picture(10), "T-shirt/top", SEVEN)
        store.keep(picture(20), "3")
        assert store.export(tmp_path / "mine.zip") == 2
        other = DrawingStore(tmp_path / "other")
        other.keep(picture(5), "3")
        assert pull(other.import_from(tmp_path / "mine.zip")) == 2
        assert other.counts() == {"3": 2, "T-shirt/top": 1}
        shirt, three = other.entries()[1:]
        assert shirt.label == "T-shirt/top"
        assert (other.read(shirt) == picture(10)).all()
        assert other.strokes(shirt) is not None
        assert (other.read(three) == picture(20)).all()

    def test_the_archive_holds_pictures_by_class_and_a_table(self, store: DrawingStore, tmp_path: Path) -> None:
        store.keep(picture(), "7")
        store.export(tmp_path / "mine.zip")
        with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
            rows = list(csv.DictReader(io.StringIO(archive.read("labels.csv").decode())))
            assert rows == [{"file": "7/00000001.png", "label": "7"}]
            with archive.open("7/00000001.png") as stream, Image.open(stream) as image:
                assert image.size == (28, 28)

    def test_nothing_to_export_is_a_sentence(self, store: DrawingStore, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="no drawings to export"):
            store.export(tmp_path / "mine.zip")

    @pytest.mark.parametrize(
        ("name", "content", "sentence"),
        [
            ("../7/evil.png", None, "would not stay inside"),
            ("7/1.png", b"no picture", "damaged"),
            ("notes.txt", b"hello", "holds no drawings"),
            ("7/2.png", "large", "28 × 28"),
        ],
    )
    def test_a_foreign_or_dishonest_archive_adds_nothing(
        self, store: DrawingStore, tmp_path: Path, name: str, content: bytes | str | None, sentence: str
    ) -> None:
        image = io.BytesIO()
        Image.new("L", (64, 64) if content == "large" else (28, 28)).save(image, "PNG")
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            if sentence != "holds no drawings":
                archive.writestr("7/0.png", _blank())
            archive.writestr(name, content if isinstance(content, bytes) else image.getvalue())
        with pytest.raises(DataError, match=sentence):
            pull(store.import_from(tmp_path / "x.zip"))
        assert store.counts() == {}

    def test_a_file_that_is_no_archive_or_not_there_is_a_sentence(self, store: DrawingStore, tmp_path: Path) -> None:
        (tmp_path / "x.zip").write_bytes(b"PK nothing")
        for name in ("x.zip", "nowhere.zip"):
            with pytest.raises(DataError):
                pull(store.import_from(tmp_path / name))


def _blank() -> bytes:
    image = io.BytesIO()
    Image.new("L", (28, 28)).save(image, "PNG")
    return image.getvalue()

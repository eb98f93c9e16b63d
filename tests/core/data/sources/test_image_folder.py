import itertools

import numpy as np
import pytest
import torch
from PIL import Image

from core import paths
from core.data.sources.image_folder import ImageFolderConfig
from core.errors import DataError
from core.generators import pull
from core.ink.picture_file import open_picture

COLOURS = {"blue": (0, 0, 255), "green": (0, 255, 0), "red": (255, 0, 0)}


def save(path, colour=(255, 0, 0), size=(40, 30), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)
    return path


def fill(folder, count=10, colours=COLOURS, suffix="png"):
    for name, colour in colours.items():
        for i in range(count):
            save(folder / name / f"{i}.{suffix}", colour, size=(40 + i, 30 + 2 * i))
    return folder


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "pictures"


def load(folder, **settings):
    return pull(ImageFolderConfig(folder=str(folder), **({"size": 28} | settings)).load(0))


def square(path, size, mode):
    return open_picture(path).fitted(size, size, len(mode))


def sizes(data):
    return [len(data.split(name)) for name in ("train", "validation", "test")]


def test_each_sub_folder_is_a_class_and_its_pictures_keep_their_colour(folder):
    data = load(fill(folder), validation_fraction=0.2)
    assert data.input_spec.class_names == ("blue", "green", "red")
    assert sum(sizes(data)) == 30
    assert sizes(data)[2] == 6  # 15 % of ten, rounded, of each class
    for name in ("train", "validation", "test"):
        split = data.split(name)
        for image, target in zip(split.images_NCHW, split.targets_N.tolist(), strict=True):
            colour = list(COLOURS.values())[target]
            assert torch.equal(image, torch.tensor(colour, dtype=torch.uint8).view(3, 1, 1).expand(3, 28, 28))


def test_the_outline_tells_what_loading_will_give(folder):
    config = ImageFolderConfig(folder=str(fill(folder)), size=32, colour="grey")
    info, data = config.info(), pull(config.load(0))
    assert (info.input.channels, info.input.height, info.input.width) == (1, 32, 32)
    assert (info.classes, info.test) == (3, len(data.split("test")))
    assert abs(info.train - len(data.split("train"))) <= 3


@pytest.mark.parametrize(
    ("train", "validation", "test"), [("train", "val", "test"), ("Training", "validation", "testing")]
)
def test_folders_for_training_validation_and_test_are_honoured(folder, train, validation, test):
    fill(folder / train, 6)
    fill(folder / validation, 3)
    fill(folder / test, 2)
    assert sizes(load(folder)) == [18, 9, 6]
    assert sizes(load(folder, train_examples=9)) == [9, 9, 6]


def test_folders_for_validation_and_test_may_lie_beside_the_classes(folder):
    fill(folder, 6)
    fill(folder / "val", 3)
    fill(folder / "test", 2)
    data = load(folder)
    assert data.input_spec.class_names == ("blue", "green", "red")
    assert sizes(data) == [18, 9, 6]


def test_a_class_may_be_called_test(folder):
    fill(folder, colours={"test": (9, 9, 9), "train": (200, 9, 9)})
    assert load(folder).input_spec.class_names == ("test", "train")


def test_a_class_that_only_the_validation_folder_has_is_refused(folder):
    fill(folder / "train", 4)
    fill(folder / "val", 2, colours={"yellow": (255, 255, 0)})
    with pytest.raises(DataError, match="yellow is a class without training pictures"):
        load(folder)


def test_the_test_pictures_do_not_depend_on_the_seed_and_hardly_on_new_pictures(folder):
    fill(folder, 20)
    config = ImageFolderConfig(folder=str(folder))
    before = set(pull(config._scan())[3].files)
    save(folder / "red" / "new.png")
    assert len(before - set(pull(config._scan())[3].files)) <= 1


def test_pictures_in_deeper_folders_count_and_hidden_or_other_files_do_not(folder):
    fill(folder, 4)
    save(folder / "red" / "deeper" / "more.jpeg")
    save(folder / ".thumbnails" / "a.png")
    save(folder / "red" / "._resource.png")
    (folder / "red" / "Thumbs.db").write_bytes(b"not a picture")
    (folder / "notes").mkdir()
    (folder / "notes" / "read me.txt").write_text("not a picture")
    assert sum(sizes(load(folder))) == 13


def test_a_broken_picture_is_named_with_what_to_do(folder):
    fill(folder)
    broken = folder / "green" / "3.png"
    broken.write_bytes(broken.read_bytes()[:40])
    with pytest.raises(DataError, match=r"3\.png cannot be read as a picture") as refusal:
        load(folder).split("test")
    assert str(broken) in refusal.value.what
    assert "take it out of the folder" in refusal.value.advice


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xff\xe0 not a photo", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_a_file_that_only_claims_to_be_a_picture_is_named(tmp_path, content):
    path = tmp_path / "claim.png"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"claim\.png"):
        square(path, 28, "RGB")


def test_one_class_is_not_enough(folder):
    fill(folder, colours={"red": (255, 0, 0)})
    with pytest.raises(DataError, match="only one class, red") as refusal:
        load(folder)
    assert "two or more sub-folders" in refusal.value.advice
    assert ImageFolderConfig(folder=str(folder)).info() is None


def test_a_folder_without_sub_folders_an_absent_one_and_none_are_told_apart(folder):
    save(folder / "a.png")
    with pytest.raises(DataError, match="no sub-folder with pictures"):
        load(folder)
    with pytest.raises(DataError, match="There is no folder"):
        load(folder / "absent")
    with pytest.raises(DataError, match="No folder of pictures has been chosen"):
        load("")
    assert ImageFolderConfig().info() is None


def test_more_than_fits_into_memory_is_refused_before_anything_is_read(folder, monkeypatch):
    monkeypatch.setattr("core.data.sources.image_folder._LARGEST_IN_MEMORY", 20 * 3 * 28 * 28)
    fill(folder)
    (folder / "red" / "0.png").write_bytes(b"would be noticed if it were read")
    with pytest.raises(DataError, match=r"need .* GB of memory") as refusal:
        load(folder)
    assert "smaller size" in refusal.value.advice
    assert sizes(load(fill(folder), train_examples=6))[0] == 6


def test_a_folder_may_be_named_relative_to_the_data_folder():
    fill(paths.data_folder() / "mine", 4)
    assert sum(sizes(load("mine"))) == 12


def test_the_middle_of_a_picture_is_kept(tmp_path):
    wide = Image.new("L", (90, 30), 0)
    wide.paste(255, (30, 0, 60, 30))
    wide.save(tmp_path / "wide.png")
    assert (square(tmp_path / "wide.png", 30, "L") == 255).all()
    wide.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "tall.png")
    assert (square(tmp_path / "tall.png", 30, "L") == 255).all()


def test_a_photo_taken_sideways_is_turned_upright(tmp_path):
    photo = Image.new("RGB", (60, 60), "black")
    photo.paste("white", (0, 0, 60, 30))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to see it upright
    photo.save(tmp_path / "photo.jpg", exif=exif)
    pixels = square(tmp_path / "photo.jpg", 60, "L")[..., 0]
    assert pixels[:, 40:].mean() > 240
    assert pixels[:, :20].mean() < 15


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("made", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_mode_are_read(tmp_path, made, mode):
    path = tmp_path / ("picture.tif" if made in ("CMYK", "I;16") else "picture.png")
    if made == "I;16":
        Image.fromarray(np.full((40, 40), 200 * 257, np.uint16)).save(path)
    else:
        Image.new("RGBA", (40, 40), (200, 200, 200, 255)).convert(made).save(path)
    pixels = square(path, 28, mode)
    assert pixels.shape == (28, 28, 3 if mode == "RGB" else 1)
    assert pixels.mean() == pytest.approx(200, abs=3)  # one bit a pixel means dots


def test_what_is_transparent_becomes_white(tmp_path):
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(tmp_path / "glass.png")
    assert (square(tmp_path / "glass.png", 28, "RGB") == 255).all()


def test_a_picture_too_large_to_be_opened_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("core.ink.picture_file._LARGEST_PICTURE", 1000)
    with pytest.raises(DataError, match=r"huge\.png has more than"):
        square(save(tmp_path / "huge.png"), 28, "RGB")


def test_reading_reports_every_picture_and_can_be_stopped(folder):
    loading = ImageFolderConfig(folder=str(fill(folder)), size=28).load(0)
    reading = (event for event in loading if event.total)
    assert [(event.done, event.total) for event in itertools.islice(reading, 4)] == [(i, 24) for i in range(1, 5)]
    loading.close()


def test_looking_through_many_folders_can_be_stopped(folder):
    fill(folder)
    config = ImageFolderConfig(folder=str(folder), size=28)
    for looking in (config.load(0), config.state_of_files()):
        assert next(looking).what == "Looking for pictures"
        looking.close()


def test_the_outline_of_a_folder_that_takes_long_to_look_through_is_not_waited_for(folder, monkeypatch):
    config = ImageFolderConfig(folder=str(fill(folder)), size=28)
    assert config.info() is not None
    monkeypatch.setattr("core.data.sources.image_folder._PATIENCE_S", 0.0)
    assert config.info() is None


@pytest.mark.needs_real_data("flower_photos_mini")
def test_real_photos_are_read():
    data = load("flower_photos_mini")
    assert data.input_spec.class_names == ("daisy", "dandelion", "roses", "sunflowers", "tulips")
    assert sizes(data) == [255, 100, 45]

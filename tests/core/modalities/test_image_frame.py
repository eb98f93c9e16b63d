"""A drawing or a picture is put into the frame of the network's input spec."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.handwriting.generator import generate
from core.ink.picture_file import Picture, open_picture
from core.ink.prepare import STAGES, Drawing, Stroke
from core.input_spec import ImageInput
from core.modalities.image_frame import PICTURE_STAGES, blank, input_of, prepare, prepare_several, stages_of

INK = ImageInput(channels=1, height=28, width=28, mean=(0.13,), std=(0.3,))
CLOTHES = ImageInput(channels=1, height=28, width=28, mean=(0.29,), std=(0.35,), frame="picture")
SCANS = ImageInput(channels=1, height=40, width=40, mean=(0.9,), std=(0.2,), frame="picture")
PHOTOS = ImageInput(channels=3, height=64, width=64, mean=(0.4, 0.3, 0.2), std=(0.2, 0.1, 0.3), frame="picture")

DIGIT = generate(1, seed=2)[0][0] / np.float32(255)
LINE = Drawing((Stroke(np.array([[140.0, 40], [140, 240]]), np.array([20.0, 20])),), 280, 280, 20)


def seen(source: Drawing | Picture, input: ImageInput) -> np.ndarray:
    prepared = prepare(source, input)
    assert prepared is not None
    return prepared.seen_HWC


class TestAPictureFile:
    def test_of_the_networks_size_and_light_on_black_is_in_the_frame_already(self) -> None:
        off = np.roll(DIGIT, 3, axis=1)
        assert np.abs(seen(Picture.of_levels(off), INK)[..., 0] - off).max() < 1e-6

    @pytest.mark.parametrize("levels", [1 - DIGIT, np.pad(DIGIT, 1), 0.3 + 0.7 * DIGIT], ids=["dark", "larger", "grey"])
    def test_that_is_not_is_searched_for_ink(self, levels: np.ndarray) -> None:
        prepared = prepare(Picture.of_levels(np.roll(levels, 3, axis=1)), INK)
        assert prepared is not None
        assert [stage.key for stage in prepared.stages] == list(STAGES)

    def test_can_be_taken_either_way_on_demand(self) -> None:
        picture = Picture.of_levels(np.roll(DIGIT, 3, axis=1))
        assert len(prepare(picture, INK, framing="canvas").stages) == len(STAGES)
        assert len(prepare(picture, INK, framing="ready").stages) == 2

    def test_is_fitted_in_colour_for_a_network_of_photos(self) -> None:
        picture = Picture.of(Image.new("RGB", (90, 50), (200, 100, 50)))
        prepared = prepare(picture, PHOTOS)
        assert [stage.key for stage in prepared.stages] == list(PICTURE_STAGES) == list(stages_of(PHOTOS))
        assert [stage.picture_HWC.shape for stage in prepared.stages] == [(50, 90, 3), (64, 64, 3), (64, 64, 3)]
        colour = (np.array([200, 100, 50]) / 255 - PHOTOS.mean) / PHOTOS.std
        assert np.allclose(input_of(prepared, PHOTOS), colour[:, None, None], atol=1e-5)

    def test_has_no_several_digits_for_a_network_of_photos(self) -> None:
        assert prepare_several(Picture.of_levels(np.tile(1 - DIGIT, 3)), INK)
        assert prepare_several(Picture.of_levels(np.tile(1 - DIGIT, 3)), PHOTOS) == []

    def test_stays_what_it_was_when_the_file_goes(self, tmp_path: Path) -> None:
        Image.new("RGB", (90, 50), (200, 100, 50)).save(tmp_path / "a.jpg")
        picture = open_picture(tmp_path / "a.jpg")
        (tmp_path / "a.jpg").unlink()
        assert seen(picture, PHOTOS).shape == (64, 64, 3)
        assert seen(picture, SCANS).shape == (40, 40, 1)


class TestADrawing:
    def test_of_several_digits_falls_into_each_with_its_own_frame(self) -> None:
        strokes = [Stroke(LINE.strokes[0].points_S2 - [80 - 80 * i, 0], LINE.strokes[0].widths_S) for i in range(3)]
        found = prepare_several(Drawing(tuple(strokes), 280, 280, 20), INK)
        assert [round(box[0]) for box, _prepared in found] == [50, 130, 210]
        assert all(np.abs(prepared.seen_HWC - seen(LINE, INK)).max() < 1e-3 for _box, prepared in found)

    def test_is_reduced_for_a_network_of_smaller_pictures_of_ink(self) -> None:
        small = INK.model_copy(update={"height": 8, "width": 8})
        prepared = prepare(LINE, small, {"normalise"})
        assert prepared is not None
        read = input_of(prepared, small)
        assert read.shape == (1, 8, 8)
        assert read.mean() == pytest.approx(seen(LINE, INK).mean(), rel=0.02)

    @pytest.mark.parametrize(("input", "paper"), [(INK, 0), (CLOTHES, 0), (SCANS, 1), (PHOTOS, 1)])
    def test_lies_on_paper_like_that_of_the_pictures_a_network_learned_from(
        self, input: ImageInput, paper: float
    ) -> None:
        picture_HWC = seen(LINE, input)
        assert np.median(picture_HWC) == paper
        assert np.abs(picture_HWC - paper).max() > 0.9
        assert input_of(prepare(LINE, input), input).shape == (input.channels, input.height, input.width)

    @pytest.mark.parametrize("input", [INK, CLOTHES, PHOTOS])
    def test_of_nothing_is_not_asked_about(self, input: ImageInput) -> None:
        assert prepare(Drawing((), 280, 280, 20), input) is None

    def test_keeps_its_place_on_the_sheet_for_a_network_of_whole_pictures(self) -> None:
        left = Drawing((Stroke(LINE.strokes[0].points_S2 - [100, 0], LINE.strokes[0].widths_S),), 280, 280, 20)
        assert np.abs(seen(left, INK) - seen(LINE, INK)).max() < 1e-3
        assert seen(left, CLOTHES)[:, :10].sum() > 10 > seen(LINE, CLOTHES)[:, :10].sum()


def test_an_empty_picture_is_black_paper_or_for_photos_their_mean_colour() -> None:
    for input in (INK, CLOTHES):
        assert np.allclose(blank(input), -input.mean[0] / input.std[0])
    assert np.allclose(blank(PHOTOS), [0, 0, 0])

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.handwriting.generator import generate
from core.ink.prepare import (
    BOX,
    FRAME,
    STAGES,
    Drawing,
    Stroke,
    centre_of_mass,
    draw,
    ink_box,
    place,
    prepare_drawing,
    prepare_ink,
    prepare_picture,
    visible_strokes,
)
from core.paths import data_folder

SIDE = 280.0
PEN = 20.0


def stroke(*points: tuple[float, float], width: float = PEN, erase: bool = False) -> Stroke:
    return Stroke(np.array(points, float), np.full(len(points), width), erase)


def drawing(*strokes: Stroke) -> Drawing:
    return Drawing(strokes, SIDE, SIDE, PEN)


def seven(x: float = 100, y: float = 60, size: float = 120, width: float = PEN) -> Drawing:
    corners = [(0.0, 0.0), (0.6, 0.0), (0.25, 1.0)]
    return drawing(stroke(*((x + size * a, y + size * b) for a, b in corners), width=width))


def frame(picture: Drawing, disabled: tuple[str, ...] = ("normalise",)) -> np.ndarray:
    prepared = prepare_drawing(picture, disabled)
    assert prepared is not None
    return prepared.stages[-1].picture_HWC[..., 0]


class TestTheFrameOfADrawing:
    @settings(deadline=None)
    @given(st.integers(-300, 300), st.integers(-300, 300), st.sampled_from([0.125, 0.5, 2.0, 4.0]))
    def test_does_not_depend_on_where_or_how_large_it_was_drawn(self, x: int, y: int, scale: float) -> None:
        there = frame(seven(100 + x, 60 + y, 120 * scale))
        assert np.abs(there - frame(seven())).max() < 1e-3

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.floats(0, 280), st.floats(0, 280)), min_size=1, max_size=30))
    def test_is_28_by_28_with_the_centre_of_mass_in_the_middle(self, points: list[tuple[float, float]]) -> None:
        picture = frame(drawing(stroke(*points)))
        assert picture.shape == (FRAME, FRAME)
        assert 0 <= picture.min() <= picture.max() <= 1
        # Half a pixel comes from rounding to whole pixels; the rest is ink cut off from a very asymmetric drawing.
        assert np.abs(centre_of_mass(picture[None])[0] - FRAME // 2).max() <= 2

    def test_holds_ink_whose_longer_side_is_20_pixels(self) -> None:
        box = ink_box(frame(seven()))
        assert box is not None
        left, top, right, bottom = box
        assert max(right - left, bottom - top) == BOX

    def test_has_lines_of_the_same_width_whether_drawn_small_or_large(self) -> None:
        small, large = frame(seven(size=30)), frame(seven(size=240))
        assert small.sum() == pytest.approx(large.sum(), rel=0.01)

    def test_has_thicker_lines_for_a_thicker_pen(self) -> None:
        assert frame(seven(width=2 * PEN)).sum() > 1.4 * frame(seven()).sum()

    def test_follows_the_pressure_of_a_tablet(self) -> None:
        line = Stroke(np.array([[50.0, 50], [50, 250]]), np.array([8.0, 40]))
        rows = frame(drawing(line)).sum(1)
        assert rows[19] > 1.7 * rows[8] > 0

    def test_of_a_tap_is_a_dot_and_not_a_disc(self) -> None:
        dot = frame(drawing(stroke((140, 140))))
        assert 2 < dot.sum() < 12

    def test_of_a_scribble_with_ten_thousand_points_costs_no_more_than_its_length(self) -> None:
        angle = np.linspace(0, 20, 10_000)
        scribble = drawing(stroke(*zip(140 + 80 * np.cos(angle), 140 + 80 * np.sin(angle), strict=True)))
        assert sum(len(points) for points, _ in visible_strokes(scribble)) < 1000


class TestAnEmptyCanvas:
    def test_has_no_input(self) -> None:
        assert prepare_drawing(drawing()) is None

    def test_shows_nothing(self) -> None:
        assert draw(drawing(), FRAME) is None

    def test_is_what_a_stroke_without_points_leaves(self) -> None:
        nothing = stroke(*np.empty((0, 2)))
        assert prepare_drawing(drawing(nothing)) is None
        assert np.array_equal(frame(drawing(nothing, *seven().strokes)), frame(seven()))

    def test_is_what_an_eraser_leaves_that_passed_over_everything(self) -> None:
        assert (
            prepare_drawing(drawing(stroke((50, 50), (60, 60)), stroke((50, 50), (60, 60), width=60, erase=True)))
            is None
        )

    @pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
    def test_of_one_grey_has_no_input(self, level: float) -> None:
        assert prepare_picture(np.full((50, 40), level, np.float32)) is None

    def test_of_ink_too_faint_to_be_found_has_no_input(self) -> None:
        assert prepare_ink(np.full((50, 40), 0.1, np.float32)) is None

    def test_of_paper_with_grain_and_a_shadow_has_no_input(self) -> None:
        paper = np.linspace(0.9, 0.6, 200, dtype=np.float32) + np.zeros((150, 1), np.float32)
        paper += np.random.default_rng(0).normal(0, 0.01, paper.shape).astype(np.float32)
        assert prepare_picture(paper) is None


class TestTheWholeCanvas:
    @pytest.mark.parametrize(("width", "height", "shape"), [(280, 140, (28, 56)), (140, 280, (56, 28))])
    def test_is_drawn_as_it_is_at_any_size(self, width: float, height: float, shape: tuple[int, int]) -> None:
        corner = Drawing((stroke((20, 20), (60, 20)),), width, height, PEN)
        ink = draw(corner, 56)
        assert ink is not None
        assert ink.shape == shape
        assert ink_box(ink) == (2, 2, 14, 6)


class TestTheEraser:
    def test_cuts_a_line_in_two(self) -> None:
        cut = drawing(stroke((20, 140), (260, 140)), stroke((140, 100), (140, 180), width=40, erase=True))
        assert len(visible_strokes(cut)) == 2
        assert frame(cut)[:, 12:16].max(0).min() < 0.25

    def test_spares_what_is_drawn_after_it(self) -> None:
        rubbed = stroke((140, 100), (140, 180), width=40, erase=True)
        line = stroke((20, 140), (260, 140))
        assert np.array_equal(frame(drawing(rubbed, line)), frame(drawing(line)))

    @settings(deadline=None)
    @given(st.floats(0, 280), st.floats(0, 280), st.sampled_from([0.0, 0.5, 30.0]))
    def test_takes_a_dot_away_or_leaves_it(self, x: float, y: float, length: float) -> None:
        dot = drawing(stroke((140, 140), (140 + length, 140)), stroke((x, y), width=40, erase=True))
        left = visible_strokes(dot)
        far = np.hypot(x - 140, y - 140) > 60
        assert len(left) == 1 if far else len(left) <= 2

    def test_may_rub_over_a_scribble_for_long(self) -> None:
        angle = np.linspace(0, 60, 3000)
        scribble = stroke(*zip(140 + 90 * np.cos(angle), 140 + 90 * np.sin(1.3 * angle), strict=True))
        left_half = stroke(*((x, y) for x in range(0, 140, 10) for y in (0, 280)), width=30, erase=True)
        assert frame(drawing(scribble, left_half)).sum() < frame(drawing(scribble)).sum()


class TestTheStages:
    @pytest.mark.parametrize("key", STAGES)
    def test_can_each_be_switched_off_and_then_change_what_the_network_sees(self, key: str) -> None:
        picture = seven(20, 30, 90, width=2 * PEN)
        full, without = prepare_drawing(picture), prepare_drawing(picture, {key})
        assert full is not None
        assert without is not None
        before, after = full.stages[-1].picture_HWC, without.stages[-1].picture_HWC
        assert after.shape == (FRAME, FRAME, 1)
        assert not np.allclose(before, after, atol=0.05)
        assert [stage.key for stage in without.stages] == list(STAGES)
        assert [stage.key for stage in without.stages if not stage.enabled] == [key]

    def test_can_all_be_switched_off_which_leaves_the_canvas_reduced_to_28_pixels(self) -> None:
        small = frame(seven(20, 30, 60), tuple(STAGES))
        box = ink_box(small)
        assert box is not None
        assert box[2] < FRAME / 2
        assert box[3] < FRAME / 2

    def test_show_how_the_ink_becomes_the_input(self) -> None:
        prepared = prepare_drawing(seven(20, 30, 60))
        assert prepared is not None
        ink, crop, scale, centre, whole, normalised = (stage.picture_HWC[..., 0] for stage in prepared.stages)
        assert ink_box(ink) != ink_box(crop)
        assert max(scale.shape) == BOX < max(crop.shape)
        assert tuple(centre_of_mass(centre[None])[0]) == (centre.shape[1] // 2, centre.shape[0] // 2)
        assert normalised.mean() < 0 < whole.mean()
        assert np.array_equal(prepared.seen_HWC[..., 0], whole)

    def test_put_the_centred_picture_where_the_centre_of_mass_belongs(self) -> None:
        prepared = prepare_drawing(seven())
        assert prepared is not None
        scaled, whole = prepared.stages[2].picture_HWC[None, ..., 0], prepared.stages[4].picture_HWC[..., 0]
        assert np.array_equal(place(scaled, centre_of_mass(scaled))[0], whole)


class TestPictures:
    @pytest.mark.parametrize("paper", ["dark", "light"])
    def test_already_in_the_frame_hardly_change(self, paper: str) -> None:
        images, _labels = generate(200, seed=3)
        changes = []
        for image in images:
            grey = (image if paper == "dark" else 255 - image).astype(np.float32) / 255
            prepared = prepare_picture(grey, {"normalise"})
            assert prepared is not None
            changes.append(np.abs(prepared.seen_HWC[..., 0] * 255 - image).mean())
        assert np.mean(changes) < 1

    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 100), st.integers(0, 160), st.integers(0, 160), st.integers(2, 6))
    def test_come_out_alike_wherever_and_however_large_they_are_pasted(self, i: int, x: int, y: int, zoom: int) -> None:
        image = generate(101, seed=4)[0][i].astype(np.float32) / 255
        canvas = np.zeros((340, 340), np.float32)
        canvas[y : y + 28 * zoom, x : x + 28 * zoom] = np.kron(image, np.ones((zoom, zoom), np.float32))
        prepared = prepare_picture(canvas, {"normalise"})
        assert prepared is not None
        # A centre of mass on the border between two pixels may be rounded to either.
        moved = [np.roll(image, (a, b), (0, 1)) for a in (-1, 0, 1) for b in (-1, 0, 1)]
        # Very thin and very thick pens become more normal ones, which changes the picture itself a little.
        assert min(np.abs(prepared.seen_HWC[..., 0] - other).mean() for other in moved) < 0.06

    @pytest.mark.needs_real_data("MNIST")
    def test_of_mnist_change_by_less_than_two_grey_levels_on_average(self) -> None:
        with gzip.open(data_folder() / "MNIST" / "raw" / "train-images-idx3-ubyte.gz") as file:
            images = np.frombuffer(file.read(16 + 1000 * 784), np.uint8, offset=16).reshape(-1, 28, 28)
        changes = []
        for image in images:
            prepared = prepare_picture(image.astype(np.float32) / 255, {"normalise"})
            assert prepared is not None
            changes.append(np.abs(prepared.seen_HWC[..., 0] * 255 - image).mean())
        assert np.mean(changes) < 2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.handwriting.generator import generate
from core.ink.prepare import Drawing, Stroke
from core.ink.segment import segment_drawing, segment_ink

DIGITS: dict[str, list[list[tuple[float, float]]]] = {
    "0": [[(50, 0), (10, 30), (10, 70), (50, 100), (90, 70), (90, 30), (52, 2)]],
    "1": [[(60, 0), (40, 100)]],
    "2": [[(10, 20), (50, 0), (90, 25), (10, 100), (95, 100)]],
    "4": [[(20, 0), (10, 60), (90, 60)], [(70, 20), (65, 100)]],
    "5": [[(25, 8), (20, 45), (80, 60), (60, 100), (10, 95)], [(30, 0), (90, -2)]],
    "6": [[(70, 0), (10, 60), (40, 100), (80, 75), (40, 55), (15, 75)]],
}


def written(number: str, pitch: float = 130, size: float = 1.0) -> Drawing:
    strokes = [
        Stroke(np.array([[20 + i * pitch + x, 40 + y] for x, y in line]) * size, np.full(len(line), 14.0 * size))
        for i, digit in enumerate(number)
        for line in DIGITS[digit]
    ]
    return Drawing(tuple(strokes), 700, 300, 14)


class TestADrawing:
    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.sampled_from(sorted(DIGITS)), min_size=1, max_size=4), st.sampled_from([0.3, 1.0]))
    def test_of_several_digits_falls_into_them_from_left_to_right(self, number: list[str], size: float) -> None:
        found = segment_drawing(written("".join(number), size=size))
        assert [len(digit.drawing.strokes) for digit in found] == [len(DIGITS[digit]) for digit in number]
        assert [digit.box[0] for digit in found] == sorted(digit.box[0] for digit in found)

    def test_keeps_the_hat_of_a_5_that_touches_nothing(self) -> None:
        assert len(segment_drawing(written("5"))) == 1

    def test_keeps_leaning_ones_apart_although_one_reaches_over_the_other(self) -> None:
        assert len(segment_drawing(written("11", pitch=22))) == 2

    def test_gives_the_box_round_the_ink_pen_width_included(self) -> None:
        (digit,) = segment_drawing(written("1"))
        assert digit.box == pytest.approx((53, 33, 87, 147), abs=0.01)

    def test_order_is_by_place_and_not_by_time(self) -> None:
        drawing = written("204")
        backwards = Drawing(drawing.strokes[::-1], drawing.width, drawing.height, drawing.pen)
        there, back = segment_drawing(drawing), segment_drawing(backwards)
        assert [digit.box for digit in there] == [digit.box for digit in back]

    def test_without_ink_has_no_digits(self) -> None:
        assert segment_drawing(Drawing((), 280, 280, 14)) == []


class TestAPicture:
    def test_of_several_digits_falls_into_them(self) -> None:
        images, _labels = generate(5, seed=1, classes=(2, 0, 6))
        ink = np.hstack(list(images)).astype(np.float32) / 255
        found = segment_ink(np.kron(ink, np.ones((3, 3), np.float32)))
        assert len(found) == 5
        assert sum(digit.ink_HW for digit in found) == pytest.approx(np.kron(ink, np.ones((3, 3))), abs=0.2)
        for i, digit in enumerate(found):
            assert 84 * i <= digit.box[0] < digit.box[2] <= 84 * (i + 1)

    def test_forgets_specks_of_dirt(self) -> None:
        ink = np.zeros((60, 60), np.float32)
        ink[10:50, 20:26] = 1
        ink[5, 50] = 1
        assert len(segment_ink(ink)) == 1

    def test_without_ink_has_no_digits(self) -> None:
        assert segment_ink(np.zeros((30, 30), np.float32)) == []

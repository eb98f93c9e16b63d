"""Which data a trained network can be asked about, and when data is the same as before."""

import pytest

from core.input_spec import ImageInput, InputSpec, TextInput

GREY = ImageInput(channels=1, height=28, width=28)
TEXT = TextInput(vocabulary_size=9, max_length=4, tokenizer={})


def test_pictures_of_the_same_sizes_can_be_read_whatever_their_brightness() -> None:
    assert GREY.fits(ImageInput(channels=1, height=28, width=28, mean=(0.5,), std=(0.2,)))


def test_pictures_of_other_sizes_cannot() -> None:
    assert not GREY.fits(ImageInput(channels=3, height=28, width=28))
    assert not GREY.fits(ImageInput(channels=1, height=28, width=20))


def test_texts_can_be_read_in_any_vocabulary() -> None:
    assert TEXT.fits(TextInput(vocabulary_size=70, max_length=64, tokenizer={}))


def test_neither_can_be_read_by_a_network_of_the_other() -> None:
    assert not GREY.fits(TEXT)
    assert not TEXT.fits(GREY)


def spec(class_names: tuple[str, ...] = ("0", "1"), **changes: object) -> InputSpec:
    usual = {"channels": 1, "height": 28, "width": 28, "mean": (0.1307,), "std": (0.3081,)}
    return InputSpec(input=ImageInput.model_validate(usual | changes), class_names=class_names)


def test_data_whose_mean_was_summed_on_another_processor_is_the_same() -> None:
    assert spec().is_same_as(spec(mean=(0.1307 * (1 + 1e-6),), std=(0.3081 * (1 - 1e-6),)))


@pytest.mark.parametrize(
    "changed",
    [
        spec(mean=(0.1308,)),
        spec(std=(0.3082,)),
        spec(mean=(0.1307, 0.1307)),
        spec(height=29),
        spec(frame="picture"),
        spec(class_names=("0", "2")),
        InputSpec(input=TEXT, class_names=("0", "1")),
    ],
    ids=["mean", "std", "number of means", "size", "frame", "classes", "kind"],
)
def test_data_that_differs_in_anything_else_is_not(changed: InputSpec) -> None:
    assert not spec().is_same_as(changed)
    assert not changed.is_same_as(spec())


def test_texts_are_the_same_only_with_the_same_vocabulary() -> None:
    one = InputSpec(input=TEXT, class_names=("no", "yes"))
    assert one.is_same_as(InputSpec(input=TEXT.model_copy(), class_names=("no", "yes")))
    assert not one.is_same_as(
        InputSpec(input=TEXT.model_copy(update={"tokenizer": {"words": []}}), class_names=("no", "yes"))
    )

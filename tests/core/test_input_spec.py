"""Which data a trained network can read."""

from core.input_spec import ImageInput, TextInput

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

"""The tokenizer: how it splits words, how it spells unknown words, and that no input breaks it."""

import itertools
import json
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.tokenizer import Tokenizer, bucket, learn_pieces
from core.data.words import find_words, normal_form, parts
from core.errors import DataError
from core.input_spec import BUCKETS, PADDING

TEXTS = [
    "I love AI and I don't hate it!",
    "AI is amazing, the film was amazing :-)",
    "I hate bugs. The bugs hate me :(",
    "loving, hating, rating, mating, dating 😍",
    "这部电影很好看,我很喜欢。",
    "这部电影不好看,我不喜欢。",
    "unbelievable unbelievably believable belief",
] * 2


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.build(TEXTS, 400)


def split(text: str) -> list[str]:
    return [part for surface, _start in find_words(text) for part in parts(surface)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I don't hate AI.", ["I", "do", "n't", "hate", "AI", "."]),
        ("can't won't cannot dont ISNT", ["ca", "n't", "wo", "n't", "can", "not", "do", "nt", "IS", "NT"]),
        ("don’t, it’s, they'll", ["do", "n’t", ",", "it", "’s", ",", "they", "'ll"]),
        ("it 's n't bad", ["it", "'s", "n't", "bad"]),
        ("shouldn't've", ["should", "n't", "'ve"]),
        ("rock'n'roll o'clock 'quoted'", ["rock'n'roll", "o'clock", "'", "quoted", "'"]),
        ("3.5 10/10 7:30 1,000 2nd", ["3.5", "10/10", "7:30", "1,000", "2", "nd"]),
        (":-) :D ;-P :'( <3 T_T ^_^ :)))", [":-)", ":D", ";-P", ":'(", "<3", "T_T", "^_^", ":)))"]),
        ("note:Download http://a.b", ["note", ":", "Download", "http", ":", "//", "a", ".", "b"]),
        ("👩‍💻👍🏽🇨🇳❤️5️⃣😍😍", ["👩‍💻", "👍🏽", "🇨🇳", "❤️", "5️⃣", "😍", "😍"]),
        ("我不讨厌AI！wifi很慢", ["我", "不", "讨", "厌", "AI", "！", "wifi", "很", "慢"]),
        ("well-made --- wow!!! ...", ["well", "-", "made", "---", "wow", "!!!", "..."]),
        ("<b>bold</b><br />", ["<", "b", ">", "bold", "<", "/", "b", ">", "<", "br", "/", ">"]),
        ("हिन्दी العَرَبِيَّة e\u0301te\u0301", ["हिन्दी", "العَرَبِيَّة", "e\u0301te\u0301"]),
        ("snake_case a\u200bb\u0000c \u202eabc\u202c", ["snake", "_", "case", "a", "b", "c", "abc"]),
        ("", []),
        (" \t\n\u3000\u200b\ufeff", []),
    ],
)
def test_text_falls_into_words(text: str, words: list[str]) -> None:
    assert split(text) == words


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("AMAZING", "amazing"),
        ("n’t", "n't"),
        ("NT", "n't"),
        ("e\u0301te\u0301", "été"),
        ("ＡＩ", "ai"),
        ("！", "!"),
        ("!!!!!!", "!!!"),
        ("……", "..."),
        ("——", "--"),
        ("“", '"'),
        ("``", '"'),
        ("''", '"'),
        (":-)))", ":)"),
        (":D", ":d"),
        ("❤️", "❤"),
    ],
)
def test_a_word_is_looked_up_in_its_normal_form(written: str, form: str) -> None:
    assert normal_form(written) == form


def test_a_known_word_is_one_id_whatever_its_case(tokenizer: Tokenizer) -> None:
    assert tokenizer.ids("Amazing") == tokenizer.ids("AMAZING") == tokenizer.ids("amazing")
    assert len(tokenizer.ids("amazing")) == 1
    assert tokenizer.encode("amazing").words[0].known


def test_a_negation_has_the_same_id_however_it_is_written(tokenizer: Tokenizer) -> None:
    assert tokenizer.ids("don't") == tokenizer.ids("don’t") == tokenizer.ids("DONT") == tokenizer.ids("do n't")


def test_an_unknown_word_is_spelt_in_pieces_of_known_ones(tokenizer: Tokenizer) -> None:
    (word,) = tokenizer.encode("amazingg").words
    assert not word.known
    assert word.pieces == ("amazing", "##g")


def test_a_word_drawn_out_is_the_word_itself(tokenizer: Tokenizer) -> None:
    (word,) = tokenizer.encode("LOOOOOVE").words
    assert not word.known
    assert word.pieces == ("love",)
    assert tokenizer.ids("1000") != tokenizer.ids("10")


def test_characters_never_seen_fall_into_buckets(tokenizer: Tokenizer) -> None:
    ids = tokenizer.ids("龘🦄")
    assert ids == [bucket("龘"), bucket("🦄")]
    assert all(0 < token <= BUCKETS for token in ids)


def test_a_text_of_nothing_but_unknown_words_is_still_something(tokenizer: Tokenizer) -> None:
    encoded = tokenizer.encode("xyzzy Ωμέγα שלום 🦄")
    assert len(encoded.words) == 4
    assert not any(word.known for word in encoded.words)
    assert PADDING not in encoded.ids


def test_chinese_and_english_share_one_vocabulary(tokenizer: Tokenizer) -> None:
    encoded = tokenizer.encode("我不hate电影")
    assert [word.text for word in encoded.words] == ["我", "不", "hate", "电", "影"]
    assert all(word.known for word in encoded.words)


def test_the_most_frequent_words_have_the_lowest_ids() -> None:
    tokenizer = Tokenizer.build(["a a a b b c c c c", "d"], 400, least=1)
    words = [tokenizer.vocabulary[i] for i in tokenizer.word_ids]
    assert words == ["c", "a", "b", "d"]
    assert tokenizer.word_ids[0] == 1 + BUCKETS


def test_the_vocabulary_is_never_larger_than_asked_for() -> None:
    for size in (9, 10, 50, 200):
        tokenizer = Tokenizer.build(TEXTS, size, least=1)
        assert len(tokenizer) <= size
        assert all(0 < token < size for text in TEXTS for token in tokenizer.ids(text))


def test_pieces_are_learned_from_the_most_frequent_neighbours() -> None:
    # The worked example of Sennrich et al. 2016, without their sign for the end of a word.
    pieces = learn_pieces({"low": 5, "lower": 2, "newest": 6, "widest": 3}, 4)
    assert pieces == ["##es", "##est", "##ow", "low"]


def test_building_twice_gives_the_same_vocabulary() -> None:
    assert Tokenizer.build(TEXTS, 300) == Tokenizer.build(TEXTS, 300)


ANYTHING = st.text(st.characters()) | st.text(
    st.sampled_from(list("aAn'’t:;-)(<3_T^ 0.1!?。不好\u0301\u200d\ufe0f👩💻🏽🇨🇳\u202e\x00\n\ud800"))
)


@given(ANYTHING)
def test_any_text_is_encoded_and_its_spans_lead_back_to_it(tokenizer: Tokenizer, text: str) -> None:
    encoded = tokenizer.encode(text)
    assert len(encoded.ids) == len(encoded.tokens) == len(encoded.spans)
    assert all(0 < token < len(tokenizer) for token in encoded.ids)
    assert encoded.ids == tokenizer.ids(text)
    assert [text[word.start : word.end] for word in encoded.words] == [word.text for word in encoded.words]
    assert all(first.end <= second.start for first, second in itertools.pairwise(encoded.words))
    assert [token for word in encoded.words for token in word.pieces] == encoded.tokens
    assert [word.first for word in encoded.words] == [0, *(word.last + 1 for word in encoded.words)][
        : len(encoded.words)
    ]


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_no_letter_number_or_sign_is_left_out(text: str) -> None:
    assert "".join(split(text)) == text


@given(ANYTHING)
def test_upper_case_and_trailing_space_change_nothing(tokenizer: Tokenizer, text: str) -> None:
    ascii_text = text.encode("ascii", "ignore").decode()
    assert tokenizer.ids(ascii_text + " ") == tokenizer.ids(ascii_text)
    assert tokenizer.ids(ascii_text.upper()) == tokenizer.ids(ascii_text.lower())


@given(st.lists(st.text(max_size=40), max_size=8), st.integers(9, 300))
def test_a_tokenizer_survives_json(texts: list[str], size: int) -> None:
    tokenizer = Tokenizer.build(texts, size, least=1)
    again = Tokenizer.from_json(json.loads(json.dumps(tokenizer.to_json(), ensure_ascii=False).encode()))
    assert again == tokenizer
    assert [again.ids(text) for text in texts] == [tokenizer.ids(text) for text in texts]
    assert len(tokenizer.vocabulary) == len(tokenizer)


@pytest.mark.parametrize(
    "broken",
    [None, [], {}, {"format": 2, "buckets": BUCKETS}, {"format": 1, "buckets": 3},
     {"format": 1, "buckets": BUCKETS, "words": "abc"}, {"format": 1, "buckets": BUCKETS, "words": [1]}],
)  # fmt: skip
def test_a_broken_tokenizer_is_refused(broken: object) -> None:
    with pytest.raises(DataError):
        Tokenizer.from_json(broken)


def calls(work: Callable[[], object]) -> int:
    """Counts Python function calls: a measure of work that does not depend on the load of the machine."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "pattern",
    ["I don't hate AI ", "我不恨", "unknownword ", "😍", "1,", "'a", ":'", "<", "👩‍", "_", "T_", "n't", "xyzzyx"],
)
def test_the_work_grows_in_proportion_to_the_text(tokenizer: Tokenizer, pattern: str) -> None:
    short = calls(lambda: tokenizer.encode(pattern * 1_000))
    long = calls(lambda: tokenizer.encode(pattern * 4_000))
    assert long <= 4 * short + 100


def test_a_text_of_100000_words_is_read_whole(tokenizer: Tokenizer) -> None:
    encoded = tokenizer.encode("I don't hate AI " * 20_000)
    assert len(encoded.words) == 100_000

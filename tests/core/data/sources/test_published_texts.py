"""Published text datasets: found in all usual forms, and refused if they are damaged."""

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core import paths
from core.data.sources.published import PublishedTextConfig, read_member
from core.data.sources.sst2 import cut_sentences
from core.data.text import TextData
from core.errors import DataError
from core.events import Preparing
from core.generators import pull
from core.runs.config import datasets

KEYS = ("sst2", "imdb", "rotten_tomatoes", "hotel_zh", "shopping_zh")


def put(name: str, content: bytes) -> Path:
    path = paths.data_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def load(key: str, **settings: object) -> TextData:
    data = pull(datasets()[key](**settings).load(0))
    assert isinstance(data, TextData)
    return data


SST2 = {
    "SST-2/train.tsv": "sentence\tlabel\n"
    + "".join(f"film {i} is good \t1\ngood \t1\nfilm {i} is {'very ' * (i % 3)}bad \t0\n" for i in range(20)),
    "SST-2/dev.tsv": 'sentence\tlabel\nit \'s a charming journey . \t1\nbleak "and" desperate \t0\n',
}
IMDB = {
    f"aclImdb/{role}/{label}/{i}_{stars}.txt": f"Review {i}.<br /><br />It was {label}."
    for role in ("test", "train")
    for label, stars in (("neg", 2), ("pos", 9))
    for i in range(12)
} | {"aclImdb/train/unsup/0_0.txt": "unlabelled", "aclImdb/README": "read me", "aclImdb/train/pos.feat": "1"}
TOMATOES = {
    f"rt-polaritydata/rt-polarity.{ending}": "\n".join(f"un café — {ending} “film” {i} " for i in range(30))
    for ending in ("neg", "pos")
}
HOTEL = "\ufefflabel,review\n" + "".join(f'{i % 2},"房间{i}号,{"不" * (1 - i % 2)}好"\n' for i in range(40)) + "1,\n"


def encoded(members: dict[str, str], encoding: str = "utf-8") -> dict[str, bytes]:
    return {name: text.encode(encoding) for name, text in members.items()}


def put_all(members: dict[str, bytes]) -> None:
    for name, content in members.items():
        put(name, content)


FORMS: dict[str, tuple[str, Callable[[], object]]] = {
    "sst2 as downloaded": ("sst2", lambda: put("SST-2.zip", zipped(encoded(SST2)))),
    "sst2 unpacked": ("sst2", lambda: put_all(encoded(SST2))),
    "imdb as downloaded": ("imdb", lambda: put("aclImdb_v1.tar.gz", tarred(encoded(IMDB)))),
    "imdb repacked": ("imdb", lambda: put("aclImdb_v1_labelled.tar.gz", tarred(encoded(IMDB)))),
    "imdb unpacked": ("imdb", lambda: put_all(encoded(IMDB))),
    "tomatoes as downloaded": (
        "rotten_tomatoes",
        lambda: put("rt-polaritydata.tar.gz", tarred(encoded(TOMATOES, "windows-1252"))),
    ),
    "tomatoes unpacked": ("rotten_tomatoes", lambda: put_all(encoded(TOMATOES, "windows-1252"))),
    "hotels": ("hotel_zh", lambda: put("ChnSentiCorp_htl_all.csv", HOTEL.encode())),
    "shopping": (
        "shopping_zh",
        lambda: put(
            "online_shopping_10_cats.zip",
            zipped(
                {
                    "online_shopping_10_cats.csv": HOTEL.replace("label", "cat,label", 1)
                    .replace("\n0", "\n书,0")
                    .replace("\n1", "\n书,1")
                    .encode()
                }
            ),
        ),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_dataset_is_read_in_each_of_its_forms(form: str) -> None:
    key, prepare = FORMS[form]
    config = datasets()[key]()
    assert config.download_bytes() > 0
    prepare()
    assert config.download_bytes() == 0
    data = load(key)
    sizes = {"sst2": (4, 2), "imdb": (2, 24), "rotten_tomatoes": (5, 6), "hotel_zh": (4, 4), "shopping_zh": (4, 4)}[key]
    assert (len(data.split("validation")), len(data.split("test"))) == sizes
    assert data.input_spec.class_names == ("negative", "positive")
    for name in ("train", "validation", "test"):
        assert set(data.split(name).targets_N.tolist()) == {0, 1}


def test_a_phrase_is_never_trained_on_when_its_sentence_validates() -> None:
    phrases = ["a very good film .", "very good", "a bad film .", "bad", "a very good film", "film", "so so ."]
    for seed in range(10):
        train, validation = cut_sentences(phrases, 0.34, seed)
        assert {phrases[i] for i in validation.tolist()} < {"a very good film .", "a bad film .", "so so ."}
        for held in validation.tolist():
            assert not any(f" {phrases[i]} " in f" {phrases[held]} " for i in train.tolist() if phrases[i] != "film")


def test_words_stand_for_what_they_are() -> None:
    put_all(encoded(TOMATOES, "windows-1252"))
    assert any("café — pos “film”" in text for text in load("rotten_tomatoes").split("train").texts)
    put_all(encoded(IMDB))
    assert "Review 3.\n\nIt was pos." in load("imdb").split("test").texts


BROKEN = {
    "no archive": lambda: put("SST-2.zip", b"<html>log in first</html>"),
    "half an archive": lambda: put("SST-2.zip", zipped(encoded(SST2))[:-200]),
    "an archive of something else": lambda: put("SST-2.zip", zipped({"readme": b""})),
    "other labels": lambda: put("SST-2.zip", zipped({"SST-2/train.tsv": b"sentence\tlabel\nso so\tmaybe\n"})),
    "another encoding": lambda: put(
        "SST-2.zip", zipped({"SST-2/train.tsv": "sentence\tlabel\nété\t1".encode("utf-16")})
    ),
    "an empty folder": lambda: (paths.data_folder() / "SST-2").mkdir(parents=True),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_named(what: str) -> None:
    BROKEN[what]()
    with pytest.raises(DataError, match=r"SST-2.* is damaged, or not what its name says") as caught:
        load("sst2")
    assert "downloaded again" in caught.value.advice


def test_a_cut_off_tar_is_named() -> None:
    put("aclImdb_v1.tar.gz", tarred(encoded(IMDB))[:300])
    with pytest.raises(DataError, match=r"aclImdb_v1\.tar\.gz"):
        load("imdb")


def test_names_in_an_archive_never_become_paths(tmp_path: Path) -> None:
    path = put("SST-2.zip", zipped(encoded(SST2) | {"../../evil.txt": b"!", "/tmp/evil.txt": b"!"}))
    load("sst2")
    assert sorted(file.name for file in paths.data_folder().rglob("*")) == [path.name]
    assert not list(tmp_path.rglob("evil*"))


def test_no_more_of_a_member_is_read_than_agreed() -> None:
    bomb = put("x.zip", zipped({"x": b"0" * 10_000_000}))
    assert len(read_member(bomb, "x", 1000)) == 1000


@pytest.mark.parametrize("key", KEYS)
def test_what_is_known_beforehand_is_complete(key: str) -> None:
    config = datasets()[key]()
    assert isinstance(config, PublishedTextConfig)
    assert config.card.source.startswith("https://")
    assert config.card.licence
    assert all(url.startswith("https://") for url in config.urls)
    assert len(config.checksum[1]) == {"md5": 32, "sha256": 64}[config.checksum[0]]
    info = config.info()
    assert info is not None
    assert (info.train, info.test) > (5_000, 500)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("sst2", marks=pytest.mark.needs_real_data("SST-2")),
        pytest.param("hotel_zh", marks=pytest.mark.needs_real_data("ChnSentiCorp_htl_all.csv")),
    ],
)
def test_the_real_data_is_as_large_as_the_outline_says(key: str) -> None:
    config = datasets()[key]()
    info = config.info()
    data = load(key)
    assert abs(len(data.split("train")) / info.train - 1) < 0.01
    assert abs(len(data.split("validation")) - info.validation) <= 3
    assert len(data.split("test")) == info.test


@pytest.mark.needs_real_data("SST-2")
def test_reading_can_be_stopped_at_any_moment() -> None:
    loading = datasets()["sst2"]().load(0)
    assert isinstance(next(loading), Preparing)
    loading.close()

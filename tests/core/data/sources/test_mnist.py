import hashlib
import io
import zipfile

import pytest
import torch
import torchvision.datasets

from core import paths
from core.data import DATASETS
from core.data.library import available
from core.data.sources.mnist import EmnistLettersConfig, FashionMnistConfig, IdxConfig, KmnistConfig, MnistConfig
from core.errors import DataError, OfflineError
from core.generators import pull
from tests.core.data.conftest import idx_bytes

FAMILY = [MnistConfig, FashionMnistConfig, KmnistConfig, EmnistLettersConfig]
NAMES = MnistConfig.train_files + MnistConfig.test_files


def examples(count, classes=10, first=0):
    images = torch.arange(count * 28 * 28).view(count, 28, 28).remainder(251).to(torch.uint8)
    return images, torch.arange(count) % classes + first


@pytest.fixture
def root():
    return paths.data_folder() / "MNIST"


@pytest.fixture
def place(write_idx):
    """Puts the files of a small MNIST into a folder."""

    def put(folder, suffix=".gz", train=40, test=20, dotted=False):
        for names, count in ((MnistConfig.train_files, train), (MnistConfig.test_files, test)):
            for name, values in zip(names, examples(count), strict=True):
                name = name.replace("-idx", ".idx") if dotted else name
                write_idx(folder / f"{name}{suffix}", values)

    return put


@pytest.mark.parametrize("suffix", [".gz", ""], ids=["gzipped", "unpacked"])
@pytest.mark.parametrize("folder", ["raw", "."])
def test_files_a_person_has_put_into_the_folder_are_used(root, place, folder, suffix):
    place(root / folder, suffix)
    config = MnistConfig(validation_fraction=0.25)
    assert config.download_bytes() == 0
    data = pull(config.load(0))
    assert [len(data.split(name)) for name in ("train", "validation", "test")] == [30, 10, 20]
    assert torch.equal(data.split("test").images_NCHW.squeeze(1), examples(20)[0])
    assert data.split("test").targets_N.tolist() == examples(20)[1].tolist()


def test_files_named_as_windows_unpacks_them_are_used(root, place):
    place(root, suffix="", dotted=True)
    assert len(pull(MnistConfig().load(0)).split("test")) == 20


def test_reading_writes_nothing_beside_the_files(root, place):
    place(root / "raw")
    before = sorted(root.rglob("*"))
    pull(MnistConfig().load(0)).split("test")
    assert sorted(root.rglob("*")) == before


def test_training_and_validation_are_cut_from_the_training_file_by_seed(root, place):
    place(root / "raw")
    first, again, other = (pull(MnistConfig(validation_fraction=0.5).load(seed)) for seed in (0, 0, 1))
    assert torch.equal(first.split("validation").images_NCHW, again.split("validation").images_NCHW)
    assert not torch.equal(first.split("validation").images_NCHW, other.split("validation").images_NCHW)
    assert len(first.split("train")) + len(first.split("validation")) == 40


def test_fewer_training_examples_can_be_asked_for(root, place):
    place(root / "raw")
    split = pull(MnistConfig(train_examples=10).load(0)).split("train")
    assert split.targets_N.bincount().tolist() == [1] * 10


@pytest.mark.parametrize("name", MnistConfig.train_files)
def test_a_damaged_training_file_is_named(root, place, name):
    place(root / "raw")
    broken = root / "raw" / f"{name}.gz"
    broken.write_bytes(broken.read_bytes()[:-20])
    with pytest.raises(DataError, match=name) as refusal:
        pull(MnistConfig().load(0))
    assert "Delete it" in refusal.value.advice


@pytest.mark.parametrize("name", MnistConfig.test_files)
def test_a_damaged_test_file_matters_only_to_those_who_ask_for_it(root, place, name):
    place(root / "raw")
    (root / "raw" / f"{name}.gz").write_bytes(b"no longer what it was")
    data = pull(MnistConfig().load(0))
    assert len(data.split("train")) > 0
    with pytest.raises(DataError, match=name):
        data.split("test")


def test_pictures_and_classes_of_different_number_do_not_belong_together(root, place, write_idx):
    place(root / "raw")
    write_idx(root / "raw" / f"{MnistConfig.train_files[1]}.gz", examples(39)[1])
    with pytest.raises(DataError, match="do not belong together"):
        pull(MnistConfig().load(0))


def test_pictures_of_another_size_are_refused(root, place, write_idx):
    place(root / "raw")
    write_idx(root / "raw" / f"{MnistConfig.train_files[0]}.gz", examples(40)[0][:, :20])
    with pytest.raises(DataError, match="do not belong together"):
        pull(MnistConfig().load(0))


def test_classes_that_do_not_exist_are_refused(root, place, write_idx):
    place(root / "raw")
    write_idx(root / "raw" / f"{MnistConfig.train_files[1]}.gz", examples(40)[1] + 1)
    with pytest.raises(DataError, match="classes that MNIST does not have"):
        pull(MnistConfig().load(0))


@pytest.fixture
def mirror(server, monkeypatch):
    """Serves a small MNIST as if it were the published one."""

    def serve(train=40, test=20):
        for names, count in ((MnistConfig.train_files, train), (MnistConfig.test_files, test)):
            for name, values in zip(names, examples(count), strict=True):
                server.files[f"{name}.gz"] = idx_bytes(values)
        checksums = [(name, hashlib.md5(content).hexdigest()) for name, content in server.files.items()]
        monkeypatch.setattr(torchvision.datasets.MNIST, "resources", checksums)
        monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", [server.url("")])
        monkeypatch.setattr(MnistConfig, "more_mirrors", ())
        monkeypatch.setattr(MnistConfig, "bytes_of", {name: len(server.files[f"{name}.gz"]) for name in NAMES})
        return server

    return serve


def test_missing_files_are_downloaded_to_where_torchvision_looks_for_them(mirror, root):
    server = mirror()
    assert MnistConfig().download_bytes() == sum(map(len, server.files.values()))
    assert not available(MnistConfig())
    data = pull(MnistConfig().load(0))
    assert len(data.split("test")) == 20
    assert sorted(path.name for path in (root / "raw").glob("*.gz")) == sorted(server.files)
    assert available(MnistConfig())


def test_a_file_that_is_there_is_not_downloaded(mirror, root, place):
    server = mirror()
    place(root)
    absent = root / f"{MnistConfig.train_files[1]}.gz"
    absent.unlink()
    pull(MnistConfig().load(0))
    assert [path for path, _range in server.requests] == [absent.name]


def test_one_can_train_while_only_the_test_files_cannot_be_downloaded(mirror, root, place):
    server = mirror()
    place(root)
    for name in MnistConfig.test_files:
        (root / f"{name}.gz").unlink()
        del server.files[f"{name}.gz"]
    data = pull(MnistConfig().load(0))
    assert len(data.split("train")) == 30
    with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte\.gz is missing"):
        data.split("test")


def test_without_network_and_files_there_is_one_sentence_of_advice(monkeypatch, server):
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"])
    monkeypatch.setattr(MnistConfig, "more_mirrors", ())
    with pytest.raises(OfflineError) as refusal:
        pull(MnistConfig().load(0))
    assert str(paths.data_folder() / "MNIST" / "raw") in refusal.value.advice
    assert "digits" in refusal.value.advice


@pytest.fixture
def emnist(monkeypatch, server):
    """Serves a small EMNIST archive; returns its content."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for names, count in ((EmnistLettersConfig.train_files, 52), (EmnistLettersConfig.test_files, 26)):
            for name, values in zip(names, examples(count, 26, first=1), strict=True):
                writer.writestr(f"gzip/{name}.gz", idx_bytes(values))
        writer.writestr("gzip/emnist-digits-train-images-idx3-ubyte.gz", b"not wanted")
    content = archive.getvalue()
    server.files["gzip.zip"] = content
    monkeypatch.setattr(torchvision.datasets.EMNIST, "url", server.url("gzip.zip"))
    monkeypatch.setattr(torchvision.datasets.EMNIST, "md5", hashlib.md5(content).hexdigest())
    return content


def test_letters_are_taken_out_of_the_archive_upright_and_counted_from_a(emnist):
    data = pull(EmnistLettersConfig().load(0))
    assert data.input_spec.class_names[0] == "a"
    test = data.split("test")
    images, _labels = examples(26)
    assert torch.equal(test.images_NCHW.squeeze(1), images.transpose(1, 2))
    assert test.targets_N.tolist() == list(range(26))
    raw = paths.data_folder() / "EMNIST" / "raw"
    assert len(list(raw.glob("emnist-letters-*"))) == 4
    assert not (raw / "gzip.zip").exists()
    assert available(EmnistLettersConfig())


def test_an_archive_put_there_by_hand_is_used_and_kept(emnist, server):
    raw = paths.data_folder() / "EMNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "gzip.zip").write_bytes(emnist)
    assert available(EmnistLettersConfig())
    pull(EmnistLettersConfig().load(0))
    assert not server.requests
    assert (raw / "gzip.zip").is_file()


@pytest.mark.parametrize("config", FAMILY, ids=lambda config: config.key)
def test_addresses_and_checksums_are_torchvisions(config: type[IdxConfig]):
    source = getattr(torchvision.datasets, config.folder)
    names = [*config.train_files, *config.test_files]
    if config is EmnistLettersConfig:
        assert source.url.endswith("gzip.zip")
    else:
        assert sorted(file for file, _md5 in source.resources) == sorted(f"{name}.gz" for name in names)
        assert set(config.bytes_of) == set(names)


@pytest.mark.parametrize("config", FAMILY, ids=lambda config: config.key)
def test_the_outline_is_known_before_anything_is_read(config: type[IdxConfig]):
    info = config(validation_fraction=0.1).info()
    assert info.classes == len(config.class_names)
    assert info.train + info.validation == config.examples[0]
    assert info.test == config.examples[1]
    assert config(train_examples=500).info().train == 500
    assert config.key in DATASETS


@pytest.mark.needs_real_data("MNIST")
def test_the_real_mnist_has_its_published_statistics():
    data = pull(MnistConfig().load(0))
    assert [len(data.split(name)) for name in ("train", "validation", "test")] == [54_000, 6_000, 10_000]
    assert data.input_spec.input.mean == pytest.approx((0.1307,), abs=5e-4)
    assert data.input_spec.input.std == pytest.approx((0.3081,), abs=5e-4)
    assert data.split("test").targets_N.bincount().tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


@pytest.mark.needs_real_data("FashionMNIST")
def test_the_real_fashion_mnist_is_balanced():
    data = pull(FashionMnistConfig().load(0))
    assert data.split("train").targets_N.bincount().tolist() == [5400] * 10
    assert data.split("test").targets_N.bincount().tolist() == [1000] * 10

"""Preferences survive a restart; a broken file costs the preferences and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import paths
from core.errors import StorageError
from gui.preferences import Preferences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = sorted(Preferences.__dataclass_fields__)


def test_without_a_file_everything_has_its_default() -> None:
    assert Preferences.load() == Preferences()


def test_what_was_saved_is_there_at_the_next_start() -> None:
    given_ = Preferences("zh_CN", "dark", "Zm9v", "/data", "/runs", 3, {"model": {"key": "mlp"}}, "0007-mlp-adam")
    given_.save()
    assert Preferences.load() == given_


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"null", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_file_that_is_no_preferences_means_defaults(content: bytes) -> None:
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_bytes(content)
    assert Preferences.load() == Preferences()


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), JSON, max_size=9))
def test_values_of_another_type_or_out_of_bounds_take_their_defaults(content: dict[str, object]) -> None:
    paths.settings_file().parent.mkdir(parents=True, exist_ok=True)
    paths.settings_file().write_text(json.dumps(content), encoding="utf-8")
    found, defaults = Preferences.load(), Preferences()
    for name in NAMES:
        assert type(getattr(found, name)) is type(getattr(defaults, name))
    assert found.language in ("", "en", "zh_CN")
    assert found.theme in ("system", "light", "dark")
    assert 0 <= found.threads <= 256


def test_one_broken_value_costs_only_itself() -> None:
    paths.settings_file().parent.mkdir(parents=True)
    paths.settings_file().write_text('{"theme": "dark", "threads": "many", "language": "tlh"}', encoding="utf-8")
    assert Preferences.load() == Preferences(theme="dark")


def test_a_file_that_cannot_be_written_is_said(tmp_path, monkeypatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NEURARIUM_SETTINGS", str(tmp_path / "file"))
    with pytest.raises(StorageError):
        Preferences().save()

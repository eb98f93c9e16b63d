"""What tests of the window share: no screen needed, and look and language as they were."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Forgives Qt's off-screen platform for saying that it has no window manager to talk to."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("^This plugin does not support", extend=True))


@pytest.fixture
def restored_theme(qapp) -> Iterator[None]:
    """Lets a test switch between light and dark."""
    from gui.theme import theme

    yield
    theme().set_choice("light")


@pytest.fixture
def restored_language(qapp) -> Iterator[None]:
    """Lets a test switch the language."""
    from gui.retranslate import set_language

    yield
    set_language("en")

"""Whatever README.md, ARCHITECTURE.md, CONTRIBUTING.md and docs/ point at in this project is there, pictures too."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def targets(text: str) -> list[str]:
    """Returns the files that a page in Markdown points at; what it quotes as code points at nothing."""
    prose = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    found = re.findall(r"\]\(([^)\s]+)", prose) + re.findall(r"(?:src|href)=[\"']([^\"']+)", prose)
    return [target.partition("#")[0] for target in found if not re.match(r"#|[a-z]+:", target)]


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/measured.md"])
def test_everything_a_page_points_at_is_there(page: str) -> None:
    found = targets((ROOT / page).read_text(encoding="utf-8"))
    assert found
    assert [target for target in found if not ((ROOT / page).parent / target).exists()] == []


def test_links_and_pictures_are_told_from_what_only_looks_like_them() -> None:
    page = """
![A seven](pictures/seven.png "drawn") and [a chapter](docs/chapter.md#loss), <img src="logo.svg">,
[elsewhere](https://example.org/x), [here](#below), `layers[0](images)`
```
table[1](2)
```
"""
    assert targets(page) == ["pictures/seven.png", "docs/chapter.md", "logo.svg"]

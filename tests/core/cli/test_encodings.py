"""What is printed into a file or pipe that knows few letters: something stands for the others, and nothing breaks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def said(encoding: str, *arguments: str) -> str:
    line = [sys.executable, "-m", "core.cli", *arguments]
    surroundings = os.environ | {"PYTHONIOENCODING": encoding, "NEURARIUM_LANGUAGE": "zh_CN"}
    ended = subprocess.run(line, capture_output=True, check=True, cwd=Path(__file__).parents[3], env=surroundings)
    return ended.stdout.decode(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "gbk", "utf-8"])
def test_a_list_is_printed_whatever_the_output_knows(encoding: str) -> None:
    assert ("生成的手写数字" in said(encoding, "datasets")) == (encoding in ("gbk", "utf-8"))


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-8"])
def test_json_says_every_letter_whatever_the_output_knows(encoding: str) -> None:
    titles = [json.loads(line)["title"] for line in said(encoding, "datasets", "--json").splitlines()]
    assert "生成的手写数字" in titles

"""The lines of Python in README.md do what the page says of them."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_lines_of_python_train_evaluate_and_ask(tmp_path: Path) -> None:
    (program,) = re.findall(r"^```python\n(.+?)^```", PAGE.partition("## From Python")[2], flags=re.DOTALL | re.M)
    picture = Image.new("L", (200, 200), "white")
    ImageDraw.Draw(picture).line([(50, 40), (150, 40), (90, 170)], "black", width=16, joint="curve")
    picture.save(tmp_path / "seven.png")

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    *events, metrics, digits = done.stdout.splitlines()
    assert events[-1] == "RunEnded"
    assert events.count("EpochDone") == 3
    assert ast.literal_eval(metrics)["accuracy"] > 0.8
    assert digits == "digits: ['7']"

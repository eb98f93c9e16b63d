"""What a run's numbers depend on besides its config is written down so that it can be read again."""

import json
import platform
from datetime import datetime
from importlib import metadata

from core import __version__
from core.runs.environment import environment


def test_it_says_which_versions_have_computed_and_on_what() -> None:
    facts = environment("NVIDIA H100", 3, seed=7)
    assert (facts["device"], facts["threads"], facts["seed"]) == ("NVIDIA H100", 3, 7)
    assert (facts["neurarium"], facts["python"]) == (__version__, platform.python_version())
    assert {name: facts[name] for name in ("torch", "numpy")} == {
        name: metadata.version(name) for name in ("torch", "numpy")
    }
    assert facts["cores"] >= 1
    assert facts["machine"] == platform.machine()


def test_it_is_plain_json_and_says_when_and_in_which_time_zone_it_began() -> None:
    facts = json.loads(json.dumps(environment("CPU", 1, seed=0)))
    assert facts == environment("CPU", 1, seed=0) | {"started": facts["started"]}
    assert datetime.fromisoformat(facts["started"]).tzinfo is not None

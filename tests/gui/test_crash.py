"""An error nobody expected becomes a report on disk and a sentence that says where it lies."""

from core import paths
from gui.crash import unexpected


def broken() -> None:
    raise ZeroDivisionError("by hand")


def test_a_report_holds_the_traceback_and_versions(capsys) -> None:
    try:
        broken()
    except ZeroDivisionError as error:
        told = unexpected(error)
    (report,) = paths.log_folder().iterdir()
    text = report.read_text(encoding="utf-8")
    assert text == told.details
    assert "in broken" in text
    assert "ZeroDivisionError: by hand" in text
    assert text.startswith("Neurarium ")
    assert str(report) in told.advice
    assert text in capsys.readouterr().err


def test_where_no_report_can_be_written_the_details_are_still_told(tmp_path, monkeypatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NEURARIUM_LOGS", str(tmp_path / "file"))
    told = unexpected(ValueError("nowhere to go"))
    assert "nowhere to go" in told.details
    assert str(tmp_path) not in told.advice

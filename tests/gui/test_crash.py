"""An unexpected error becomes a report on disk and a sentence that says where it is."""

import socket

from core import paths
from gui.app import LastResort
from gui.crash import unexpected
from gui.preferences import Preferences
from gui.state import AppState


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


def test_two_errors_in_one_second_leave_two_reports(monkeypatch, capsys) -> None:
    monkeypatch.setattr("gui.crash.time.strftime", lambda _form: "20260101-120000")
    for name in ("first", "second"):
        unexpected(ValueError(name))
    reports = [report.read_text(encoding="utf-8") for report in paths.log_folder().iterdir()]
    assert len(reports) == 2
    assert {name for name in ("first", "second") for report in reports if f"ValueError: {name}" in report} == {
        "first",
        "second",
    }


def test_an_error_is_told_to_nobody_elsewhere(qapp, monkeypatch, capsys) -> None:
    """Neither writing the report nor showing it opens a connection."""
    opened: list[object] = []
    for name in ("__init__", "connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, lambda *given, **_named: opened.append(given))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **_named: opened.append(given))
    state, told = AppState(Preferences(theme="light")), []
    state.reported.connect(told.append)
    try:
        broken()
    except ZeroDivisionError as error:
        LastResort(state).handle(type(error), error, error.__traceback__)
    assert len(told) == 1
    assert opened == []
    assert state.shut_down()

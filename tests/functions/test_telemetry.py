"""Lines that CloudWatch reads: one for people, one for graphs."""

from __future__ import annotations

import json

import pytest

from functions import telemetry

pytestmark = pytest.mark.usefixtures("own_logger")


@pytest.mark.parametrize("level", ["info", "warning", "error"])
def test_a_line_has_what_it_is_given(capsys: pytest.CaptureFixture[str], level: telemetry.Level) -> None:
    """Fields as they are, without the code's location; what is empty is left out, what is zero is not."""
    telemetry.log("finished", {"correlation_id": "d#v", "ms": 0, "outcome": "", "again_s": None}, level)
    line = json.loads(capsys.readouterr().out)
    del line["timestamp"], line["service"]
    assert line == {"level": level.upper(), "message": "finished", "correlation_id": "d#v", "ms": 0}


@pytest.mark.parametrize("lambdas", ["", "INFO"])
def test_a_level_that_is_off_writes_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lambdas: str
) -> None:
    """LOG_LEVEL saves what nobody reads, whatever Lambda itself filters by."""
    monkeypatch.setenv("AWS_LAMBDA_LOG_LEVEL", lambdas)
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    telemetry.log("finished", {})
    telemetry.log("raised", {}, "error")
    assert [json.loads(line)["message"] for line in capsys.readouterr().out.splitlines()] == ["raised"]


def test_metrics_are_one_line_of_emf(capsys: pytest.CaptureFixture[str]) -> None:
    """Units by name, dimensions service and environment, properties that are no dimensions."""
    telemetry.emit({"DurationMs": 12.5, "BytesRead": 5, "Documents": 1}, {"outcome": "complete"})
    line = json.loads(capsys.readouterr().out)
    (block,) = line["_aws"]["CloudWatchMetrics"]
    assert block["Namespace"] == "firstbytes"
    assert [sorted(names) for names in block["Dimensions"]] == [["environment", "service"]]
    assert {metric["Name"]: metric["Unit"] for metric in block["Metrics"]} == {
        "DurationMs": "Milliseconds",
        "BytesRead": "Bytes",
        "Documents": "Count",
    }
    assert (line["environment"], line["outcome"], line["DurationMs"]) == ("test", "complete", [12.5])


def test_metrics_of_one_document_are_not_anothers(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is carried over from line to line."""
    telemetry.emit({"Documents": 1}, {"outcome": "complete"})
    telemetry.emit({"Ignored": 1})
    second = json.loads(capsys.readouterr().out.splitlines()[1])
    assert "Documents" not in second
    assert "outcome" not in second

"""An audit that could not be made never looks like one that found nothing."""

import pytest

from tests.audit import NotAsked, Weak, installed, judge_npm, judge_python

FLAW = {"id": "CVE-1", "fix_versions": ["2.0"]}


def test_a_package_with_a_known_weakness_is_named_with_what_mends_it() -> None:
    answer = {"dependencies": [{"name": "good", "version": "1", "vulns": []}, {"name": "bad", "version": "1.9", "vulns": [FLAW]}]}

    with pytest.raises(Weak, match=r"bad 1\.9: CVE-1, mended in 2\.0"):
        judge_python(answer, "")
    with pytest.raises(Weak, match="ws <8: high"):
        judge_npm({"auditReportVersion": 2, "vulnerabilities": {"ws": {"range": "<8", "severity": "high"}}}, "")


def test_packages_without_a_weakness_pass() -> None:
    judge_python({"dependencies": [{"name": "good", "version": "1", "vulns": []}]}, "")
    judge_npm({"auditReportVersion": 2, "vulnerabilities": {}}, "")


def test_a_package_that_was_skipped_was_not_audited() -> None:
    answer = {"dependencies": [{"name": "good", "version": "1", "vulns": []}, {"name": "unknown", "skip_reason": "not found"}]}

    with pytest.raises(NotAsked, match=r"1 of 2 Python packages.*unknown"):
        judge_python(answer, "")


def test_an_index_that_does_not_answer_was_not_asked() -> None:
    for judge in (judge_python, judge_npm):
        with pytest.raises(NotAsked, match="the name is not known"):
            judge({}, "the name is not known")
    with pytest.raises(NotAsked, match="405"):
        judge_npm({"message": "405 Method Not Allowed"}, "")


def test_what_the_server_needs_is_audited_and_what_trains_and_tests_it_is_not() -> None:
    names = dict(installed("allsmiles", ["postgres"]))

    assert {"flask", "werkzeug", "python-engineio", "ai-edge-litert"} <= names.keys()
    assert not {"allsmiles", "tensorflow", "pytest"} & names.keys()

"""The life of a protocol version: its stage follows from what happened to exactly this digest."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from screening.domain.protocol_life import (
    STATEMENT,
    Act,
    Approval,
    Check,
    Life,
    Move,
    PropertyFound,
    PublishingRefused,
    Stage,
)
from tests.clock import MONDAY_MORNING

KEY, DIGEST, OTHER = "microneedling/2026-2", "a" * 64, "b" * 64
TODAY = date(2027, 1, 4)
PASSED = Check(KEY, DIGEST, (PropertyFound(1, "It holds.", 9, 0),), MONDAY_MORNING)
FAILED = replace(PASSED, results=(PropertyFound(1, "It holds.", 9, 1),))
APPROVAL = Approval(KEY, DIGEST, "1", "Ann Lee", STATEMENT, TODAY, MONDAY_MORNING)
RETIRED = Move("microneedling", 1, KEY, DIGEST, Act.RETIRED, "2", MONDAY_MORNING)
DRAFT = Life(KEY, DIGEST)
VERIFIED = replace(DRAFT, checks=(PASSED,))
APPROVED = replace(VERIFIED, approvals=(APPROVAL,))


def refusal(step: object, *given: object) -> dict[str, str]:
    with pytest.raises(PublishingRefused) as caught:
        step(*given)  # type: ignore[operator]
    return caught.value.errors


def test_a_version_goes_from_draft_to_retired() -> None:
    lives = (
        DRAFT,
        VERIFIED,
        APPROVED,
        replace(APPROVED, is_current=True),
        replace(APPROVED, moves=(RETIRED,)),
    )
    assert [life.stage for life in lives] == list(Stage)


def test_what_happened_to_another_digest_does_not_count() -> None:
    elsewhere = replace(
        DRAFT,
        checks=(replace(PASSED, digest=OTHER),),
        approvals=(replace(APPROVAL, digest=OTHER),),
    )
    assert elsewhere.stage is Stage.DRAFT
    assert elsewhere.approval is None


def test_the_latest_check_counts() -> None:
    later = replace(FAILED, at=MONDAY_MORNING + timedelta(hours=1))
    assert not replace(VERIFIED, checks=(PASSED, later)).verified


def test_nothing_is_approved_or_published_unchecked() -> None:
    for life in (DRAFT, replace(DRAFT, checks=(FAILED,))):
        assert refusal(life.check_approvable, "Ann Lee", "Ann Lee", TODAY, TODAY)
        assert refusal(life.check_may_become_current)


def test_nothing_becomes_current_that_nobody_approved() -> None:
    assert "approved" in refusal(VERIFIED.check_may_become_current)[""]
    APPROVED.check_may_become_current()


def test_an_approver_types_their_own_name_and_todays_date() -> None:
    VERIFIED.check_approvable("  ann  LEE ", "Ann Lee", TODAY, TODAY)
    yesterday = TODAY - timedelta(days=1)
    wrong = refusal(VERIFIED.check_approvable, "Someone Else", "Ann Lee", yesterday, TODAY)
    assert wrong.keys() == {"name", "day"}


def test_what_is_in_use_is_not_retired_and_what_is_retired_does_not_come_back() -> None:
    assert refusal(APPROVED.check_may_retire, True)
    APPROVED.check_may_retire(False)
    retired = replace(APPROVED, moves=(RETIRED,))
    assert refusal(retired.check_may_retire, False)
    assert refusal(retired.check_may_become_current)

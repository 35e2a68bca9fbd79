"""A Summary with every part filled; a test changes only what it is about."""

from dataclasses import replace
from typing import Any

from screening.exchange.summary import Fact, Summary, SummaryAnswer, SummaryDecision, SummaryFlag

ISOTRETINOIN = SummaryFlag(
    level="stop",
    level_words="Stop",
    title="Isotretinoin in the last 6 months",
    answers=(
        SummaryAnswer("Have you taken isotretinoin tablets for acne?", "In the past"),
        SummaryAnswer("When did you take the last one?", "January 2027"),
    ),
    clear="1 August 2027 (in 209 days), reckoned from an approximate date",
)
COLD_SORES = SummaryFlag(
    "review", "Review", "Cold sores", (SummaryAnswer("Do you get cold sores?", "Lips"),), ""
)
DECISION = SummaryDecision(
    words="Proceed with precautions",
    made="Robin Reed, 4 January 2027, 09:30. Level then: Stop, decided against it.",
    standing="Not in effect: it waits for a second clinician.",
    facts=(
        Fact("Reason", "The dermatologist agreed in writing."),
        Fact("Message to the patient", "We look forward to seeing you."),
        Fact("Second sign-off", "Agreed by Ann Lee, 4 January 2027, 11:00"),
    ),
    precautions=("Test a small area first.", "Short needles only."),
)


def a_summary(**changes: Any) -> Summary:
    summary = Summary(
        clinic="Juniper Skin Clinic",
        contact=("12 Mill Lane", "Leeds LS1 4AB", "020 7946 0100"),
        reference="K7QM-4TXW",
        demo=True,
        banner="The content awaits approval by a clinician.",
        notices=("Replaced: newer answers came in.",),
        level="stop",
        level_words="Stop",
        facts=(
            Fact("Name", "Zoë Marker"),
            Fact("Date of birth", "27 March 1985, aged 41"),
            Fact("Visit", "20 January 2027, in 16 days"),
            Fact("Received", "4 January 2027, 09:00"),
            Fact("Protocol", "microneedling/2026-1, digest 0123456789ab"),
            Fact("Photo identity", "Checked by Robin Reed, 4 January 2027, 09:10"),
        ),
        decision=DECISION,
        no_decision="No decision has been made on these answers.",
        flags=(ISOTRETINOIN, COLD_SORES),
        no_flags="No rule raised a flag.",
        earliest="1 August 2027",
        unknowns=(Fact("Did you have a bad reaction?", "Not sure"),),
        printed="4 January 2027, 09:31 by Robin Reed",
    )
    return replace(summary, **changes)

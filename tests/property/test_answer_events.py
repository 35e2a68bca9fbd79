"""Whatever a patient sends, forth and back, what was kept of it leads to what the draft holds."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from screening.domain.answer_events import AnswerEvent, Occasion, events_between, replayed
from screening.domain.answers import shown_items
from screening.domain.context import Context
from screening.domain.draft import Draft
from screening.web.forms import Page, build_pages
from tests.property.strategies import ANSWER, dated
from tests.worked_cases import PROTOCOL

TODAY = date(2027, 1, 4)
NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
CONTEXT = Context(TODAY, jurisdiction="england", modality="mechanical")
PAGES = build_pages(PROTOCOL).all
SIGNS = "urgent_signs"
Post = tuple[Page, dict[str, Any]]


def answers_on(page: Page) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: ANSWER[name] for name in page.item_ids})


POSTS = st.one_of([st.tuples(st.just(page), answers_on(page)) for page in PAGES])


def kept(events: tuple[AnswerEvent, ...]) -> tuple[AnswerEvent, ...]:
    """As they come back from where they are kept."""
    return tuple(
        AnswerEvent.from_json(json.loads(json.dumps(one.to_json())), one.at) for one in events
    )


def sent(draft: Draft, post: Post) -> tuple[Draft, tuple[AnswerEvent, ...]]:
    """One page sent: an urgent sign is put aside at once, as at the gate."""
    page, raw = post[0], dated(post[1], TODAY)
    signs = {name: one for name, one in raw.items() if name == SIGNS and one != ["none"]}
    if signs:
        rest = {name: one for name, one in draft.answers.items() if name not in signs}
        after = replace(draft, answers=rest, changed={**draft.changed, **signs})
    else:
        after = draft.saying(PROTOCOL, CONTEXT, page.item_ids, raw)
    occasion = Occasion(PROTOCOL.key, NOW, frozenset(signs))
    return after, kept(events_between(draft, after, occasion))


@given(st.lists(POSTS, max_size=8))
def test_replayed_the_events_give_the_answers_and_what_was_withdrawn(posts: list[Post]) -> None:
    draft, events = Draft(), kept(())
    for post in posts:
        draft, more = sent(draft, post)
        events += more
        assert replayed(events) == (dict(draft.answers), draft.withdrawn)


@given(st.lists(POSTS, max_size=4), POSTS)
def test_the_same_page_sent_twice_adds_no_event(posts: list[Post], last: Post) -> None:
    draft = Draft()
    for post in (*posts, last):
        draft, _ = sent(draft, post)
    assert sent(draft, last) == (draft, ())


@given(st.lists(POSTS, max_size=8))
def test_nothing_is_withdrawn_that_was_not_said(posts: list[Post]) -> None:
    draft, said = Draft(), set()
    for post in posts:
        draft, events = sent(draft, post)
        said |= {one.item for one in events}
        shown = {item.id for item in shown_items(PROTOCOL, CONTEXT, draft.answers)}
        assert draft.answers.keys() <= shown
        assert draft.withdrawn.keys() <= said

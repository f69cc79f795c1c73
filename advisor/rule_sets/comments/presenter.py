"""Threads of comments as pages show them, as plain values."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from advisor.models import Account
from advisor.models.rule_sets.item_comment import (
    ItemComment,
    ItemThread,
    count_on_item,
    present_key,
    present_threads,
    stored_key,
)
from advisor.rule_sets.item_urls import item_url
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.web.access import identity
from advisor.wording.items import item_name, subject_of
from advisor.wording.rule_set_vocabulary import NOUNS


@dataclass(frozen=True, slots=True)
class ItemCommentView:
    """One comment. ``by`` is "" where the account is gone; ``delete_url`` is "" where it is another's."""

    text: str
    by: str
    at: datetime
    delete_url: str


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread. ``item_url`` is "" where its item cannot be edited now; ``is_there`` says whether the rules have it."""

    noun: str
    title: str
    item_url: str
    is_there: bool
    comments: list[ItemCommentView]
    url: str
    is_settled: bool
    settled_at: datetime | None
    settled_by: str
    version: int | None


@dataclass(frozen=True, slots=True)
class CommentsOfItem:
    """What stands on the page of an item: the threads of the draft, and how many of earlier versions are settled."""

    threads: list[ThreadView]
    earlier: int
    url: str


def comments_of_item(session: Session, workspace: DraftWorkspace, collection: str, key: str) -> CommentsOfItem:
    """The comments on one item of the draft."""
    about = stored_key(workspace.rules, collection, key)
    every = count_on_item(session, collection, about)
    on_it = (ItemThread.collection == collection, ItemThread.key == about)
    found = list(session.scalars(present_threads().where(*on_it))) if every else []
    url = item_url(collection, key, page="item_comments")
    return CommentsOfItem(thread_views(session, workspace, found), every - len(found), url)


def thread_views(session: Session, workspace: DraftWorkspace, found: Iterable[ItemThread]) -> list[ThreadView]:
    """These threads, each with its comments, the oldest first."""
    found = list(found)
    if not found:
        return []
    ids = [thread.id for thread in found]
    order = (ItemComment.created_at, ItemComment.id)
    written = select(ItemComment).where(ItemComment.thread_id.in_(ids), ItemComment.removed_at.is_(None))
    by_thread: dict[UUID, list[ItemComment]] = defaultdict(list)
    for comment in session.scalars(written.order_by(*order)):
        by_thread[comment.thread_id].append(comment)
    accounts = {comment.account_id for comments in by_thread.values() for comment in comments}
    accounts |= {thread.settled_by for thread in found}
    named = session.execute(select(Account.id, Account.email).where(Account.id.in_(accounts - {None})))
    people = {row.id: row.email for row in named}
    return [_thread_view(workspace, thread, by_thread[thread.id], people) for thread in found]


def _thread_view(
    workspace: DraftWorkspace, thread: ItemThread, comments: Iterable[ItemComment], people: Mapping[UUID, str]
) -> ThreadView:
    key = present_key(workspace.rules, thread)
    title = thread.title if key is None else item_name(workspace.rules, thread.collection, key)
    mine = identity.current().account_id
    return ThreadView(
        noun=str(NOUNS[subject_of(thread.collection)]),
        title=title or thread.key,
        item_url=item_url(thread.collection, key, anchor="comments") if key is not None and workspace.has_draft else "",
        is_there=key is not None,
        comments=[
            ItemCommentView(
                text=comment.text,
                by=people.get(comment.account_id, "") if comment.account_id else "",
                at=comment.created_at,
                delete_url=url_for("rule_sets.own_comment", item_comment_id=comment.id)
                if comment.account_id == mine
                else "",
            )
            for comment in comments
        ],
        url=url_for("rule_sets.thread", thread_id=thread.id),
        is_settled=thread.settled_at is not None,
        settled_at=thread.settled_at,
        settled_by=people.get(thread.settled_by, "") if thread.settled_by else "",
        version=thread.version,
    )


def count_of(session: Session, query: Select[Any]) -> int:
    """How many threads or comments these are."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0

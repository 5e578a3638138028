"""What routes are given: the built parts, under the few names that they use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from fastapi import Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

    from assistant import (
        Assistant,
        Conversations,
        Feedback,
        Preferences,
        PublicLog,
        Shares,
        StringReviews,
        Switches,
        Topics,
    )
    from evals import Labels, Policies, Runs, SavedConfigurations, Subject
    from ingest import Catalog, Index
    from web.access import Access
    from web.editing import Editing
    from web.editing.deliveries import Deliveries
    from web.jobs import Jobs
    from web.observing.figures import Figures
    from web.programme import Programme
    from web.public_record import Measurements
    from web.settings import Settings


class Parts(Protocol):
    """The parts that the composition root built."""

    @property
    def settings(self) -> Settings: ...
    @property
    def catalog(self) -> Catalog: ...
    @property
    def index(self) -> Index: ...
    @property
    def assistant(self) -> Assistant: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def topics(self) -> Topics: ...
    @property
    def access(self) -> Access: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def programme(self) -> Programme: ...
    @property
    def feedback(self) -> Feedback: ...
    @property
    def string_reviews(self) -> StringReviews: ...
    @property
    def shares(self) -> Shares: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def labels(self) -> Labels: ...
    @property
    def policies(self) -> Policies: ...
    @property
    def configurations(self) -> SavedConfigurations: ...
    @property
    def subject(self) -> Callable[..., AbstractAsyncContextManager[Subject]]: ...
    @property
    def now(self) -> Callable[[], datetime]: ...
    @property
    def public_log(self) -> PublicLog: ...
    @property
    def preferences(self) -> Preferences: ...
    @property
    def editing(self) -> Editing: ...
    @property
    def switches(self) -> Switches: ...
    @property
    def engine(self) -> AsyncEngine: ...
    @property
    def figures(self) -> Figures: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def measurements(self) -> Measurements: ...


def parts(request: Request) -> Parts:
    """The parts of the application that serves `request`."""
    return cast("Parts", request.app.state.services)

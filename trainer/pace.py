"""When there will be enough material, at the pace of the last days. Pure."""

from datetime import datetime, timedelta

from ..store.records import Figures, Targets

LAST = timedelta(days=7)


def days_left(figures: Figures, targets: Targets, recent: Figures, span: timedelta) -> float | None:
    """Days until the counted targets are met, if `recent` (what came in during `span`) goes on coming so.

    None where nothing of a kind that is missing came in, and where no count is missing: a mean has no pace.
    """
    days = span / timedelta(days=1)
    waits = []
    for name in ("conversations", "messages", "ratings"):
        lacking = getattr(targets, name) - getattr(figures, name)
        if lacking > 0:
            came = getattr(recent, name)
            if not came:
                return None
            waits.append(lacking * days / came)
    return max(waits, default=None)


def span_of(first: datetime | None, now: datetime) -> timedelta:
    """The last days, fewer where the first conversation is younger; at least one."""
    return min(LAST, max(timedelta(days=1), now - first)) if first else LAST

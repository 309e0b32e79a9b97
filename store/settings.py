"""The admin's policy, one row a setting, defaults where there is none."""

import json
from dataclasses import asdict, fields
from typing import Any

from .database import Database
from .errors import Notice
from .records import Policy, Targets

BOUNDS: dict[str, tuple[float, float]] = {
    "conversations": (1, 1_000_000),
    "messages": (1, 1_000_000),
    "ratings": (1, 1_000_000),
    "mean_rating": (1.0, 5.0),
    "new_examples": (1, 1_000_000),
}


class BadPolicy(Notice):
    """A setting outside its bounds."""

    key = "error-bad-policy"


class Settings:
    def __init__(self, database: Database) -> None:
        self._database = database

    def policy(self) -> Policy:
        kept = {row["name"]: json.loads(row["value"]) for row in self._database.rows("select * from settings")}
        targets = Targets(**{field.name: kept[field.name] for field in fields(Targets) if field.name in kept})
        rest = {name: kept[name] for name in ("automatic", "new_examples", "base") if name in kept}
        if "hours" in kept:
            rest["hours"] = tuple(kept["hours"])
        return Policy(targets=targets, **rest)

    def save(self, policy: Policy) -> None:
        """Raises BadPolicy, and then nothing is changed."""
        values: dict[str, Any] = asdict(policy.targets) | {
            "automatic": policy.automatic,
            "new_examples": policy.new_examples,
            "hours": list(policy.hours),
            "base": policy.base,
        }
        for name, (lowest, highest) in BOUNDS.items():
            if not lowest <= values[name] <= highest:
                raise BadPolicy(name=name, lowest=lowest, highest=highest)
        if not all(0 <= hour <= 24 for hour in policy.hours):
            raise BadPolicy(name="hours", lowest=0, highest=24)
        with self._database.write() as db:
            db.table("settings").upsert_all(
                ({"name": name, "value": json.dumps(value)} for name, value in values.items()), pk="name"
            )

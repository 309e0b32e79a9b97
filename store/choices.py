"""What an admin decided about the material: which conversations are held out, which answers are in or out by hand."""

from collections.abc import Callable, Iterable
from datetime import datetime

from .database import Database, stamp
from .records import Choice


class Choices:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def hold_out(self, conversations: Iterable[int]) -> None:
        """Set conversations aside for measuring; one that is set aside stays so."""
        with self._database.write() as db:
            now = stamp(self._clock())
            db.table("held_out").insert_all(
                ({"conversation_id": conversation, "held_out_at": now} for conversation in conversations), ignore=True
            )

    def held_out(self) -> frozenset[int]:
        """The conversations that are set aside for measuring and never learned from."""
        return frozenset(row["conversation_id"] for row in self._database.rows("select conversation_id from held_out"))

    def choose(self, message_id: int, choice: Choice | None) -> None:
        """Leave an answer out, bring it back, or leave the decision to the filters again (None)."""
        with self._database.write() as db:
            db.execute("delete from material_choices where message_id = ?", [message_id])
            if choice is not None:
                db.execute(
                    "insert into material_choices (message_id, choice, chosen_at) values (?, ?, ?)",
                    [message_id, choice, stamp(self._clock())],
                )

    def chosen(self) -> dict[int, Choice]:
        """By message id."""
        rows = self._database.rows("select message_id, choice from material_choices")
        return {row["message_id"]: Choice(row["choice"]) for row in rows}

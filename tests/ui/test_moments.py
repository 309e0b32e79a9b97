"""Dates as each language writes them, wherever people meet one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent1.store.backups import Backup
from agent1.store.records import Reason
from agent1.ui.catalogue import Catalogue
from agent1.ui.moments import day_text, moment_text, month_text
from agent1.ui.report import ModelRow, backup_table, model_table

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")
AT = datetime(2026, 11, 3, 14, 5).astimezone()


@pytest.mark.parametrize(
    ("language", "moment", "day", "month"),
    [
        ("en", "Nov 3, 2026, 14:05", "Nov 3", "November 2026"),
        ("pt-BR", "3 de nov. de 2026 14:05", "3 de nov.", "novembro de 2026"),
        ("de", "03.11.2026, 14:05", "3. Nov.", "November 2026"),  # no file of ours knows it
    ],
)
def test_a_date_is_written_as_the_language_does(language: str, moment: str, day: str, month: str) -> None:
    told = moment_text(language, AT.astimezone(UTC)), day_text(language, AT.date()), month_text(language, AT.date())
    assert told == (moment, day, month)


def test_a_moment_in_a_reason_is_told_in_the_language() -> None:
    reason = Reason("doctor-backups", {"count": 1234, "moment": AT.isoformat()})
    assert "1.234" in PT.tell(reason) and "3 de nov. de 2026 14:05" in PT.tell(reason)
    assert "1,234" in EN.tell(reason) and "Nov 3, 2026, 14:05" in EN.tell(reason)


def test_tables_of_the_command_line_follow_the_language(tmp_path: Path) -> None:
    row = ModelRow("base:1b", None, None, in_use=True, created_at=AT, size=1_500_000_000)
    assert "1.5 GB" in model_table(EN, [row]) and "Nov 3, 2026, 14:05" in model_table(EN, [row])
    assert "1,5 GB" in model_table(PT, [row]) and "3 de nov. de 2026 14:05" in model_table(PT, [row])
    backup = Backup(tmp_path / "one.db", AT, 98_000_000)
    assert "98 MB" in backup_table(PT, [backup]) and "3 de nov. de 2026 14:05" in backup_table(PT, [backup])

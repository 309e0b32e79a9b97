"""Dates and times as a language writes them, by Babel's tables: another language needs no pattern of ours. Pure."""

from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_skeleton


def moment_text(language: str, at: datetime) -> str:
    """Day and minute in the machine's own zone: Nov 23, 2026, 14:05."""
    local, locale = at.astimezone(), Locale.parse(language, sep="-")
    day, time = format_date(local, "medium", locale=locale), format_skeleton("Hm", local, locale=locale)
    return str(locale.datetime_formats["medium"]).replace("{1}", day).replace("{0}", time)


def day_text(language: str, day: date) -> str:
    """Nov 23"""
    return format_skeleton("MMMd", day, locale=Locale.parse(language, sep="-"))


def month_text(language: str, day: date) -> str:
    """November 2026"""
    return format_skeleton("yMMMM", day, locale=Locale.parse(language, sep="-"))

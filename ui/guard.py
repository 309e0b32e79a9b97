"""The guard that every Admin function of the page carries: hidden components and private names keep nobody out."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import gradio as gr

from ..store.errors import Notice
from ..store.records import Person
from ..store.store import Store
from .access import check_admin, person_of
from .catalogue import Catalogue
from .middleware import catalogue_for

P = ParamSpec("P")
R = TypeVar("R")

MARK = "__agent1_admin_only__"


def speak(request: gr.Request) -> Catalogue:
    """The catalogue in the language of whoever sent the request."""
    return catalogue_for(request.headers)


def asking(store: Store, request: gr.Request) -> Person:
    """Who calls a function of the page; the session may have ended since it was opened. Raises gr.Error."""
    try:
        return person_of(store, request.headers)
    except Notice as notice:
        raise gr.Error(speak(request).tell(notice), print_exception=False) from notice


def admin_only(store: Store) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For functions with a `gr.Request` parameter; anybody else is told NotAdmin, and nothing runs."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        # Gradio fills the parameter by its annotation, so its place is known.
        places = [
            place
            for place, parameter in enumerate(inspect.signature(function).parameters.values())
            if parameter.annotation is gr.Request
        ]

        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            request = args[places[0]]
            assert isinstance(request, gr.Request)
            try:
                check_admin(person_of(store, request.headers))
            except Notice as notice:
                raise gr.Error(speak(request).tell(notice), print_exception=False) from notice
            return function(*args, **kwargs)

        setattr(guarded, MARK, True)
        return guarded

    return decorate

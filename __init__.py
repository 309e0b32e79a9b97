"""Agent1: a private chat on your own machine that learns from your reactions.

The rooms, and the one way imports run: ui -> trainer -> serving -> store.
"""

__version__ = "0.1.0"

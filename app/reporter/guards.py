"""What a reporter's address asks of its visitor, said on the view itself.

The architecture tests walk all addresses: a view that says nothing stops them.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody may see this page."""
    view.guard = "open_to_all"  # type: ignore[attr-defined]
    return view


def needs_receipt(view: Callable[P, R]) -> Callable[P, R]:
    """The view itself opens the mailbox, with the receipt or its short-lived token."""
    view.guard = "needs_receipt"  # type: ignore[attr-defined]
    return view

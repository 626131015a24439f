"""The code of a page: a script of what it shows, or a sentence why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.records.printed import Check
    from nngui.core.spec import Spec


@dataclass(frozen=True)
class PageCode:
    """What stands in the code panel while a page is shown.

    Attributes
    ----------
    note : str
        What is said above the script; or in its place, for the user.
    shows_run : bool
        The script is that of the tab's run.
    name : str
        What the file is called that a script of the page's own is saved as, without its ending.
    spec : Spec or None
        Its settings: they name the parameters that it starts from, if it does.
    make : callable, optional
        Returns it, given the name of the file with those parameters; "" for the usual one.
    check : callable, optional
        Returns what its lines are compared with; None as long as there are no numbers.
    """

    note: str = ""
    shows_run: bool = False
    name: str = ""
    spec: Spec | None = None
    make: Callable[[str], str] | None = None
    check: Callable[[], Check] | None = None


OF_RUN = PageCode(shows_run=True)
"""The page shows the run itself, and nothing is to be said of it."""

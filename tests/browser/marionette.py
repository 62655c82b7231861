"""Marionette's driver, importable on every Python: it reaches for a module that 3.13 lacks."""

from __future__ import annotations

import sys
from types import ModuleType

# mozrunner imports telnetlib for Android emulators, which nobody starts here.
_absent = ModuleType("telnetlib")
_absent.Telnet = object  # type: ignore[attr-defined]
sys.modules.setdefault("telnetlib", _absent)

from marionette_driver import By  # noqa: E402
from marionette_driver.errors import MarionetteException  # noqa: E402
from marionette_driver.marionette import Marionette, WebElement  # noqa: E402
from marionette_driver.wait import Wait  # noqa: E402

__all__ = ["By", "Marionette", "MarionetteException", "Wait", "WebElement"]

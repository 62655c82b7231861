"""Two real browsers without script, behind one small set of gestures."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser.marionette import By, Marionette, MarionetteException, Wait, WebElement
from tests.demo_office import free_ports

CHROMIUM, FIREFOX = shutil.which("chromium"), shutil.which("firefox-esr")
FIREFOX_PREFS = {
    "javascript.enabled": False,
    "svg.disabled": True,
    "gfx.downloadable_fonts.enabled": False,
    "browser.sessionstore.interval": 200,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}


class Browser(Protocol):
    """What a person does with a browser."""

    def open(self, address: str) -> None: ...
    def press(self, css: str) -> None: ...
    def fill(self, css: str, text: str) -> None: ...
    def choose(self, css: str, value: str) -> None: ...
    def back(self) -> None: ...
    def forward(self) -> None: ...
    def reload(self) -> None: ...
    def page(self) -> str: ...
    def text(self, css: str) -> str: ...
    def value(self, css: str) -> str: ...
    def is_ticked(self, css: str) -> bool: ...
    def shown(self, css: str) -> int: ...
    def source(self) -> str: ...
    def kill(self) -> None: ...
    def close(self) -> None: ...


def installed(name: str, path: str | None) -> str:
    if path is None:
        pytest.fail(f"{name} is missing: run make browsers, or sudo apt-get install {name}")
    return path


class Chromium:
    """Debian's chromium, driven by Playwright, JavaScript off."""

    def __init__(self, profile: Path, width: int = 1280) -> None:
        self._stack = contextlib.ExitStack()
        player = self._stack.enter_context(sync_playwright())
        self.context: BrowserContext = player.chromium.launch_persistent_context(
            str(profile),
            executable_path=installed("chromium", CHROMIUM),
            args=["--no-sandbox"],
            java_script_enabled=False,
            locale="de-DE",
            viewport={"width": width, "height": 800},
        )
        self.tab: Page = self.context.pages[0]
        self._profile = profile

    def open(self, address: str) -> None:
        self.tab.goto(address)

    def press(self, css: str) -> None:
        self.tab.locator(css).filter(visible=True).first.click()

    def fill(self, css: str, text: str) -> None:
        self.tab.locator(css).first.fill(text)

    def choose(self, css: str, value: str) -> None:
        self.tab.locator(css).first.select_option(value)

    def back(self) -> None:
        self.tab.go_back()

    def forward(self) -> None:
        self.tab.go_forward()

    def reload(self) -> None:
        self.tab.reload()

    def page(self) -> str:
        return self.tab.locator("body").get_attribute("data-page") or ""

    def text(self, css: str) -> str:
        return self.tab.locator(css).first.inner_text()

    def value(self, css: str) -> str:
        return self.tab.locator(css).first.input_value()

    def is_ticked(self, css: str) -> bool:
        return self.tab.locator(css).first.is_checked()

    def shown(self, css: str) -> int:
        return self.tab.locator(css).filter(visible=True).count()

    def source(self) -> str:
        return self.tab.content()

    def kill(self) -> None:
        for pid in processes_of(self._profile):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.close()

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.context.close()
        self._stack.close()


class Firefox:
    """Firefox ESR by Marionette, with script, SVG and web fonts off as in Tor's "Safest"."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._driver = Marionette(
            port=free_ports(1)[0],  # the usual one would be shared by all workers
            bin=installed("firefox-esr", FIREFOX),
            headless=True,
            prefs=FIREFOX_PREFS,
            workspace=str(profile),
            gecko_log=str(profile.with_suffix(".log")),
        )
        self._driver.start_session()
        self._driver.timeout.implicit = 5

    def _find(self, css: str) -> list:
        return self._driver.find_elements(By.CSS_SELECTOR, css)

    def _patiently(self, act: Callable[[], object]) -> None:
        """Again while the page is still moving to the section that was asked for."""

        def tried(_driver: Marionette) -> bool:
            act()
            return True

        Wait(self._driver, timeout=15, ignored_exceptions=[MarionetteException]).until(tried)

    def _shown(self, css: str) -> WebElement:
        """The first visible one; a page that is just being changed is asked again."""

        def look(_driver: Marionette) -> WebElement | None:
            return next((one for one in self._find(css) if one.is_displayed()), None)

        patient = Wait(self._driver, timeout=15, ignored_exceptions=[MarionetteException])
        return patient.until(look)

    def open(self, address: str) -> None:
        self._driver.navigate(address)

    def press(self, css: str) -> None:
        self._patiently(lambda: self._shown(css).click())

    def fill(self, css: str, text: str) -> None:
        self._patiently(lambda: self._shown(css).clear())
        self._shown(css).send_keys(text)

    def choose(self, css: str, value: str) -> None:
        self._find(f'{css} option[value="{value}"]')[0].click()

    def back(self) -> None:
        self._driver.go_back()

    def forward(self) -> None:
        self._driver.go_forward()

    def reload(self) -> None:
        self._driver.refresh()

    def page(self) -> str:
        return str(self._find("body")[0].get_attribute("data-page"))

    def text(self, css: str) -> str:
        return str(self._find(css)[0].text)

    def value(self, css: str) -> str:
        return str(self._find(css)[0].get_property("value"))

    def is_ticked(self, css: str) -> bool:
        return bool(self._find(css)[0].get_property("checked"))

    def shown(self, css: str) -> int:
        return sum(one.is_displayed() for one in self._find(css))

    def source(self) -> str:
        return str(self._driver.page_source)

    def kill(self) -> None:
        for pid in processes_of(self._profile):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._end()

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._driver.quit()
        self._end()

    def _end(self) -> None:
        """The driver removes the profile it made; a copy stays for those who search it."""
        made = [folder for folder in self._profile.iterdir() if folder.name != "kept"]
        for folder in made:
            shutil.copytree(folder, self._profile / "kept", symlinks=True, dirs_exist_ok=True)
        with contextlib.suppress(Exception):
            self._driver.cleanup()


KINDS = {"chromium": Chromium, "firefox": Firefox}


def processes_of(profile: Path) -> Iterator[int]:
    """Every process that was started with this profile."""
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and str(profile).encode() in (folder / "cmdline").read_bytes():
                yield int(folder.name)

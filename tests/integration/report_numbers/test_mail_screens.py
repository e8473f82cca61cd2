"""The mail on a telephone and on a desk, light and dark, in a real browser: nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.integration.report_numbers.conftest import AUDIENCES
from tests.integration.report_numbers.reading import Page
from tests.pipeline import need

pytestmark = [pytest.mark.browser]

# The contrast of every text with the ground it stands on, after WCAG 2: (text, ratio), lowest first.
CONTRAST = """() => {
  const channel = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = text => text.match(/[\\d.]+/g).map(Number);
  const ground = node => {
    for (let at = node; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const node of document.querySelectorAll('p, h1, b, span')) {
    if (!node.offsetParent || !node.textContent.trim()) continue;
    const pair = [light(colour(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    found.push([node.textContent.trim(), (pair[0] + 0.05) / (pair[1] + 0.05)]);
  }
  return found.sort((a, b) => a[1] - b[1]);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium of the system."""
    program = need("chromium", "apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("width", [320, 360, 700])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_mail_fits_the_screen_and_can_be_read(
    browser: Browser, page_of: Callable[[str, str], Page], audience: str, width: int, scheme: str
) -> None:  # fmt: skip
    mail = page_of(audience, "cover").mail
    screen = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    screen.set_content(mail.html)
    widest = screen.evaluate("document.documentElement.scrollWidth")
    sheet = screen.evaluate("document.querySelector('.sheet').offsetWidth")
    contrasts = screen.evaluate(CONTRAST)
    columns = screen.evaluate("new Set([...document.querySelectorAll('.figure')].map(n => n.offsetLeft)).size")
    screen.close()
    assert widest <= width
    assert sheet == min(width, 600)
    assert columns == (2 if width <= 480 else 3)
    assert contrasts[0][1] >= 4.5, contrasts[0]

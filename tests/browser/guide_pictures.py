"""The pictures of the guide “Editing the rules”, taken from the demo: make pictures."""

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from advisor.operating.migrate import migrate
from tests.applications import borrow_application, serve_application
from tests.browser.chromium import launch_options
from tests.browser.rule_sets.test_admin_pages import let_in
from tests.conftest import settings_for
from tests.rule_sets.guide.pictures import LARGEST, PICTURES, STATIC, GuidePicture, change_much, demo_admin

_MARGIN = 10

_AS_WEBP = """async (png) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d", { alpha: false }).drawImage(picture, 0, 0);
  const url = new FileReader();
  url.readAsDataURL(await canvas.convertToBlob({ type: "image/webp", quality: 0.68 }));
  await new Promise((done) => { url.onload = done; });
  return url.result.split(",")[1];
}"""


def main() -> int:
    """Take each picture anew, or those that are named."""
    named = sys.argv[1:] or [*PICTURES]
    with tempfile.TemporaryDirectory(prefix="advisor-pictures-") as name, sync_playwright() as playwright:
        folder = Path(name)
        settings = settings_for(f"sqlite:///{folder / 'advisor.db'}", folder)
        migrate(settings)
        with borrow_application(settings) as app, serve_application(app) as url:
            browser = playwright.chromium.launch(**launch_options())
            admin = demo_admin(app, settings)
            # What shows another draft comes last.
            for word in sorted(named, key=lambda word: PICTURES[word].after_change):
                if PICTURES[word].after_change:
                    change_much(app, settings, admin)
                page = browser.new_page(device_scale_factor=2, viewport={"width": PICTURES[word].width, "height": 900})
                page.set_default_timeout(5_000)
                let_in(page, url, admin)
                page.goto(url + PICTURES[word].address)
                picture = _as_webp(browser, _take_picture(page, PICTURES[word]))
                page.context.close()
                (STATIC / "guide" / f"{word}.webp").write_bytes(picture)
                print(f"{word}: {len(picture)} bytes" + " TOO MANY" * (len(picture) > LARGEST))
            browser.close()
    return 0


def _take_picture(page: Page, wanted: GuidePicture) -> bytes:
    """The part of the page from the first to the last of what is wanted, as PNG."""
    boxes = [page.locator(part).first.bounding_box() for part in wanted.parts]
    found = [box for box in boxes if box is not None]
    assert len(found) == len(wanted.parts), wanted
    left, top = (max(min(box[side] for box in found) - _MARGIN, 0) for side in ("x", "y"))
    right = max(box["x"] + box["width"] for box in found) + _MARGIN
    bottom = max(box["y"] + box["height"] for box in found) + _MARGIN
    # An even number of pixels each way, so that a page can name half of it.
    clip = {"x": int(left), "y": int(top), "width": int(right - left) + 1, "height": int(bottom - top) + 1}
    return page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]


def _as_webp(browser: Browser, png: bytes) -> bytes:
    page = browser.new_page()
    encoded = page.evaluate(_AS_WEBP, base64.b64encode(png).decode())
    page.close()
    return _without_profile(base64.b64decode(encoded))


def _without_profile(webp: bytes) -> bytes:
    """The picture alone: without the colour profile, of which browsers take the usual one."""
    start = webp.index(b"VP8 ")
    end = start + 8 + int.from_bytes(webp[start + 4 : start + 8], "little")
    picture = webp[start : end + end % 2]
    return b"RIFF" + (len(picture) + 4).to_bytes(4, "little") + b"WEBP" + picture


if __name__ == "__main__":
    sys.exit(main())

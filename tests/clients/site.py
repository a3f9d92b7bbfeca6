"""The results site in headless Chromium: rules of accessibility, phones, no script, nothing from elsewhere.

    site.py ADDRESS [FOLDER]      checks a running server that has something published; keeps pictures in FOLDER

Needs `playwright`, `axe-playwright-python` and a Chromium (PARINDEX_TEST_CHROMIUM, or `chromium` on the path).
"""

import os
import re
import shutil
import sys
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ADDRESS = sys.argv[1].rstrip("/")
FOLDER = sys.argv[2] if len(sys.argv) > 2 else None
CHROMIUM = os.environ.get("PARINDEX_TEST_CHROMIUM") or shutil.which("chromium")
# WCAG 2.2 at level AA, and what axe's authors hold to be good practice.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIZES = {"phone": (360, 740), "screen": (1280, 900)}


def computed(page, start):
    """The address of the newest publication that was computed, not taken in: it has points to compare."""
    page.goto(ADDRESS + start)
    links = page.locator("li.card h2 a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    for link in links:
        page.goto(ADDRESS + link)
        if page.locator("input[type=checkbox]").count() >= 2:
            return link, [other for other in links if other != link]
    sys.exit("nothing is published that could be compared")


def programmes(page, prefix):
    """The pages of coordination programmes, as far as there are any in force."""
    page.goto(ADDRESS + prefix + "/programmes")
    return page.locator("table a").evaluate_all("links => links.map(link => link.getAttribute('href'))")[:1]


def pages(page):
    """Every kind of page, found by following links from the first one, in both languages."""
    found = []
    for start in ("/", "/en/"):
        prefix = start.rstrip("/")
        publication, others = computed(page, start)
        agencies = page.locator("table a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        codes = [href.rsplit("/", 1)[1] for href in agencies[:2]]
        chosen = "&".join(f"agency={code}" for code in codes)
        found += [
            start,
            prefix + "/publications",
            publication,
            publication + "/method",
            publication + f"/compare?{chosen}",
            publication + "/compare",
            agencies[0],
            prefix + "/agencies/" + codes[0],
            prefix + "/search",
            prefix + "/search?q=bo",
            prefix + "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
            prefix + "/method",
            prefix + "/programmes",
            *programmes(page, prefix),
            prefix + "/nowhere",
            *others[:1],
        ]
    return found


def check(page, path, size, faults, pictures):
    elsewhere = []
    page.on("request", lambda request: elsewhere.append(request.url))
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    # Either colour scheme is looked at on one of the sizes.
    page.emulate_media(color_scheme="dark" if size == "phone" else "light")
    answer = page.goto(ADDRESS + path)
    expected = 404 if path.endswith("/nowhere") else 200
    if answer.status != expected:
        faults.append(f"{path}: {answer.status}")
    foreign = [url for url in elsewhere if urlsplit(url).netloc != urlsplit(ADDRESS).netloc]
    if foreign:
        faults.append(f"{path}: asks elsewhere: {foreign}")
    language = page.locator("html").get_attribute("lang")
    if language != ("en" if path.startswith("/en/") else "vi"):
        faults.append(f"{path}: says it is in {language}")
    if page.locator("h1").count() != 1:
        faults.append(f"{path}: {page.locator('h1').count()} first headings")
    # The page itself never scrolls sideways; wide tables do, in a box of their own.
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        faults.append(f"{path} on a {size}: {wide} pixels too wide")
    for fault in Axe().run(page, options=RULES).response["violations"]:
        nodes = "; ".join(node["html"][:160] for node in fault["nodes"][:3])
        faults.append(f"{path} on a {size}: {fault['id']}: {fault['help']}: {nodes}")
    if pictures:
        name = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[0-9a-f]{64}", "id", path))[:60].strip("-") or "home"
        page.screenshot(path=os.path.join(pictures, f"{name}-{size}.png"), full_page=True)


def by_keyboard(page, faults):
    """The first key leads past the navigation; a comparison is made without a mouse."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(ADDRESS + "/")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.className")
    if focused != "skip":
        faults.append(f"the first Tab leads to {focused!r}")
    page.keyboard.press("Enter")
    if not page.url.endswith("#main"):
        faults.append("the skip link leads nowhere")
    computed(page, "/")
    boxes = page.locator("input[type=checkbox]")
    for box in (boxes.nth(0), boxes.nth(1)):
        box.focus()
        page.keyboard.press("Space")
    page.locator("form[action*=compare] button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare?**")
    columns = page.locator("thead th").count()
    if columns != 4:
        faults.append(f"a comparison of two has {columns} columns")


def main():
    faults = []
    if FOLDER:
        os.makedirs(FOLDER, exist_ok=True)
    with sync_playwright() as play:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path=CHROMIUM, args=arguments)
        # What the pages say stands in their HTML: scripts are off but for the checks themselves.
        context = browser.new_context(locale="vi-VN")
        finder = context.new_page()
        paths = pages(finder)
        for path in paths:
            for size in SIZES:
                page = context.new_page()
                page.on("console", lambda message, path=path: faults.append(f"{path}: {message.text}")
                        if message.type == "error" and not path.endswith("/nowhere") else None)
                check(page, path, size, faults, FOLDER)
                page.close()
        by_keyboard(finder, faults)
        context.close()
        without = browser.new_context(java_script_enabled=False)
        page = without.new_page()
        page.goto(ADDRESS + "/")
        page.locator("li.card h2 a").first.click()
        if page.locator("table").count() == 0:
            faults.append("without scripts there is no table")
        browser.close()
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        sys.exit(f"{len(faults)} faults")
    print(f"{len(paths)} pages on {len(SIZES)} sizes: no fault")


main()

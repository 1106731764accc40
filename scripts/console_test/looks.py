"""How pages look and how heavy they are: for all eyes, on all screens, in light and in dark."""
import os
import re

from playwright.sync_api import expect

import checks
from desk import Watched

WIDTHS = (360, 1280, 2560)
# Bytes of the first page with all that belongs to it.
FIRST_PAGE_MAX = 100_000


def fill(desk):
    """Something of everything; gives the pages that show it, by name."""
    server = desk.server
    pages = getattr(server, "pages", None)
    if pages:
        return pages
    active = server.upload("look-till", "sync_products", checks.product_script(1), checks.MENU)
    server.call("POST", f"/adapter-scripts/{active}/activate")
    candidate = server.upload("look-till", "sync_products", checks.product_script(2, "\n    description: item.description,"), checks.MENU)
    server.connect("look-till")
    breaking = server.upload("drift-look", "sync_products", checks.product_script(1), checks.MENU)
    server.call("POST", f"/adapter-scripts/{breaking}/activate")
    event = server.drift(breaking, "drift-look", "sync_products", "products[].price", 'a number was wanted, got "4.50"')
    wanted = {"products": [{"itemCode": "17", "name": "Flat White", "price": 4.5}]}
    server.put_sample("look-till", "sync_products", "menu.json", {"payload": checks.MENU, "expected": wanted})
    server.call("PUT", "/knowledge/look-till/documents/notes.md", {"content": "# Prices\n\nAll prices are in euros.\n" * 30})
    job = lambda provider, payload: server.call("POST", "/adapter-scripts/generate", {
        "provider": provider, "topic": "sync_products", "samples": [{"name": "menu.json", "payload": payload}]})["jobId"]
    asking, done = job("asking-look", checks.TWO_PRICES), job("done-look", checks.MENU)
    for number in (asking, done):
        while server.call("GET", f"/adapter-scripts/jobs/{number}")["job"]["status"] in ("pending", "running"):
            pass
    written = server.call("GET", f"/adapter-scripts/jobs/{done}")["job"]["resultScriptId"]
    server.pages = {
        "providers": "/",
        "provider": "/providers/look-till",
        "document": "/providers/look-till/documents/notes.md",
        "sample": "/providers/look-till/sync_products/samples/menu.json",
        "jobs": "/jobs",
        "new-job": "/jobs/new",
        "job-asking": f"/jobs/{asking}",
        "job-done": f"/jobs/{done}",
        "scripts": "/scripts",
        "script-candidate": f"/scripts/{candidate}",
        "script-written": f"/scripts/{written}",
        "side-by-side": f"/scripts/{candidate}/samples/menu.json",
        "script-drifting": f"/scripts/{breaking}",
        "drift": "/drift",
        "drift-event": f"/drift/{event}",
        "audit": "/audit",
        "missing": "/jobs/999999",
    }
    return server.pages


def open_all(page):
    """Opens what a reviewer would open."""
    for selector in ("details.sample summary", ".origins details summary", "details.calls summary"):
        opener = page.locator(selector).first
        if opener.count():
            opener.click()
    if page.locator("details.sample").count():
        expect(page.locator("details.sample .sides").first).to_be_visible()


def serious(page, axe):
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"] if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


def axe_finds_nothing_serious_on_any_page(desk):
    with open(desk.options.axe, encoding="utf-8") as file:
        axe = file.read()
    wrong = []
    for scheme in ("light", "dark"):
        with desk.window(color_scheme=scheme, bypass_csp=True) as page:
            for name, path in fill(desk).items():
                page.goto(path)
                open_all(page)
                wrong += [f"{name} {scheme}: {one}" for one in serious(page, axe)]
        with_nobody = Watched(desk.chromium, desk.server.base, color_scheme=scheme, bypass_csp=True)
        with_nobody.page.goto("/sign-in")
        wrong += [f"sign-in {scheme}: {one}" for one in serious(with_nobody.page, axe)]
        with_nobody.close()
    assert not wrong, "\n".join(wrong)


def pages_fit_every_screen(desk):
    folder = desk.options.pictures
    if folder:
        os.makedirs(folder, exist_ok=True)
    wrong = []
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            with desk.window(color_scheme=scheme, viewport={"width": width, "height": 900}) as page:
                for name, path in fill(desk).items():
                    page.goto(path)
                    open_all(page)
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    if wide > width:
                        wrong.append(f"{name} at {width}: {wide} px wide")
                    if folder:
                        page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
    assert not wrong, "\n".join(wrong)


def the_theme_is_as_the_system_has_it_or_as_chosen(desk):
    with desk.window(color_scheme="dark") as page:
        back = lambda: page.evaluate("getComputedStyle(document.body).backgroundColor")
        dark = back()
        toggle = page.get_by_role("button", name=re.compile("Theme"))
        toggle.click()
        expect(toggle).to_contain_text("light")
        light = back()
        assert light != dark
        page.goto("/jobs")
        assert back() == light


def the_first_page_is_light_and_all_of_it_is_from_here(desk):
    fill(desk)
    watched = Watched(desk.chromium, desk.server.base)
    watched.sign_in(desk.server.key)
    answers = []
    page = watched.context.new_page()
    page.on("request", watched.request)
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/", wait_until="load")
    # What is followed never ends.
    sizes = {answer.url: len(answer.body()) for answer in answers if "/events" not in answer.url}
    total = sum(sizes.values())
    print(f"     the first page: {total} bytes in {len(sizes)} requests")
    assert len(sizes) >= 3 and total < FIRST_PAGE_MAX, sizes
    watched.close()


ALL = [
    axe_finds_nothing_serious_on_any_page,
    pages_fit_every_screen,
    the_theme_is_as_the_system_has_it_or_as_chosen,
    the_first_page_is_light_and_all_of_it_is_from_here,
]

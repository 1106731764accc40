"""The picture of the console for the README: a script in review.

Usage: picture.py BINARY FILE
"""
import json
import pathlib
import sys

from playwright.sync_api import expect

from desk import Server, Watched, browser

DEMO = pathlib.Path(__file__).parents[2] / "crates/server/src/demo"


def main():
    binary, file = sys.argv[1:3]
    server = Server(binary)
    try:
        sample = {"name": "catalogue.json", "payload": json.loads((DEMO / "harbour-till.json").read_text())}
        notes = {"name": "notes.md", "content": (DEMO / "harbour-till.md").read_text()}
        job = server.call("POST", "/adapter-scripts/generate", {
            "provider": "harbour-till", "topic": "sync_products", "samples": [sample], "documents": [notes]})["jobId"]
        with browser() as chromium:
            # A sheet of our own makes all of it fit into the picture.
            watched = Watched(chromium, server.base, viewport={"width": 1280, "height": 960}, bypass_csp=True)
            watched.sign_in(server.key, f"/jobs/{job}")
            page = watched.page
            page.get_by_role("link", name="Review script").click()
            page.locator("details.sample summary").first.click()
            expect(page.locator("details.sample .sides")).to_be_visible()
            page.locator('details[data-field="products[].price"] summary').click()
            expect(page.locator("pre.code .lit").first).to_be_visible()
            page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
            page.add_style_tag(content="pre { max-height: 24rem !important } .origins { max-height: 25rem !important }")
            page.screenshot(path=file)
            watched.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()

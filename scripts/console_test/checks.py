"""What people do at the console, from a payload to a script in use and back."""
import contextlib
import json
import re
from dataclasses import dataclass

from playwright.sync_api import expect

from desk import Watched

MENU = {"items": [
    {"id": 17, "name": "Flat White", "price": 4.5, "description": "Double shot"},
    {"id": 18, "name": "Kaya Toast", "price": 3.2, "description": None},
]}
TWO_PRICES = {"items": [
    {"id": "a1", "name": "Espresso", "price_dine_in": 2.5, "price_takeaway": 2.2},
    {"id": "a2", "name": "Cheese Toast", "price_dine_in": 6.0, "price_takeaway": 5.5},
]}
HOSTILE = "</code></pre><script>alert(1)</script><img src=//evil.example/x onerror=alert(2)>\"'&{{7*7}}"


@dataclass
class Desk:
    server: object
    chromium: object
    options: object

    @contextlib.contextmanager
    def window(self, key=None, **options):
        """A window of somebody who is signed in."""
        watched = Watched(self.chromium, self.server.base, **options)
        watched.sign_in(key or self.server.key)
        yield watched.page
        watched.close()

    def paste_job(self, page, provider, payload, topic="sync_products"):
        page.goto("/jobs/new")
        page.get_by_label("Provider").fill(provider)
        page.get_by_label("Topic").select_option(topic)
        page.get_by_label("Paste a sample").fill(json.dumps(payload))
        page.get_by_role("button", name="Start the job").click()
        page.wait_for_url(re.compile(r"/jobs/\d+$"))


def product_script(version, extra=""):
    return f"""// version {version}
function transform(input, context) {{
  return {{ products: input.payload.items.map((item) => ({{
    itemCode: String(item.id),
    name: item.name,
    price: item.price,{extra}
  }})) }};
}}
"""


def only_a_valid_key_signs_in_and_a_session_ends(desk):
    watched = Watched(desk.chromium, desk.server.base)
    page = watched.page
    page.goto("/jobs")
    expect(page).to_have_url(re.compile(r"/sign-in\?then=%2Fjobs"))
    page.get_by_label("API key").fill("afk_AAAAAAAA_" + "s" * 43)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not valid")
    page.get_by_label("API key").fill(desk.server.key)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{desk.server.base}/jobs")
    [cookie] = [cookie for cookie in watched.context.cookies() if cookie["name"] == "forge_session"]
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["path"] == "/", cookie
    assert cookie["value"] not in desk.server.key
    page.get_by_role("button", name="Sign out").click()
    page.goto("/jobs")
    expect(page).to_have_url(re.compile("/sign-in"))
    # Whoever kept the cookie has nothing of it.
    watched.context.add_cookies([cookie])
    page.goto("/jobs")
    expect(page).to_have_url(re.compile("/sign-in"))
    watched.close()


def a_revoked_key_ends_its_sessions_at_once(desk):
    key = desk.server.make_key("leaver", "jobs:read")
    with desk.window(key) as page:
        desk.server.revoke(key)
        page.goto("/scripts")
        expect(page).to_have_url(re.compile("/sign-in"))


def a_job_is_started_by_paste_and_watched_to_its_end_without_a_reload(desk):
    with desk.window() as page:
        desk.paste_job(page, "pasted-till", MENU)
        page.evaluate("window.sameDocument = true")
        expect(page.locator("#job-head .state")).to_have_text("completed")
        expect(page.locator(".stages li").last).to_contain_text("done")
        expect(page.locator("#job-log")).to_contain_text("attempt 1 passed")
        expect(page.locator("#job-script")).to_contain_text("function transform")
        assert page.evaluate("window.sameDocument") is True
        page.get_by_role("link", name=re.compile("Review script")).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("pasted-till")


def files_are_given_with_the_output_that_is_wanted(desk):
    wanted = {"products": [{"itemCode": "1", "name": "Tea", "price": 4.5}]}
    files = [("menu.json", {"items": [{"id": 1, "name": "Tea", "price": 4.5}]}), ("menu.expected.json", wanted)]
    with desk.window() as page:
        page.goto("/jobs/new")
        page.get_by_label("Provider").fill("file-till")
        page.get_by_label("Topic").select_option("sync_products")
        page.locator("#sample_files").set_input_files([
            {"name": name, "mimeType": "application/json", "buffer": json.dumps(value).encode()}
            for name, value in files
        ])
        page.get_by_role("button", name="Start the job").click()
        expect(page.locator("#job-head .state")).to_have_text("completed")
        expect(page.locator("#job-log")).to_contain_text("accepted with 1 sample")
        page.get_by_role("link", name=re.compile("Review script")).click()
        expect(page.locator("details.sample summary")).to_contain_text("wanted output")


def what_is_wrong_with_a_new_job_is_said_and_nothing_typed_is_lost(desk):
    with desk.window() as page:
        page.goto("/jobs/new")
        page.get_by_label("Provider").fill("a-till")
        page.get_by_label("Topic").select_option("sync_products")
        page.get_by_label("Paste a sample").fill('{"items": [')
        page.get_by_role("button", name="Start the job").click()
        expect(page.get_by_role("alert")).to_contain_text("not valid JSON")
        expect(page.get_by_label("Paste a sample")).to_have_value('{"items": [')
        expect(page.get_by_label("Provider")).to_have_value("a-till")


def a_question_is_answered_by_a_button(desk):
    with desk.window() as page:
        desk.paste_job(page, "asking-till", TWO_PRICES)
        expect(page.locator("#job-head .state")).to_have_text("needs_clarification")
        choices = page.locator(".choices button")
        expect(choices.first).to_be_visible()
        choices.filter(has_text="takeaway").first.click()
        expect(page.locator("#job-head .state")).to_have_text("completed")
        expect(page.locator("#job-script")).to_contain_text("price_takeaway")
        expect(page.locator("#job-answers")).to_be_visible()


def a_question_is_answered_in_own_words(desk):
    with desk.window() as page:
        desk.paste_job(page, "worded-till", TWO_PRICES)
        page.get_by_label(re.compile("own words")).fill("items[].price_dine_in")
        page.get_by_role("button", name="Answer", exact=True).click()
        expect(page.locator("#job-head .state")).to_have_text("completed")
        expect(page.locator("#job-script")).to_contain_text("price_dine_in")


def a_job_is_cancelled(desk):
    with desk.window() as page:
        desk.paste_job(page, "cancelled-till", TWO_PRICES)
        expect(page.locator("#job-head .state")).to_have_text("needs_clarification")
        page.get_by_role("button", name="Cancel the job").click()
        expect(page.locator("#job-head .state")).to_have_text("failed")
        expect(page.locator("#job-log")).to_contain_text("cancelled by first key")


def lists_follow_what_happens_elsewhere(desk):
    with desk.window() as page:
        page.goto("/jobs")
        page.evaluate("window.sameDocument = true")
        job = {"provider": "elsewhere-till", "topic": "sync_products", "samples": [{"payload": MENU}]}
        number = desk.server.call("POST", "/adapter-scripts/generate", job)["jobId"]
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name=str(number), exact=True))
        expect(row.locator(".state")).to_have_text("completed")
        assert page.evaluate("window.sameDocument") is True


def a_script_is_reviewed_compared_activated_and_rolled_back(desk):
    first = desk.server.upload("review-till", "sync_products", product_script(1), MENU)
    second = desk.server.upload("review-till", "sync_products", product_script(2, '\n    description: item.description ?? "none",'), MENU)
    desk.server.put_sample("review-till", "sync_products", "menu.json", {"payload": MENU})
    with desk.window() as page:
        page.goto(f"/scripts/{first}")
        page.get_by_role("button", name="Activate").click()
        expect(page.get_by_role("status").first).to_contain_text("in use now")
        expect(page.locator(".head .state")).to_have_text("active")
        page.goto(f"/scripts/{second}")
        expect(page.locator("#changes pre.diff .added").first).to_be_visible()
        expect(page.locator("#changes")).to_contain_text("description: item.description")
        page.locator("details.sample summary").first.click()
        sides = page.locator("details.sample .sides")
        expect(sides.locator(".line.extra").first).to_contain_text("description")
        expect(sides).to_contain_text("Flat White")
        page.get_by_label("Why activate").fill("descriptions are wanted")
        page.get_by_role("button", name="Activate").click()
        expect(page.locator(".head .state")).to_have_text("active")
        page.get_by_label("Why roll back").fill("the till shows them twice")
        page.get_by_role("button", name="Roll back").click()
        expect(page).to_have_url(re.compile(rf"/scripts/{first}\?now=active$"))
        expect(page.locator(".head .state")).to_have_text("active")
        page.goto(f"/scripts/{second}")
        expect(page.locator(".head .state")).to_have_text("deprecated")
        page.goto("/audit?provider=review-till")
        expect(page.locator("tbody tr").first).to_contain_text("script.rolled_back")
        expect(page.locator("tbody tr").first).to_contain_text("the till shows them twice")
        page.goto("/?from=review-till")
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name="review-till"))
        expect(row.locator(".state.active")).to_contain_text("v1")


def what_does_not_pass_any_more_comes_into_use_by_force_and_with_a_reason_alone(desk):
    script = desk.server.upload("forced-till", "sync_products", product_script(1), MENU)
    wanted = {"products": []}
    desk.server.put_sample("forced-till", "sync_products", "menu.json", {"payload": MENU, "expected": wanted})
    with desk.window() as page:
        page.goto(f"/scripts/{script}")
        expect(page.get_by_label("although its tests do not pass")).to_have_count(0)
        page.get_by_role("button", name="Activate").click()
        expect(page.get_by_role("alert")).to_contain_text("does not pass its tests")
        expect(page.get_by_role("alert")).to_contain_text("products: got 2 entries, wanted 0")
        page.get_by_label("although its tests do not pass").check()
        page.get_by_label("Why activate").fill("the sample is out of date")
        page.get_by_role("button", name="Activate").click()
        expect(page.locator(".head .state")).to_have_text("active")


def provenance_leads_from_a_field_to_its_lines_and_values(desk):
    with desk.window() as page:
        desk.paste_job(page, "origin-till", MENU)
        page.get_by_role("link", name=re.compile("Review script")).click()
        origin = page.locator('details[data-field="products[].price"]')
        origin.locator("summary").click()
        expect(page.locator("pre.code .lit").first).to_contain_text("price")
        expect(origin).to_contain_text("4.5")
        page.locator("details.sample summary").first.click()
        expect(page.locator("details.sample pre.json .lit").first).to_contain_text("price")
        page.locator("details.sample pre.json .line", has_text='"name"').last.click()
        expect(page.locator('details[data-field="products[].name"]')).to_have_attribute("open", "")
        expect(origin).not_to_have_attribute("open", "")


def a_dry_run_shows_its_output_in_the_page(desk):
    script = desk.server.upload("dry-till", "sync_products", product_script(1), MENU)
    with desk.window() as page:
        page.goto(f"/scripts/{script}")
        page.evaluate("window.sameDocument = true")
        page.get_by_label("Payload (JSON)").fill(json.dumps(MENU))
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.locator("#try-result")).to_contain_text("The output keeps the contract")
        page.get_by_label("Payload (JSON)").fill('{"items": 1}')
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.locator("#try-result")).to_contain_text("the script threw")
        page.get_by_label("Payload (JSON)").fill("{")
        page.get_by_role("button", name="Run", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.locator("#try-result")).to_contain_text("not valid JSON")
        expect(page.get_by_role("button", name="Run", exact=True)).to_be_focused()
        assert page.evaluate("window.sameDocument") is True


def a_dry_run_is_given_the_answers_to_its_calls_and_shows_them(desk):
    source = """function transform(input, context) {
  const reply = context.http.get(input.baseUrl + '/items');
  return { products: reply.body.map((item) => ({ itemCode: String(item.id), name: item.name, price: item.price })) };
}"""
    script = desk.server.upload("calling-till", "sync_products", source, MENU)
    answered = [{"request": {"method": "GET", "url": "/items"}, "response": {"statusCode": 200, "body": MENU["items"]}}]
    with desk.window() as page:
        page.goto(f"/scripts/{script}")
        page.evaluate("window.sameDocument = true")
        result = page.locator("#try-result")
        page.get_by_role("button", name="Run", exact=True).click()
        expect(result).to_contain_text("nothing to run it on")
        page.get_by_text("It makes HTTP calls").click()
        page.get_by_label("HTTP exchanges (JSON)").fill("[{}]")
        page.get_by_role("button", name="Run", exact=True).click()
        expect(result).to_contain_text("needs the request's url")
        page.get_by_label("HTTP exchanges (JSON)").fill(json.dumps(answered))
        page.get_by_label("Account that it sees (JSON)").fill('{"baseUrl": "https://api.vendor.example/v2"}')
        page.get_by_role("button", name="Run", exact=True).click()
        expect(result).to_contain_text("The output keeps the contract")
        expect(result.locator("li")).to_contain_text("GET https://api.vendor.example/v2/items answered with 200")
        assert page.evaluate("window.sameDocument") is True


def a_script_that_drifts_is_seen_on_the_first_page_and_dealt_with(desk):
    script = desk.server.upload("drift-till", "sync_products", product_script(1), MENU)
    desk.server.call("POST", f"/adapter-scripts/{script}/activate")
    desk.server.drift(script, "drift-till", "sync_products", "products[].price", f"a number was wanted, got {HOSTILE}")
    with desk.window() as page:
        page.goto("/?from=drift-till")
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name="drift-till"))
        expect(row.locator(".state.drifting")).to_have_text("drifting v1")
        row.get_by_role("link", name="1 open failure").click()
        expect(page.locator("tbody tr")).to_contain_text("products[].price")
        page.get_by_role("rowheader").get_by_role("link").click()
        expect(page.locator("main")).to_contain_text("a number was wanted")
        expect(page.locator("pre.json")).to_contain_text("4.50")
        page.get_by_role("link", name=f"script {script}", exact=True).click()
        expect(page.get_by_text("It breaks in use.")).to_be_visible()
        page.get_by_role("link", name="See how").click()
        page.get_by_role("rowheader").get_by_role("link").click()
        page.get_by_role("button", name="It is dealt with").click()
        expect(page.locator(".head .state")).to_have_text("resolved")
        page.goto("/?from=drift-till")
        expect(row.locator(".state.active")).to_have_text("active v1")


def a_connection_is_tried_and_what_is_done_about_drift_is_set(desk):
    desk.server.connect("account-till")
    with desk.window() as page:
        page.goto("/?from=account-till")
        page.get_by_role("link", name="1 untested").first.click()
        page.get_by_role("button", name="Test the connection account-till").click()
        expect(page.get_by_role("alert")).to_contain_text("no active script for test_connection")
        source = "function transform() { return { ok: true, message: 'all is well' }; }"
        script = desk.server.upload("account-till", "test_connection", source, {"a": 1})
        desk.server.call("POST", f"/adapter-scripts/{script}/activate")
        page.get_by_role("button", name="Test the connection account-till").click()
        expect(page.locator("#connections .state")).to_have_text("connected")
        expect(page.locator("#connections")).to_contain_text("all is well")
        page.get_by_role("button", name="Let a job repair it").click()
        expect(page.locator("#drift")).to_contain_text("A job repairs it")
        page.get_by_role("button", name="Repair nothing by itself").click()
        expect(page.locator("#drift")).to_contain_text("People are told")


def html_and_script_of_others_stay_text(desk):
    payload = {"items": [{"id": HOSTILE, "name": HOSTILE, "price": 1, HOSTILE: HOSTILE}]}
    source = f"// {HOSTILE}\n" + product_script(1) + f"const text = {json.dumps(HOSTILE)};\n"
    script = desk.server.upload("hostile-till", "sync_products", source, payload)
    thrower = "function transform() { throw new Error(" + json.dumps(HOSTILE) + "); }"
    broken = desk.server.upload("hostile-till", "sync_products", thrower, payload)
    desk.server.put_sample("hostile-till", "sync_products", "menu.json", {"payload": payload, "expected": {HOSTILE: HOSTILE}})
    desk.server.call("PUT", "/knowledge/hostile-till/documents/notes.html", {"content": f"<h1>{HOSTILE}</h1>"})
    with desk.window() as page:
        desk.paste_job(page, "hostile-till", payload)
        expect(page.locator("#job-head .state")).not_to_have_text(re.compile("pending|running"))
        for path in [f"/scripts/{script}", f"/scripts/{broken}", "/scripts", "/jobs", "/", "/?from=%3Cscript%3E",
                     "/providers/hostile-till", "/providers/hostile-till/documents/notes.html",
                     "/providers/hostile-till/sync_products/samples/menu.json",
                     f"/scripts/{script}/samples/menu.json", f"/scripts/{broken}/samples/menu.json",
                     "/sign-in?then=%22%3E%3Cscript%3E", f"/jobs?provider={'%22%3E%3Cscript%3Ealert(1)%3C/script%3E'}"]:
            page.goto(path)
            assert page.locator("main img, main script").count() == 0, path
        page.goto(f"/scripts/{script}")
        expect(page.locator("pre.code")).to_contain_text(HOSTILE)
        page.get_by_label("Payload (JSON)").fill(json.dumps(payload))
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.locator("#try-result")).to_contain_text("evil.example")
        assert page.locator("main img, main script").count() == 0


def what_a_key_may_not_do_is_not_offered(desk):
    script = desk.server.upload("scoped-till", "sync_products", product_script(1), MENU)
    reader = desk.server.make_key("reader", "jobs:read")
    with desk.window(reader) as page:
        expect(page.get_by_role("link", name="New job")).to_have_count(0)
        page.goto(f"/scripts/{script}")
        expect(page.get_by_role("button", name="Activate")).to_have_count(0)
        expect(page.locator("#try")).to_have_count(0)
        answer = page.goto("/jobs/new")
        assert answer.status == 403, answer.status
    reviewer = desk.server.make_key("reviewer", "jobs:read", "scripts:review")
    with desk.window(reviewer) as page:
        page.goto(f"/scripts/{script}")
        expect(page.get_by_role("button", name="Activate")).to_be_visible()


def the_whole_way_goes_without_a_mouse(desk):
    with desk.window() as page:
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        page.keyboard.press("Enter")
        page.goto("/jobs/new")
        page.get_by_label("Provider").focus()
        page.keyboard.type("typed-till")
        page.keyboard.press("Tab")
        page.keyboard.type("sync_p")
        page.get_by_label("Paste a sample").focus()
        page.keyboard.insert_text(json.dumps(TWO_PRICES))
        page.get_by_role("button", name="Start the job").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#job-head .state")).to_have_text("needs_clarification")
        page.locator(".choices button").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#job-head .state")).to_have_text("completed")
        page.get_by_role("link", name=re.compile("Review script")).focus()
        page.keyboard.press("Enter")
        page.locator('details[data-field="products[].price"] summary').focus()
        page.keyboard.press("Enter")
        expect(page.locator("pre.code .lit").first).to_be_visible()
        page.get_by_role("button", name="Activate").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".head .state")).to_have_text("active")


ALL = [
    only_a_valid_key_signs_in_and_a_session_ends,
    a_revoked_key_ends_its_sessions_at_once,
    a_job_is_started_by_paste_and_watched_to_its_end_without_a_reload,
    files_are_given_with_the_output_that_is_wanted,
    what_is_wrong_with_a_new_job_is_said_and_nothing_typed_is_lost,
    a_question_is_answered_by_a_button,
    a_question_is_answered_in_own_words,
    a_job_is_cancelled,
    lists_follow_what_happens_elsewhere,
    a_script_is_reviewed_compared_activated_and_rolled_back,
    what_does_not_pass_any_more_comes_into_use_by_force_and_with_a_reason_alone,
    provenance_leads_from_a_field_to_its_lines_and_values,
    a_dry_run_shows_its_output_in_the_page,
    a_dry_run_is_given_the_answers_to_its_calls_and_shows_them,
    a_script_that_drifts_is_seen_on_the_first_page_and_dealt_with,
    a_connection_is_tried_and_what_is_done_about_drift_is_set,
    html_and_script_of_others_stay_text,
    what_a_key_may_not_do_is_not_offered,
    the_whole_way_goes_without_a_mouse,
]

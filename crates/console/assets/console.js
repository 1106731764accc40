// What a page does by itself: it follows jobs, loads what is opened, and shows where a field comes from.
// Every page works without it. Nothing is written into a page but what the server rendered and escaped.
"use strict";

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

// The page at an address; none where the session is over, when the whole page goes to the sign-in.
async function fetched(address, options) {
  const response = await fetch(address, { credentials: "same-origin", ...options });
  if (response.redirected && new URL(response.url).pathname === "/sign-in") {
    location.reload();
    return null;
  }
  return parse(await response.text());
}

// Puts the new part in the place of the old one, if anything in it changed. What is scrolled, open and
// in focus stays so.
function swap(old, fresh) {
  if (old.innerHTML === fresh.innerHTML) return;
  const boxes = (part) => [...part.querySelectorAll("pre, .scroll")];
  const places = boxes(old).map((box) => [box.scrollLeft, box.scrollTop]);
  const name = (part) => part.dataset.key ?? part.querySelector("summary")?.textContent;
  const open = new Set([...old.querySelectorAll("details[open]")].map(name));
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const found = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute("href") && `a[href="${CSS.escape(focused.getAttribute("href"))}"]`);
  old.replaceChildren(...fresh.childNodes);
  boxes(old).forEach((box, index) => box.scrollTo(...(places[index] ?? [0, 0])));
  for (const part of old.querySelectorAll("details")) if (open.has(name(part))) part.open = true;
  if (found) old.querySelector(found)?.focus({ preventScroll: true });
}

// Milliseconds until a stream that was refused is asked for again.
const PAUSE = 5000;

// Follows a stream of events for as long as the page is seen: a browser has few connections to one place,
// and a page that nobody looks at must not hold one. What happens meanwhile, a listener to `open` asks for.
// Gives what ends it.
function follow(address, listeners) {
  let source = null;
  let over = false;
  const stop = () => { source?.close(); source = null; };
  const start = () => {
    if (over || source || document.hidden) return;
    source = new EventSource(address);
    for (const [name, listener] of Object.entries(listeners)) source.addEventListener(name, listener);
    source.addEventListener("error", () => {
      // The browser comes back by itself, but not after an answer that is no stream.
      if (source?.readyState !== EventSource.CLOSED) return;
      stop();
      setTimeout(start, PAUSE);
    });
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); else start(); });
  start();
  return () => { over = true; stop(); };
}

// Lists: something changed somewhere, so the list is asked for anew.
for (const part of document.querySelectorAll("[data-live]")) {
  const look = async () => {
    const fresh = (await fetched(location.href).catch(() => null))?.getElementById(part.id);
    if (fresh) swap(part, fresh);
  };
  follow(part.dataset.live, { open: look, changed: look });
}

// A job: its parts come with each change.
for (const page of document.querySelectorAll("[data-follow]")) {
  if (page.dataset.over === "true") continue;
  const show = (event) => {
    const fresh = parse(event.data);
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = document.getElementById(part.id);
      if (old) swap(old, part);
    }
    if (event.type === "last") end();
  };
  const end = follow(page.dataset.follow, { job: show, last: show });
}

// What is loaded when it is opened.
for (const part of document.querySelectorAll("details[data-load]")) {
  part.addEventListener("toggle", async () => {
    if (!part.open || part.dataset.loaded) return;
    part.dataset.loaded = "yes";
    part.setAttribute("aria-busy", "true");
    try {
      const page = await fetched(part.dataset.load);
      const fresh = page?.getElementById(part.dataset.partOf) ?? page?.getElementById("main");
      if (fresh) {
        fresh.removeAttribute("id");
        part.querySelector("p").replaceWith(fresh);
      }
    } catch {
      // The network may be back when it is opened again.
      delete part.dataset.loaded;
    }
    part.removeAttribute("aria-busy");
    light();
  });
}

// A form whose result is shown beside it.
for (const form of document.querySelectorAll("form[data-swap]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    // A button that is switched off loses the focus, and with it who has no mouse.
    const held = document.activeElement === button;
    button.disabled = true;
    const body = new URLSearchParams(new FormData(form));
    const page = await fetched(form.action, { method: "POST", body }).catch(() => parse("<p id=main role=alert>The server could not be reached. Try again.</p>"));
    button.disabled = false;
    if (held) button.focus({ preventScroll: true });
    const fresh = page?.getElementById(form.dataset.swap) ?? page?.getElementById("main");
    if (fresh) document.getElementById(form.dataset.swap).replaceChildren(...fresh.childNodes);
  });
}

// Provenance: the open field's lines in the source, and its places in inputs and outputs.
const origins = document.querySelector("[data-origins]");

function light() {
  for (const line of document.querySelectorAll(".lit")) line.classList.remove("lit");
  const open = origins?.querySelector("details[open]");
  if (!open) return null;
  const lines = open.dataset.lines.split(" ").filter(Boolean).map((number) => document.getElementById(`L${number}`));
  const paths = new Set([open.dataset.field, ...open.dataset.paths.split(" ").filter(Boolean)]);
  const places = [...document.querySelectorAll("pre.json .line")].filter((line) => paths.has(line.dataset.path));
  for (const line of [...lines, ...places]) line?.classList.add("lit");
  return lines[0] ?? null;
}

origins?.addEventListener("toggle", (event) => {
  const first = light();
  if (event.target.open && first) {
    const box = first.closest("pre");
    box.scrollTo({ top: first.offsetTop - box.clientHeight / 3 });
  }
}, true);

document.addEventListener("click", (event) => {
  const path = event.target.closest?.("pre.json .line")?.dataset.path;
  if (!origins || !path) return;
  const all = [...origins.querySelectorAll("details")];
  const field = all.find((one) => one.dataset.field === path) ?? all.find((one) => one.dataset.paths.split(" ").includes(path));
  if (!field) return;
  field.open = true;
  field.querySelector("summary").focus({ preventScroll: true });
  field.scrollIntoView({ block: "nearest" });
});

// Light, dark, or as the system does.
const toggle = document.querySelector("[data-theme-toggle]");
if (toggle) {
  toggle.hidden = false;
  const themes = ["system", "light", "dark"];
  toggle.addEventListener("click", () => {
    const root = document.documentElement;
    const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    root.dataset.theme = next;
    toggle.querySelector("[data-theme-word]").textContent = next;
    document.cookie = `forge_theme=${next}; path=/; max-age=31536000; samesite=strict`;
  });
}

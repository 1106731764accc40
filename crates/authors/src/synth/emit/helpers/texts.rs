//! Helpers that read texts.

pub(super) const TEXT: &str = "/** Text that says something; undefined where there is none. */
function text(value) {
  if (typeof value === \"number\") return String(value);
  return typeof value === \"string\" && value.trim() !== \"\" ? value : undefined;
}";

pub(super) const TEXT_ALONE: &str = "/** Text that says something; undefined where there is none. Anything else stops the run. */
function textAlone(value, place) {
  if (value !== null && typeof value === \"object\") throw new Error(`${place} is no text: ${JSON.stringify(value)}`);
  return text(value);
}";

pub(super) const PATH_END: &str = "/** The last name of a path; undefined where there is none. */
function pathEnd(path, mark) {
  const names = (text(path) ?? \"\").split(mark).map((name) => name.trim()).filter((name) => name !== \"\");
  return names[names.length - 1];
}";

pub(super) const REQUIRED_TEXT: &str = "/** Text that must be there. */
function requiredText(value, place) {
  const found = text(value);
  if (found === undefined) throw new Error(`${place} is missing or no text: ${JSON.stringify(value)}`);
  return found;
}";

pub(super) const ESCAPED_TEXT: &str =
    "/** Text that says something, without its HTML escapes; undefined where there is none. */
function text(value) {
  if (typeof value === \"number\") return String(value);
  return typeof value === \"string\" && value.trim() !== \"\" ? unescaped(value) : undefined;
}";

pub(super) const UNESCAPED: &str = "/** The characters that HTML escapes stand for. */
function unescaped(text) {
  const marks = { amp: \"&\", lt: \"<\", gt: \">\", quot: '\"', apos: \"'\", nbsp: \" \" };
  return text.replace(/&(?:#(\\d{1,6})|#x([\\da-f]{1,5})|([a-z]+));/gi, (whole, code, hex, name) =>
    (name ? marks[name.toLowerCase()] ?? whole : String.fromCodePoint(code ? Number(code) : parseInt(hex, 16))));
}";

pub(super) const PLAIN_TEXT: &str = "/** The text of HTML without its tags; undefined where it says nothing. */
function plainText(value) {
  const lines = String(text(value) ?? \"\").replace(/<br[^>]*>|<\\/(?:p|div|li|h[1-6])>/gi, \"\\n\").replace(/<[a-z/!][^>]*>/gi, \"\");
  return text(unescaped(lines).split(\"\\n\").map((line) => line.trim()).filter((line) => line !== \"\").join(\"\\n\"));
}";

pub(super) const BLOCKS_TEXT: &str = "/** The texts of an EditorJS document's blocks, without their tags; undefined where there are none. */
function blocksText(value) {
  const document = text(value) === undefined ? {} : JSON.parse(value);
  const texts = (document.blocks ?? []).map((block) => plainText(block.data?.text)).filter((part) => part !== undefined);
  return texts.length > 0 ? texts.join(\"\\n\") : undefined;
}";

pub(super) const TRANSLATED: &str =
    "/** The text in the language that the payload names as its main one, else English, else the first. */
function translated(texts, by, value, payload) {
  const all = list(texts);
  const main = payload.primary_language ?? payload.primaryLanguage ?? payload.default_language ?? payload.defaultLanguage ?? payload.default_locale ?? payload.defaultLocale ?? payload.language ?? payload.locale;
  const found = all.find((text) => text[by] === main) ?? all.find((text) => /^en\\b/i.test(String(text[by]))) ?? all[0];
  return found?.[value];
}";

pub(super) const SPOKEN: &str = "/** The text in a language, or the only one that there is. */
function spoken(texts, language) {
  const all = Object.values(texts ?? {});
  return texts?.[language] ?? (all.length === 1 ? all[0] : undefined);
}";

pub(super) const WITH_BRACKETS: &str =
    "/** A name with an addition in brackets, where there is one. */
function withBrackets(name, addition) {
  return addition === undefined ? name : `${name} (${addition})`;
}";

pub(super) const PREFIXED: &str =
    "/** A full address from one that may begin at the site's root. */
function prefixed(address, prefix) {
  return address === undefined || /^https?:/.test(address) ? address : prefix + address;
}";

pub(super) const NO_STAND_IN: &str =
    "/** An address that has none of these pieces, by which stand-ins for a picture are known. */
function noStandIn(address, pieces) {
  return address !== undefined && pieces.some((piece) => address.includes(piece)) ? undefined : address;
}";

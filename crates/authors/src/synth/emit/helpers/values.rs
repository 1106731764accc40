//! Helpers that read numbers, amounts and flags.

pub(super) const AMOUNT: &str = "/** An amount of money that is a number or text of one. */
function amount(value, place) {
  const number = typeof value === \"string\" && value.trim() !== \"\" ? Number(value) : value;
  if (typeof number !== \"number\" || !Number.isFinite(number) || number < 0) {
    throw new Error(`${place} is no price: ${JSON.stringify(value)}`);
  }
  return number;
}";

pub(super) const MINOR_UNITS: &str =
    "/** An amount of money from the smallest unit of its currency. */
function minorUnits(value, decimals, place) {
  if (!Number.isInteger(decimals)) throw new Error(`${place} has no number of decimals: ${JSON.stringify(decimals)}`);
  return Math.round(amount(value, place)) / 10 ** decimals;
}";

pub(super) const AMOUNT_OF_TEXT: &str = "/** An amount of money from text such as \"8.50 EUR\" or \"1.234,50 €\", by its decimal mark. */
function amountOfText(value, mark, place) {
  if (typeof value !== \"string\") return amount(value, place);
  const digits = value.replace(/^[^\\d.,-]+|[^\\d]+$/g, \"\");
  const plain = digits.replace(mark === \",\" ? /[.'\\s]/g : /[,'\\s]/g, \"\").replace(mark, \".\");
  return amount(plain, place);
}";

pub(super) const NUMBER: &str =
    "/** A number, which may be given as text; undefined where there is none. */
function number(value) {
  const found = typeof value === \"string\" && value.trim() !== \"\" ? Number(value) : value;
  return typeof found === \"number\" && Number.isFinite(found) ? found : undefined;
}";

pub(super) const COUNT: &str = "/** A whole number from zero on; undefined where there is none. */
function count(value) {
  const found = number(value);
  return Number.isInteger(found) && found >= 0 ? found : undefined;
}";

pub(super) const IN_STOCK: &str =
    "/** Whether a count says that there is something left; undefined where nothing is counted. */
function inStock(count) {
  const left = number(count);
  return left === undefined ? undefined : left > 0;
}";

pub(super) const FLAG: &str = "/** Yes or no, however it is written; undefined where nothing is said. */
function flag(value, place) {
  if (value === undefined || value === null || value === \"\") return undefined;
  const plain = String(value).trim().toLowerCase();
  if ([\"true\", \"1\", \"yes\", \"y\", \"j\", \"ja\", \"si\", \"sí\", \"oui\"].includes(plain)) return true;
  if ([\"false\", \"0\", \"no\", \"n\", \"nein\", \"non\"].includes(plain)) return false;
  throw new Error(`${place} is neither yes nor no: ${JSON.stringify(value)}`);
}";

pub(super) const NOT: &str = "/** The opposite of a flag; undefined where nothing is said. */
function not(flag) {
  return flag === undefined ? undefined : !flag;
}";

pub(super) const ALL_OF: &str = "/** Whether all flags that say something say yes. */
function allOf(flags) {
  const said = flags.filter((flag) => flag !== undefined);
  return said.length > 0 ? said.every((flag) => flag) : undefined;
}";

pub(super) const IS_OVER: &str = "/** Whether a time is over, in units of so many milliseconds where it is a number; none is over. */
function isOver(time, milliseconds) {
  if (time === undefined || time === null || time === \"\") return true;
  const at = Number.isNaN(Number(time)) ? Date.parse(time) : Number(time) * milliseconds;
  return !(at > Date.now());
}";

pub(super) const SHARE_OF: &str =
    "/** So many per cent of a price, to the cent, where the kind says that it is that; else the amount. */
function shareOf(kind, amount, price) {
  return /percent|pct|^%$/i.test(String(kind)) ? Math.round(price * amount) / 100 : amount;
}";

pub(super) const ONE_IF: &str =
    "/** One for yes and none for no; undefined where nothing is said. */
function oneIf(flag) {
  return flag === undefined ? undefined : Number(flag);
}";

pub(super) const IS_THERE: &str = "/** Whether a value is there and no empty text. */
function isThere(value) {
  return value !== undefined && value !== null && value !== \"\";
}";

pub(super) const IS_SET: &str = "/** Whether a mark such as a deletion time or flag is set. */
function isSet(value) {
  return ![undefined, null, false, 0, \"\", \"0\", \"false\", \"N\", \"n\", \"no\"].includes(value);
}";

pub(super) const IS_FILLED: &str = "/** Whether a value says something: no empty list or object, and what is set. */
function isFilled(value) {
  return typeof value === \"object\" && value !== null ? Object.keys(value).length > 0 : isSet(value);
}";

pub(super) const MEANT: &str = "/** What a word means; undefined where there is none, an unknown one is an error. */
function meant(meanings, word, place) {
  if (word === undefined || word === null || word === \"\") return undefined;
  if (!meanings.has(String(word))) throw new Error(`${place} is an unknown word: ${JSON.stringify(word)}`);
  return meanings.get(String(word));
}";

pub(super) const MOMENT: &str = "/** RFC 3339 from time since 1970, in units of so many milliseconds; undefined where there is none. */
function moment(value, milliseconds, place) {
  if (value === undefined || value === null || value === \"\") return undefined;
  const date = new Date(Number(value) * milliseconds);
  if (Number.isNaN(date.getTime())) throw new Error(`${place} is no time: ${JSON.stringify(value)}`);
  return date.toISOString();
}";

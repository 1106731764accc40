//! The helpers for points in time.

pub(super) const ZONED: &str = "/** RFC 3339 from a date and time whose offset is in the text or given; undefined where there is none. */
function zoned(value, offset, place) {
  if (value === undefined || value === null || value === \"\") return undefined;
  const found = /^(\\d{4})[-/](\\d{2})[-/](\\d{2})[T ](\\d{2}:\\d{2})(:\\d{2}(?:\\.\\d+)?)? ?(Z|UTC|[+-]\\d{2}(?::?\\d{2})?)?$/.exec(String(value).trim());
  const zone = found === null ? undefined : found[6] ?? offset;
  const parts = /^([+-]\\d{2}):?(\\d{2})?$/.exec(String(zone ?? \"\"));
  if (found === null || (parts === null && ![\"Z\", \"UTC\"].includes(zone))) throw new Error(`${place} is no time with a zone: ${JSON.stringify(value)}`);
  return `${found[1]}-${found[2]}-${found[3]}T${found[4]}${found[5] ?? \":00\"}${parts === null ? \"Z\" : `${parts[1]}:${parts[2] ?? \"00\"}`}`;
}";

pub(super) const DOT_NET_DATE: &str =
    "/** RFC 3339 from /Date(1769862600000+0100)/; undefined where there is none. */
function dotNetDate(value, place) {
  if (value === undefined || value === null || value === \"\") return undefined;
  // The offset in it says only where it was written: the number is time since 1970 in UTC.
  const found = /^\\/Date\\((-?\\d+)(?:[+-]\\d{4})?\\)\\/$/.exec(String(value));
  if (found === null) throw new Error(`${place} is no .NET date: ${JSON.stringify(value)}`);
  return new Date(Number(found[1])).toISOString();
}";

pub(super) const MAIL_DATE: &str =
    "/** RFC 3339 from a date such as Sat, 31 Jan 2026 12:30:00 +0100; undefined where there is none. */
function mailDate(value, place) {
  if (value === undefined || value === null || value === \"\") return undefined;
  const found = /^(?:[A-Za-z]{3}, )?(\\d{1,2}) ([A-Za-z]{3}) (\\d{4}) (\\d{2}:\\d{2}(?::\\d{2})?) (GMT|UT|[+-]\\d{4})$/.exec(String(value).trim());
  const month = found === null ? -1 : \"JanFebMarAprMayJunJulAugSepOctNovDec\".indexOf(found[2]) / 3;
  if (found === null || month < 0) throw new Error(`${place} is no date: ${JSON.stringify(value)}`);
  const [, day, , year, time, zone] = found;
  const seconds = time.length === 5 ? \":00\" : \"\";
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : \"Z\";
  return `${year}-${String(month + 1).padStart(2, \"0\")}-${day.padStart(2, \"0\")}T${time}${seconds}${offset}`;
}";

//! The helpers for points in time and for times of day.

pub(super) const LATEST_OF: &str =
    "/** The entry with the latest time, of equal ones the last; undefined where there is none. */
function latestOf(entries, time) {
  const instant = (entry) => {
    const value = time(entry);
    const found = typeof value === \"number\" ? value : Date.parse(String(value));
    if (Number.isNaN(found)) throw new Error(`the history has an entry without a time: ${JSON.stringify(entry)}`);
    return found;
  };
  return entries.reduce((best, entry) => (best === undefined || instant(entry) >= instant(best) ? entry : best), undefined);
}";

pub(super) const ZONED: &str = "/** RFC 3339 from a date and time whose offset is in the text or given; undefined where there is none. */
function zoned(value, offset, place) {
  if (value === undefined || value === null || value === \"\") return undefined;
  const found = /^(\\d{4})[-/]?(\\d{2})[-/]?(\\d{2})[T ]?(\\d{2}):?(\\d{2})(?::?(\\d{2}(?:\\.\\d+)?))? ?(Z|UTC|[+-]\\d{2}(?::?\\d{2})?)?$/.exec(String(value).trim());
  const zone = found === null ? undefined : found[7] ?? offset;
  const parts = /^([+-]\\d{2}):?(\\d{2})?$/.exec(String(zone ?? \"\"));
  if (found === null || (parts === null && ![\"Z\", \"UTC\"].includes(zone))) throw new Error(`${place} is no time with a zone: ${JSON.stringify(value)}`);
  return `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6] ?? \"00\"}${parts === null ? \"Z\" : `${parts[1]}:${parts[2] ?? \"00\"}`}`;
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

pub(super) const TIME: &str =
    "/** HH:mm from 07:30:00, 7:30 PM, 0730, 730 or 7 PM; undefined where there is none. */
function time(value, place) {
  if (value === undefined || value === null || value === \"\") return undefined;
  const written = typeof value === \"number\" ? String(value).padStart(4, \"0\") : String(value).trim();
  const found = /^(?:\\d{4}-?\\d{2}-?\\d{2}[T ])?(\\d{1,2})(?:[:.]?(\\d{2}))?(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}:?\\d{2})?\\s*(?:([ap])\\.?m\\.?)?$/i.exec(written);
  const half = (found?.[3] ?? \"\").toLowerCase();
  const hour = half === \"\" ? Number(found?.[1]) : (Number(found?.[1]) % 12) + (half === \"p\" ? 12 : 0);
  const minute = found?.[2] ?? \"00\";
  if (found === null || hour > 24 || Number(minute) > 59) throw new Error(`${place} is no time: ${JSON.stringify(value)}`);
  return `${String(hour).padStart(2, \"0\")}:${minute}`;
}";

pub(super) const TIME_OF_DAY: &str =
    "/** HH:mm from a number of units since midnight; undefined where there is none. */
function timeOfDay(value, perHour, place) {
  if (value === undefined || value === null || value === \"\") return undefined;
  const minutes = Math.round((Number(value) / perHour) * 60);
  if (!Number.isInteger(minutes) || minutes < 0) throw new Error(`${place} is no time: ${JSON.stringify(value)}`);
  // What ends after midnight ends in the next day's morning.
  const hour = minutes === 1440 ? 24 : Math.floor(minutes / 60) % 24;
  return `${String(hour).padStart(2, \"0\")}:${String(minutes % 60).padStart(2, \"0\")}`;
}";

pub(super) const RANGES: &str =
    "/** The times in text such as 09:00-12:00, 13:00-17:00; none where it says that it is closed. */
function ranges(value, place) {
  const written = String(value ?? \"\").trim();
  if (/^(?:closed|off|-|–|n\\/?a|false)?$/i.test(written)) return [];
  if (/^(?:open )?(?:24 ?(?:hours|h|hrs)|24\\/7|all day|true)$/i.test(written)) return [[\"00:00\", \"24:00\"]];
  return written.split(/[,;&/]/).map((part) => {
    const [open, close, ...more] = part.split(/\\s*(?:-|–|—|\\bto\\b|\\buntil\\b)\\s*/i).map((end) => end.trim());
    if (!close || more.length > 0) throw new Error(`${place} is no range of times: ${JSON.stringify(value)}`);
    // 5-9 PM: both are in the same half of the day.
    const half = /[ap]\\.?m\\.?$/i.exec(close)?.[0] ?? \"\";
    return [time(/[ap]\\.?m\\.?$/i.test(open) ? open : open + half, place), time(close, place)];
  });
}";

pub(super) const HOURS_OF_TEXT: &str =
    "/** The hours in text such as Mon-Fri 09:00-17:00; Sat, Sun 10:00-14:00. */
function hoursOfText(value, place) {
  const names = [\"mo\", \"tu\", \"we\", \"th\", \"fr\", \"sa\", \"su\"];
  const dayOf = (name) => {
    const index = names.indexOf(name.slice(0, 2).toLowerCase());
    if (index < 0) throw new Error(`${place} names no day: ${JSON.stringify(value)}`);
    return index;
  };
  const hours = [];
  let days = [];
  const parts = String(value ?? \"\").split(/[;\\n|]|,\\s*(?=[A-Za-z]{2})|\\s*(?:&|\\band\\b)\\s*(?=[A-Za-z]{2})/);
  for (const part of parts.map((text) => text.trim()).filter((text) => text !== \"\")) {
    const found = /^(daily|every ?day|[A-Za-z]{2,}\\.?)(?:\\s*(?:-|–|—|to)\\s*([A-Za-z]{2,})\\.?)?\\s*:?\\s*(.*)$/i.exec(part);
    if (found === null) throw new Error(`${place} names no day: ${JSON.stringify(value)}`);
    const isAll = /^(?:daily|every ?day)$/i.test(found[1]);
    const first = isAll ? 0 : dayOf(found[1]);
    const last = isAll ? 6 : found[2] === undefined ? first : dayOf(found[2]);
    for (let day = first; ; day = (day + 1) % 7) {
      days.push(day + 1);
      if (day === last) break;
    }
    if (found[3] === \"\") continue;
    for (const dayOfWeek of days) {
      for (const [openTime, closeTime] of ranges(found[3], place)) hours.push({ dayOfWeek, openTime, closeTime });
    }
    days = [];
  }
  return hours;
}";

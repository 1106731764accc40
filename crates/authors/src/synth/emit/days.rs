//! The helper for days that are written together.

pub(super) const DAYS_OF: &str = "/** The days in text such as Mon-Fri, Sat & Sun, weekdays: 1 is Monday. */
function daysOf(value, place) {
  const names = [\"mo\", \"tu\", \"we\", \"th\", \"fr\", \"sa\", \"su\"];
  const written = String(value ?? \"\").trim().toLowerCase().replace(/^.*:\\/\\/.*\\//, \"\");
  if (/^(?:daily|every ?day|all (?:days|week))$/.test(written)) return [1, 2, 3, 4, 5, 6, 7];
  const dayOf = (name) => {
    const index = names.indexOf(name.slice(0, 2));
    if (index < 0) throw new Error(`${place} names no day: ${JSON.stringify(value)}`);
    return index + 1;
  };
  return written.split(/\\s*(?:[,;&+/]|\\band\\b)\\s*/).flatMap((part) => {
    if (/^weekdays?$/.test(part)) return [1, 2, 3, 4, 5];
    if (/^weekends?$/.test(part)) return [6, 7];
    const ends = part.split(/\\s*(?:[-–—_]|\\bto\\b)\\s*/).map(dayOf);
    if (ends.length > 2) throw new Error(`${place} names no days: ${JSON.stringify(value)}`);
    const [first, last = first] = ends;
    return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, step) => ((first - 1 + step) % 7) + 1);
  });
}";

//! Helpers that reach records and put them together.

pub(super) const LIST: &str = "/** The records of a list; none where there is no list. */
function list(value) {
  return Array.isArray(value) ? value.filter((record) => record !== null && typeof record === \"object\") : [];
}";

pub(super) const REQUIRED_LIST: &str = "/** The records of a list that must be there. */
function requiredList(value, place) {
  if (!Array.isArray(value)) throw new Error(`${place} is no list: ${JSON.stringify(value)}`);
  return list(value);
}";

pub(super) const LIST_OR_ONE: &str =
    "/** The records of a list; a record that stands in its stead is a list of one. */
function list(value) {
  return [value].flat().filter((record) => record !== null && typeof record === \"object\");
}";

pub(super) const REQUIRED_LIST_OR_ONE: &str = "/** The records of a list that must be there, or the one that stands in its stead. */
function requiredList(value, place) {
  if (value === null || typeof value !== \"object\") throw new Error(`${place} is no list: ${JSON.stringify(value)}`);
  return list(value);
}";

pub(super) const MAP_RECORDS: &str = "/** The records of an object whose keys are ids; other keys are no records. */
function mapRecords(object) {
  const entries = Object.entries(object ?? {}).filter(([key]) => /\\d/.test(key));
  return entries.map(([, record]) => record).filter((record) => record !== null && typeof record === \"object\");
}";

pub(super) const REQUIRED_MAP: &str = "/** The records of an object by id that must be there. */
function requiredMap(object, place) {
  if (object === null || typeof object !== \"object\") throw new Error(`${place} is no object: ${JSON.stringify(object)}`);
  return mapRecords(object);
}";

pub(super) const KEYED_RECORDS: &str = "/** The records of an object by id, each with its key as id; a text alone is the record's name. */
function keyedRecords(object) {
  const entries = Object.entries(object ?? {}).filter(([, record]) => record !== null && record !== undefined);
  return entries.map(([id, record]) => (typeof record === \"object\" ? { ...record, id } : { id, name: record }));
}";

pub(super) const REQUIRED_KEYED: &str = "/** The records of an object by id that must be there. */
function requiredKeyed(object, place) {
  if (object === null || typeof object !== \"object\") throw new Error(`${place} is no object: ${JSON.stringify(object)}`);
  return keyedRecords(object);
}";

pub(super) const WITH_NESTED: &str =
    "/** The records with those that they hold under the key, at any depth. */
function withNested(records, key) {
  return records.flatMap((record) => [record, ...withNested(list(record[key]), key)]);
}";

pub(super) const FIRST_ABOVE: &str =
    "/** The record, or the first one above it that is one; none where there is no such. */
function firstAbove(record, isNone, above) {
  const passed = new Set();
  for (let at = record; at !== undefined && !passed.has(at); at = above(at)) {
    if (!isNone(at)) return [at];
    passed.add(at);
  }
  return [];
}";

pub(super) const IN_ORDER: &str = "/** The records by the number that `position` gives for each; those without one stay last. */
function inOrder(records, position) {
  const place = (record) => (position(record) === undefined || position(record) === null ? Infinity : Number(position(record)));
  return [...records].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}";

pub(super) const INDEX_BY: &str = "/** The records by the text that `key` gives for each. */
function indexBy(records, key) {
  const index = new Map();
  for (const record of records) {
    const id = text(key(record));
    if (id !== undefined) index.set(id, record);
  }
  return index;
}";

pub(super) const GROUP_BY: &str = "/** For each key the records that name it, in their order. */
function groupBy(records, keys) {
  const groups = new Map();
  for (const record of records) {
    for (const key of [keys(record)].flat()) {
      const id = text(key);
      if (id === undefined) continue;
      if (!groups.has(id)) groups.set(id, []);
      groups.get(id).push(record);
    }
  }
  return groups;
}";

pub(super) const LOOK_UP: &str = "/** The records with these ids (one or a list); one that is not there is left out and logged. */
function lookUp(index, ids, what, context) {
  return [ids].flat().flatMap((value) => {
    const id = text(value);
    if (id === undefined) return [];
    if (index.has(id)) return [index.get(id)];
    context.log(`left out ${what} ${id}: it is referred to and not in the payload`);
    return [];
  });
}";

pub(super) const ONLY: &str =
    "/** The value under the only id of an object; more than one would leave open which is meant. */
function only(object, place) {
  const entries = object !== null && typeof object === \"object\" ? Object.entries(object) : [];
  const values = entries.filter(([key]) => /\\d/.test(key)).map(([, value]) => value);
  if (values.length > 1) throw new Error(`${place} has ${values.length} values, expected one`);
  return values[0];
}";

pub(super) const BODY_OF: &str = "/** What the vendor answered; anything but success is an error. */
function bodyOf(answer) {
  if (answer.statusCode !== 200) throw new Error(`the vendor answered ${answer.statusCode}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}";

pub(super) const COMPACT: &str = "/** The record without fields that have no value. */
function compact(record) {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}";

pub(super) const SOME_OF: &str =
    "/** The values that are there, each once; undefined where there are none. */
function someOf(values) {
  const found = [...new Set(values.filter((value) => value !== undefined))];
  return found.length > 0 ? found : undefined;
}";

pub(super) const UNGROUPED: &str = "/** The same object where lists by id under these keys are one list, whose records have that id. */
function ungrouped(value, keys) {
  const changed = { ...value };
  for (const key of keys.filter((key) => value[key] !== null && typeof value[key] === \"object\" && !Array.isArray(value[key]))) {
    changed[key] = Object.entries(value[key]).flatMap(([parentId, records]) => (Array.isArray(records) ? records.map((record) => ({ parentId, ...record })) : []));
  }
  return changed;
}
";

pub(super) const RELAYED: &str = "/** The same payload where each record that names one of the list under `from` has what that one holds. */
function relayed(payload, from, held, list, id) {
  const named = (Array.isArray(list) ? list : []).filter((record) => record?.[id] != null);
  const index = new Map(named.map((record) => [String(record[id]), record[held]]));
  const put = (value) => {
    if (Array.isArray(value)) return value.map(put);
    if (value === null || typeof value !== \"object\") return value;
    const fields = Object.entries(value).map(([key, inner]) => [key, put(inner)]);
    const own = String(value[from]);
    return Object.fromEntries(index.has(own) ? [...fields, [held, index.get(own)]] : fields);
  };
  return put(payload);
}
";

pub(super) const IN_RECORDS: &str = "/** The same value where lists that run in parallel under these keys are one list of records. */
function inRecords(value, keys) {
  if (Array.isArray(value)) return value.map((inner) => inRecords(inner, keys));
  if (value === null || typeof value !== \"object\") return value;
  if (!keys.every((key) => Array.isArray(value[key]))) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inRecords(inner, keys)]));
  }
  const [holder, ...others] = keys;
  const uneven = others.find((key) => value[key].length !== value[holder].length);
  if (uneven !== undefined) throw new Error(`${uneven} has ${value[uneven].length} entries and ${holder} ${value[holder].length}: they run in parallel`);
  const fields = Object.entries(value).filter(([key]) => !others.includes(key));
  const records = value[holder].map((_, at) => Object.fromEntries(keys.map((key) => [key, value[key][at]])));
  return { ...Object.fromEntries(fields), [holder]: records };
}";

pub(super) const WITH_LISTS: &str = "/** The same value where texts under these keys are lists of what stands joined in them. */
function withLists(value, joints) {
  if (Array.isArray(value)) return value.map((inner) => withLists(inner, joints));
  if (value === null || typeof value !== \"object\") return value;
  const parts = (text, joint) => text.split(joint).map((part) => part.trim()).filter((part) => part !== \"\");
  return Object.fromEntries(Object.entries(value).map(([key, inner]) =>
    [key, joints.has(key) && typeof inner === \"string\" ? parts(inner, joints.get(key)) : withLists(inner, joints)]));
}";

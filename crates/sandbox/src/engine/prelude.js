// What the sandbox puts around a script. It runs before the script and keeps private copies of all
// that it uses, so that a script which changes the built-in objects changes nothing here.
// Texts are put together with `+`: the engine compiles template literals to calls of
// `String.prototype.concat`. `for … of` and array patterns would use iterators. A script can replace
// both.
(function (callNatively, signNatively, logNatively, randomNatively, limits) {
  'use strict';

  const { apply, defineProperty, deleteProperty, getPrototypeOf, ownKeys } = Reflect;
  const { create, freeze, keys } = Object;
  const { isArray } = Array;
  const { parse, stringify } = JSON;
  const encode = encodeURIComponent;
  const toBase64 = btoa;
  const toNumber = parseInt;
  const { fromCharCode } = String;
  const StringOf = String;
  const TypeErrorOf = TypeError;
  const ErrorOf = Error;
  const PromiseOf = Promise;

  const privately = (method) => (self, ...args) => apply(method, self, args);
  const append = privately(Array.prototype.push);
  const toWellFormed = privately(String.prototype.toWellFormed);
  const indexOf = privately(String.prototype.indexOf);
  const lastIndexOf = privately(String.prototype.lastIndexOf);
  const slice = privately(String.prototype.slice);
  const startsWith = privately(String.prototype.startsWith);
  const exec = privately(RegExp.prototype.exec);
  const then = privately(Promise.prototype.then);
  const settle = (method) => privately(Promise.prototype[method]);
  const settled = { catch: settle('catch'), finally: settle('finally') };
  const isInstance = privately(Function.prototype[Symbol.hasInstance]);
  const stringValue = privately(String.prototype.valueOf);
  const booleanValue = privately(Boolean.prototype.valueOf);
  const bigValue = privately(BigInt.prototype.valueOf);
  const isRaw = JSON.isRawJSON;

  // ---- What a script does not get -------------------------------------------------------------

  // The compiler, typed arrays, proxies, weak references and clocks are not in the context at all.
  for (const name of ['DisposableStack', 'AsyncDisposableStack', 'eval']) {
    deleteProperty(globalThis, name);
  }
  deleteProperty(Error, 'prepareStackTrace');
  deleteProperty(Error, 'stackTraceLimit');

  // `instanceof Function` still works; making code from text does not.
  const NoFunction = function Function() {
    throw new TypeErrorOf('code cannot be made from text in an adapter script');
  };
  for (const sample of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    const prototype = getPrototypeOf(sample);
    defineProperty(prototype, 'constructor', { value: NoFunction });
  }
  defineProperty(NoFunction, 'prototype', { value: getPrototypeOf(NoFunction) });
  defineProperty(globalThis, 'Function', { value: NoFunction });

  // ---- Output ---------------------------------------------------------------------------------

  // Objects that JSON would turn into `{}` without a word.
  const NO_JSON = [
    [Promise, 'a promise; await it'], [Map, 'a Map'], [Set, 'a Set'], [WeakMap, 'a WeakMap'],
    [WeakSet, 'a WeakSet'], [RegExp, 'a regular expression'], [Error, 'an Error'],
    [Number, 'a Number object'],
  ];

  // The value that an object stands for, when it is one that stands for a value.
  function unwrapped(valueOf, value) {
    try {
      valueOf(value);
      return true;
    } catch {
      return false;
    }
  }

  // What JSON makes of an object that is neither a plain one nor an array: nothing where it is
  // written like a plain one, a text why it cannot be written, or a list of what is written instead.
  function odd(value) {
    for (let i = 0; i < NO_JSON.length; i++) {
      if (isInstance(NO_JSON[i][0], value)) return NO_JSON[i][1];
    }
    if (unwrapped(stringValue, value)) return [StringOf(value)];
    if (unwrapped(booleanValue, value)) return [booleanValue(value)];
    if (unwrapped(bigValue, value)) return [bigValue(value)];
    if (isRaw(value)) return [parse(value.rawJSON), value.rawJSON];
    return undefined;
  }

  // A value as its `toJSON` gives it, where it has one.
  function given(value, key) {
    const method = value.toJSON;
    return typeof method === 'function' ? apply(method, value, [key]) : value;
  }

  // ---- HTTP -----------------------------------------------------------------------------------

  function text(value, what) {
    if (typeof value !== 'string' || value === '') {
      throw new TypeErrorOf(what + ' must be a string that is not empty, not ' + typeof value);
    }
    return toWellFormed(value);
  }

  function request(name, method, url, headers, body) {
    const sent = create(null);
    if (headers !== undefined && headers !== null) {
      if (typeof headers !== 'object') {
        throw new TypeErrorOf('context.http.' + name + ': headers must be an object, not ' + typeof headers);
      }
      const names = keys(headers);
      for (let i = 0; i < names.length; i++) {
        const value = headers[names[i]];
        if (value !== undefined && value !== null) sent[toWellFormed(names[i])] = toWellFormed(StringOf(value));
      }
    }
    const call = create(null);
    call.method = method;
    call.url = text(url, 'context.http.' + name + ': url');
    call.headers = sent;
    call.body = body === undefined ? null : body;
    return stringify(call);
  }

  // Makes the calls, all at once, and gives their replies in order.
  function send(requests) {
    let list = '[';
    for (let i = 0; i < requests.length; i++) list += i === 0 ? requests[i] : ',' + requests[i];
    return callNatively(requests.length, list + ']');
  }

  // A value that a script may use at once, await, or chain with `then`.
  function answer(shown, value) {
    const attach = (name, method) =>
      defineProperty(shown, name, { __proto__: null, value: method, writable: true, configurable: true });
    // Resolves with the value that has no `then`: awaiting it again would never end.
    const promise = () => new PromiseOf((resolve) => resolve(value));
    attach('then', (fulfilled, rejected) => then(promise(), fulfilled, rejected));
    attach('catch', (rejected) => settled.catch(promise(), rejected));
    attach('finally', (done) => settled.finally(promise(), done));
    return shown;
  }
  function answerReply(reply) {
    const { statusCode, body, headers } = reply;
    return answer({ statusCode, body, headers }, reply);
  }
  function answerList(list) {
    const shown = [];
    for (let i = 0; i < list.length; i++) append(shown, list[i]);
    return answer(shown, list);
  }

  // What stands around the records of a page.
  const FURNITURE = { __proto__: null, links: 1, _links: 1, meta: 1, paging: 1, errors: 1 };

  // The first array in a page's body, nearest to its top.
  function recordsOf(body) {
    let level = [body];
    for (let depth = 0; depth < 4 && level.length > 0; depth++) {
      const below = [];
      for (let i = 0; i < level.length; i++) {
        const value = level[i];
        if (isArray(value)) return value;
        if (typeof value !== 'object' || value === null) continue;
        const names = keys(value);
        for (let j = 0; j < names.length; j++) {
          if (FURNITURE[names[j]] !== 1) append(below, value[names[j]]);
        }
      }
      level = below;
    }
    return [];
  }

  function own(value, key) {
    if (typeof value !== 'object' || value === null) return undefined;
    const names = keys(value);
    for (let i = 0; i < names.length; i++) if (names[i] === key) return value[key];
    return undefined;
  }

  function linkOf(value) {
    if (typeof value === 'string' && value !== '') return value;
    return own(value, 'href') || own(value, 'url') || own(value, 'link');
  }

  // The link called next: a field, or an entry of a list of links.
  function nextIn(value) {
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        if (own(value[i], 'rel') === 'next') return linkOf(value[i]);
      }
      return undefined;
    }
    return linkOf(own(value, 'next'));
  }

  function resolve(link, base) {
    if (exec(/^[a-z][a-z0-9+.-]*:/i, link) !== null) return link;
    const origin = exec(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, base);
    if (startsWith(link, '//')) return slice(base, 0, indexOf(base, ':') + 1) + link;
    if (startsWith(link, '/')) return (origin === null ? '' : origin[0]) + link;
    const path = exec(/^[^?#]*/, base)[0];
    if (startsWith(link, '?')) return path + link;
    const root = origin === null ? 0 : origin[0].length;
    const end = lastIndexOf(path, '/');
    return (end < root ? path + '/' : slice(path, 0, end + 1)) + link;
  }

  function withCursor(address, cursor) {
    const plain = exec(/^[^#]*/, address)[0];
    const pair = 'cursor=' + encode(cursor);
    const old = exec(/[?&]cursor=[^&]*/, plain);
    if (old !== null) {
      const start = old.index + 1;
      return slice(plain, 0, start) + pair + slice(plain, start + old[0].length - 1);
    }
    return plain + (indexOf(plain, '?') < 0 ? '?' : '&') + pair;
  }

  const PLACES = ['meta', 'links', '_links', 'paging', 'pagination'];

  function nextAddress(address, reply) {
    const { body } = reply;
    let link = isArray(body) ? undefined : nextIn(body);
    let cursor = own(body, 'cursor');
    for (let i = 0; i < PLACES.length; i++) {
      const place = own(body, PLACES[i]);
      link = link || nextIn(place);
      cursor = cursor || own(place, 'cursor');
    }
    if (!link && typeof own(reply.headers, 'link') === 'string') {
      const found = exec(/<([^>]*)>\s*(?:;[^,<]*)?;\s*rel\s*=\s*"?next"?/i, reply.headers.link);
      link = found === null ? undefined : found[1];
    }
    if (typeof link === 'string' && link !== '') return resolve(link, address);
    if ((typeof cursor === 'string' && cursor !== '') || typeof cursor === 'number') {
      return withCursor(address, cursor);
    }
    return undefined;
  }

  function getAll(url, headers) {
    const records = [];
    const seen = create(null);
    let address = url;
    while (address !== undefined && seen[address] !== true) {
      const reply = send([request('getAll', 'GET', address, headers)])[0];
      seen[address] = true;
      if (reply.statusCode >= 400) {
        throw new ErrorOf('context.http.getAll: ' + address + ' answered with status ' + reply.statusCode);
      }
      const page = recordsOf(reply.body);
      for (let i = 0; i < page.length; i++) append(records, page[i]);
      address = nextAddress(address, reply);
    }
    return answerList(records);
  }

  function getBatch(urls, headers) {
    if (!isArray(urls)) {
      throw new TypeErrorOf('context.http.getBatch: urls must be an array, not ' + typeof urls);
    }
    const requests = [];
    // One more than allowed is enough to be told so.
    for (let i = 0; i < urls.length && i <= limits.httpCalls; i++) {
      append(requests, request('getBatch', 'GET', urls[i], headers));
    }
    if (requests.length === 0) return answerList([]);
    const replies = send(requests);
    for (let i = 0; i < replies.length; i++) replies[i] = answerReply(replies[i]);
    return answerList(replies);
  }

  const plain = (name, method) => (url, headers) =>
    answerReply(send([request(name, method, url, headers)])[0]);
  const withBody = (name, method) => (url, body, headers) =>
    answerReply(send([request(name, method, url, headers, body)])[0]);

  // ---- Credentials ----------------------------------------------------------------------------

  // The bytes of a text in UTF-8, each as a character.
  function utf8(value) {
    const escaped = encode(toWellFormed(value));
    let bytes = '';
    for (let i = 0; i < escaped.length; i++) {
      if (escaped[i] !== '%') {
        bytes += escaped[i];
        continue;
      }
      bytes += fromCharCode(toNumber(slice(escaped, i + 1, i + 3), 16));
      i += 2;
    }
    return bytes;
  }

  const orEmpty = (value) => (value === undefined || value === null ? '' : StringOf(value));

  // The value of the header Authorization. Where the two are stand-ins for secrets, the parent reads
  // the header and writes it anew.
  function basicAuth(user, password) {
    return 'Basic ' + toBase64(utf8(orEmpty(user) + ':' + orEmpty(password)));
  }

  // Signed by the parent, which may know the real secret where this side has a stand-in.
  function hmacSha256(secret, value, encoding) {
    const written = encoding === undefined || encoding === null ? 'hex' : encoding;
    if (written !== 'hex' && written !== 'base64') {
      throw new TypeErrorOf('context.hmacSha256: encoding must be "hex" or "base64"');
    }
    if (typeof value !== 'string') {
      throw new TypeErrorOf('context.hmacSha256: text must be a string, not ' + typeof value);
    }
    const signing = create(null);
    signing.secret = toWellFormed(orEmpty(secret));
    signing.text = toWellFormed(value);
    signing.encoding = written;
    return signNatively(stringify(signing));
  }

  // ---- Log ------------------------------------------------------------------------------------

  function asText(value) {
    if (typeof value === 'string') return value;
    if (typeof value === 'object' && value !== null && !isInstance(ErrorOf, value)) {
      try {
        const json = stringify(value);
        if (typeof json === 'string') return json;
      } catch {
        // No JSON: its own words do.
      }
    }
    return StringOf(value);
  }

  function log(...values) {
    let line = '';
    for (let i = 0; i < values.length; i++) {
      if (i > 0) line += ' ';
      line += slice(asText(values[i]), 0, limits.logChars + 1);
    }
    logNatively(toWellFormed(slice(line, 0, limits.logChars + 1)));
  }

  const context = freeze({
    __proto__: null,
    http: freeze({
      __proto__: null,
      get: freeze(plain('get', 'GET')),
      delete: freeze(plain('delete', 'DELETE')),
      post: freeze(withBody('post', 'POST')),
      put: freeze(withBody('put', 'PUT')),
      patch: freeze(withBody('patch', 'PATCH')),
      getAll: freeze(getAll),
      getBatch: freeze(getBatch),
    }),
    basicAuth: freeze(basicAuth),
    hmacSha256: freeze(hmacSha256),
    log: freeze(log),
  });

  let transform;

  // ---- What the host calls --------------------------------------------------------------------

  const bounded = (value) => toWellFormed(slice(value, 0, limits.textChars));

  // What was thrown, as its message and its stack.
  function describe(thrown) {
    if (typeof thrown !== 'object' || thrown === null) return [StringOf(thrown), ''];
    if (!isInstance(ErrorOf, thrown)) return [asText(thrown), ''];
    // Only texts are taken: others would be turned into text by methods of the script's.
    const told = (value, otherwise) => (typeof value === 'string' ? value : otherwise);
    const name = told(thrown.name, 'Error');
    const message = told(thrown.message, '');
    const stack = thrown.stack;
    return [message === '' ? name : name + ': ' + message, told(stack, '')];
  }

  // Each run starts with the same memory, the engine's own random numbers included.
  defineProperty(Math, 'random', { value: randomNatively });

  // Only namespaces are frozen. A frozen prototype breaks honest scripts: `this.name = …` in a class
  // that extends Error is then an error. And nothing outlives the run that a script could spoil.
  freeze(JSON);
  freeze(Math);
  freeze(Reflect);

  return freeze({
    __proto__: null,
    use: (given) => {
      transform = given;
    },
    // `await` is syntax: it does not read what a script put in the place of Promise. The output comes
    // within an object, so that nothing looks for its `then` again.
    run: async (input) => {
      const pending = transform(input, context);
      // Large inputs are gone before the output is written as JSON, unless the script keeps them.
      input = undefined;
      return { __proto__: null, output: await pending };
    },
    odd,
    given,
    plain: [Object.prototype, Array.prototype],
    describe: (thrown) => {
      const told = describe(thrown);
      return [bounded(told[0]), bounded(told[1])];
    },
  });
})

// The helpers of the template language, defined anew for handlebars.js: what the engine's own are compared with.
// Handlebars passes its options as the last argument.
import { createHash } from 'node:crypto';

import { compareDecimals, decimalText, mathHelpers } from './decimals.js';
import { compareText, Decimal, isAbsent, isTrue, memberOf, single, textOf, toJson } from './values.js';

const characters = (text) => Array.from(text);

function integer(value) {
  const text = decimalText(value);
  return text === undefined || text.includes('.') || text.length > 17 ? undefined : Number(text);
}

// Conditions; each is true or false.
const isNumber = (value) => typeof value === 'number' || value instanceof Decimal;

function isEqual(aValue, bValue) {
  const [a, b] = [single(aValue), single(bValue)];
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b);
  if (isNumber(a) || isNumber(b)) return decimalText(a) !== undefined && decimalText(a) === decimalText(b);
  return textOf(a) === textOf(b);
}

// Negative, zero or positive; undefined, which every comparison finds false, where a side is missing.
function order(aValue, bValue) {
  const [a, b] = [single(aValue), single(bValue)];
  if (isAbsent(a) || isAbsent(b)) return undefined;
  const [aText, bText] = [decimalText(a), decimalText(b)];
  return aText !== undefined && bText !== undefined
    ? compareDecimals(aText, bText) : compareText(textOf(a), textOf(b));
}

const includesZero = (value, options) => isTrue(options.hash.includeZero) && isNumber(single(value));

export const conditions = {
  and: (...values) => values.slice(0, -1).every(isTrue),
  or: (...values) => values.slice(0, -1).some(isTrue),
  not: (value) => !isTrue(value),
  if: (value, options) => isTrue(value) || includesZero(value, options),
  unless: (value, options) => !(isTrue(value) || includesZero(value, options)),
  eq: isEqual,
  neq: (a, b) => !isEqual(a, b),
  ne: (a, b) => !isEqual(a, b),
  gt: (a, b) => order(a, b) > 0,
  gte: (a, b) => order(a, b) >= 0,
  lt: (a, b) => order(a, b) < 0,
  lte: (a, b) => order(a, b) <= 0,
};

// Texts.
const upperFirst = (text) => {
  const [first = '', ...rest] = characters(text);
  return first.toUpperCase() + rest.join('');
};

const replaceAll = (text, find, replacement) => (find === '' ? text : text.split(find).join(replacement));

function abbreviate(value, width) {
  const text = textOf(value);
  const max = integer(width);
  if (max === undefined || characters(text).length <= Math.max(max, 0)) return text;
  return max < 4
    ? characters(text).slice(0, Math.max(max, 0)).join('')
    : `${characters(text).slice(0, max - 3).join('')}...`;
}

function capitalize(value, { hash }) {
  const text = isTrue(hash.fully) ? textOf(value).toLowerCase() : textOf(value);
  return text.replace(/\P{White_Space}+/gu, upperFirst);
}

function pad(value, size, options, split) {
  const text = textOf(value);
  const missing = (integer(size) ?? 0) - characters(text).length;
  if (isAbsent(single(value)) || missing <= 0) return text;
  const given = isAbsent(options.hash.pad) ? ' ' : textOf(options.hash.pad);
  const filling = (count) => characters((given || ' ').repeat(count)).slice(0, count).join('');
  const left = split(missing);
  return filling(left) + text + filling(missing - left);
}

const justify = (split) => (value, ...rest) => {
  const options = rest.at(-1);
  return pad(value, rest.length > 1 ? rest[0] : options.hash.size, options, split);
};

function inflect(count, singular, plural, { hash }) {
  const one = single(count);
  if (isAbsent(one)) return '';
  const word = textOf(decimalText(one) === '1' ? singular : plural);
  return isTrue(hash.includeCount) ? `${textOf(one)} ${word}` : word;
}

function join(...values) {
  const { hash } = values.pop();
  const separator = textOf(values.pop());
  const elements = values.flat().filter((element) => !isAbsent(element)).map(textOf);
  const around = (name) => (isAbsent(hash[name]) ? '' : textOf(hash[name]));
  return elements.length === 0 ? '' : around('prefix') + elements.join(separator) + around('suffix');
}

function ordinalize(value) {
  const number = decimalText(value);
  if (number === undefined || number.includes('.')) return textOf(value);
  const teen = /1\d$/.test(number);
  return number + ((!teen && { 1: 'st', 2: 'nd', 3: 'rd' }[number.at(-1)]) || 'th');
}

const slugify = (value) => textOf(value).normalize('NFD').replace(/[\u0300-\u036f]/g, '').normalize('NFC')
  .toLowerCase()
  .replace(/[^\p{L}\p{M}\p{Nd}_\p{White_Space}-]/gu, '')
  .replace(/[\p{White_Space}-]+/gu, '-')
  .replace(/^-|-$/g, '');

function substring(value, start, ...rest) {
  const from = integer(start);
  const to = rest.length > 1 ? integer(rest[0]) : Infinity;
  if (from === undefined || to === undefined) return '';
  return characters(textOf(value)).slice(Math.max(from, 0), Math.max(to, 0)).join('');
}

function yesno(value, { hash }) {
  const key = { true: 'yes', false: 'no' }[textOf(single(value))] ?? 'maybe';
  return isAbsent(hash[key]) ? key : textOf(hash[key]);
}

const textHelpers = {
  abbreviate,
  capitalize,
  capitalizeFirst: (value) => upperFirst(textOf(value)),
  center: justify((missing) => Math.floor(missing / 2)),
  cut: (value, ...rest) => replaceAll(textOf(value), rest.length > 1 ? textOf(rest[0]) : ' ', ''),
  defaultIfEmpty: (value, otherwise) => (isTrue(value) ? value : otherwise),
  inflect,
  join,
  ljust: justify(() => 0),
  rjust: justify((missing) => missing),
  lower: (value) => textOf(value).toLowerCase(),
  upper: (value) => textOf(value).toUpperCase(),
  ordinalize,
  replace: (value, find, replacement) => replaceAll(textOf(value), textOf(find), textOf(replacement)),
  slugify,
  stripTags: (value) => textOf(value).replace(/<[^>]*>/g, ''),
  substring,
  trim: (value) => textOf(value).replace(/^\p{White_Space}+|\p{White_Space}+$/gu, ''),
  yesno,
  urlEncode: (value) => encodeURIComponent(textOf(value))
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
  json: (value) => toJson(single(value)),
};

// Encodings.
const digest = (algorithm) => (value) => (isAbsent(single(value))
  ? undefined : createHash(algorithm).update(textOf(value)).digest('hex'));

function decode64(value) {
  const bytes = Buffer.from(textOf(value), 'base64');
  return bytes.toString('base64') === textOf(value) && !bytes.toString().includes('\ufffd')
    ? bytes.toString() : undefined;
}

const encodingHelpers = {
  encode64: (value) => Buffer.from(textOf(value)).toString('base64'),
  decode64,
  md5: digest('md5'),
  sha256: digest('sha256'),
  sha512: digest('sha512'),
  lookup: (container, key) => memberOf(container, textOf(key)),
  log: () => undefined,
};

// Dates, as far as they are compared: ISO 8601 in, patterns without names of zones out.
const styles = { full: 'EEEE, MMMM d, yyyy', long: 'MMMM d, yyyy', medium: 'MMM d, yyyy', short: 'M/d/yy' };

function wallClock(instant, zone) {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric',
    minute: 'numeric', second: 'numeric',
  }).formatToParts(instant);
  const fields = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  const month = new Intl.DateTimeFormat('en-US', { timeZone: zone, month: 'numeric' }).format(instant);
  return { ...fields, monthNumber: Number(month) };
}

function dateFormat(value, ...rest) {
  const { hash } = rest.pop();
  const instant = new Date(textOf(value));
  if (Number.isNaN(instant.getTime())) return undefined;
  const at = wallClock(instant, hash.tz ?? 'UTC');
  const pattern = rest[0] ?? hash.outputFormat ?? 'medium';
  const fields = {
    yyyy: at.year, yy: at.year.slice(-2), MMMM: at.month, MMM: at.month.slice(0, 3), EEEE: at.weekday,
    EEE: at.weekday.slice(0, 3), a: Number(at.hour) < 12 ? 'AM' : 'PM',
  };
  const numbers = {
    M: at.monthNumber, d: Number(at.day), H: Number(at.hour), h: (Number(at.hour) + 11) % 12 + 1, m: Number(at.minute),
    s: Number(at.second), S: instant.getUTCMilliseconds(),
  };
  return (styles[pattern] ?? pattern).replace(/'([^']*)'|([A-Za-z])\2*/g, (field, literal) => literal
    ?? fields[field] ?? String(numbers[field[0]]).padStart(field.length, '0'));
}

export const helpers = { ...textHelpers, ...mathHelpers, ...encodingHelpers, dateFormat };


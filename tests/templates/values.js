// Values as TPL-58 and TPL-61 to TPL-63 see them: what is true, how a value prints, what a member of it is.

// Within blocks, handlebars.js has a sealed object in place of null.
const isNothing = (value) => typeof value === 'object' && !Array.isArray(value) && Object.isSealed(value);
export const isAbsent = (value) => value === undefined || value === null || isNothing(value);
export const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

// Marks the context of the whole template, which prints nothing.
export const ROOT = Symbol('root');

// A list of one is its element, an empty list is missing.
export function single(value) {
  if (!Array.isArray(value)) return value;
  return value.length <= 1 ? value[0] : value;
}

export function isTrue(value) {
  const one = single(value);
  const isZero = one === 0 || (one instanceof Decimal && one.text === '0');
  return !(isAbsent(one) || one === false || one === '' || isZero);
}

// Without exponent.
export function plainNumber(number) {
  const text = String(number);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text === '-0' ? '0' : text;
  const [, sign, lead, fraction = '', power] = match;
  const digits = lead + fraction;
  const exponent = Number(power);
  return exponent < 0
    ? `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
    : `${sign}${digits}${'0'.repeat(exponent - fraction.length)}`;
}

// By code points, as the bytes of UTF-8 sort.
export const compareText = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

export function sortedMap(map) {
  return Object.fromEntries(Object.keys(map).sort(compareText).map((key) => [key, map[key]]));
}

export function toJson(value) {
  if (isAbsent(value)) return 'null';
  if (typeof value === 'number') return plainNumber(value);
  if (value instanceof Decimal) return value.text;
  if (value[ROOT]) return 'null';
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(sortedMap(value)).map(([key, item]) => `${JSON.stringify(key)}:${toJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

export function textOf(value) {
  if (isAbsent(value) || value[ROOT]) return '';
  if (typeof value === 'number') return plainNumber(value);
  if (value instanceof Decimal) return value.text;
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object') return toJson(value);
  return String(value);
}

// A number that a math helper made.
export class Decimal {
  constructor(text) {
    this.text = text;
  }
}

const isIndex = (name) => /^\d{1,9}$/.test(name);

export function memberOf(value, name) {
  if (Array.isArray(value)) {
    if (isIndex(name)) return value[Number(name)];
    if (name === 'length') return value.length;
    return value.length === 1 && isMap(value[0]) ? memberOf(value[0], name) : undefined;
  }
  if (isMap(value) && !(value instanceof Decimal)) return Object.hasOwn(value, name) ? value[name] : undefined;
  if (typeof value === 'string' && name === 'length') return value.length;
  return isIndex(name) && Number(name) === 0 ? value : undefined;
}

export const descend = (value, segments) => segments.reduce(memberOf, value);

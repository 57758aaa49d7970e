// Decimal arithmetic as TPL-70 defines it, on integers of any size.
import { Decimal, plainNumber, single } from './values.js';

const RESULT_DIGITS = 8;

// The text of a number without leading and trailing zeros, or undefined.
export function decimalText(value) {
  const one = single(value);
  if (one instanceof Decimal) return one.text;
  if (typeof one === 'number') return plainNumber(one);
  if (typeof one !== 'string' || !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(one)) return undefined;
  return print(parse(one));
}

function parse(text) {
  const [whole, fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const magnitude = BigInt(`${whole}${fraction}` || '0');
  return { coefficient: text.startsWith('-') ? -magnitude : magnitude, scale: fraction.length };
}

function print({ coefficient, scale }) {
  const digits = String(coefficient < 0n ? -coefficient : coefficient).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  const text = fraction ? `${whole}.${fraction}` : whole;
  return coefficient < 0n ? `-${text}` : text;
}

const power = (exponent) => 10n ** BigInt(exponent);
const abs = (integer) => (integer < 0n ? -integer : integer);

function divideHalfUp(dividend, divisor) {
  const quotient = dividend / divisor;
  if (2n * abs(dividend % divisor) < abs(divisor)) return quotient;
  return quotient + (dividend < 0n === divisor < 0n ? 1n : -1n);
}

function divideFloor(dividend, divisor) {
  return dividend / divisor - (dividend % divisor < 0n ? 1n : 0n);
}

const rounded = ({ coefficient, scale }) => (scale <= RESULT_DIGITS
  ? print({ coefficient, scale })
  : print({ coefficient: divideHalfUp(coefficient, power(scale - RESULT_DIGITS)), scale: RESULT_DIGITS }));

const operations = {
  add: (a, b, scale) => rounded({ coefficient: a + b, scale }),
  subtract: (a, b, scale) => rounded({ coefficient: a - b, scale }),
  multiply: (a, b, scale) => rounded({ coefficient: a * b, scale: 2 * scale }),
  divide: (a, b) => (b === 0n
    ? undefined : print({ coefficient: divideHalfUp(a * power(RESULT_DIGITS), b), scale: RESULT_DIGITS })),
  modulo: (a, b, scale) => (b === 0n ? undefined : rounded({ coefficient: a % b, scale })),
};

const made = (text) => (text === undefined ? undefined : new Decimal(text));

function calculate(name, aValue, bValue) {
  const [aText, bText] = [decimalText(aValue), decimalText(bValue)];
  if (aText === undefined || bText === undefined) return undefined;
  const [a, b] = [parse(aText), parse(bText)];
  const scale = Math.max(a.scale, b.scale);
  return made(operations[name](a.coefficient * power(scale - a.scale), b.coefficient * power(scale - b.scale), scale));
}

function round(value, divide) {
  const text = decimalText(value);
  if (text === undefined) return undefined;
  const { coefficient, scale } = parse(text);
  return made(print({ coefficient: divide(coefficient, power(scale)), scale: 0 }));
}

export function compareDecimals(aText, bText) {
  const [a, b] = [parse(aText), parse(bText)];
  const left = a.coefficient * power(b.scale);
  const right = b.coefficient * power(a.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

function extreme(values, sign) {
  const texts = values.map(decimalText);
  if (texts.includes(undefined)) return undefined;
  return made(rounded(parse(texts.reduce((best, text) => (compareDecimals(text, best) * sign > 0 ? text : best)))));
}

export const mathHelpers = {
  ...Object.fromEntries(Object.keys(operations).map((name) => [name, (a, b) => calculate(name, a, b)])),
  ceiling: (value) => round(value, (a, unit) => -divideFloor(-a, unit)),
  floor: (value) => round(value, divideFloor),
  round: (value) => round(value, divideHalfUp),
  abs: (value) => {
    const text = decimalText(value);
    return text === undefined ? undefined : made(rounded(parse(text.replace(/^-/, ''))));
  },
  min: (...values) => extreme(values.slice(0, -1), -1),
  max: (...values) => extreme(values.slice(0, -1), 1),
};

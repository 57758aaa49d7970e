// handlebars.js with the helpers of the template language, and with the differences that its specification
// (spec/templates.md in the project's rules, TPL-…) wants. Everything else is handlebars.js itself.
//
//  1. A name that a block does not have is looked up among all variables (TPL-76), where an empty list is missing: see
//     `_path`.
//  2. A list of one is its element, index 0 of a single value is that value (TPL-61, TPL-77): see values.js.
//  3. Lists print joined by ", ", maps as JSON in order of their keys, numbers without exponent (TPL-61, TPL-62).
//  4. 0, "" and a list of one false value are false everywhere, as the condition of sections and `with` too (TPL-58).
//  5. `each` walks a map in the order of its keys, and a single value as a list of one (TPL-56, TPL-61).
//  6. Conditions print their `yes` or `no`, and are blocks (section 4 of the specification).
//  7. Unquoted words are texts where the specification says so (TPL-65).
//  8. Outside of all blocks `this` prints nothing: it is everything that names are looked up in.
//  9. Every block that changes the context is one level of `../`; handlebars.js counts none that changes it to itself:
//     see `copied`. Pairs in which that happens to a text or number are not compared.
// 10. null stays null within blocks; handlebars.js makes an empty object of it.
//
// Not generated, because both sides differ by design: inline partials defined within blocks (TPL-59 finds them from
// everywhere), `else` within `{{^path}}` and in chains beside blanks and line ends (handlebars.js takes the wrong branch
// for the neighbour of the tag there; TPL-54 looks at the tag itself), bare
// names of helpers (TPL-60), and `../@index` (TPL-56).
import Handlebars from 'handlebars';

import { conditions, helpers } from './helpers.js';
import { descend, isAbsent, isMap, isTrue, ROOT, sortedMap, textOf } from './values.js';

const handlebars = Handlebars.create();
const { each: walk, with: enter } = handlebars.helpers;

// What a rendering throws whose result says nothing.
export class NotComparable extends Error {}
// Whether the template that is rendered has a `../`.
let climbs = false;

// The same value as another context than `current`.
function copied(value, current) {
  if (Array.isArray(value)) return [...value];
  if (isMap(value)) return { ...value };
  // eslint-disable-next-line eqeqeq -- as handlebars.js compares contexts
  if (value == current && climbs) throw new NotComparable();
  return value;
}

function eachHelper(value, options) {
  const map = isMap(value) ? sortedMap(value) : undefined;
  if (map) Object.keys(map).forEach((key) => { map[key] = copied(map[key], this); });
  const list = Array.isArray(value) ? value : isTrue(value) ? [value] : undefined;
  return walk.call(this, map ?? list?.map((item) => copied(item, this)), options);
}

function section(value, options) {
  if (Array.isArray(value)) return walk.call(this, value.map((item) => copied(item, this)), options);
  if (value === true) return options.fn(this);
  return isTrue(value) ? options.fn(copied(value, this)) : options.inverse(this);
}

// Among all variables an empty list counts as missing (TPL-78).
function found(context, segments) {
  const value = descend(context, segments);
  return context?.[ROOT] && Array.isArray(value) && value.length === 0 ? undefined : value;
}

handlebars.registerHelper({
  ...helpers,
  raw: (options) => options.fn(),
  each: eachHelper,
  with(value, options) {
    return isTrue(value) ? enter.call(this, copied(value, this), options) : options.inverse(this);
  },
  ...Object.fromEntries(Object.entries(conditions).map(([name, test]) => [name, function condition(...values) {
    const options = values.at(-1);
    const holds = test(...values);
    if (!options.fn) return holds;
    return holds ? options.fn(this) : options.inverse(this);
  }])),
  // What paths and tags are rewritten to.
  _print: (value) => textOf(value),
  _section: section,
  _choose: (condition, yes, no) => (condition ? yes : no),
  _own: (context, ...segments) => found(context, segments.slice(0, -1)),
  _path(context, ...rest) {
    const segments = rest.slice(0, -1);
    const own = found(context, segments);
    return isAbsent(own) ? found(rest.at(-1).data.root, segments) : own;
  },
  _word: (value, word) => (isAbsent(value) ? word : value),
});

// Rewrites the syntax tree of a template in place.
class Rewriter {
  constructor() {
    this.parameters = [];
  }

  program(program) {
    if (!program) return;
    this.parameters.push(program.blockParams ?? []);
    program.body.forEach((statement) => this.statement(statement));
    this.parameters.pop();
  }

  statement(node) {
    switch (node.type) {
      case 'MustacheStatement':
        node.params = [this.printed(node)];
        node.path = name('_print', node);
        node.hash = undefined;
        return;
      case 'BlockStatement':
        this.block(node);
        return;
      case 'PartialStatement':
      case 'PartialBlockStatement':
        if (node.name.type === 'SubExpression') this.arguments(node.name);
        this.arguments(node);
        this.program(node.program);
        return;
      case 'DecoratorBlock':
        this.program(node.program);
        return;
      default:
    }
  }

  printed(node) {
    if (node.params.length === 0 && !node.hash) return this.value(asPath(node.path));
    const call = this.call(node, node.path);
    if (!(node.path.original in conditions)) return call;
    const pairs = call.hash?.pairs ?? [];
    const choice = (key, otherwise) => pairs.find((pair) => pair.key === key)?.value ?? literal(otherwise, node);
    const [yes, no] = [choice('yes', 'true'), choice('no', 'false')];
    if (call.hash) call.hash.pairs = pairs.filter((pair) => pair.key !== 'yes' && pair.key !== 'no');
    return expression('_choose', [call, yes, no], node);
  }

  block(node) {
    if (node.path.original === 'raw') return;
    if (node.params.length === 0 && !node.hash) {
      node.params = [this.value(asPath(node.path))];
      node.path = name('_section', node);
    } else {
      this.arguments(node);
    }
    this.program(node.program);
    this.program(node.inverse);
  }

  call(node, path) {
    const call = { type: 'SubExpression', path, params: node.params, hash: node.hash, loc: node.loc };
    this.arguments(call);
    return call;
  }

  arguments(node) {
    const helper = node.path?.original;
    node.params = node.params.map((param, i) => this.argument(param, helper === 'inflect' && i > 0));
    node.hash?.pairs.forEach((pair) => {
      pair.value = this.argument(pair.value, pair.key === 'tz');
    });
  }

  argument(node, isWord) {
    const value = this.value(node);
    return isWord && value.path?.original === '_path'
      ? expression('_word', [value, literal(node.original, node)], node) : value;
  }

  value(node) {
    if (node.type === 'SubExpression') {
      this.arguments(node);
      return node;
    }
    if (node.type !== 'PathExpression' || node.parts.length === 0) return node;
    const segments = node.parts.map((part) => literal(part, node));
    if (node.data) {
      return node.parts[0] === 'root' && node.parts.length > 1
        ? expression('_path', [here('@root', 0, node), ...segments.slice(1)], node) : node;
    }
    if (/^\.\/|^this\b/.test(node.original)) return expression('_own', [here('this', 0, node), ...segments], node);
    const isParameter = node.depth === 0 && this.parameters.some((names) => names.includes(node.parts[0]));
    if (isParameter) {
      return segments.length === 1 ? node
        : expression('_own', [{ ...node, parts: [node.parts[0]], original: node.parts[0] }, ...segments.slice(1)], node);
    }
    return expression('_path', [here('this', node.depth, node), ...segments], node);
  }
}

const name = (original, { loc }) => ({ type: 'PathExpression', data: false, depth: 0, parts: [original], original, loc });
const literal = (value, { loc }) => ({ type: 'StringLiteral', value, original: value, loc });
const expression = (helper, params, node) => (
  { type: 'SubExpression', path: name(helper, node), params, hash: undefined, loc: node.loc });
const here = (original, depth, { loc }) => (
  { type: 'PathExpression', data: original === '@root', depth, parts: original === '@root' ? ['root'] : [], original, loc });
// A literal in place of a path is a name (handlebars.js does the same).
const asPath = (node) => (node.type === 'PathExpression' ? node : name(String(node.original), node));

// A function from context to text; throws for what handlebars.js refuses.
export function compile(template, { html }) {
  const tree = handlebars.parseWithoutProcessing(template);
  new Rewriter().program(tree);
  const render = handlebars.compile(tree, { noEscape: !html });
  return (context) => {
    climbs = /(^|[^@./])\.\.\//.test(template);
    return render({ ...context, [ROOT]: true });
  };
}

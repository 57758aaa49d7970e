// Templates and contexts at random, the same ones for the same seed. A pair uses most of the language: what it refers
// to is mostly there, and blocks mostly get what they can walk.

// Mulberry32: small, and good enough to choose with.
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TEXTS = ['', 'Ann', "O'Neil", '<b>"x" & y=1`</b>', '日本語テキスト', 'が ぎ', 'émile Zola', '👩‍👩‍👧 family', 'שלום עולם',
  'مرحبا', 'हिन्दी', 'straße', ' padded\t', 'line\nbreak', 'true', 'false', '0', '17', '100', '-2.50', '3.14159', 'my first POST',
  'a,b;c', 'Hello World', 'Zürich', '\u3000wide\u3000', 'ŁÓDŹ', 'ΑΣ', '𝒜𝓃𝓃', 'SGVsbG8=', 'x\u0301y', '{{x}}', '\\'];
const NUMBERS = [0, 1, 2, 3, 17, -4, 2.5, -0.125, 1234567.891, 1e21, 1e-7, 0.1, 19.21, 11];
const NAMES = ['Name', 'First', 'a', 'b', 'c', 'n', 'score', 'x-y', '$id', 'ünï', '名前', 'Two Words', 'q?', 'deep', 'list'];
const MISSING = ['Gone', 'none', 'Not here'];
const DATES = ['2020-09-19T22:30:45.678Z', '1999-12-31T23:59:59Z', '2024-02-29T00:00:00Z', 'no date'];
const PATTERNS = ['full', 'long', 'medium', 'short', 'yyyy-MM-dd', 'EEE, d MMM yy', 'HH:mm:ss', 'h:mm a', "d'th of' MMMM",
  "'日付' yyyy/M/d"];
const ZONES = ['UTC', 'Asia/Tokyo', 'America/Los_Angeles', 'Europe/Oslo', 'Asia/Kolkata'];
// Marks an index without brackets, which handlebars.js takes within brackets only where it ends a path (TPL-51).
const INDEX = '\ue000';
const DEPTH_MAX = 4;

class Generator {
  constructor(seed) {
    this.random = randomOf(seed);
  }

  chance(probability) {
    return this.random() < probability;
  }

  number(limit) {
    return Math.floor(this.random() * limit);
  }

  pick(list) {
    return list[this.number(list.length)];
  }

  times(limit, make) {
    return Array.from({ length: this.number(limit + 1) }, make);
  }

  // Contexts.
  value(depth) {
    const kind = this.number(depth > 0 ? 12 : 8);
    if (kind < 4) return this.pick(TEXTS);
    if (kind < 6) return this.pick(NUMBERS);
    if (kind === 6) return this.chance(0.5);
    if (kind === 7) return this.chance(0.5) ? null : this.pick(TEXTS);
    if (kind < 10) return this.list(depth - 1);
    return this.map(depth - 1);
  }

  list(depth) {
    const kind = this.number(4);
    if (kind === 0) return this.times(4, () => this.map(depth - 1, 3));
    if (kind === 1) return [this.pick(TEXTS)];
    if (kind === 2) return this.times(4, () => this.value(depth));
    return this.times(4, () => this.pick(TEXTS));
  }

  map(depth, size = 6) {
    return Object.fromEntries(this.times(size, () => [this.pick(NAMES), this.value(depth)]));
  }

  context() {
    return { ...this.map(3, 12), list: this.list(2), deep: this.map(2), Name: this.pick(TEXTS), n: this.pick(NUMBERS) };
  }

  // Templates. A scope is what the surrounding blocks give: { values, parameters, depth, loops, inPartial }.
  template(context) {
    this.root = context;
    this.partials = this.times(3, () => `p${this.number(100)}`).filter((name, i, all) => all.indexOf(name) === i);
    this.blockPartials = this.partials.filter(() => this.chance(0.3));
    const scope = { values: [context], parameters: {}, depth: 0, loops: 0, partialsFrom: 0, inPartial: false };
    const definitions = this.partials.map((name, i) => this.definition(name, {
      ...scope, depth: DEPTH_MAX - 2, partialsFrom: i + 1, inPartial: true,
    }));
    const pieces = [this.body(scope), ...definitions, this.body(scope)];
    return this.chance(0.5) ? pieces.join('') : pieces.sort(() => this.random() - 0.5).join('');
  }

  body(scope) {
    const pieces = this.times(scope.depth === 0 ? 6 : 3, () => this.piece(scope));
    return pieces.join('');
  }

  piece(scope) {
    const kind = this.number(scope.depth >= DEPTH_MAX ? 6 : 13);
    if (kind < 2) return this.text();
    if (kind < 5) return this.print(scope);
    if (kind === 5) return this.odd();
    if (kind < 12) return this.block(scope);
    return this.partial(scope);
  }

  text() {
    return this.pick(['x', ' ', '\n', ' \n', '\n  ', '\r\n', '\n\n', '\t', ' a b ', '<p>', '日本', '\u3000', '👍🏽', 'עברית', 'x}', ' }} ', '{ ',
      '\\ ', '"', '\u00a0\n', '|', "'", 'é\n', '\n\t<li>']);
  }

  odd() {
    return this.pick(['{{! note }}', '{{!-- }} note {{ --}}', '{{!}}', '{{!-- --}}', '{{~! x ~}}', '{{!--~}}--}}', '\\{{Name}}',
      '\\{{#if', 'a\\{{b}} \\{{c}}', '{{{{raw}}}} {{x}}\n {{{{/raw}}}}', '{{{{raw}}}}{{/if}}{{{{/raw}}}}',
      '\\\\{{Name}}', '{{"Name"}}', '{{[Two Words]}}', '\n{{! alone }}\n', '\n  {{!-- alone --}}  \r\n', '{{true}}', '{{17}}']);
  }

  open(sigil = '') {
    return `{{${this.chance(0.12) ? '~' : ''}${sigil}${this.chance(0.1) ? this.pick([' ', '\n', '  ', '\u3000']) : ''}`;
  }

  close() {
    return `${this.chance(0.1) ? this.pick([' ', '\t', '\n']) : ''}${this.chance(0.12) ? '~' : ''}}}`;
  }

  print(scope) {
    if (this.chance(0.15)) {
      const strip = this.chance(0.1) ? '~' : '';
      return `{{${strip}{${this.expression(scope)}}${strip}}}`;
    }
    return `${this.open(this.chance(0.08) ? '& ' : '')}${this.expression(scope)}${this.close()}`;
  }

  // What a tag prints: a value, or a call without its parentheses.
  expression(scope) {
    if (this.chance(0.45)) return this.path(scope);
    if (this.chance(0.25)) {
      const choice = this.times(2, (_, i) => `${['yes', 'no'][i]}=${this.argument(scope, 1)}`);
      return [this.condition(scope, 1), ...choice].join(' ');
    }
    return this.call(scope, 1);
  }

  segment(name) {
    const plain = /^[^\s!"#%-,./;->@[-^`{-~]+$/.test(name) && !/^(true|false|null|undefined|this|else|as)$/.test(name)
      && !/^-?\d/.test(name);
    return plain && this.chance(0.9) ? name : `[${name}]`;
  }

  separator() {
    return this.chance(0.93) ? '.' : '/';
  }

  // A path that begins with one of the names of `value`, and mostly stays within it.
  within(value) {
    if (Array.isArray(value)) {
      const index = this.number(4);
      const item = this.chance(0.5) ? `[${index}]` : INDEX + index;
      const rest = this.chance(0.4) ? this.within(value[index]) : '';
      return this.chance(0.06) ? 'length' : item + (rest && this.separator() + rest);
    }
    if (typeof value !== 'object' || value === null) return this.chance(0.06) ? '[0]' : '';
    const names = Object.keys(value);
    const name = names.length > 0 && this.chance(0.88) ? this.pick(names) : this.pick([...NAMES, ...MISSING]);
    const inner = value[name];
    const rest = typeof inner === 'object' && this.chance(0.6) ? this.within(inner) : '';
    return this.segment(name) + (rest && this.separator() + rest);
  }

  path(scope) {
    const names = Object.keys(scope.parameters);
    const kind = this.number(20);
    if (kind < 3 && names.length > 0) {
      const name = this.pick(names);
      const rest = this.chance(0.5) ? this.within(scope.parameters[name]) : '';
      return name + (rest && `.${rest}`);
    }
    if (kind < 5 && scope.values.length > 1 && !scope.inPartial) return this.pick(['this', '.', 'this']);
    if (kind < 7 && scope.loops > 0) return this.loopVariable(scope);
    if (kind < 8) return `@root.${this.name(this.root)}`;
    if (kind < 10 && scope.values.length > 1 && !scope.inPartial) {
      const up = 1 + this.number(scope.values.length - 1);
      return '../'.repeat(up) + this.name(scope.values[up]);
    }
    if (kind < 12) return this.pick(['./', 'this.', 'this/']) + this.name(scope.values[0]);
    return this.name(this.chance(0.7) ? scope.values[0] : this.root);
  }

  name(value) {
    const named = Array.isArray(value) || typeof value !== 'object' || value === null ? '' : this.within(value);
    return named || this.segment(this.pick([...NAMES, ...MISSING]));
  }

  loopVariable(scope) {
    const up = scope.inPartial ? 0 : this.number(scope.loops);
    return `@${'../'.repeat(this.chance(0.3) ? up : 0)}${this.pick(['index', 'key', 'first', 'last', 'index'])}`;
  }

  literal() {
    const kind = this.number(8);
    if (kind < 4) {
      const text = this.pick(TEXTS);
      const quote = this.pick(['"', "'"]);
      // A backslash before a quote has a meaning of its own.
      return text.endsWith('\\') ? '"b"' : `${quote}${text.replaceAll(quote, `\\${quote}`)}${quote}`;
    }
    if (kind < 7) return this.pick(['0', '1', '3', '-2', '2.5', '12.50', '007', '-0.5', '100']);
    return this.pick(['true', 'false', 'null', 'undefined']);
  }

  argument(scope, depth) {
    const kind = this.number(10);
    if (kind < 5) return this.path(scope);
    if (kind < 8 || depth > 3) return this.literal();
    return `(${this.chance(0.3) ? this.condition(scope, depth + 1) : this.call(scope, depth + 1)})`;
  }

  condition(scope, depth) {
    const argument = () => this.argument(scope, depth);
    const kind = this.number(8);
    if (kind === 0) return `not ${argument()}`;
    if (kind === 1) return `${this.pick(['and', 'or'])} ${argument()} ${argument()}${this.chance(0.3) ? ` ${argument()}` : ''}`;
    if (kind === 2) return `${this.pick(['if', 'unless'])} ${argument()}${this.chance(0.2) ? ' includeZero=true' : ''}`;
    return `${this.pick(['eq', 'neq', 'ne', 'gt', 'gte', 'lt', 'lte'])} ${argument()} ${argument()}`;
  }

  call(scope, depth) {
    const argument = () => this.argument(scope, depth);
    const option = (name) => (this.chance(0.4) ? ` ${name}=${argument()}` : '');
    const small = () => this.pick(['0', '1', '3', '5', '8', '-1', '"4"', 'n']);
    const pad = () => (this.chance(0.5) ? ` pad=${this.pick(['"*"', '"ab"', '"日"', '""', '0'])}` : '');
    return this.pick([
      () => `${this.pick(['lower', 'upper', 'trim', 'capitalizeFirst', 'slugify', 'stripTags', 'ordinalize', 'urlEncode', 'json'])} ${argument()}`,
      () => `${this.pick(['encode64', 'decode64', 'md5', 'sha256', 'sha512'])} ${argument()}`,
      () => `${this.pick(['add', 'subtract', 'multiply', 'divide', 'modulo'])} ${argument()} ${argument()}`,
      () => `${this.pick(['add', 'subtract', 'multiply', 'divide', 'modulo'])} ${this.pick(['n', 'score', '7', '2.3', '-5'])} ${small()}`,
      () => `${this.pick(['ceiling', 'floor', 'round', 'abs'])} ${this.chance(0.5) ? argument() : this.pick(['2.5', '-2.5', '5.23', 'n'])}`,
      () => `${this.pick(['min', 'max'])} ${argument()} ${small()} ${small()}`,
      () => `abbreviate ${argument()} ${small()}`,
      () => `capitalize ${argument()}${this.chance(0.4) ? ' fully=true' : ''}`,
      () => `${this.pick(['center', 'ljust', 'rjust'])} ${argument()} size=${small()}${pad()}`,
      () => `${this.pick(['ljust', 'rjust'])} ${argument()} ${small()}${pad()}`,
      () => `cut ${argument()}${this.chance(0.6) ? ` ${argument()}` : ''}`,
      () => `defaultIfEmpty ${argument()} ${argument()}`,
      () => `inflect ${this.chance(0.5) ? small() : argument()} ${this.pick(['apple apples', '"a" "b"', `${this.literal()} pies`])}${option('includeCount')}`,
      () => `join ${argument()}${this.chance(0.4) ? ` ${argument()}` : ''} ${this.pick(['", "', '"/"', argument()])}${option('prefix')}${option('suffix')}`,
      () => `replace ${argument()} ${argument()} ${argument()}`,
      () => `substring ${argument()} ${small()}${this.chance(0.6) ? ` ${small()}` : ''}`,
      () => `yesno ${argument()}${option('yes')}${option('maybe')}`,
      () => `lookup ${this.containerPath(scope)} ${argument()}`,
      () => `dateFormat "${this.pick(DATES)}" "${this.pick(PATTERNS)}" tz=${this.pick(['', '"'])}${this.pick(ZONES)}`
        .replace(/tz="(.*)$/, 'tz="$1"'),
      () => 'log "x"',
    ])();
  }

  // A path to something that has members.
  containerPath(scope) {
    const [found] = this.container(scope);
    return found;
  }

  // [path, value] of a list or a map where there is one.
  container(scope) {
    const candidates = [];
    const add = (prefix, value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
      Object.keys(value).forEach((name) => {
        if (typeof value[name] === 'object' && value[name] !== null) candidates.push([prefix + this.segment(name), value[name]]);
      });
    };
    add('', scope.values[0]);
    add('@root.', this.root);
    Object.entries(scope.parameters).forEach(([name, value]) => {
      if (typeof value === 'object' && value !== null) candidates.push([name, value]);
      add(`${name}.`, value);
    });
    return candidates.length > 0 && this.chance(0.9) ? this.pick(candidates) : [this.path(scope), undefined];
  }

  // Blocks.
  inner(scope, value, isLoop, parameters = {}) {
    return {
      ...scope, depth: scope.depth + 1, values: [value, ...scope.values], loops: scope.loops + (isLoop ? 1 : 0),
      parameters: { ...scope.parameters, ...parameters },
    };
  }

  tags(sigil, head, name, scope, inner) {
    const otherwise = this.chance(0.35) ? this.elseTag() + this.body({ ...scope, depth: scope.depth + 1 }) : '';
    return `${this.line(this.open(sigil) + head + this.close())}${this.body(inner)}${otherwise}${this.line(this.open('/') + name + this.close())}`;
  }

  // A tag on a line of its own, often.
  line(tag) {
    return this.chance(0.3) ? `${this.pick(['\n', '\n  ', ''])}${tag}${this.pick(['\n', ' \n', '\r\n', ''])}` : tag;
  }

  elseTag() {
    return this.line(this.chance(0.7) ? `${this.open()}else${this.close()}` : '{{^}}');
  }

  block(scope) {
    const kind = this.number(12);
    const same = { ...scope, depth: scope.depth + 1 };
    if (kind < 2) {
      const name = this.pick(['if', 'unless']);
      const zero = this.chance(0.15) ? ' includeZero=true' : '';
      return this.tags('#', `${name} ${this.argument(scope, 1)}${zero}`, name, scope, same);
    }
    if (kind < 4) {
      const head = this.condition(scope, 1);
      return this.tags('#', head, head.split(' ')[0], scope, same);
    }
    if (kind === 4) return this.chain(scope);
    if (kind < 8) return this.each(scope);
    if (kind < 10) return this.with(scope);
    return this.section(scope);
  }

  each(scope) {
    const [path, value] = this.container(scope);
    const items = Array.isArray(value) ? value : Object.values(value ?? {});
    const item = items[0];
    const parameters = this.chance(0.3) ? this.pick([{ it: item }, { it: item, i: 0 }, { 日: item, k: 0 }]) : {};
    const names = Object.keys(parameters);
    const as = names.length > 0 ? ` as |${names.join(' ')}|` : '';
    return this.tags('#', `each ${path}${as}`, 'each', scope, this.inner(scope, item, true, parameters));
  }

  with(scope) {
    const [path, value] = this.container(scope);
    const parameters = this.chance(0.3) ? { w: value } : {};
    return this.tags('#', `with ${path}${parameters.w ? ' as |w|' : ''}`, 'with', scope,
      this.inner(scope, value, false, parameters.w ? parameters : {}));
  }

  section(scope) {
    const [path, value] = this.chance(0.7) ? this.container(scope) : [this.path(scope), undefined];
    if (path.startsWith('@') && !path.startsWith('@root')) return '';
    if (/^\.|^this$/.test(path)) return '';
    const isList = Array.isArray(value);
    if (value === undefined || this.chance(0.25)) {
      const same = { ...scope, depth: scope.depth + 1 };
      const otherwise = this.chance(0.35) ? `{{else}}.${this.body({ ...same, inPartial: true })}.` : '';
      return otherwise
        ? `.{{^${path}}}.${this.body(same)}.${otherwise}{{/${path}}}.`
        : `${this.line(this.open('^') + path + this.close())}${this.body(same)}${this.line(this.open('/') + path + this.close())}`;
    }
    return this.tags('#', path, path, scope, this.inner(scope, isList ? value[0] : value, isList));
  }

  chain(scope) {
    const same = { ...scope, depth: scope.depth + 1 };
    const part = () => `.${this.body(same)}.`;
    const branches = this.times(3, () => {
      const head = this.chance(0.6) ? `if ${this.argument(scope, 1)}` : this.condition(scope, 1);
      return `${this.open()}else ${head}${this.close()}${part()}`;
    });
    const last = this.chance(0.5) ? `{{else}}${part()}` : '';
    return `.${this.open('#')}if ${this.argument(scope, 1)}${this.close()}${part()}${branches.join('')}${last}${this.open('/')}if${this.close()}.`;
  }

  // Partials.
  definition(name, scope) {
    const block = this.blockPartials.includes(name) ? '{{> @partial-block}}' : '';
    return this.line(`{{#${this.pick(['*', '* '])}inline "${name}"}}`) + this.body(scope) + block + this.line('{{/inline}}');
  }

  partial(scope) {
    const callable = this.partials.slice(scope.partialsFrom);
    if (callable.length === 0) return '{{#> nobody}}fallback{{/nobody}}';
    const name = this.pick(callable);
    const inMap = scope.values[0] === this.root && !scope.inPartial;
    const [path] = this.container(scope);
    const context = this.chance(0.3) ? ` ${path}` : inMap && this.chance(0.5) ? ` a=${this.argument(scope, 1)} it=${this.argument(scope, 1)}` : '';
    if (this.chance(0.2) || this.blockPartials.includes(name)) {
      return `{{#> ${name}${context}}}${this.body({ ...scope, depth: DEPTH_MAX, inPartial: true, partialsFrom: this.partials.length })}{{/${name}}}`;
    }
    return this.line(`${this.open('>')} ${this.chance(0.8) ? name : `(lower "${name.toUpperCase()}")`}${context}${this.close()}`);
  }
}

// { template, reference, context, html }: the template, and what of it handlebars.js is given.
export function generatePair(seed) {
  const generator = new Generator(seed);
  const context = generator.context();
  const marked = generator.template(context);
  return {
    template: marked.replaceAll(INDEX, ''),
    reference: marked.replace(/\ue000(\d)/g, '[$1]'),
    context,
    html: generator.chance(0.5),
  };
}

// Makes a pair smaller as long as `fails` says that it still shows the difference.
const TAG = /(\{\{\{\{[^]*?\}\}\}\}|\{\{\{[^]*?\}\}\}|\{\{!--[^]*?--~?\}\}|\{\{[^]*?\}\})/;

// A template whose pieces from `begin` to `end` are left out.
const without = (pieces, begin, end) => [...pieces.slice(0, begin), ...pieces.slice(end)];

function reduceTemplate(template, fails) {
  let pieces = template.split(TAG).filter((piece) => piece !== '');
  for (let size = pieces.length; size >= 1;) {
    let changed = false;
    for (let begin = 0; begin < pieces.length; begin += 1) {
      const fewer = without(pieces, begin, begin + size);
      if (fewer.length < pieces.length && fails(fewer.join(''))) {
        pieces = fewer;
        changed = true;
        begin -= 1;
      }
      // An opening tag goes with its end, whatever is between them.
      const pair = pieces[begin]?.startsWith('{{') && size === 1
        ? pieces.findIndex((piece, i) => i > begin && piece.startsWith('{{')
          && fails(without(without(pieces, i, i + 1), begin, begin + 1).join(''))) : -1;
      if (pair > 0) {
        pieces = without(without(pieces, pair, pair + 1), begin, begin + 1);
        changed = true;
      }
    }
    size = changed ? size : size === 1 ? 0 : Math.ceil(size / 2);
  }
  return pieces.join('');
}

export function reduced(pair, fails) {
  // Both sides must take the same text from here on.
  const small = (template, context = pair.context) => ({ ...pair, template, reference: template, context });
  if (!fails(small(pair.reference))) return pair;
  const template = reduceTemplate(pair.reference, (candidate) => fails(small(candidate)));
  let { context } = pair;
  for (const name of Object.keys(context)) {
    const { [name]: _, ...fewer } = context;
    if (fails(small(template, fewer))) context = fewer;
  }
  return small(template, context);
}

// The operations that the server says it cannot do yet (501).

import { readFileSync } from 'node:fs';

const LIST = readFileSync(new URL('../../../../src/api/not_built.cc', import.meta.url), 'utf8');

/** Why a test of the operation cannot run yet; false when it can. */
export function notBuilt(operation) {
  return LIST.includes(`"${operation}"`) && `${operation} is not built yet`;
}

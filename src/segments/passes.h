// Rewrites that leave the members of an expression as they are and make it cheaper to evaluate.
// Each pass is pure.
#pragma once

#include "segments/expression.h"

namespace pinion::segments {

// Nested `all` in `all` and `any` in `any` become one; a single child replaces its parent; `none`
// of `any` becomes `none`.
Node Flatten(Node node);
// Everybody and Nobody are carried upwards: `all` with Nobody is Nobody, `any` with Everybody is
// Everybody, …
Node FoldConstants(Node node);
// Several `in` on one field below one `any` become one `in`.
Node MergeValues(Node node);

// All passes in their order.
Node Simplify(Node node);

}  // namespace pinion::segments

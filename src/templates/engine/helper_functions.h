// The functions of helper_table.cc, by family. Each takes the number of arguments that its row
// allows.
#pragma once

#include <string>

#include "templates/engine/helper.h"

namespace pinion::templates {

// Conditions (condition_helpers.cc); all yield a boolean.
Value HelperAnd(const HelperCall& call);
Value HelperOr(const HelperCall& call);
Value HelperNot(const HelperCall& call);
Value HelperIf(const HelperCall& call);
Value HelperUnless(const HelperCall& call);
Value HelperEqual(const HelperCall& call);
Value HelperNotEqual(const HelperCall& call);
Value HelperGreater(const HelperCall& call);
Value HelperGreaterOrEqual(const HelperCall& call);
Value HelperLess(const HelperCall& call);
Value HelperLessOrEqual(const HelperCall& call);

// Texts (string_helpers.cc, padding_helpers.cc).
Value HelperAbbreviate(const HelperCall& call);
Value HelperCapitalize(const HelperCall& call);
Value HelperCapitalizeFirst(const HelperCall& call);
Value HelperCenter(const HelperCall& call);
Value HelperCut(const HelperCall& call);
Value HelperDefaultIfEmpty(const HelperCall& call);
Value HelperInflect(const HelperCall& call);
Value HelperJoin(const HelperCall& call);
Value HelperLeftJustify(const HelperCall& call);
Value HelperRightJustify(const HelperCall& call);
Value HelperLower(const HelperCall& call);
Value HelperUpper(const HelperCall& call);
Value HelperOrdinalize(const HelperCall& call);
Value HelperReplace(const HelperCall& call);
Value HelperSlugify(const HelperCall& call);
Value HelperStripTags(const HelperCall& call);
Value HelperSubstring(const HelperCall& call);
Value HelperTrim(const HelperCall& call);
Value HelperWordWrap(const HelperCall& call);
Value HelperYesNo(const HelperCall& call);

// Dates (date_helpers.cc).
Value HelperNow(const HelperCall& call);
Value HelperDateFormat(const HelperCall& call);
std::string CheckNow(const LiteralArguments& literals);
std::string CheckDateFormat(const LiteralArguments& literals);

// Numbers (math_helpers.cc).
Value HelperAdd(const HelperCall& call);
Value HelperSubtract(const HelperCall& call);
Value HelperMultiply(const HelperCall& call);
Value HelperDivide(const HelperCall& call);
Value HelperModulo(const HelperCall& call);
Value HelperCeiling(const HelperCall& call);
Value HelperFloor(const HelperCall& call);
Value HelperRound(const HelperCall& call);
Value HelperAbs(const HelperCall& call);
Value HelperMin(const HelperCall& call);
Value HelperMax(const HelperCall& call);

// Encodings and the rest (encoding_helpers.cc).
Value HelperUrlEncode(const HelperCall& call);
Value HelperJson(const HelperCall& call);
Value HelperEncode64(const HelperCall& call);
Value HelperDecode64(const HelperCall& call);
Value HelperMd5(const HelperCall& call);
Value HelperSha256(const HelperCall& call);
Value HelperSha512(const HelperCall& call);
Value HelperUuid(const HelperCall& call);
Value HelperLookup(const HelperCall& call);
Value HelperLog(const HelperCall& call);

}  // namespace pinion::templates

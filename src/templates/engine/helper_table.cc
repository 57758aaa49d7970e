#include "templates/engine/helper.h"
#include "templates/engine/helper_functions.h"
#include "templates/engine/number_text.h"

namespace pinion::templates {
namespace {

using Kind = HelperSpec::Kind;

constexpr uint8_t kNoBareWords = 255;

// Name, kind, fewest and most arguments, function, check of literals, first bare word, arguments
// that are only tested.
constexpr HelperSpec kHelpers[] = {
    {"each", Kind::kBlock, 1, 1, nullptr},
    {"with", Kind::kBlock, 1, 1, nullptr},

    {"and", Kind::kCondition, 2, kManyArguments, HelperAnd},
    {"or", Kind::kCondition, 2, kManyArguments, HelperOr},
    {"not", Kind::kCondition, 1, 1, HelperNot},
    {"if", Kind::kCondition, 1, 1, HelperIf},
    {"unless", Kind::kCondition, 1, 1, HelperUnless},
    {"eq", Kind::kCondition, 2, 2, HelperEqual},
    {"neq", Kind::kCondition, 2, 2, HelperNotEqual},
    {"ne", Kind::kCondition, 2, 2, HelperNotEqual},
    {"gt", Kind::kCondition, 2, 2, HelperGreater},
    {"gte", Kind::kCondition, 2, 2, HelperGreaterOrEqual},
    {"lt", Kind::kCondition, 2, 2, HelperLess},
    {"lte", Kind::kCondition, 2, 2, HelperLessOrEqual},

    {"abbreviate", Kind::kValue, 2, 2, HelperAbbreviate},
    {"capitalize", Kind::kValue, 1, 1, HelperCapitalize},
    {"capitalizeFirst", Kind::kValue, 1, 1, HelperCapitalizeFirst},
    {"center", Kind::kValue, 1, 2, HelperCenter},
    {"cut", Kind::kValue, 1, 2, HelperCut},
    {"defaultIfEmpty", Kind::kValue, 2, 2, HelperDefaultIfEmpty, nullptr, kNoBareWords, 1},
    {"inflect", Kind::kValue, 3, 3, HelperInflect, nullptr, 1},
    {"join", Kind::kValue, 2, kManyArguments, HelperJoin},
    {"ljust", Kind::kValue, 1, 2, HelperLeftJustify},
    {"rjust", Kind::kValue, 1, 2, HelperRightJustify},
    {"lower", Kind::kValue, 1, 1, HelperLower},
    {"upper", Kind::kValue, 1, 1, HelperUpper},
    {"ordinalize", Kind::kValue, 1, 1, HelperOrdinalize},
    {"replace", Kind::kValue, 3, 3, HelperReplace},
    {"slugify", Kind::kValue, 1, 1, HelperSlugify},
    {"stripTags", Kind::kValue, 1, 1, HelperStripTags},
    {"substring", Kind::kValue, 2, 3, HelperSubstring},
    {"trim", Kind::kValue, 1, 1, HelperTrim},
    {"wordWrap", Kind::kValue, 2, 2, HelperWordWrap},
    {"yesno", Kind::kValue, 1, 1, HelperYesNo, nullptr, kNoBareWords, 1},

    {"now", Kind::kValue, 0, 1, HelperNow, CheckNow},
    {"dateFormat", Kind::kValue, 1, 2, HelperDateFormat, CheckDateFormat},

    {"add", Kind::kValue, 2, 2, HelperAdd},
    {"subtract", Kind::kValue, 2, 2, HelperSubtract},
    {"multiply", Kind::kValue, 2, 2, HelperMultiply},
    {"divide", Kind::kValue, 2, 2, HelperDivide},
    {"modulo", Kind::kValue, 2, 2, HelperModulo},
    {"ceiling", Kind::kValue, 1, 1, HelperCeiling},
    {"floor", Kind::kValue, 1, 1, HelperFloor},
    {"round", Kind::kValue, 1, 1, HelperRound},
    {"abs", Kind::kValue, 1, 1, HelperAbs},
    {"min", Kind::kValue, 2, kManyArguments, HelperMin},
    {"max", Kind::kValue, 2, kManyArguments, HelperMax},

    {"urlEncode", Kind::kValue, 1, 1, HelperUrlEncode},
    {"json", Kind::kValue, 1, 1, HelperJson, nullptr, kNoBareWords, 1},
    {"encode64", Kind::kValue, 1, 1, HelperEncode64},
    {"decode64", Kind::kValue, 1, 1, HelperDecode64},
    {"md5", Kind::kValue, 1, 1, HelperMd5},
    {"sha256", Kind::kValue, 1, 1, HelperSha256},
    {"sha512", Kind::kValue, 1, 1, HelperSha512},
    {"uuid", Kind::kValue, 0, 0, HelperUuid},
    {"lookup", Kind::kValue, 2, 2, HelperLookup, nullptr, kNoBareWords, 2},
    {"log", Kind::kValue, 0, kManyArguments, HelperLog, nullptr, kNoBareWords, kManyArguments},
};

}  // namespace

const HelperSpec* FindHelper(std::string_view name) {
  for (const HelperSpec& helper : kHelpers) {
    if (helper.name == name) {
      return &helper;
    }
  }
  return nullptr;
}

std::string_view HelperCall::HashText(std::string_view name, std::string_view otherwise) const {
  const Value value = Hash(name);
  return value.absent() ? otherwise : TextOf(value, scratch());
}

std::optional<int64_t> HelperCall::Integer(Value value) const {
  constexpr size_t kDigitsMax = 17;
  const std::optional<std::string_view> number = NumberOf(value, scratch());
  if (!number || number->size() > kDigitsMax || number->find('.') != std::string_view::npos) {
    return std::nullopt;
  }
  const bool negative = number->front() == '-';
  int64_t integer = 0;
  for (const char digit : number->substr(negative ? 1 : 0)) {
    integer = integer * 10 + (digit - '0');
  }
  return negative ? -integer : integer;
}

Value HelperCall::Fail(std::string reason) const {
  if (environment_.failure.empty()) {
    environment_.failure = std::move(reason);
  }
  return Value();
}

}  // namespace pinion::templates

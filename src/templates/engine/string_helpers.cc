#include <algorithm>
#include <cstdint>
#include <optional>

#include "templates/engine/helper_functions.h"
#include "templates/engine/number_text.h"
#include "templates/engine/unicode_text.h"

namespace pinion::templates {
namespace {

Value ReplaceAll(const HelperCall& call,
                 std::string_view text,
                 std::string_view find,
                 std::string_view with) {
  if (find.empty()) {
    return Value::String(text);
  }
  TextBuilder replaced(call.scratch());
  size_t from = 0;
  for (size_t at = text.find(find); at != std::string_view::npos; at = text.find(find, from)) {
    replaced.Append(text.substr(from, at - from));
    replaced.Append(with);
    from = at + find.size();
  }
  replaced.Append(text.substr(from));
  return Value::String(replaced.Take());
}

void AppendWithUpperFirst(TextBuilder& out, std::string_view word) {
  if (!word.empty()) {
    const std::string_view first = TakeCharacter(word);
    out.Append(ToUpper(first));
    out.Append(word);
  }
}

// Walks `text` in runs of white space and runs of anything else.
template <class Visit>
void ForEachRun(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    std::string_view rest = text;
    const bool space = IsWhiteSpace(TakeCharacter(rest));
    std::string_view behind = rest;
    while (!rest.empty() && IsWhiteSpace(TakeCharacter(rest)) == space) {
      behind = rest;
    }
    const size_t length = text.size() - behind.size();
    visit(text.substr(0, length), space);
    text.remove_prefix(length);
  }
}

std::string_view OrdinalSuffix(std::string_view digits) {
  const char last = digits.back();
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == '1';
  if (teen || last == '0' || last > '3') {
    return "th";
  }
  return last == '1' ? "st" : last == '2' ? "nd" : "rd";
}

}  // namespace

Value HelperAbbreviate(const HelperCall& call) {
  constexpr std::string_view kDots = "...";
  const std::string_view text = call.Text(0);
  const std::optional<int64_t> width = call.Integer(call.Argument(1));
  if (!width) {
    return Value::String(text);
  }
  const size_t length = CountCharacters(text);
  const size_t limit = static_cast<size_t>(std::max<int64_t>(*width, 0));
  if (length <= limit) {
    return Value::String(text);
  }
  if (limit <= kDots.size()) {
    return Value::String(SliceCharacters(text, 0, limit));
  }
  TextBuilder shortened(call.scratch());
  shortened.Append(SliceCharacters(text, 0, limit - kDots.size()));
  shortened.Append(kDots);
  return Value::String(shortened.Take());
}

Value HelperCapitalize(const HelperCall& call) {
  const std::string_view text = call.Text(0);
  const std::string lowered = call.Hash("fully").Truthy() ? ToLower(text) : std::string(text);
  TextBuilder capitalized(call.scratch());
  ForEachRun(lowered, [&](std::string_view run, bool space) {
    if (space) {
      capitalized.Append(run);
    } else {
      AppendWithUpperFirst(capitalized, run);
    }
  });
  return Value::String(capitalized.Take());
}

Value HelperCapitalizeFirst(const HelperCall& call) {
  TextBuilder capitalized(call.scratch());
  AppendWithUpperFirst(capitalized, call.Text(0));
  return Value::String(capitalized.Take());
}

Value HelperCut(const HelperCall& call) {
  return ReplaceAll(call, call.Text(0), call.size() > 1 ? call.Text(1) : " ", "");
}

Value HelperDefaultIfEmpty(const HelperCall& call) {
  return call.Argument(call.Argument(0).Truthy() ? 0 : 1);
}

Value HelperInflect(const HelperCall& call) {
  const Value count = call.Argument(0).Single();
  if (count.absent()) {
    return Value::String("");
  }
  const bool one = NumberOf(count, call.scratch()) == std::string_view("1");
  TextBuilder phrase(call.scratch());
  if (call.Hash("includeCount").Truthy()) {
    phrase.Append(TextOf(count, call.scratch()));
    phrase.Append(' ');
  }
  phrase.Append(call.Text(one ? 1 : 2));
  return Value::String(phrase.Take());
}

Value HelperJoin(const HelperCall& call) {
  const std::string_view separator = call.Text(call.size() - 1);
  TextBuilder joined(call.scratch());
  joined.Append(call.HashText("prefix", ""));
  size_t elements = 0;
  const auto append = [&](Value element) {
    if (!element.absent()) {
      joined.Append(elements++ > 0 ? separator : "");
      joined.Append(TextOf(element, call.scratch()));
    }
  };
  for (size_t i = 0; i + 1 < call.size(); ++i) {
    const Value value = call.Argument(i);
    if (!value.is_list()) {
      append(value);
      continue;
    }
    for (size_t j = 0; j < value.list_size(); ++j) {
      append(value.At(j));
    }
  }
  joined.Append(call.HashText("suffix", ""));
  return Value::String(elements > 0 ? joined.Take() : "");
}

Value HelperLower(const HelperCall& call) {
  return call.Made(ToLower(call.Text(0)));
}
Value HelperUpper(const HelperCall& call) {
  return call.Made(ToUpper(call.Text(0)));
}

Value HelperOrdinalize(const HelperCall& call) {
  const auto number = NumberOf(call.Argument(0), call.scratch());
  if (!number || number->find('.') != std::string_view::npos) {
    return Value::String(call.Text(0));
  }
  TextBuilder ordinal(call.scratch());
  ordinal.Append(*number);
  ordinal.Append(OrdinalSuffix(number->substr(number->front() == '-' ? 1 : 0)));
  return Value::String(ordinal.Take());
}

Value HelperReplace(const HelperCall& call) {
  return ReplaceAll(call, call.Text(0), call.Text(1), call.Text(2));
}

Value HelperSlugify(const HelperCall& call) {
  const std::string plain = ToLower(WithoutAccents(call.Text(0)));
  std::string slug;
  std::string_view rest = plain;
  bool gap = false;
  while (!rest.empty()) {
    const std::string_view character = TakeCharacter(rest);
    if (character == "-" || IsWhiteSpace(character)) {
      gap = true;
    } else if (character == "_" || IsLetterOrDigit(character)) {
      if (gap && !slug.empty()) {
        slug += '-';
      }
      gap = false;
      slug += character;
    }
  }
  return call.Made(slug);
}

Value HelperStripTags(const HelperCall& call) {
  const std::string_view text = call.Text(0);
  TextBuilder stripped(call.scratch());
  size_t from = 0;
  while (from < text.size()) {
    const size_t open = text.find('<', from);
    const size_t close = open == std::string_view::npos ? open : text.find('>', open);
    if (close == std::string_view::npos) {
      break;
    }
    stripped.Append(text.substr(from, open - from));
    from = close + 1;
  }
  stripped.Append(text.substr(from));
  return Value::String(stripped.Take());
}

Value HelperSubstring(const HelperCall& call) {
  const std::string_view text = call.Text(0);
  const std::optional<int64_t> start = call.Integer(call.Argument(1));
  const std::optional<int64_t> end =
      call.size() > 2 ? call.Integer(call.Argument(2)) : std::optional<int64_t>(INT64_MAX);
  if (!start || !end) {
    return Value::String("");
  }
  const auto from = static_cast<size_t>(std::max<int64_t>(*start, 0));
  const auto to = static_cast<size_t>(std::max<int64_t>(*end, 0));
  return Value::String(from < to ? SliceCharacters(text, from, to) : "");
}

Value HelperTrim(const HelperCall& call) {
  std::string_view text = call.Text(0);
  size_t begin = text.size();
  size_t end = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t at = text.size() - rest.size();
    if (!IsWhiteSpace(TakeCharacter(rest))) {
      begin = std::min(begin, at);
      end = text.size() - rest.size();
    }
  }
  return Value::String(begin < end ? text.substr(begin, end - begin) : "");
}

Value HelperYesNo(const HelperCall& call) {
  const Value value = call.Argument(0).Single();
  const std::string_view text = TextOf(value, call.scratch());
  if (text == "true") {
    return Value::String(call.HashText("yes", "yes"));
  }
  if (text == "false") {
    return Value::String(call.HashText("no", "no"));
  }
  return Value::String(call.HashText("maybe", "maybe"));
}

}  // namespace pinion::templates

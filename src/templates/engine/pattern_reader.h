// Splits a date pattern into fields and literal texts. Used by date_pattern_*.cc only.
#pragma once

#include <string_view>

namespace pinion::templates {

struct PatternElement {
  // 0: `literal` is to be printed as it is.
  char letter = 0;
  size_t width = 0;
  std::string_view literal;

  bool is_number() const {
    return letter != 0 && letter != 'E' && letter != 'a' && letter != 'z' && letter != 'Z' &&
           letter != 'X' && !(letter == 'M' && width > 2);
  }
};

class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : rest_(pattern) {}

  // False at the end. A quote that is never closed reaches to the end.
  bool Next(PatternElement& element) {
    if (rest_.empty()) {
      return false;
    }
    element = {};
    const char first = rest_.front();
    size_t length = 1;
    if (in_quotes_ || first == '\'') {
      TakeQuoted(element);
      return true;
    }
    if (IsLetter(first)) {
      while (length < rest_.size() && rest_[length] == first) {
        ++length;
      }
      element.letter = first;
      element.width = length;
    } else {
      while (length < rest_.size() && rest_[length] != '\'' && !IsLetter(rest_[length])) {
        ++length;
      }
      element.literal = rest_.substr(0, length);
    }
    rest_.remove_prefix(length);
    return true;
  }

  // Whether the end was reached inside quotes.
  bool in_quotes() const { return in_quotes_; }

 private:
  static bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  // One quote, the text up to the next one, or a doubled quote.
  void TakeQuoted(PatternElement& element) {
    size_t length = 0;
    if (rest_.front() != '\'') {
      length = rest_.find('\'');
      length = length == std::string_view::npos ? rest_.size() : length;
      element.literal = rest_.substr(0, length);
    } else if (rest_.substr(0, 2) == "''") {
      element.literal = rest_.substr(0, 1);
      length = 2;
    } else {
      in_quotes_ = !in_quotes_;
      length = 1;
    }
    rest_.remove_prefix(length);
  }

  std::string_view rest_;
  bool in_quotes_ = false;
};

}  // namespace pinion::templates

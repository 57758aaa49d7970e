#include "templates/engine/json_check.h"

#include "base/utf8.h"

namespace pinion::templates {
namespace {

class Checker {
 public:
  explicit Checker(std::string_view text) : text_(text) {}

  bool Run() {
    if (!Value(0)) {
      return false;
    }
    SkipSpace();
    return at_ == text_.size();
  }

 private:
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool Take(char c) {
    if (Peek() != c || at_ >= text_.size()) {
      return false;
    }
    ++at_;
    return true;
  }
  void SkipSpace() {
    while (Peek() == ' ' || Peek() == '\t' || Peek() == '\n' || Peek() == '\r') {
      ++at_;
    }
  }
  bool Word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) {
      return false;
    }
    at_ += word.size();
    return true;
  }
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }
  bool Digits() {
    const size_t begin = at_;
    while (IsDigit(Peek())) {
      ++at_;
    }
    return at_ > begin;
  }

  bool Value(int depth) {
    SkipSpace();
    switch (Peek()) {
      case '{':
        return depth < kJsonCheckDepthMax && Object(depth);
      case '[':
        return depth < kJsonCheckDepthMax && Array(depth);
      case '"':
        return String();
      case 't':
        return Word("true");
      case 'f':
        return Word("false");
      case 'n':
        return Word("null");
      default:
        return Number();
    }
  }

  bool Object(int depth) {
    ++at_;
    SkipSpace();
    if (Take('}')) {
      return true;
    }
    do {
      SkipSpace();
      if (!String()) {
        return false;
      }
      SkipSpace();
      if (!Take(':') || !Value(depth + 1)) {
        return false;
      }
      SkipSpace();
    } while (Take(','));
    return Take('}');
  }

  bool Array(int depth) {
    ++at_;
    SkipSpace();
    if (Take(']')) {
      return true;
    }
    do {
      if (!Value(depth + 1)) {
        return false;
      }
      SkipSpace();
    } while (Take(','));
    return Take(']');
  }

  bool String() {
    if (!Take('"')) {
      return false;
    }
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') {
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20 || (c == '\\' && !Escape())) {
        return false;
      }
    }
    return false;
  }

  bool Escape() {
    const char c = Peek();
    ++at_;
    if (c != 'u') {
      return c != '\0' && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    }
    for (int i = 0; i < 4; ++i, ++at_) {
      const char digit = Peek();
      if (!IsDigit(digit) && !(digit >= 'a' && digit <= 'f') && !(digit >= 'A' && digit <= 'F')) {
        return false;
      }
    }
    return true;
  }

  bool Number() {
    Take('-');
    if (!Take('0') && !Digits()) {
      return false;
    }
    if (Take('.') && !Digits()) {
      return false;
    }
    if (Take('e') || Take('E')) {
      if (!Take('+')) {
        Take('-');
      }
      return Digits();
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

bool IsValidJson(std::string_view text) {
  return base::IsValidUtf8(text) && Checker(text).Run();
}

}  // namespace pinion::templates

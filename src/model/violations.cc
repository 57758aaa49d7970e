#include "model/violations.h"

#include <algorithm>

#include "base/utf8.h"
#include "model/codec.h"

namespace pinion::model {

namespace {

// More are not kept: Withdraw could empty a list of ten, but hardly one of a thousand.
constexpr size_t kFoundMax = 1000;

void AppendName(std::string& text, std::string_view name) {
  if (!text.empty()) {
    text.push_back('.');
  }
  text += Echoed(name);
}

}  // namespace

std::string MemberPath::Text() const {
  std::string text;
  for (const Step& step : steps_) {
    if (step.name.data() == nullptr) {
      text += "[" + std::to_string(step.index) + "]";
    } else {
      AppendName(text, step.name);
    }
  }
  return text;
}

std::string MemberPath::TextWith(std::string_view name) const {
  std::string text = Text();
  AppendName(text, name);
  return text;
}

void Violations::Add(size_t position, std::string message) {
  if (found_.size() < kFoundMax) {
    found_.push_back({position, std::move(message)});
  }
}

void Violations::AddMismatch(const MemberPath& path,
                             size_t position,
                             std::string_view expected,
                             std::string_view got) {
  std::string message = "Member '" + path.Text() + "': expected ";
  message.append(expected).append(", got ").append(got).append(".");
  Add(position, std::move(message));
}

void Violations::Withdraw(size_t begin, size_t end) {
  // A full list may have left out something that stands elsewhere, so it stays full.
  if (found_.size() == kFoundMax) {
    return;
  }
  std::erase_if(found_, [&](const Violation& violation) {
    return violation.position >= begin && violation.position < end;
  });
}

std::string Violations::Message() const {
  std::string message;
  for (size_t i = 0; i < std::min(found_.size(), kViolationsMax); ++i) {
    if (i > 0) {
      message.push_back(' ');
    }
    message += found_[i].message;
  }
  return message;
}

std::string Echoed(std::string_view value) {
  return std::string(base::FirstCodePoints(value, kEchoedCharactersMax));
}

std::string Quoted(std::string_view value) {
  return "'" + Echoed(value) + "'";
}

}  // namespace pinion::model

#include "delivery/html_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace pinion::delivery {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kEntities = {
    {{"amp", "&"},
     {"lt", "<"},
     {"gt", ">"},
     {"quot", "\""},
     {"apos", "'"},
     {"nbsp", " "},
     {"copy", "©"},
     {"euro", "€"}}};
constexpr std::array<std::string_view, 16> kBlocks = {"p",
                                                      "div",
                                                      "br",
                                                      "tr",
                                                      "table",
                                                      "ul",
                                                      "ol",
                                                      "li",
                                                      "h1",
                                                      "h2",
                                                      "h3",
                                                      "h4",
                                                      "h5",
                                                      "h6",
                                                      "section",
                                                      "blockquote"};
constexpr size_t kEntityLengthMax = 10;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

void AppendCodePoint(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (code >> 6)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (code >> 12)));
    out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | (code >> 18)));
    out.push_back(static_cast<char>(0x80 | ((code >> 12) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

// The character that `name` (between & and ;) stands for, appended; false if it stands for none.
bool AppendEntity(std::string& out, std::string_view name) {
  if (name.starts_with('#')) {
    const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
    const std::string_view digits = name.substr(hex ? 2 : 1);
    uint32_t code = 0;
    const auto read =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
    const bool legal = read.ec == std::errc() && read.ptr == digits.data() + digits.size() &&
                       code > 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (legal) {
      AppendCodePoint(out, code);
    }
    return legal;
  }
  for (const auto& [entity, text] : kEntities) {
    if (entity == name) {
      out += text;
      return true;
    }
  }
  return false;
}

// The value of an attribute of a tag's inside, or nothing.
std::string AttributeValue(std::string_view tag, std::string_view name) {
  const std::string lower = Lower(tag);
  size_t at = lower.find(name);
  while (at != std::string::npos && (at == 0 || !IsSpace(lower[at - 1]))) {
    at = lower.find(name, at + 1);
  }
  const size_t equals = at == std::string::npos ? at : lower.find('=', at + name.size());
  if (equals == std::string::npos) {
    return "";
  }
  std::string_view value = tag.substr(equals + 1);
  while (!value.empty() && IsSpace(value[0])) {
    value.remove_prefix(1);
  }
  if (value.empty()) {
    return "";
  }
  const char quote = value[0];
  if (quote == '"' || quote == '\'') {
    value.remove_prefix(1);
    return std::string(value.substr(0, value.find(quote)));
  }
  return std::string(value.substr(0, value.find_first_of(" \t\r\n>")));
}

class Stripper {
 public:
  explicit Stripper(std::string_view html) : rest_(html) {}

  std::string Strip() {
    while (!rest_.empty()) {
      if (rest_[0] == '<') {
        TakeTag();
      } else if (rest_[0] == '&') {
        TakeEntity();
      } else {
        AppendChar(rest_[0]);
        rest_.remove_prefix(1);
      }
    }
    while (!out_.empty() && IsSpace(out_.back())) {
      out_.pop_back();
    }
    return std::move(out_);
  }

 private:
  // White space folds to one blank, and to nothing at the begin of a line.
  void AppendChar(char c) {
    if (!IsSpace(c)) {
      out_.push_back(c);
    } else if (!out_.empty() && !IsSpace(out_.back())) {
      out_.push_back(' ');
    }
  }

  void EndLine() {
    while (!out_.empty() && out_.back() == ' ') {
      out_.pop_back();
    }
    if (!out_.empty() && !out_.ends_with("\n\n")) {
      out_.push_back('\n');
    }
  }

  void TakeEntity() {
    const size_t end = rest_.substr(0, kEntityLengthMax + 2).find(';');
    if (end != std::string_view::npos && AppendEntity(out_, rest_.substr(1, end - 1))) {
      rest_.remove_prefix(end + 1);
    } else {
      out_.push_back('&');
      rest_.remove_prefix(1);
    }
  }

  void TakeTag() {
    if (rest_.starts_with("<!--")) {
      const size_t end = rest_.find("-->");
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 3);
      return;
    }
    const size_t end = rest_.find('>');
    const char next = rest_.size() > 1 ? rest_[1] : ' ';
    const bool is_tag =
        next == '/' || next == '!' || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
    if (end == std::string_view::npos || !is_tag) {
      out_.push_back('<');
      rest_.remove_prefix(1);
      return;
    }
    const std::string_view inside = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    Apply(inside);
  }

  void Apply(std::string_view inside) {
    const bool closing = inside.starts_with('/');
    const std::string_view body = closing ? inside.substr(1) : inside;
    const std::string name = Lower(body.substr(0, body.find_first_of(" \t\r\n/>")));
    if (!closing && (name == "script" || name == "style" || name == "head")) {
      const size_t end = Lower(rest_).find("</" + name);
      rest_.remove_prefix(std::min(end, rest_.size()));
    } else if (name == "a") {
      closing ? CloseLink() : OpenLink(body);
    } else if (std::find(kBlocks.begin(), kBlocks.end(), name) != kBlocks.end()) {
      if (closing || name == "br") {
        EndLine();
      }
    }
  }

  void OpenLink(std::string_view body) {
    link_ = AttributeValue(body, "href");
    link_text_from_ = out_.size();
  }

  void CloseLink() {
    const bool shown = out_.size() >= link_text_from_ && out_.substr(link_text_from_) == link_;
    if (!link_.empty() && !link_.starts_with('#') && !shown) {
      out_ += " (" + link_ + ")";
    }
    link_.clear();
  }

  std::string_view rest_;
  std::string out_;
  std::string link_;
  size_t link_text_from_ = 0;
};

}  // namespace

std::string TextOfHtml(std::string_view html) {
  return Stripper(html).Strip();
}

}  // namespace pinion::delivery

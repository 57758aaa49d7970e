// A strict reader of one JSON text, token by token (API-40, API-41). simdjson finds the tokens and
// checks UTF-8 and control characters; the reader checks everything else as it moves, in what it
// skips too, so a text that was read to its end is valid JSON. It never recurses. Used by the
// decoder, and by templates/ for free-form values; one thread at a time, the text must outlive the
// reader.
//
// After the first failure every call fails; error() then tells why. The order of calls is that of
// the text:
//   Open(text); BeginObject(); while (NextMember(key)) { read or SkipValue(); } … AtEnd();
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/codec.h"

namespace pinion::model {

enum class JsonType : uint8_t { kObject, kArray, kString, kNumber, kBoolean, kNull };

// "an object", "a list", …
std::string_view WithArticle(JsonType type);

class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // Forgets the text and what was wrong with it.
  void Clear();
  // Starts with a new text; earlier results are void.
  bool Open(std::string_view text);
  // True if everything up to here was well-formed.
  bool ok() const { return error_.empty(); }
  // One sentence with the position.
  const std::string& error() const { return error_; }
  // Where the next token starts, in bytes.
  size_t position() const { return cursor_ < count_ ? tokens_[cursor_] : text_.size(); }

  // The type of the value that comes next. Scalars are judged by their first character until they
  // are read.
  bool PeekType(JsonType& type);

  // For the value that comes next, once PeekType has told what it is.
  bool BeginObject() { return Begin('{'); }
  bool BeginArray() { return Begin('['); }
  // The next member or element of the innermost container that was begun; false at its end and on
  // failure. A key is valid until the next call for any string that has escapes.
  bool NextMember(std::string_view& key);
  bool NextElement();
  // Decoded text; valid until the next call for any string that has escapes.
  bool ReadString(std::string_view& value);
  // The source text of a number, or of true, false, null.
  bool ReadNumber(std::string_view& source);
  bool ReadLiteral(std::string_view& source);
  // Any value; `source` is its text.
  bool SkipValue();
  bool ReadRaw(std::string_view& source);

  // To be called when the root value has been read: nothing may follow it.
  bool AtEnd();

 private:
  struct Tokenizer;

  char Peek() const { return cursor_ < count_ ? text_[tokens_[cursor_]] : '\0'; }
  bool Fail(std::string_view reason);
  bool Begin(char bracket);
  bool SkipScalar();
  bool NextKey(std::string_view& key);
  // The text of the current token, up to the next one, without white space behind it.
  std::string_view TokenText() const;
  bool Unescape(std::string_view raw);
  bool UnescapeOne(std::string_view raw, size_t& at);
  bool UnescapeUnicode(std::string_view raw, size_t& at);

  std::unique_ptr<Tokenizer> tokenizer_;
  std::string_view text_;
  const uint32_t* tokens_ = nullptr;
  size_t count_ = 0;
  size_t cursor_ = 0;
  // Invariant: is_object_[i] tells the kind of the i-th container from outside, fresh_ that the
  // innermost one has just been begun and no member of it was read.
  size_t depth_ = 0;
  std::bitset<kNestingMax> is_object_;
  bool fresh_ = false;
  std::string unescaped_;
  std::string error_;
};

}  // namespace pinion::model

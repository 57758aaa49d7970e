// HTTP messages as values: what the server hands to its Handler and takes back. Plain data without
// threads or sockets, so that whoever handles requests can be tested without a server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinion::http {

struct Header {
  std::string_view name;
  std::string_view value;
};

// Equality of ASCII text without regard to case, as header names and tokens have it.
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

// Header fields in their order, names compared without regard to case. Kept as the text that goes
// over the wire; views into it are valid until the next change or move.
class Headers {
 public:
  class Iterator {
   public:
    Iterator(const Headers* headers, size_t index) : headers_(headers), index_(index) {}
    Header operator*() const { return (*headers_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Headers* headers_;
    size_t index_;
  };

  // Control characters would end the field early and let a value forge another one: they become
  // blanks.
  void Add(std::string_view name, std::string_view value);
  // Adds after removing every field of that name.
  void Set(std::string_view name, std::string_view value);
  void Remove(std::string_view name);
  void Reserve(size_t fields, size_t text_bytes);

  // The first field of that name.
  std::optional<std::string_view> Find(std::string_view name) const;
  std::vector<std::string_view> FindAll(std::string_view name) const;
  bool Has(std::string_view name) const { return Find(name).has_value(); }

  size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }
  Header operator[](size_t index) const {
    const Field& field = fields_[index];
    const char* const name = text_.data() + field.name_at;
    return Header{{name, field.name_size}, {name + field.name_size + 2, field.value_size}};
  }
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, fields_.size()); }

  // `Name: value` and CRLF for every field.
  std::string_view wire_text() const { return text_; }

 private:
  struct Field {
    uint32_t name_at;
    uint32_t name_size;
    uint32_t value_size;
  };

  std::string text_;
  std::vector<Field> fields_;
};

// Whether the comma-separated lists of all fields of that name contain the token, without regard to
// case.
bool ListHasToken(const Headers& headers, std::string_view name, std::string_view token);

enum class Version : uint8_t { kHttp10, kHttp11 };

struct Request {
  std::string method;
  std::string target;  // as it stands in the request line
  std::string path;    // raw: not decoded; see url.h
  std::string query;   // raw, after the first `?`
  Version version = Version::kHttp11;
  Headers headers;
  std::string body;  // after chunking and compression are undone
  // The body before it was inflated; only there when Content-Encoding was gzip.
  std::optional<std::string> raw_body;
  std::string peer_address;  // numeric, without port
  bool tls = false;

  // What a signature over the body covers.
  std::string_view BodyAsReceived() const {
    return raw_body.has_value() ? std::string_view(*raw_body) : std::string_view(body);
  }
};

// The server adds Date, Content-Length, Connection and, when it compresses, Content-Encoding and
// Vary.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

// `Not Found` for 404; `Unknown` for a status that has no registered phrase.
std::string_view ReasonPhrase(int status);

}  // namespace pinion::http

// Replies of an SMTP server: RFC 5321 with the enhanced status codes of RFC 3463. ReplyParser cuts
// a byte stream into replies; what a broken or hostile server sends ends in an error, never in
// unbounded memory. Not thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pinion::delivery::smtp {

struct Reply {
  int code = 0;
  std::vector<std::string> lines;  // the text of each line, without code and separator
  std::string enhanced_status;     // `5.1.1`, or empty

  bool IsSuccess() const { return code >= 200 && code < 300; }
  bool IsTransientFailure() const { return code >= 400 && code < 500; }
  bool IsPermanentFailure() const { return code >= 500; }
  // All of it on one line for the message log: printable, at most 500 code points.
  std::string OneLine() const;
};

class ReplyParser {
 public:
  void Feed(std::string_view bytes) { buffer_.append(bytes); }
  // The next complete reply; nothing while it is not complete. After an error the stream cannot be
  // used any more.
  base::Result<std::optional<Reply>> Next();
  // Bytes that no Next() has taken yet.
  bool HasPending() const { return taken_ < buffer_.size() || !current_.lines.empty(); }

 private:
  base::Result<bool> TakeLine(std::string_view line);

  std::string buffer_;
  size_t taken_ = 0;
  Reply current_;
};

}  // namespace pinion::delivery::smtp

// Structured log lines on standard error: JSON, or text on a terminal (OPS-9). Messages are for
// operators; never secrets, signatures, tokens or message bodies. Lines below a warning may be a
// few milliseconds on their way. Thread-safe.
#pragma once

#include <initializer_list>
#include <string_view>

namespace pinion::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogField {
  std::string_view name;  // without characters that JSON escapes
  std::string_view value;
  // kPlain: the value has no such characters either, by what it is; it is not looked at.
  enum class Text { kAny, kPlain } text = Text::kAny;
};

// Called once by server/; before it, info and above go out as text.
struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  enum class Format { kAuto, kJson, kText } format = Format::kAuto;
};
void ConfigureLog(const LogOptions& options);

void Log(LogLevel level,
         std::string_view module,
         std::string_view message,
         std::initializer_list<LogField> fields = {});

// Returns when everything logged before is written; for who ends the process in another way than by
// returning from main.
void FlushLog();

}  // namespace pinion::base

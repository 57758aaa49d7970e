#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/time_text.h"

namespace pinion::base {
namespace {

std::atomic<bool> g_json{false};
std::atomic<LogLevel> g_level{LogLevel::kInfo};

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

spdlog::logger& Sink() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("pinion",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

}  // namespace

void ConfigureLog(const LogOptions& options) {
  g_level = options.level;
  g_json = options.format == LogOptions::Format::kJson ||
           (options.format == LogOptions::Format::kAuto && isatty(STDERR_FILENO) == 0);
}

void Log(LogLevel level,
         std::string_view module,
         std::string_view message,
         std::initializer_list<LogField> fields) {
  if (level < g_level.load(std::memory_order_relaxed)) {
    return;
  }
  const std::string now = FormatIso8601(SystemClock().Now());
  std::string line;
  if (g_json) {
    line = fmt::format(R"({{"ts":"{}","level":"{}","module":"{}","msg":)", now, LevelName(level), module);
    AppendJsonString(line, message);
    for (const LogField& field : fields) {
      line.push_back(',');
      AppendJsonString(line, field.name);
      line.push_back(':');
      AppendJsonString(line, field.value);
    }
    line.push_back('}');
  } else {
    line = fmt::format("{} {:7} {}: {}", now, LevelName(level), module, message);
    for (const LogField& field : fields) {
      line += fmt::format(" {}={}", field.name, field.value);
    }
  }
  Sink().info(line);
}

}  // namespace pinion::base

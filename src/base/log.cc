#include "base/log.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <unistd.h>

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

// Lines on their way to standard error. Those of routine are written together by a thread of its
// own, so that a request does not wait for its access line; a warning takes everything before it
// along at once. Thread-safe.
class LineWriter {
 public:
  LineWriter() {
    std::thread([this] { Run(); }).detach();
  }

  void Add(std::string_view line, bool urgent) {
    bool first = false;
    bool full = false;
    {
      const std::lock_guard lock(mutex_);
      first = waiting_.empty();
      waiting_.append(line).push_back('\n');
      full = waiting_.size() > kWaitingBytesMax;
    }
    if (urgent || full) {
      Flush();
    } else if (first) {
      changed_.notify_one();
    }
  }

  void Flush() {
    const std::lock_guard output(output_);
    {
      const std::lock_guard lock(mutex_);
      waiting_.swap(written_);
    }
    for (std::string_view rest = written_; !rest.empty();) {
      const ssize_t count = write(STDERR_FILENO, rest.data(), rest.size());
      if (count < 0 && errno != EINTR) {
        break;  // nobody is left to tell
      }
      rest.remove_prefix(count < 0 ? 0 : static_cast<size_t>(count));
    }
    written_.clear();
  }

 private:
  // What gathers meanwhile on a busy server still fits into a cache.
  static constexpr std::chrono::milliseconds kLinger{5};
  static constexpr size_t kWaitingBytesMax = 256 * 1024;

  [[noreturn]] void Run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return !waiting_.empty(); });
      lock.unlock();
      std::this_thread::sleep_for(kLinger);
      Flush();
      lock.lock();
    }
  }

  std::mutex output_;  // held while writing, so that lines keep their order
  std::string written_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
};

// Never destroyed: whatever ends late may still log.
LineWriter& Writer() {
  static LineWriter* const writer = [] {
    auto* made = new LineWriter;
    std::atexit(FlushLog);
    return made;
  }();
  return *writer;
}

void AppendPadded(std::string& line, std::string_view text, size_t width) {
  line.append(text).append(width - std::min(width, text.size()), ' ');
}

// The time of a line. Many lines fall into one second, whose text is made once.
class LineTime {
 public:
  std::string_view TextOf(Timestamp at) {
    constexpr size_t kMillisAt = 20;
    const auto second = std::chrono::floor<std::chrono::seconds>(at);
    if (second != second_) {
      text_.clear();
      AppendIso8601(text_, second);
      second_ = second;
    }
    auto millis = (at - second).count();
    for (size_t digit = kMillisAt + 3; digit > kMillisAt; millis /= 10) {
      text_[--digit] = static_cast<char>('0' + millis % 10);
    }
    return text_;
  }

 private:
  std::chrono::sys_seconds second_ = std::chrono::sys_seconds::min();
  std::string text_;
};

std::string_view NowText() {
  thread_local LineTime time;
  return time.TextOf(SystemClock().Now());
}

void AppendField(std::string& line, const LogField& field) {
  line.append(",\"").append(field.name);
  if (field.text == LogField::Text::kPlain) {
    line.append("\":\"").append(field.value).push_back('"');
  } else {
    line.append("\":");
    AppendJsonString(line, field.value);
  }
}

void AppendAsJson(std::string& line,
                  LogLevel level,
                  std::string_view module,
                  std::string_view message,
                  std::initializer_list<LogField> fields) {
  line.append(R"({"ts":")").append(NowText());
  line.append(R"(","level":")").append(LevelName(level));
  line.append(R"(","module":")").append(module).append(R"(","msg":)");
  AppendJsonString(line, message);
  for (const LogField& field : fields) {
    AppendField(line, field);
  }
  line.push_back('}');
}

void AppendAsText(std::string& line,
                  LogLevel level,
                  std::string_view module,
                  std::string_view message,
                  std::initializer_list<LogField> fields) {
  line.append(NowText()).push_back(' ');
  AppendPadded(line, LevelName(level), 7);
  line.append(" ").append(module).append(": ").append(message);
  for (const LogField& field : fields) {
    line.append(" ").append(field.name).append("=").append(field.value);
  }
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
  // Its memory is worth keeping; the line of the last call is not seen again.
  thread_local std::string line;
  line.clear();
  if (g_json.load(std::memory_order_relaxed)) {
    AppendAsJson(line, level, module, message, fields);
  } else {
    AppendAsText(line, level, module, message, fields);
  }
  Writer().Add(line, level >= LogLevel::kWarning);
}

void FlushLog() {
  Writer().Flush();
}

}  // namespace pinion::base

#include "journeys/wait_duration.h"

#include <cstdint>

namespace pinion::journeys {
namespace {

using std::chrono::seconds;

// Bounds every number, so that no sum overflows.
constexpr int64_t kSecondsMax = int64_t{1000} * 366 * 86'400;

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }

  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  // A number followed by `unit`, in `unit_length` each; zero when it is not there.
  int64_t TakeNumber(char unit, seconds unit_length) {
    size_t digits = 0;
    int64_t value = 0;
    while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') {
      if (value <= kSecondsMax) {
        value = value * 10 + (rest_[digits] - '0');
      }
      ++digits;
    }
    if (digits == 0 || digits == rest_.size() || rest_[digits] != unit) {
      return 0;
    }
    rest_.remove_prefix(digits + 1);
    ++numbers_;
    too_long_ = too_long_ || value > kSecondsMax / unit_length.count();
    return too_long_ ? 0 : value * unit_length.count();
  }

  int numbers() const { return numbers_; }
  bool too_long() const { return too_long_; }

 private:
  std::string_view rest_;
  int numbers_ = 0;
  bool too_long_ = false;
};

}  // namespace

std::optional<seconds> ParseWaitDuration(std::string_view text) {
  Reader reader(text);
  if (!reader.Take('P')) {
    return std::nullopt;
  }
  int64_t total = reader.TakeNumber('W', std::chrono::weeks(1));
  if (reader.numbers() == 0) {
    total = reader.TakeNumber('D', std::chrono::days(1));
    if (reader.Take('T')) {
      const int before = reader.numbers();
      total += reader.TakeNumber('H', std::chrono::hours(1));
      total += reader.TakeNumber('M', std::chrono::minutes(1));
      total += reader.TakeNumber('S', seconds(1));
      if (reader.numbers() == before) {
        return std::nullopt;
      }
    }
  }
  if (reader.numbers() == 0 || !reader.AtEnd() || reader.too_long() || total > kSecondsMax) {
    return std::nullopt;
  }
  return seconds(total);
}

}  // namespace pinion::journeys

#include "http/http_date.h"

#include <algorithm>

namespace pinion::http {
namespace {

char* Put(char* at, std::string_view text) {
  return std::copy(text.begin(), text.end(), at);
}

template <int kDigits>
char* PutNumber(char* at, int number) {
  for (int i = kDigits - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  return at + kDigits;
}

}  // namespace

std::string_view HttpDate::At(base::Timestamp now) {
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second != second_) {
    second_ = second;
    const auto day = std::chrono::floor<std::chrono::days>(second);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(second - day);
    char* at = text_.data();
    at = Put(at, kDays.substr(std::chrono::weekday(day).c_encoding() * 3, 3));
    at = Put(at, ", ");
    at = PutNumber<2>(at, static_cast<int>(static_cast<unsigned>(date.day())));
    at = Put(at, " ");
    at = Put(at, kMonths.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3));
    at = Put(at, " ");
    at = PutNumber<4>(at, static_cast<int>(date.year()));
    at = Put(at, " ");
    at = PutNumber<2>(at, static_cast<int>(time.hours().count()));
    at = Put(at, ":");
    at = PutNumber<2>(at, static_cast<int>(time.minutes().count()));
    at = Put(at, ":");
    at = PutNumber<2>(at, static_cast<int>(time.seconds().count()));
    Put(at, " GMT");
  }
  return {text_.data(), text_.size()};
}

}  // namespace pinion::http

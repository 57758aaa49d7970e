// English names of months and days, for date patterns.
#pragma once

#include <array>
#include <string_view>

namespace pinion::templates {

inline constexpr std::array<std::string_view, 12> kMonthNames = {"January",
                                                                 "February",
                                                                 "March",
                                                                 "April",
                                                                 "May",
                                                                 "June",
                                                                 "July",
                                                                 "August",
                                                                 "September",
                                                                 "October",
                                                                 "November",
                                                                 "December"};
// From Sunday.
inline constexpr std::array<std::string_view, 7> kDayNames = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// Abbreviations are the first three letters.
inline constexpr size_t kAbbreviationLength = 3;

}  // namespace pinion::templates

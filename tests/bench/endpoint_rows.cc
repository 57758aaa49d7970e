#include "endpoint_rows.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

namespace pinion::bench {

namespace {

// Which of the independent choices of a row is drawn.
enum class Draw : uint64_t {
  kCountry = 1,
  kCity,
  kPostalCode,
  kPlatform,
  kPlatformVersion,
  kModel,
  kAppVersion,
  kTier,
  kPlan,
  kSource,
  kStore,
  kSignup,
  kSpend,
  kVisits,
  kAge,
  kInterestCount,
  kInterests,  // and the numbers after it
};

// SplitMix64: well mixed bits of a number, the same on every machine.
uint64_t Mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

uint64_t Bits(uint64_t number, Draw draw, uint64_t nth = 0) {
  return Mix(number * 64 + static_cast<uint64_t>(draw) + nth);
}

// Every value equally often.
uint64_t Even(uint64_t number, Draw draw, uint64_t count) {
  return Bits(number, draw) % count;
}

// Low values often, high ones rarely: the cube of an even draw.
uint64_t Skewed(uint64_t number, Draw draw, uint64_t count, uint64_t nth = 0) {
  const double even = static_cast<double>(Bits(number, draw, nth) >> 11U) / 9007199254740992.0;
  return std::min(count - 1,
                  static_cast<uint64_t>(even * even * even * static_cast<double>(count)));
}

struct Country {
  std::string_view code;
  std::string_view locale;
  std::string_view language;
  std::string_view time_zone;
};

constexpr std::array<Country, 16> kCountries = {{
    {"USA", "en_US", "English", "America/New_York"},
    {"JPN", "ja_JP", "Japanese", "Asia/Tokyo"},
    {"DEU", "de_DE", "German", "Europe/Berlin"},
    {"GBR", "en_GB", "English", "Europe/London"},
    {"FRA", "fr_FR", "French", "Europe/Paris"},
    {"BRA", "pt_BR", "Portuguese", "America/Sao_Paulo"},
    {"IND", "hi_IN", "Hindi", "Asia/Kolkata"},
    {"CAN", "en_CA", "English", "America/Toronto"},
    {"ESP", "es_ES", "Spanish", "Europe/Madrid"},
    {"ITA", "it_IT", "Italian", "Europe/Rome"},
    {"MEX", "es_MX", "Spanish", "America/Mexico_City"},
    {"KOR", "ko_KR", "Korean", "Asia/Seoul"},
    {"AUS", "en_AU", "English", "Australia/Sydney"},
    {"NLD", "nl_NL", "Dutch", "Europe/Amsterdam"},
    {"SWE", "sv_SE", "Swedish", "Europe/Stockholm"},
    {"POL", "pl_PL", "Polish", "Europe/Warsaw"},
}};
constexpr std::array<std::string_view, 4> kTiers = {"bronze", "silver", "gold", "platinum"};
constexpr std::array<std::string_view, 4> kPlans = {"free", "basic", "family", "business"};
constexpr std::array<std::string_view, 6> kSources = {
    "organic", "search", "friend", "newsletter", "partner", "event"};
constexpr uint64_t kInterestKinds = 200;
constexpr uint64_t kInterestsMax = 5;
constexpr uint64_t kStores = 500;
constexpr uint64_t kAppVersions = 12;
constexpr uint64_t kSignupDays = 2000;
constexpr uint64_t kSignupFirstYear = 2020;
constexpr uint64_t kGenerationStep = 1'000'000'000;

template <size_t N>
std::string_view Pick(const std::array<std::string_view, N>& values, uint64_t index) {
  return values[index % N];
}

// snprintf into the end of a string; the texts of this file are short.
template <class... Values>
void Append(std::string& out, const char* format, Values... values) {
  std::array<char, 256> text{};
  const int length = std::snprintf(text.data(), text.size(), format, values...);
  out.append(text.data(), static_cast<size_t>(length));
}

struct Row {
  Country country;
  bool ios = false;
  unsigned city = 0;
  unsigned postal_code = 0;
  unsigned platform_version = 0;
  unsigned model = 0;
  unsigned app_version = 0;
  std::string_view tier;
  std::string_view plan;
  std::string_view source;
  unsigned store = 0;
  std::string signup;
  double spend = 0;
  unsigned visits = 0;
  unsigned age = 0;
  std::vector<unsigned> interests;  // no value twice
};

// Years of twelve months of 28 days: dates that exist without a calendar.
std::string SignupDate(uint64_t day) {
  std::string date;
  Append(date,
         "%04u-%02u-%02uT00:00:00Z",
         static_cast<unsigned>(kSignupFirstYear + day / 336),
         static_cast<unsigned>(day % 336 / 28 + 1),
         static_cast<unsigned>(day % 28 + 1));
  return date;
}

Row MakeRow(uint64_t number) {
  Row row;
  row.country = kCountries[Skewed(number, Draw::kCountry, kCountries.size())];
  row.ios = Even(number, Draw::kPlatform, 100) < 45;
  row.city = static_cast<unsigned>(Skewed(number, Draw::kCity, 300));
  row.postal_code = static_cast<unsigned>(Even(number, Draw::kPostalCode, 90000) + 10000);
  row.platform_version = static_cast<unsigned>(Even(number, Draw::kPlatformVersion, 6) + 12);
  row.model = static_cast<unsigned>(Skewed(number, Draw::kModel, 40));
  row.app_version = static_cast<unsigned>(Skewed(number, Draw::kAppVersion, kAppVersions));
  row.tier = Pick(kTiers, Skewed(number, Draw::kTier, kTiers.size()));
  row.plan = Pick(kPlans, Skewed(number, Draw::kPlan, kPlans.size()));
  row.source = Pick(kSources, Even(number, Draw::kSource, kSources.size()));
  row.store = static_cast<unsigned>(Skewed(number, Draw::kStore, kStores));
  row.signup = SignupDate(Even(number, Draw::kSignup, kSignupDays));
  // Quarters are exact in binary and short in decimal, so that every engine compares the same
  // numbers.
  row.spend = static_cast<double>(Skewed(number, Draw::kSpend, 4000)) / 4.0;
  row.visits = static_cast<unsigned>(Skewed(number, Draw::kVisits, 500));
  row.age = static_cast<unsigned>(Even(number, Draw::kAge, 70) + 15);
  const uint64_t count = Even(number, Draw::kInterestCount, kInterestsMax) + 1;
  for (uint64_t i = 0; i < count; ++i) {
    const auto interest =
        static_cast<unsigned>(Skewed(number, Draw::kInterests, kInterestKinds, i));
    if (std::find(row.interests.begin(), row.interests.end(), interest) == row.interests.end()) {
      row.interests.push_back(interest);
    }
  }
  return row;
}

}  // namespace

std::string EndpointId(uint64_t number) {
  std::string id;
  Append(id, "endpoint-%09llu", static_cast<unsigned long long>(number));
  return id;
}

void AppendDocument(uint64_t number, uint64_t generation, bool with_id, std::string& out) {
  const Row row = MakeRow(number + generation * kGenerationStep);
  const auto n = static_cast<unsigned long long>(number);
  out += '{';
  if (with_id) {
    Append(out, R"("Id":"endpoint-%09llu",)", n);
  }
  Append(out, R"("Address":"person.%09llu@mail.example.com","ChannelType":"EMAIL",)", n);
  out += R"("EndpointStatus":"ACTIVE","OptOut":"NONE","Demographic":{)";
  Append(out,
         R"("AppVersion":"4.%u.0","Locale":"%s","Make":"%s","Model":"%s %u",)",
         row.app_version,
         row.country.locale.data(),
         row.ios ? "apple" : "samsung",
         row.ios ? "iPhone" : "Galaxy",
         row.model);
  Append(out,
         R"("Platform":"%s","PlatformVersion":"%u.1","Timezone":"%s"},)",
         row.ios ? "iOS" : "Android",
         row.platform_version,
         row.country.time_zone.data());
  Append(out,
         R"("Location":{"Country":"%s","City":"City number %u","PostalCode":"%u"},)",
         row.country.code.data(),
         row.city,
         row.postal_code);
  out += R"("Attributes":{"Interests":[)";
  for (size_t i = 0; i < row.interests.size(); ++i) {
    Append(out, R"(%s"interest-%u")", i == 0 ? "" : ",", row.interests[i]);
  }
  Append(out,
         R"(],"Plan":["%s"],"Source":["%s"],"Language":["%s"],)",
         row.plan.data(),
         row.source.data(),
         row.country.language.data());
  Append(out, R"("Store":["store-%u"],"SignupDate":["%s"]},)", row.store, row.signup.c_str());
  Append(out, R"("Metrics":{"Spend":%.2f,"Visits":%u,"Age":%u},)", row.spend, row.visits, row.age);
  Append(out,
         R"("User":{"UserId":"user-%09llu","UserAttributes":{"Tier":["%s"]}}})",
         n,
         row.tier.data());
}

std::string ColumnNames() {
  return "id,country,platform,app_version,tier,plan,source,language,store,signup_date,spend,visits,"
         "age,interests\n";
}

void AppendColumns(uint64_t number, std::string& out) {
  const Row row = MakeRow(number);
  Append(out,
         "endpoint-%09llu,%s,%s,4.%u.0,%s,%s,%s,",
         static_cast<unsigned long long>(number),
         row.country.code.data(),
         row.ios ? "iOS" : "Android",
         row.app_version,
         row.tier.data(),
         row.plan.data(),
         row.source.data());
  Append(out,
         "%s,store-%u,%s,%.2f,%u,%u,",
         row.country.language.data(),
         row.store,
         row.signup.c_str(),
         row.spend,
         row.visits,
         row.age);
  for (size_t i = 0; i < row.interests.size(); ++i) {
    Append(out, "%sinterest-%u", i == 0 ? "" : "|", row.interests[i]);
  }
  out += '\n';
}

}  // namespace pinion::bench

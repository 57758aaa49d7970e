#include "auth/signature_claims.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/hex.h"

namespace pinion::auth {
namespace {

constexpr std::chrono::seconds kExpiresMax{604'800};

AuthError Incomplete(std::string message) {
  return {AuthFailure::kIncompleteSignature, std::move(message)};
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && IsBlank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

const Header* Find(std::span<const Header> headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const Header& header) {
    return EqualsIgnoringCase(header.name, name);
  });
  return found == headers.end() ? nullptr : &*found;
}

const QueryParameter* Find(const std::vector<QueryParameter>& query, std::string_view name) {
  const auto found = std::find_if(query.begin(), query.end(), [&](const QueryParameter& parameter) {
    return parameter.name == name;
  });
  return found == query.end() ? nullptr : &*found;
}

// `count` digits at the front of `text`, which are removed; -1 if they are not there.
int TakeDigits(std::string_view& text, size_t count) {
  int value = 0;
  if (text.size() < count) {
    return -1;
  }
  for (size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return -1;
    }
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool Take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) {
    return false;
  }
  text.remove_prefix(expected.size());
  return true;
}

struct CivilTime {
  int year = -1;
  int month = -1;
  int day = -1;
  int hour = -1;
  int minute = -1;
  int second = -1;
};

std::optional<std::chrono::sys_seconds> ToInstant(const CivilTime& civil) {
  if (civil.year < 0 || civil.month < 0 || civil.day < 0 || civil.hour < 0 || civil.hour > 23 ||
      civil.minute < 0 || civil.minute > 59 || civil.second < 0 || civil.second > 60) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(civil.year),
                                         std::chrono::month(static_cast<unsigned>(civil.month)),
                                         std::chrono::day(static_cast<unsigned>(civil.day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(civil.hour) +
         std::chrono::minutes(civil.minute) + std::chrono::seconds(civil.second);
}

std::optional<std::chrono::sys_seconds> ParseBasicTime(std::string_view text) {
  CivilTime civil;
  civil.year = TakeDigits(text, 4);
  civil.month = TakeDigits(text, 2);
  civil.day = TakeDigits(text, 2);
  if (!Take(text, "T")) {
    return std::nullopt;
  }
  civil.hour = TakeDigits(text, 2);
  civil.minute = TakeDigits(text, 2);
  civil.second = TakeDigits(text, 2);
  return text == "Z" ? ToInstant(civil) : std::nullopt;
}

// `Mon, 23 Nov 2026 11:15:00 GMT`; the name of the day is not looked at.
std::optional<std::chrono::sys_seconds> ParseHttpDate(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const size_t comma = text.find(", ");
  if (comma == std::string_view::npos) {
    return std::nullopt;
  }
  text.remove_prefix(comma + 2);
  CivilTime civil;
  civil.day = TakeDigits(text, 2);
  if (!Take(text, " ")) {
    return std::nullopt;
  }
  const size_t month = kMonths.find(text.substr(0, 3));
  if (text.size() < 4 || month == std::string_view::npos || month % 3 != 0) {
    return std::nullopt;
  }
  civil.month = static_cast<int>(month / 3) + 1;
  text.remove_prefix(3);
  if (!Take(text, " ")) {
    return std::nullopt;
  }
  civil.year = TakeDigits(text, 4);
  if (!Take(text, " ")) {
    return std::nullopt;
  }
  civil.hour = TakeDigits(text, 2);
  const bool first_colon = Take(text, ":");
  civil.minute = TakeDigits(text, 2);
  const bool second_colon = Take(text, ":");
  civil.second = TakeDigits(text, 2);
  // UTC goes by several names, even within one signer.
  const bool is_utc = text == " GMT" || text == " UTC" || text == " +0000" || text == " -0000";
  return first_colon && second_colon && is_utc ? ToInstant(civil) : std::nullopt;
}

// The access key id may itself contain slashes, so the scope is taken from the end.
bool ReadCredential(std::string_view credential, SignatureClaims& claims) {
  const std::string_view whole = credential;
  if (credential.empty()) {
    return false;
  }
  for (std::string_view* part :
       {&claims.scope_end, &claims.service, &claims.region, &claims.date}) {
    const auto* const slash =
        static_cast<const char*>(memrchr(credential.data(), '/', credential.size()));
    if (slash == nullptr) {
      return false;
    }
    const auto before = static_cast<size_t>(slash - credential.data());
    *part = credential.substr(before + 1);
    credential = credential.substr(0, before);
  }
  claims.access_key_id = credential;
  claims.scope = whole.substr(std::min(whole.size(), credential.size() + 1));
  return !claims.access_key_id.empty();
}

bool ReadSignedHeaders(std::string_view list, SignatureClaims& claims) {
  if (list.ends_with(';')) {
    list.remove_suffix(1);
  }
  claims.signed_headers = list;
  size_t names = 1;
  char before = ';';
  for (char& c : claims.signed_headers) {
    if (c == ';') {
      ++names;
      if (before == ';') {
        return false;  // a name is empty
      }
    } else if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c | 0x20);
    }
    before = c;
  }
  return before != ';' && names <= kSignedHeadersMax;
}

bool ReadSignature(std::string_view signature, SignatureClaims& claims) {
  return signature.size() == 2 * claims.signature.size() &&
         base::HexDecodeInto(signature, claims.signature);
}

// The time of a request signed in its headers.
AuthResult<SignatureClaims> WithTime(SignatureClaims claims, std::span<const Header> headers) {
  if (const Header* amz_date = Find(headers, "x-amz-date"); amz_date != nullptr) {
    const std::string_view text = Trimmed(amz_date->value);
    const auto time = ParseBasicTime(text);
    if (!time.has_value()) {
      return Incomplete("The header X-Amz-Date must have the form yyyymmddThhmmssZ.");
    }
    claims.time_text = BasicTimeText(text);
    claims.time = *time;
    return claims;
  }
  const Header* date = Find(headers, "date");
  if (date == nullptr) {
    return Incomplete("A signed request needs the header X-Amz-Date or Date.");
  }
  const std::string_view text = Trimmed(date->value);
  auto time = ParseBasicTime(text);
  time = time.has_value() ? time : ParseHttpDate(text);
  if (!time.has_value()) {
    return Incomplete("The header Date cannot be read as a time.");
  }
  claims.time = *time;
  claims.time_text = BasicTimeText(*time);
  return claims;
}

AuthResult<SignatureClaims> ReadHeaderForm(std::string_view authorization,
                                           std::span<const Header> headers) {
  authorization = Trimmed(authorization);
  const size_t blank = authorization.find(' ');
  const std::string_view algorithm = authorization.substr(0, blank);
  if (algorithm != kAlgorithm || blank == std::string_view::npos) {
    return Incomplete("The Authorization header must begin with " + std::string(kAlgorithm) +
                      "; other algorithms are not supported.");
  }
  SignatureClaims claims;
  std::string_view credential;
  std::string_view signed_headers;
  std::string_view signature;
  const std::array<std::pair<std::string_view, std::string_view*>, 3> parts = {
      {{"Credential", &credential}, {"SignedHeaders", &signed_headers}, {"Signature", &signature}}};
  for (std::string_view rest = authorization.substr(blank + 1); !rest.empty();) {
    const size_t comma = rest.find(',');
    const std::string_view part = Trimmed(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    const size_t equals = part.find('=');
    const auto known = std::find_if(parts.begin(), parts.end(), [&](const auto& candidate) {
      return candidate.first == part.substr(0, equals);
    });
    if (equals == std::string_view::npos || (known != parts.end() && !known->second->empty())) {
      return Incomplete("The Authorization header cannot be parsed.");
    }
    if (known != parts.end()) {
      *known->second = part.substr(equals + 1);
    }
  }
  if (!ReadCredential(credential, claims)) {
    return Incomplete(
        "The Authorization header needs Credential={key id}/{date}/{region}/{service}/"
        "aws4_request.");
  }
  if (!ReadSignedHeaders(signed_headers, claims)) {
    return Incomplete("The Authorization header needs SignedHeaders, names separated by ;.");
  }
  if (!ReadSignature(signature, claims)) {
    return Incomplete("The Authorization header needs Signature, 64 hexadecimal digits.");
  }
  if (const Header* token = Find(headers, "x-amz-security-token"); token != nullptr) {
    claims.session_token = Trimmed(token->value);
  }
  return WithTime(std::move(claims), headers);
}

AuthResult<SignatureClaims> ReadQueryForm(std::span<const Header> headers,
                                          const std::vector<QueryParameter>& query) {
  const auto value = [&](std::string_view name) {
    const QueryParameter* found = Find(query, name);
    return found == nullptr ? std::string_view() : std::string_view(found->value);
  };
  SignatureClaims claims;
  claims.form = SignatureClaims::Form::kQuery;
  if (value("X-Amz-Algorithm") != kAlgorithm) {
    return Incomplete("X-Amz-Algorithm must be " + std::string(kAlgorithm) + ".");
  }
  if (!ReadCredential(value("X-Amz-Credential"), claims)) {
    return Incomplete("X-Amz-Credential must be {key id}/{date}/{region}/{service}/aws4_request.");
  }
  if (!ReadSignedHeaders(value("X-Amz-SignedHeaders"), claims)) {
    return Incomplete("X-Amz-SignedHeaders must be header names separated by ;.");
  }
  if (!ReadSignature(value("X-Amz-Signature"), claims)) {
    return Incomplete("X-Amz-Signature must be 64 hexadecimal digits.");
  }
  const std::string_view time_text = value("X-Amz-Date");
  const auto time = ParseBasicTime(time_text);
  if (!time.has_value()) {
    return Incomplete("X-Amz-Date must have the form yyyymmddThhmmssZ.");
  }
  claims.time_text = BasicTimeText(time_text);
  claims.time = *time;
  const std::string_view expires = value("X-Amz-Expires");
  int64_t seconds = 0;
  const auto [end, error] =
      std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  if (error != std::errc() || end != expires.data() + expires.size() || seconds < 1 ||
      seconds > kExpiresMax.count()) {
    return Incomplete("X-Amz-Expires must be a number of seconds from 1 to 604800.");
  }
  claims.expires = std::chrono::seconds(seconds);
  claims.session_token = value("X-Amz-Security-Token");
  if (const Header* token = Find(headers, "x-amz-security-token");
      token != nullptr && claims.session_token.empty()) {
    claims.session_token = Trimmed(token->value);
  }
  return claims;
}

}  // namespace

AuthResult<SignatureClaims> ReadSignatureClaims(std::span<const Header> headers,
                                                const std::vector<QueryParameter>& query) {
  const Header* authorization = Find(headers, "authorization");
  const bool presigned = Find(query, "X-Amz-Algorithm") != nullptr ||
                         Find(query, "X-Amz-Signature") != nullptr ||
                         Find(query, "X-Amz-Credential") != nullptr;
  if (authorization != nullptr && presigned) {
    return Incomplete("A request is signed in the Authorization header or in the query, not both.");
  }
  if (authorization != nullptr) {
    return ReadHeaderForm(authorization->value, headers);
  }
  if (presigned) {
    return ReadQueryForm(headers, query);
  }
  if (Find(query, "AWSAccessKeyId") != nullptr) {
    return Incomplete("Signature Version 2 is not supported; sign with Signature Version 4.");
  }
  return AuthError{AuthFailure::kMissingToken, "The request is not signed."};
}

BasicTimeText::BasicTimeText(std::string_view text) {
  PINION_ASSERT(text.size() == digits_.size());
  std::copy(text.begin(), text.end(), digits_.begin());
}

BasicTimeText::BasicTimeText(std::chrono::sys_seconds at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  // From its last digit.
  const auto write = [this](size_t end, int64_t value, size_t digits) {
    for (; digits > 0; --digits, value /= 10) {
      digits_[--end] = static_cast<char>('0' + value % 10);
    }
  };
  write(4, static_cast<int>(date.year()), 4);
  write(6, static_cast<unsigned>(date.month()), 2);
  write(8, static_cast<unsigned>(date.day()), 2);
  digits_[8] = 'T';
  write(11, time.hours().count(), 2);
  write(13, time.minutes().count(), 2);
  write(15, time.seconds().count(), 2);
  digits_[15] = 'Z';
}

}  // namespace pinion::auth

// Identifiers. StrongId keeps the ids of different kinds apart at compile time; IdGenerator makes the random ones.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/random.h"

namespace pinion::base {

// A string id of one kind. `Tag` only names the kind.
template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}
  explicit StrongId(std::string_view value) : value_(value) {}
  explicit StrongId(const char* value) : value_(value) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }
  auto operator<=>(const StrongId&) const = default;

 private:
  std::string value_;
};

using AppId = StrongId<struct AppIdTag>;
using EndpointId = StrongId<struct EndpointIdTag>;  // as the caller wrote it; compared by EndpointKey (AUD-2)
using UserId = StrongId<struct UserIdTag>;
using SegmentId = StrongId<struct SegmentIdTag>;
using CampaignId = StrongId<struct CampaignIdTag>;
using JourneyId = StrongId<struct JourneyIdTag>;
using ActivityId = StrongId<struct ActivityIdTag>;
using JobId = StrongId<struct JobIdTag>;
using MessageId = StrongId<struct MessageIdTag>;

// Thread-safe.
class IdGenerator {
 public:
  explicit IdGenerator(RandomSource& random) : random_(random) {}
  // 32 lower-case hexadecimal characters (API-70).
  std::string NewHexId();
  // A lower-case version 4 UUID, for request ids (API-4).
  std::string NewUuid();
  // `length` characters of A-Z and 2-7, for access key ids (AUTH-30).
  std::string NewBase32(size_t length);
  // `length` characters of A-Z, a-z, 0-9, for secrets.
  std::string NewAlphanumeric(size_t length);

 private:
  RandomSource& random_;
};

}  // namespace pinion::base

template <class Tag>
struct std::hash<pinion::base::StrongId<Tag>> {
  size_t operator()(const pinion::base::StrongId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.value());
  }
};

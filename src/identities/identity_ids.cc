#include "identities/identity_ids.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.h"
#include "base/hex.h"

// The 16 bytes of an id that Pinion made:
//   8  body: random for a guest, a keyed digest of pool and login otherwise
//   4  mark of the pool, hidden by bytes 0-3 of the check
//   4  check of the body: bytes 4-7 for a guest, 8-11 for a login
// where the check is HMAC-SHA-256(key, body). Somebody else's id passes once in 2^31.
namespace pinion::identities {
namespace {

constexpr size_t kBodyBytes = 8;
constexpr size_t kMarkBytes = 4;
constexpr size_t kUuidBytes = 16;
constexpr size_t kUuidCharacters = 36;
constexpr size_t kRegionCharactersMax = 64;
constexpr std::array<size_t, 4> kDashes = {8, 13, 18, 23};

bool IsDash(size_t index) {
  return std::find(kDashes.begin(), kDashes.end(), index) != kDashes.end();
}

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string UuidText(std::string_view bytes) {
  std::string text;
  for (const char digit : base::HexEncode(bytes)) {
    if (IsDash(text.size())) {
      text.push_back('-');
    }
    text.push_back(digit);
  }
  return text;
}

std::string UuidBytes(std::string_view id) {
  std::string digits(id.substr(id.find(':') + 1));
  std::erase(digits, '-');
  return base::HexDecode(digits).value_or("");
}

std::string BigEndian(uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(number >> shift));
  }
  return bytes;
}

uint32_t NumberOf(std::string_view bytes) {
  uint32_t number = 0;
  for (const char byte : bytes) {
    number = number << 8 | static_cast<uint8_t>(byte);
  }
  return number;
}

std::string_view CheckOf(std::string_view keyed, IdentityIds::Origin origin) {
  return keyed.substr(origin == IdentityIds::Origin::kGuest ? 4 : 8, 4);
}

std::string RandomBytes(base::RandomSource& random, size_t count) {
  std::array<uint8_t, kUuidBytes> bytes{};
  random.Fill(bytes);
  return std::string(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(count));
}

// Each part behind its length, so that no two logins have the same text.
void AppendPart(std::string& text, std::string_view part) {
  text.append(std::to_string(part.size())).append(":").append(part);
}

}  // namespace

bool IsWellFormedId(std::string_view id) {
  const size_t colon = id.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > kRegionCharactersMax ||
      id.size() != colon + 1 + kUuidCharacters) {
    return false;
  }
  const std::string_view region = id.substr(0, colon);
  const std::string_view uuid = id.substr(colon + 1);
  for (size_t i = 0; i < uuid.size(); ++i) {
    if (IsDash(i) ? uuid[i] != '-' : !IsHex(uuid[i])) {
      return false;
    }
  }
  return region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
         std::string_view::npos;
}

std::string_view RegionOfId(std::string_view id) {
  return id.substr(0, id.find(':'));
}

IdentityIds::IdentityIds(std::string key, base::RandomSource& random)
    : key_(std::move(key)), random_(random) {}

std::string IdentityIds::NewGuest(std::string_view pool_id) const {
  return Finish(pool_id, RandomBytes(random_, kBodyBytes), Origin::kGuest);
}

std::string IdentityIds::OfLogin(std::string_view pool_id, const Login& login) const {
  std::string text = "login";
  AppendPart(text, pool_id);
  AppendPart(text, login.issuer);
  AppendPart(text, login.subject);
  return Finish(pool_id, base::HmacSha256(key_, text).substr(0, kBodyBytes), Origin::kLogin);
}

std::string IdentityIds::NewPool(std::string_view region) const {
  return std::string(region) + ":" + UuidText(RandomBytes(random_, kUuidBytes));
}

std::string IdentityIds::Finish(std::string_view pool_id,
                                std::string_view body,
                                Origin origin) const {
  const std::string keyed = base::HmacSha256(key_, body);
  std::string bytes(body);
  bytes += BigEndian(MarkOf(pool_id) ^ NumberOf(std::string_view(keyed).substr(0, kMarkBytes)));
  bytes += CheckOf(keyed, origin);
  return std::string(RegionOfId(pool_id)) + ":" + UuidText(bytes);
}

IdentityIds::Known IdentityIds::Recognise(std::string_view id) const {
  const std::string bytes = UuidBytes(id);
  if (bytes.size() != kUuidBytes) {
    return {};
  }
  const std::string_view view = bytes;
  const std::string keyed = base::HmacSha256(key_, view.substr(0, kBodyBytes));
  const std::string_view check = view.substr(kBodyBytes + kMarkBytes);
  for (const Origin origin : {Origin::kGuest, Origin::kLogin}) {
    if (base::EqualInConstantTime(check, CheckOf(keyed, origin))) {
      return {origin,
              NumberOf(view.substr(kBodyBytes, kMarkBytes)) ^
                  NumberOf(std::string_view(keyed).substr(0, kMarkBytes))};
    }
  }
  return {};
}

uint32_t IdentityIds::MarkOf(std::string_view pool_id) {
  return NumberOf(base::Sha256(pool_id).substr(0, kMarkBytes));
}

}  // namespace pinion::identities

#include "privacy/person.h"

#include <algorithm>
#include <utility>

#include "audience/endpoint_identity.h"
#include "base/digest.h"
#include "base/hex.h"
#include "delivery/outcome.h"
#include "delivery/wire_address.h"

namespace pinion::privacy {
namespace {

using audience::EndpointKey;

constexpr size_t kSuffixDigits = 12;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// A plus and digits, grouped in whichever way.
bool LooksLikeNumber(std::string_view text) {
  return std::any_of(text.begin(), text.end(), IsDigit) &&
         text.find_first_not_of("+0123456789 ()-./") == std::string_view::npos;
}

// Of what ids and addresses are made, so that one is not found within another.
bool IsOfWord(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("_-.@+").find(c) != std::string_view::npos;
}

bool EndsAt(std::string_view text, size_t at) {
  // A full stop ends a sentence, or is the middle of a word.
  return at == text.size() || !IsOfWord(text[at]) ||
         (text[at] == '.' && (at + 1 == text.size() || !IsOfWord(text[at + 1])));
}

bool IsWordAt(std::string_view text, size_t at, size_t size) {
  return (at == 0 || !IsOfWord(text[at - 1])) && EndsAt(text, at + size);
}

std::string Suffixed(const Pseudonyms& pseudonyms, std::string_view kind, std::string_view text) {
  const std::string digest =
      base::HmacSha256(pseudonyms.salt, std::string(kind) + std::string(text));
  return pseudonyms.person + "-" + base::HexEncode(digest).substr(0, kSuffixDigits);
}

std::string Hash(std::string_view key,
                 const base::AppId& app,
                 std::string_view kind,
                 std::string_view text) {
  return base::HexEncode(
      base::HmacSha256(key, app.value() + "|" + std::string(kind) + "|" + std::string(text)));
}

}  // namespace

std::string Pseudonyms::OfEndpoint(std::string_view endpoint_id) const {
  return Suffixed(*this, "endpoint|", EndpointKey(endpoint_id));
}

std::string Pseudonyms::OfSession(std::string_view session_id) const {
  return Suffixed(*this, "session|", session_id);
}

std::string AddressKey(std::string_view address) {
  if (address.find('@') != std::string_view::npos) {
    return EndpointKey(address);
  }
  if (!LooksLikeNumber(address)) {
    return std::string(address);
  }
  std::string digits;
  std::copy_if(address.begin(), address.end(), std::back_inserter(digits), IsDigit);
  return digits;
}

Person::Person(const base::AppId& app, const Ids& ids) : is_of_address_(ids.is_of_address) {
  for (const std::string& id : ids.user_ids) {
    users_.insert(id);
    AddName(id, Kind::kUser);
  }
  for (const std::string& id : ids.endpoint_ids) {
    endpoints_.insert(EndpointKey(id));
    AddName(EndpointKey(id), Kind::kEndpoint);
  }
  for (const std::string& address : ids.addresses) {
    addresses_.insert(AddressKey(address));
    AddName(EndpointKey(address), Kind::kAddress);
    for (const std::string_view channel : {"EMAIL", "SMS", "VOICE"}) {
      const auto on_the_wire = delivery::WireAddress(channel, address);
      if (on_the_wire.ok()) {
        clients_.insert(delivery::ClientIdOfAddress(app, channel, *on_the_wire));
        AddName(EndpointKey(*on_the_wire), Kind::kAddress);
      }
    }
  }
  std::stable_sort(names_.begin(), names_.end(), [](const Name& a, const Name& b) {
    return a.text.size() > b.text.size();
  });
}

void Person::AddName(std::string text, Kind kind) {
  if (!text.empty()) {
    names_.push_back({std::move(text), kind});
  }
}

bool Person::HasEndpoint(std::string_view id) const {
  const std::string key = EndpointKey(id);
  return endpoints_.contains(key) || clients_.contains(key);
}

bool Person::HasAddress(std::string_view address) const {
  return !address.empty() && addresses_.contains(AddressKey(address));
}

bool Person::Owns(const delivery::MessageRecord& message) const {
  return HasUser(message.user_id) || HasEndpoint(message.endpoint_id) ||
         ((is_of_address_ || message.endpoint_id.empty()) && HasAddress(message.address));
}

bool Person::Owns(const eventlog::Event& event) const {
  if (HasUser(event.user_id) || HasEndpoint(event.endpoint_id)) {
    return true;
  }
  return is_of_address_ && event.origin == eventlog::Origin::kSystem &&
         (HasAddressIn(event.facets_json) ||
          std::any_of(event.attributes.begin(), event.attributes.end(), [this](const auto& each) {
            return HasAddress(each.second);
          }));
}

std::optional<std::string> Person::PseudonymOf(std::string_view text,
                                               const Pseudonyms& pseudonyms) const {
  if (endpoints_.contains(EndpointKey(text))) {
    return pseudonyms.OfEndpoint(text);
  }
  if (HasUser(text) || HasAddress(text)) {
    return pseudonyms.person;
  }
  return std::nullopt;
}

std::optional<std::string> Person::Replace(std::string_view text,
                                           const Pseudonyms& pseudonyms) const {
  std::string result(text);
  bool found = false;
  for (const Name& name : names_) {
    if (name.text.size() < kNameBytesMin) {
      break;
    }
    std::string folded = name.kind == Kind::kUser ? result : EndpointKey(result);
    size_t at = folded.find(name.text);
    while (at != std::string::npos) {
      if (!IsWordAt(folded, at, name.text.size())) {
        at = folded.find(name.text, at + 1);
        continue;
      }
      const std::string pseudonym =
          name.kind == Kind::kEndpoint ? pseudonyms.OfEndpoint(name.text) : pseudonyms.person;
      result.replace(at, name.text.size(), pseudonym);
      folded.replace(at, name.text.size(), pseudonym);
      found = true;
      at = folded.find(name.text, at + pseudonym.size());
    }
  }
  return found ? std::optional(std::move(result)) : std::nullopt;
}

bool Person::HasAddressIn(std::string_view text) const {
  const std::string folded = EndpointKey(text);
  return std::any_of(names_.begin(), names_.end(), [&folded](const Name& name) {
    if (name.kind != Kind::kAddress || name.text.size() < kNameBytesMin) {
      return false;
    }
    size_t at = folded.find(name.text);
    while (at != std::string::npos && !IsWordAt(folded, at, name.text.size())) {
      at = folded.find(name.text, at + 1);
    }
    return at != std::string::npos;
  });
}

std::string HashOfUser(std::string_view key, const base::AppId& app, std::string_view id) {
  return Hash(key, app, "user", id);
}

std::string HashOfEndpoint(std::string_view key, const base::AppId& app, std::string_view id) {
  return Hash(key, app, "endpoint", EndpointKey(id));
}

std::string HashOfAddress(std::string_view key, const base::AppId& app, std::string_view address) {
  return Hash(key, app, "address", AddressKey(address));
}

std::vector<std::string> HashesOf(std::string_view key,
                                  const base::AppId& app,
                                  const Person::Ids& ids) {
  std::vector<std::string> hashes;
  for (const std::string& id : ids.user_ids) {
    hashes.push_back(HashOfUser(key, app, id));
  }
  for (const std::string& id : ids.endpoint_ids) {
    hashes.push_back(HashOfEndpoint(key, app, id));
  }
  for (const std::string& address : ids.addresses) {
    hashes.push_back(HashOfAddress(key, app, address));
  }
  return hashes;
}

}  // namespace pinion::privacy

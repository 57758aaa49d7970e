// Who an erasure or an access request is about: the ids and addresses that belong to one person of
// one application, and what names them. Immutable; safe to read from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "delivery/message.h"
#include "eventlog/event.h"

namespace pinion::privacy {

// What stands in the place of an erased person: one random text for users and addresses, and for
// each endpoint and session one that begins with it, so that as many are counted as before. What
// leads from an id to its pseudonym is the salt, which is forgotten with the ids.
struct Pseudonyms {
  std::string person;
  std::string salt;

  std::string OfEndpoint(std::string_view endpoint_id) const;
  std::string OfSession(std::string_view session_id) const;
};

class Person {
 public:
  struct Ids {
    std::vector<std::string> user_ids = {};
    std::vector<std::string> endpoint_ids = {};
    std::vector<std::string> addresses = {};
    // The request named the address itself: it counts wherever it is found, also with endpoints
    // that do not have it any more.
    bool is_of_address = false;
  };
  Person(const base::AppId& app, const Ids& ids);

  bool HasUser(std::string_view id) const { return users_.contains(std::string(id)); }
  bool HasEndpoint(std::string_view id) const;
  bool HasAddress(std::string_view address) const;
  // In lower case, as audience::EndpointKey makes them.
  const std::set<std::string>& endpoint_keys() const { return endpoints_; }
  const std::set<std::string>& user_ids() const { return users_; }

  bool Owns(const delivery::MessageRecord& message) const;
  bool Owns(const eventlog::Event& event) const;

  // Whether `text` is one of the ids or addresses, and what takes its place.
  std::optional<std::string> PseudonymOf(std::string_view text, const Pseudonyms& pseudonyms) const;
  // `text` with pseudonyms for every id and address of at least kNameBytesMin bytes that stands in
  // it as a word; nothing if there is none.
  static constexpr size_t kNameBytesMin = 4;
  std::optional<std::string> Replace(std::string_view text, const Pseudonyms& pseudonyms) const;
  bool IsNamedIn(std::string_view text) const { return Replace(text, {}).has_value(); }
  // Whether one of the addresses stands in it.
  bool HasAddressIn(std::string_view text) const;

 private:
  enum class Kind : uint8_t { kUser, kEndpoint, kAddress };
  struct Name {
    std::string text;  // as it is searched for: user ids as they are, all else in lower case
    Kind kind;
  };

  void AddName(std::string text, Kind kind);

  bool is_of_address_;
  std::set<std::string> users_;
  std::set<std::string> endpoints_;  // keys
  std::set<std::string> addresses_;  // keys
  std::set<std::string> clients_;    // STR-21: what events of messages to raw addresses are about
  std::vector<Name> names_;          // longest first
};

// The text by which addresses of any channel are compared: mailboxes in lower case, numbers by
// their digits, tokens as they are.
std::string AddressKey(std::string_view address);

// Keyed hashes of ids and addresses: they tell whether one that is met again is the same, and
// nothing else. `key` stays with the server.
std::string HashOfUser(std::string_view key, const base::AppId& app, std::string_view id);
std::string HashOfEndpoint(std::string_view key, const base::AppId& app, std::string_view id);
std::string HashOfAddress(std::string_view key, const base::AppId& app, std::string_view address);
// Of all that `ids` has.
std::vector<std::string> HashesOf(std::string_view key,
                                  const base::AppId& app,
                                  const Person::Ids& ids);

}  // namespace pinion::privacy

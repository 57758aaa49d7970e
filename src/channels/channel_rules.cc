#include "channels/channel_rules.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "channels/mailbox.h"
#include "model/codec.h"

namespace pinion::channels {

namespace {

constexpr size_t kSenderIdCharactersMax = 11;
constexpr std::string_view kPemMarker = "-----BEGIN";

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

base::Status CheckSenderId(std::string_view sender) {
  const bool characters_fit = std::all_of(sender.begin(), sender.end(), [](char c) {
    return IsLetter(c) || IsDigit(c) || c == ' ' || c == '-';
  });
  // Digits only: promotional ids of India.
  const bool named = std::any_of(sender.begin(), sender.end(), IsLetter) ||
                     std::all_of(sender.begin(), sender.end(), IsDigit);
  if (sender.empty() || sender.size() > kSenderIdCharactersMax || !characters_fit || !named) {
    return base::InvalidArgument(
        "Member 'SenderId' must have 1 to 11 letters, digits, blanks or hyphens and at least one "
        "letter.");
  }
  return {};
}

bool IsP256Key(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  if (bio == nullptr || pem.find("BEGIN PRIVATE KEY") == std::string::npos) {
    return false;
  }
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_EC) {
    return false;
  }
  char group[64] = {};
  size_t length = 0;
  return EVP_PKEY_get_group_name(key.get(), group, sizeof(group), &length) == 1 &&
         std::string_view(group, length) == SN_X9_62_prime256v1;
}

base::Status CheckTokenKey(const std::string& key) {
  if (key.starts_with(kPemMarker) && !IsP256Key(key)) {
    return base::InvalidArgument(
        "Member 'TokenKey' must be a PKCS#8 private key on the curve P-256 in PEM form.");
  }
  return {};
}

base::Status CheckServiceJson(const std::string& json) {
  const auto account = model::Decode<model::FcmServiceAccount>(json);
  if (!account.ok()) {
    return base::InvalidArgument(
        "Member 'ServiceJson' must be a JSON object with 'client_email', 'private_key', "
        "'project_id' and 'token_uri'.");
  }
  return {};
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

base::Status CheckMethod(const ChannelKind& kind, const std::string& method) {
  const std::string lower = Lower(method);
  if (kind.family == ChannelFamily::kGcm && lower != "key" && lower != "token") {
    return base::InvalidArgument("Member 'DefaultAuthenticationMethod' must be KEY or TOKEN.");
  }
  if (kind.family == ChannelFamily::kApns && lower != "key" && lower != "certificate") {
    return base::InvalidArgument(
        "Member 'DefaultAuthenticationMethod' must be key or certificate.");
  }
  return {};
}

base::Status CheckFilled(std::string_view member, const std::optional<std::string>& value) {
  if (!value || value->empty()) {
    return base::InvalidArgument("Member '" + std::string(member) + "' must not be empty.");
  }
  return {};
}

base::Status CheckEmail(const model::ChannelUpdate& update) {
  if (!ParseMailbox(update.from_address.value_or(""))) {
    return base::InvalidArgument(
        "Member 'FromAddress' must be an address such as a@b.example or Name <a@b.example>.");
  }
  return {};
}

}  // namespace

base::Status CheckUpdate(const ChannelKind& kind, const model::ChannelUpdate& update) {
  if (kind.family == ChannelFamily::kEmail) {
    PINION_CHECK(CheckEmail(update));
  }
  if (kind.family == ChannelFamily::kAdm) {
    PINION_CHECK(CheckFilled("ClientId", update.client_id));
    PINION_CHECK(CheckFilled("ClientSecret", update.client_secret));
  }
  if (kind.family == ChannelFamily::kBaidu) {
    PINION_CHECK(CheckFilled("ApiKey", update.api_key));
    PINION_CHECK(CheckFilled("SecretKey", update.secret_key));
  }
  if (update.sender_id) {
    PINION_CHECK(CheckSenderId(*update.sender_id));
  }
  if (update.token_key) {
    PINION_CHECK(CheckTokenKey(*update.token_key));
  }
  if (update.service_json) {
    PINION_CHECK(CheckServiceJson(*update.service_json));
  }
  if (update.default_authentication_method && !update.default_authentication_method->empty()) {
    PINION_CHECK(CheckMethod(kind, *update.default_authentication_method));
  }
  return {};
}

bool HasTokenKey(const model::ChannelCredentials& credentials) {
  return credentials.token_key.has_value();
}

bool HasAnyCredential(const model::ChannelCredentials& credentials) {
  return credentials != model::ChannelCredentials{};
}

std::string AuthenticationMethod(const ChannelKind& kind,
                                 const model::ChannelSettings& settings,
                                 const model::ChannelCredentials& credentials) {
  if (settings.default_authentication_method && !settings.default_authentication_method->empty()) {
    return *settings.default_authentication_method;
  }
  if (kind.family == ChannelFamily::kGcm) {
    return credentials.service_json && !credentials.api_key ? "TOKEN" : "KEY";
  }
  return credentials.certificate && !credentials.token_key ? "certificate" : "key";
}

}  // namespace pinion::channels

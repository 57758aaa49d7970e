// Verifies Signature Version 4 (AUTH-1 to AUTH-11): parses what the request says, checks scope,
// time and payload, and tries the few readings of path, query and host on which signers differ.
// Pure but for a cache of derived keys. Thread-safe; never blocks on I/O.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth_error.h"
#include "auth/canonical_request.h"
#include "auth/credentials.h"
#include "auth/signature_claims.h"
#include "base/clock.h"
#include "base/digest.h"

namespace pinion::auth {

// A request as it was received. The views must live as long as the call.
struct SignedRequest {
  std::string_view method;
  // Not decoded, without the query.
  std::string_view path;
  // Not decoded, without `?`.
  std::string_view query;
  std::span<const Header> headers;
  std::string_view body;
  // SHA-256 of the body in lower-case hexadecimal, if the caller has it already.
  std::string_view body_sha256 = {};
  // X-Forwarded-Host, if a trusted proxy has set it.
  std::string_view forwarded_host = {};
};

struct VerifiedCaller {
  std::string access_key_id;
  std::string region;
  std::string service;
  // With whose secret the request was signed.
  Credential credential;
};

class SigV4Verifier {
 public:
  struct Options {
    std::chrono::seconds clock_skew{300};
    // `*` stands for one label or part of one.
    std::vector<std::string> host_aliases = {"pinpoint.*.amazonaws.com",
                                             "pinpoint-fips.*.amazonaws.com",
                                             "cognito-identity.*.amazonaws.com",
                                             "email.*.amazonaws.com",
                                             "sms-voice.*.amazonaws.com"};
    size_t derived_keys_max = 4096;
  };
  // AUTH-10: what a wrong signature may cost.
  static constexpr int kCandidatesMax = 24;

  // `credentials` must outlive it.
  SigV4Verifier(Options options, const CredentialSource& credentials);
  ~SigV4Verifier();
  SigV4Verifier(const SigV4Verifier&) = delete;
  SigV4Verifier& operator=(const SigV4Verifier&) = delete;

  // `now` is the wall clock.
  AuthResult<VerifiedCaller> Verify(const SignedRequest& request, base::Timestamp now) const;

 private:
  struct DerivedName;
  class DerivedKeys;
  struct SecretCheck;
  // Nothing if one of the candidates has the signature.
  std::optional<AuthError> CheckSecret(const SignedRequest& request,
                                       const std::vector<QueryParameter>& parameters,
                                       const SignatureClaims& claims,
                                       const SecretCheck& check) const;
  struct KeyCheck {
    const base::HmacSha256Key& key;
    int candidates_max;
  };
  std::optional<AuthError> CheckSignature(const SignedRequest& request,
                                          const std::vector<QueryParameter>& parameters,
                                          const SignatureClaims& claims,
                                          const KeyCheck& with) const;

  const Options options_;
  const CredentialSource& credentials_;
  const std::unique_ptr<DerivedKeys> derived_keys_;
};

}  // namespace pinion::auth

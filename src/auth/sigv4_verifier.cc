#include "auth/sigv4_verifier.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "auth/signature_claims.h"
#include "auth/signing_key.h"
#include "base/digest.h"
#include "base/hex.h"

namespace pinion::auth {
namespace {

constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
constexpr std::string_view kStreamingPrefix = "STREAMING-";
constexpr std::string_view kSignatureParameter = "X-Amz-Signature";
constexpr std::string_view kTokenParameter = "X-Amz-Security-Token";
constexpr size_t kRegionMax = 64;
constexpr size_t kHostMax = 253;
constexpr std::array<std::string_view, 7> kServices = {
    "mobiletargeting", "pinpoint", "ses", "sms-voice", "tagging", "sts", "cognito-identity"};

AuthError Invalid(std::string message) {
  return {AuthFailure::kInvalidSignature, std::move(message)};
}

std::string_view ValueOf(std::span<const Header> headers, std::string_view name) {
  for (const Header& header : headers) {
    if (EqualsIgnoringCase(header.name, name)) {
      return header.value;
    }
  }
  return {};
}

std::optional<AuthError> CheckScope(const SignatureClaims& claims) {
  if (claims.scope_end != kScopeEnd) {
    return Invalid("The credential scope must end with aws4_request.");
  }
  if (claims.date != std::string_view(claims.time_text).substr(0, claims.date.size()) ||
      claims.date.size() != 8) {
    return Invalid("The date of the credential scope, " + claims.date +
                   ", is not that of X-Amz-Date, " + claims.time_text + ".");
  }
  if (claims.region.empty() || claims.region.size() > kRegionMax ||
      claims.region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") !=
          std::string::npos) {
    return Invalid("The region of the credential scope must be 1 to 64 of a-z, 0-9 and -.");
  }
  if (std::find(kServices.begin(), kServices.end(), claims.service) == kServices.end()) {
    return Invalid("The service of the credential scope, " + claims.service +
                   ", is not known here; Pinpoint's is mobiletargeting.");
  }
  return std::nullopt;
}

std::optional<AuthError> CheckTime(const SignatureClaims& claims,
                                   base::Timestamp wall_clock,
                                   std::chrono::seconds skew) {
  const auto now = std::chrono::floor<std::chrono::seconds>(wall_clock);
  const auto off_by_more = [&] {
    return FormatBasicTime(now) + ", " + std::to_string(skew.count()) + " s allowed";
  };
  if (claims.time > now + skew) {
    return Invalid("Signature not yet current: " + claims.time_text + " is still later than " +
                   FormatBasicTime(now + skew) + " (now it is " + off_by_more() + ").");
  }
  if (claims.form == SignatureClaims::Form::kQuery) {
    const auto end = claims.time + claims.expires;
    if (end < now) {
      return Invalid("Signature expired: it was valid until " + FormatBasicTime(end) +
                     ", now it is " + FormatBasicTime(now) + ".");
    }
  } else if (claims.time < now - skew) {
    return Invalid("Signature expired: " + claims.time_text + " is now earlier than " +
                   FormatBasicTime(now - skew) + " (now it is " + off_by_more() + ").");
  }
  return std::nullopt;
}

// `*` matches within one label.
bool MatchesAlias(std::string_view pattern, std::string_view host) {
  if (pattern.empty()) {
    return host.empty();
  }
  if (pattern.front() == '*') {
    for (size_t taken = 0;; ++taken) {
      if (MatchesAlias(pattern.substr(1), host.substr(taken))) {
        return true;
      }
      if (taken == host.size() || host[taken] == '.') {
        return false;
      }
    }
  }
  return !host.empty() && pattern.front() == host.front() &&
         MatchesAlias(pattern.substr(1), host.substr(1));
}

void AddDistinct(std::vector<std::string>& values, std::string value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) {
    values.push_back(std::move(value));
  }
}

std::vector<std::string> Paths(std::string_view path) {
  std::vector<std::string> paths = {CanonicalPath(path)};
  AddDistinct(paths, EncodedPath(path));
  AddDistinct(paths, std::string(path.empty() ? "/" : path));
  return paths;
}

std::vector<std::string> Queries(const SignedRequest& request,
                                 const std::vector<QueryParameter>& parameters,
                                 const SignatureClaims& claims) {
  const std::array<std::string_view, 2> left_out = {kSignatureParameter, kTokenParameter};
  const std::span<const std::string_view> signature_only = std::span(left_out).first(1);
  std::vector<std::string> queries = {CanonicalQuery(parameters, signature_only)};
  // Some signers add the session token after they have signed.
  if (claims.form == SignatureClaims::Form::kQuery && !claims.session_token.empty()) {
    AddDistinct(queries, CanonicalQuery(parameters, left_out));
  }
  AddDistinct(queries, QueryAsReceived(request.query, signature_only));
  return queries;
}

std::vector<std::string> Hosts(const SignedRequest& request,
                               const std::vector<std::string>& aliases) {
  std::string host;
  AppendHeaderValues(host, request.headers, "host");
  std::vector<std::string> hosts = {host};
  for (const std::string_view port : {":443", ":80"}) {
    if (host.ends_with(port)) {
      AddDistinct(hosts, host.substr(0, host.size() - port.size()));
    }
  }
  if (!request.forwarded_host.empty()) {
    AddDistinct(hosts, std::string(request.forwarded_host));
  }
  const std::string_view alias = ValueOf(request.headers, "x-pinion-signed-host");
  if (!alias.empty() && alias.size() <= kHostMax &&
      std::any_of(aliases.begin(), aliases.end(), [&](const auto& pattern) {
        return MatchesAlias(pattern, alias);
      })) {
    AddDistinct(hosts, std::string(alias));
  }
  return hosts;
}

// AUTH-8. The hashes that may have been signed, the likelier first.
AuthResult<std::vector<std::string>> PayloadHashes(const SignedRequest& request,
                                                   const SignatureClaims& claims) {
  constexpr std::string_view kHashOfNothing =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  const auto body_hash = [&] {
    if (!request.body_sha256.empty()) {
      return std::string(request.body_sha256);
    }
    return request.body.empty() ? std::string(kHashOfNothing)
                                : base::HexEncode(base::Sha256(request.body));
  };
  const std::string_view stated = ValueOf(request.headers, "x-amz-content-sha256");
  if (stated == kUnsignedPayload) {
    return std::vector<std::string>{std::string(stated)};
  }
  if (stated.starts_with(kStreamingPrefix)) {
    return AuthError{AuthFailure::kUnsupportedPayload,
                     "Bodies that are signed in chunks (x-amz-content-sha256: STREAMING-…) are "
                     "not supported."};
  }
  std::vector<std::string> hashes = {body_hash()};
  if (!stated.empty() && !EqualsIgnoringCase(stated, hashes.front())) {
    return Invalid("x-amz-content-sha256 is not the SHA-256 of the body that was received, " +
                   hashes.front() + ".");
  }
  if (!stated.empty()) {
    hashes.front() = stated;
  } else if (claims.form == SignatureClaims::Form::kQuery) {
    hashes.emplace_back(kUnsignedPayload);
  }
  return hashes;
}

// The canonical headers in two parts, with the value of `host` between them.
struct HeaderLines {
  std::string before_host;
  std::string after_host;
  std::string names;
};

AuthResult<HeaderLines> SignedHeaderLines(const SignedRequest& request,
                                          const SignatureClaims& claims) {
  HeaderLines lines;
  bool host_seen = false;
  for (const std::string& name : claims.signed_headers) {
    if (!lines.names.empty()) {
      lines.names.push_back(';');
    }
    lines.names.append(name);
    std::string& out = host_seen ? lines.after_host : lines.before_host;
    out.append(name).push_back(':');
    if (name == "host" && !host_seen) {
      host_seen = true;
      lines.after_host.push_back('\n');
      continue;
    }
    if (!AppendHeaderValues(out, request.headers, name)) {
      return Invalid("The header " + name + " is among the signed headers but was not received.");
    }
    out.push_back('\n');
  }
  if (!host_seen) {
    return Invalid("The header host must be among the signed headers.");
  }
  return lines;
}

// The readings of a request that are tried, each combination a candidate.
struct Readings {
  std::vector<std::string> payloads;
  std::vector<std::string> hosts;
  std::vector<std::string> paths;
  std::vector<std::string> queries;
};

// Compares candidates with the signature that came with the request.
class CandidateCheck {
 public:
  CandidateCheck(const SignedRequest& request,
                 const SignatureClaims& claims,
                 const HeaderLines& headers,
                 std::string_view key,
                 int candidates_max)
      : request_(request),
        claims_(claims),
        headers_(headers),
        key_(key),
        candidates_max_(candidates_max),
        scope_(claims.Scope()) {}

  bool MatchesAny(const Readings& readings) {
    for (const std::string& payload : readings.payloads) {
      for (const std::string& host : readings.hosts) {
        for (const std::string& path : readings.paths) {
          for (const std::string& query : readings.queries) {
            if (tried_ == candidates_max_) {
              return false;
            }
            if (Matches(payload, host, path, query)) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  // Shows the first candidate, which is what the specification asks for.
  AuthError Mismatch() const {
    return Invalid(
        "The signature does not match: check the secret key and what was signed. "
        "Canonical request as received:\n'" +
        first_canonical_ + "'\nString to sign:\n'" + first_to_sign_ + "'");
  }

 private:
  bool Matches(std::string_view payload,
               std::string_view host,
               std::string_view path,
               std::string_view query) {
    canonical_.clear();
    canonical_.append(request_.method).append("\n").append(path).append("\n");
    canonical_.append(query).append("\n");
    canonical_.append(headers_.before_host).append(host).append(headers_.after_host);
    canonical_.append("\n").append(headers_.names).append("\n").append(payload);
    if (canonical_ == first_canonical_) {
      return false;
    }
    ++tried_;
    std::string to_sign = StringToSign(claims_.time_text, scope_, canonical_);
    if (base::EqualInConstantTime(Signature(key_, to_sign), claims_.signature)) {
      return true;
    }
    if (tried_ == 1) {
      first_canonical_ = canonical_;
      first_to_sign_ = std::move(to_sign);
    }
    return false;
  }

  const SignedRequest& request_;
  const SignatureClaims& claims_;
  const HeaderLines& headers_;
  const std::string_view key_;
  const int candidates_max_;
  const std::string scope_;
  int tried_ = 0;
  std::string canonical_;
  std::string first_canonical_;
  std::string first_to_sign_;
};

}  // namespace

// Signing keys that have proven right, by access key, day, region and service.
class SigV4Verifier::DerivedKeys {
 public:
  explicit DerivedKeys(size_t entries_max) : entries_max_(entries_max) {}

  // Empty if it is not there or was made from another secret.
  std::string Find(const std::string& name, std::string_view secret) const {
    const std::shared_lock lock(mutex_);
    const auto entry = entries_.find(name);
    return entry != entries_.end() && base::EqualInConstantTime(entry->second.secret, secret)
               ? entry->second.key
               : std::string();
  }

  void Keep(const std::string& name, std::string_view secret, const std::string& key) {
    const std::unique_lock lock(mutex_);
    // Mostly yesterday's keys; the few in use come back at once.
    if (entries_.size() >= entries_max_) {
      entries_.clear();
    }
    entries_[name] = {std::string(secret), key};
  }

 private:
  struct Entry {
    std::string secret;
    std::string key;
  };

  const size_t entries_max_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

SigV4Verifier::SigV4Verifier(Options options, const CredentialSource& credentials)
    : options_(std::move(options)),
      credentials_(credentials),
      derived_keys_(std::make_unique<DerivedKeys>(options_.derived_keys_max)) {}

SigV4Verifier::~SigV4Verifier() = default;

AuthResult<VerifiedCaller> SigV4Verifier::Verify(const SignedRequest& request,
                                                 base::Timestamp now) const {
  const std::vector<QueryParameter> parameters = ParseQuery(request.query);
  AuthResult<SignatureClaims> parsed = ReadSignatureClaims(request.headers, parameters);
  if (!parsed.ok()) {
    return parsed.error();
  }
  SignatureClaims& claims = *parsed;
  if (const auto wrong = CheckScope(claims)) {
    return *wrong;
  }
  const AuthResult<Credential> credential =
      credentials_.Find(claims.access_key_id, claims.session_token);
  if (!credential.ok()) {
    return credential.error();
  }
  if (const auto wrong = CheckTime(claims, now, options_.clock_skew)) {
    return *wrong;
  }
  // While a key has two secrets, they share what a wrong signature may cost.
  const bool rotated = !credential->previous_secret.empty();
  SecretCheck check{credential->secret,
                    claims.access_key_id + "\n" + claims.Scope(),
                    rotated ? kCandidatesMax / 2 : kCandidatesMax};
  if (const auto wrong = CheckSecret(request, parameters, claims, check)) {
    check.secret = credential->previous_secret;
    check.cache_name += "\nprevious";
    if (!rotated || CheckSecret(request, parameters, claims, check)) {
      return *wrong;
    }
  }
  return VerifiedCaller{std::move(claims.access_key_id),
                        std::move(claims.region),
                        std::move(claims.service),
                        credential->session};
}

std::optional<AuthError> SigV4Verifier::CheckSecret(const SignedRequest& request,
                                                    const std::vector<QueryParameter>& parameters,
                                                    const SignatureClaims& claims,
                                                    const SecretCheck& check) const {
  std::string key = derived_keys_->Find(check.cache_name, check.secret);
  const bool cached = !key.empty();
  if (!cached) {
    key = DeriveSigningKey(check.secret, claims.date, claims.region, claims.service);
  }
  auto wrong = CheckSignature(request, parameters, claims, {key, check.candidates_max});
  // Only keys that were proven, so that nobody without a secret can fill the cache.
  if (!wrong && !cached) {
    derived_keys_->Keep(check.cache_name, check.secret, key);
  }
  return wrong;
}

std::optional<AuthError> SigV4Verifier::CheckSignature(
    const SignedRequest& request,
    const std::vector<QueryParameter>& parameters,
    const SignatureClaims& claims,
    const KeyCheck& with) const {
  const AuthResult<HeaderLines> headers = SignedHeaderLines(request, claims);
  if (!headers.ok()) {
    return headers.error();
  }
  const AuthResult<std::vector<std::string>> payloads = PayloadHashes(request, claims);
  if (!payloads.ok()) {
    return payloads.error();
  }
  // Nearly all signers agree on this one.
  const std::array<std::string_view, 1> signature_only = {kSignatureParameter};
  std::string host;
  AppendHeaderValues(host, request.headers, "host");
  Readings readings{.payloads = {payloads->front()},
                    .hosts = {std::move(host)},
                    .paths = {CanonicalPath(request.path)},
                    .queries = {CanonicalQuery(parameters, signature_only)}};
  CandidateCheck check(request, claims, *headers, with.key, with.candidates_max);
  if (check.MatchesAny(readings)) {
    return std::nullopt;
  }
  readings = {.payloads = *payloads,
              .hosts = Hosts(request, options_.host_aliases),
              .paths = Paths(request.path),
              .queries = Queries(request, parameters, claims)};
  if (check.MatchesAny(readings)) {
    return std::nullopt;
  }
  return check.Mismatch();
}

}  // namespace pinion::auth

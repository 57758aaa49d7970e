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
constexpr size_t kDateSize = 8;
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

bool MayBeInRegion(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

std::optional<AuthError> CheckScope(const SignatureClaims& claims) {
  if (claims.scope_end != kScopeEnd) {
    return Invalid("The credential scope must end with aws4_request.");
  }
  if (claims.date != claims.time_text.view().substr(0, kDateSize)) {
    return Invalid("The date of the credential scope, " + std::string(claims.date) +
                   ", is not that of X-Amz-Date, " + std::string(claims.time_text.view()) + ".");
  }
  if (claims.region.empty() || claims.region.size() > kRegionMax ||
      !std::all_of(claims.region.begin(), claims.region.end(), MayBeInRegion)) {
    return Invalid("The region of the credential scope must be 1 to 64 of a-z, 0-9 and -.");
  }
  if (std::find(kServices.begin(), kServices.end(), claims.service) == kServices.end()) {
    return Invalid("The service of the credential scope, " + std::string(claims.service) +
                   ", is not known here; Pinpoint's is mobiletargeting.");
  }
  return std::nullopt;
}

std::string TextOf(std::chrono::sys_seconds time) {
  return std::string(BasicTimeText(time).view());
}

std::optional<AuthError> CheckTime(const SignatureClaims& claims,
                                   base::Timestamp wall_clock,
                                   std::chrono::seconds skew) {
  const auto now = std::chrono::floor<std::chrono::seconds>(wall_clock);
  const auto off_by_more = [&] {
    return TextOf(now) + ", " + std::to_string(skew.count()) + " s allowed";
  };
  if (claims.time > now + skew) {
    return Invalid("Signature not yet current: " + std::string(claims.time_text.view()) +
                   " is still later than " + TextOf(now + skew) + " (now it is " + off_by_more() +
                   ").");
  }
  if (claims.form == SignatureClaims::Form::kQuery) {
    const auto end = claims.time + claims.expires;
    if (end < now) {
      return Invalid("Signature expired: it was valid until " + TextOf(end) + ", now it is " +
                     TextOf(now) + ".");
    }
  } else if (claims.time < now - skew) {
    return Invalid("Signature expired: " + std::string(claims.time_text.view()) +
                   " is now earlier than " + TextOf(now - skew) + " (now it is " + off_by_more() +
                   ").");
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

// AUTH-8. The hash of the payload that was signed.
struct PayloadHash {
  // As the header says it, or else of the body that was received.
  std::string_view signed_as;
  // A presigned query without the header may also have signed none.
  bool may_be_unsigned = false;
  // What signed_as may view.
  std::array<char, 64> digits{};
};

std::optional<AuthError> ReadPayloadHash(const SignedRequest& request,
                                         const SignatureClaims& claims,
                                         PayloadHash& hash) {
  constexpr std::string_view kHashOfNothing =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  const std::string_view stated = ValueOf(request.headers, "x-amz-content-sha256");
  if (stated == kUnsignedPayload) {
    hash.signed_as = stated;
    return std::nullopt;
  }
  if (stated.starts_with(kStreamingPrefix)) {
    return AuthError{AuthFailure::kUnsupportedPayload,
                     "Bodies that are signed in chunks (x-amz-content-sha256: STREAMING-…) are "
                     "not supported."};
  }
  std::string_view of_body = request.body_sha256.empty() ? kHashOfNothing : request.body_sha256;
  if (request.body_sha256.empty() && !request.body.empty()) {
    const base::Sha256Bytes digest = base::Sha256Of(request.body);
    base::HexEncodeInto({digest.data(), digest.size()}, hash.digits);
    of_body = {hash.digits.data(), hash.digits.size()};
  }
  if (!stated.empty() && !EqualsIgnoringCase(stated, of_body)) {
    return Invalid("x-amz-content-sha256 is not the SHA-256 of the body that was received, " +
                   std::string(of_body) + ".");
  }
  hash.signed_as = stated.empty() ? of_body : stated;
  hash.may_be_unsigned = stated.empty() && claims.form == SignatureClaims::Form::kQuery;
  return std::nullopt;
}

// The canonical headers, and where in them the value of `host` stands.
struct HeaderLines {
  std::string text;
  size_t host_at = 0;
  size_t host_size = 0;

  std::string_view host() const { return std::string_view(text).substr(host_at, host_size); }
};

std::optional<AuthError> AppendSignedHeaders(const SignedRequest& request,
                                             const SignatureClaims& claims,
                                             HeaderLines& lines) {
  constexpr size_t kUsualLines = 256;
  lines.text.reserve(kUsualLines);
  bool host_seen = false;
  for (std::string_view rest = claims.signed_headers; !rest.empty();) {
    const size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view name = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    lines.text.append(name).push_back(':');
    const size_t value_at = lines.text.size();
    const bool received = AppendHeaderValues(lines.text, request.headers, name);
    if (name == "host" && !host_seen) {
      host_seen = true;
      lines.host_at = value_at;
      lines.host_size = lines.text.size() - value_at;
    } else if (!received) {
      return Invalid("The header " + std::string(name) +
                     " is among the signed headers but was not received.");
    }
    lines.text.push_back('\n');
  }
  if (!host_seen) {
    return Invalid("The header host must be among the signed headers.");
  }
  return std::nullopt;
}

// The readings of a request that are tried, each combination a candidate.
struct Readings {
  std::vector<std::string_view> payloads;
  std::vector<std::string> hosts;
  std::vector<std::string> paths;
  std::vector<std::string> queries;
};

// Compares candidates with the signature that came with the request.
class CandidateCheck {
 public:
  struct Parts {
    const SignedRequest& request;
    const SignatureClaims& claims;
    const HeaderLines& headers;
    const base::HmacSha256Key& key;
    int candidates_max;
  };
  explicit CandidateCheck(const Parts& parts) : parts_(parts) {}

  struct Candidate {
    std::string_view payload;
    std::string_view host;
    std::string_view path;
    std::string_view query;
  };

  bool Matches(const Candidate& candidate) {
    const SignatureClaims& claims = parts_.claims;
    const std::string_view headers = parts_.headers.text;
    constexpr size_t kBesides = 256;
    canonical_.clear();
    canonical_.reserve(headers.size() + candidate.path.size() + candidate.query.size() + kBesides);
    canonical_.append(parts_.request.method).append("\n").append(candidate.path).append("\n");
    canonical_.append(candidate.query).append("\n");
    canonical_.append(headers.substr(0, parts_.headers.host_at)).append(candidate.host);
    canonical_.append(headers.substr(parts_.headers.host_at + parts_.headers.host_size));
    canonical_.append("\n").append(claims.signed_headers).append("\n").append(candidate.payload);
    if (canonical_ == first_canonical_) {
      return false;
    }
    ++tried_;
    to_sign_.clear();
    to_sign_.reserve(kBesides);
    AppendStringToSign(to_sign_, claims.time_text.view(), claims.scope, canonical_);
    const base::Sha256Bytes right = parts_.key.Sign(to_sign_);
    if (base::EqualInConstantTime({right.data(), right.size()},
                                  {claims.signature.data(), claims.signature.size()})) {
      return true;
    }
    if (tried_ == 1) {
      first_canonical_ = canonical_;
      first_to_sign_ = to_sign_;
    }
    return false;
  }

  bool MatchesAny(const Readings& readings) {
    for (const std::string_view payload : readings.payloads) {
      for (const std::string& host : readings.hosts) {
        for (const std::string& path : readings.paths) {
          for (const std::string& query : readings.queries) {
            if (tried_ == parts_.candidates_max) {
              return false;
            }
            if (Matches({payload, host, path, query})) {
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
  const Parts parts_;
  int tried_ = 0;
  std::string canonical_;
  std::string to_sign_;
  std::string first_canonical_;
  std::string first_to_sign_;
};

}  // namespace

// Which secret of which key signs for which day, region and service.
struct SigV4Verifier::DerivedName {
  std::string_view access_key_id;
  std::string_view scope;
  bool previous = false;
};

struct SigV4Verifier::SecretCheck {
  std::string_view secret;
  DerivedName name;
  int candidates_max = kCandidatesMax;
};

// Signing keys that have proven right.
class SigV4Verifier::DerivedKeys {
 public:
  struct Derived {
    Derived(std::string_view from, std::string_view signing_key) : secret(from), key(signing_key) {}

    const std::string secret;
    const base::HmacSha256Key key;
  };
  using DerivedPtr = std::shared_ptr<const Derived>;

  explicit DerivedKeys(size_t entries_max) : entries_max_(entries_max) {}

  // Null if it is not there or was made from another secret.
  DerivedPtr Find(const DerivedName& name, std::string_view secret) const {
    const std::shared_lock lock(mutex_);
    const auto entry = entries_.find(name);
    return entry != entries_.end() && base::EqualInConstantTime(entry->second->secret, secret)
               ? entry->second
               : nullptr;
  }

  void Keep(const DerivedName& name, DerivedPtr derived) {
    const std::unique_lock lock(mutex_);
    // Mostly yesterday's keys; the few in use come back at once.
    if (entries_.size() >= entries_max_) {
      entries_.clear();
    }
    entries_[{std::string(name.access_key_id), std::string(name.scope), name.previous}] =
        std::move(derived);
  }

 private:
  struct Name {
    std::string access_key_id;
    std::string scope;
    bool previous = false;

    operator DerivedName() const { return {access_key_id, scope, previous}; }  // NOLINT
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(const DerivedName& name) const {
      const std::hash<std::string_view> hash;
      return hash(name.access_key_id) * 31 + hash(name.scope) + (name.previous ? 1 : 0);
    }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const DerivedName& a, const DerivedName& b) const {
      return a.access_key_id == b.access_key_id && a.scope == b.scope && a.previous == b.previous;
    }
  };

  const size_t entries_max_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<Name, DerivedPtr, Hash, Equal> entries_;
};

SigV4Verifier::SigV4Verifier(Options options, const CredentialSource& credentials)
    : options_(std::move(options)),
      credentials_(credentials),
      derived_keys_(std::make_unique<DerivedKeys>(options_.derived_keys_max)) {}

SigV4Verifier::~SigV4Verifier() = default;

AuthResult<VerifiedCaller> SigV4Verifier::Verify(const SignedRequest& request,
                                                 base::Timestamp now) const {
  const std::vector<QueryParameter> parameters = ParseQuery(request.query);
  const AuthResult<SignatureClaims> parsed = ReadSignatureClaims(request.headers, parameters);
  if (!parsed.ok()) {
    return parsed.error();
  }
  const SignatureClaims& claims = *parsed;
  if (const auto wrong = CheckScope(claims)) {
    return *wrong;
  }
  AuthResult<Credential> credential = credentials_.Find(claims.access_key_id, claims.session_token);
  if (!credential.ok()) {
    return credential.error();
  }
  if (const auto wrong = CheckTime(claims, now, options_.clock_skew)) {
    return *wrong;
  }
  const Secrets& secrets = *credential->secrets;
  // While a key has two secrets, they share what a wrong signature may cost.
  const bool rotated = !secrets.previous.empty();
  SecretCheck check{secrets.current,
                    {claims.access_key_id, claims.scope, false},
                    rotated ? kCandidatesMax / 2 : kCandidatesMax};
  if (const auto wrong = CheckSecret(request, parameters, claims, check)) {
    check.secret = secrets.previous;
    check.name.previous = true;
    if (!rotated || CheckSecret(request, parameters, claims, check)) {
      return *wrong;
    }
  }
  return VerifiedCaller{std::string(claims.access_key_id),
                        std::string(claims.region),
                        std::string(claims.service),
                        *std::move(credential)};
}

std::optional<AuthError> SigV4Verifier::CheckSecret(const SignedRequest& request,
                                                    const std::vector<QueryParameter>& parameters,
                                                    const SignatureClaims& claims,
                                                    const SecretCheck& check) const {
  if (const auto known = derived_keys_->Find(check.name, check.secret)) {
    return CheckSignature(request, parameters, claims, {known->key, check.candidates_max});
  }
  auto derived = std::make_shared<const DerivedKeys::Derived>(
      check.secret, DeriveSigningKey(check.secret, claims.date, claims.region, claims.service));
  auto wrong = CheckSignature(request, parameters, claims, {derived->key, check.candidates_max});
  // Only keys that were proven, so that nobody without a secret can fill the cache.
  if (!wrong) {
    derived_keys_->Keep(check.name, std::move(derived));
  }
  return wrong;
}

std::optional<AuthError> SigV4Verifier::CheckSignature(
    const SignedRequest& request,
    const std::vector<QueryParameter>& parameters,
    const SignatureClaims& claims,
    const KeyCheck& with) const {
  HeaderLines headers;
  if (auto wrong = AppendSignedHeaders(request, claims, headers)) {
    return wrong;
  }
  PayloadHash payload;
  if (auto wrong = ReadPayloadHash(request, claims, payload)) {
    return wrong;
  }
  CandidateCheck check({.request = request,
                        .claims = claims,
                        .headers = headers,
                        .key = with.key,
                        .candidates_max = with.candidates_max});
  // Nearly all signers agree on this one.
  const std::array<std::string_view, 1> signature_only = {kSignatureParameter};
  if (check.Matches({.payload = payload.signed_as,
                     .host = headers.host(),
                     .path = CanonicalPath(request.path),
                     .query = CanonicalQuery(parameters, signature_only)})) {
    return std::nullopt;
  }
  Readings readings{.payloads = {payload.signed_as},
                    .hosts = Hosts(request, options_.host_aliases),
                    .paths = Paths(request.path),
                    .queries = Queries(request, parameters, claims)};
  if (payload.may_be_unsigned) {
    readings.payloads.push_back(kUnsignedPayload);
  }
  if (check.MatchesAny(readings)) {
    return std::nullopt;
  }
  return check.Mismatch();
}

}  // namespace pinion::auth

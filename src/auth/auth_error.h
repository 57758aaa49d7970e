// Why a caller is refused, in the kinds that clients of AWS services tell apart (AUTH-20). api/
// gives them their form.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace pinion::auth {

enum class AuthFailure {
  kMissingToken,         // no signature at all
  kIncompleteSignature,  // cannot be parsed, a part is missing, an algorithm that is not supported
  kUnrecognizedClient,   // unknown, inactive or expired key; a session token that does not belong
  kInvalidSignature,     // signature, scope, time, host or payload hash do not match
  kExpiredToken,         // a session token past its time, or revoked
  kUnsupportedPayload,   // a body signed in chunks: the request itself is wrong
};

struct AuthError {
  AuthFailure failure = AuthFailure::kInvalidSignature;
  // For the client; never a secret.
  std::string message;
};

// The name by which clients know the failure, such as `InvalidSignatureException`.
std::string_view AuthFailureName(AuthFailure failure);

// A value, or why it is refused.
template <class T>
class [[nodiscard]] AuthResult {
 public:
  AuthResult(T value) : value_(std::move(value)), ok_(true) {}  // NOLINT: implicit on purpose
  AuthResult(AuthError error) : error_(std::move(error)) {}     // NOLINT: implicit on purpose

  bool ok() const { return ok_; }
  const AuthError& error() const { return error_; }
  const T& operator*() const { return value_; }
  T& operator*() { return value_; }
  const T* operator->() const { return &value_; }

 private:
  T value_{};
  AuthError error_;
  bool ok_ = false;
};

}  // namespace pinion::auth

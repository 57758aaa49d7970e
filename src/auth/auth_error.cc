#include "auth/auth_error.h"

namespace pinion::auth {

std::string_view AuthFailureName(AuthFailure failure) {
  switch (failure) {
    case AuthFailure::kMissingToken:
      return "MissingAuthenticationTokenException";
    case AuthFailure::kIncompleteSignature:
      return "IncompleteSignatureException";
    case AuthFailure::kUnrecognizedClient:
      return "UnrecognizedClientException";
    case AuthFailure::kInvalidSignature:
      return "InvalidSignatureException";
    case AuthFailure::kExpiredToken:
      return "ExpiredTokenException";
    case AuthFailure::kUnsupportedPayload:
      return "BadRequestException";
  }
  return "InvalidSignatureException";
}

}  // namespace pinion::auth

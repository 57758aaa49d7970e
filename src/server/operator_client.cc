#include "server/operator_client.h"

#include <utility>

#include "auth/signer.h"
#include "base/clock.h"

namespace pinion::server {

base::Result<std::string> AskAsOperator(const Config& config, LocalRequest request) {
  if (config.auth_mode == AuthMode::kSigned) {
    if (config.access_key.empty()) {
      return base::InvalidArgument(
          "A server is running on this data; give an administrator's key with --access-key and "
          "--secret-key.");
    }
    const auth::SignatureHeaders signature = auth::Sign(
        {.method = request.method,
         .path = request.path,
         .query = request.query,
         .host = kLocalHost,
         .body = request.body},
        {.access_key_id = config.access_key, .secret = config.secret_key, .region = config.region},
        base::SystemClock().Now());
    request.headers.Add("Authorization", signature.authorization);
    request.headers.Add("X-Amz-Date", signature.amz_date);
    request.headers.Add("X-Amz-Content-Sha256", signature.amz_content_sha256);
  }
  PINION_TRY(LocalAnswer answer, AskServer(config, request));
  if (answer.status >= 300) {
    return base::Unavailable("The server answered: " + answer.body);
  }
  return std::move(answer.body);
}

}  // namespace pinion::server

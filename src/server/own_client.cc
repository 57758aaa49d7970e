#include "server/own_client.h"

#include <future>
#include <memory>
#include <utility>

#include "auth/signer.h"

namespace pinion::server {

namespace {

constexpr std::string_view kHost = "localhost";

// Where the edge leaves its answer.
class AnswerBox final : public http::ResponseSink {
 public:
  void Complete(uint64_t, std::optional<http::Response> response) override {
    promise_.set_value(std::move(response));
  }
  std::optional<http::Response> Wait() { return promise_.get_future().get(); }

 private:
  std::promise<std::optional<http::Response>> promise_;
};

http::Request MakeRequest(const std::string& method,
                          const std::string& target,
                          const std::string& body) {
  http::Request request;
  request.method = method;
  request.target = target;
  const size_t question = target.find('?');
  request.path = target.substr(0, question);
  request.query = question == std::string::npos ? "" : target.substr(question + 1);
  request.body = body;
  request.peer_address = "127.0.0.1";
  request.headers.Add("Host", kHost);
  request.headers.Add("User-Agent", "pinion");
  if (!body.empty()) {
    request.headers.Add("Content-Type", "application/json");
  }
  return request;
}

}  // namespace

std::optional<auth::AccessKey> OwnClient::Key() const {
  std::optional<auth::AccessKey> found;
  if (parts_.keys != nullptr) {
    const base::Timestamp now = parts_.wall_clock.Now();
    for (auth::AccessKey& key : parts_.keys->List()) {
      if (key.IsAdministrator() && key.MayBeUsed(now) && (!found || key.managed_by_config)) {
        found = std::move(key);
      }
    }
  }
  return found;
}

base::Status OwnClient::Sign(http::Request& request) const {
  const auto key = Key();
  if (!key) {
    return base::Unavailable("No administrator's access key may be used.");
  }
  const auto credential = parts_.keys->Find(key->id, "");
  if (!credential.ok()) {
    return base::Unavailable(credential.error().message);
  }
  const auth::SignatureHeaders signature = auth::Sign(
      {.method = request.method,
       .path = request.path,
       .query = request.query,
       .host = kHost,
       .body = request.body},
      {.access_key_id = key->id, .secret = credential->secrets->current, .region = parts_.region},
      parts_.wall_clock.Now());
  request.headers.Add("Authorization", signature.authorization);
  request.headers.Add("X-Amz-Date", signature.amz_date);
  request.headers.Add("X-Amz-Content-Sha256", signature.amz_content_sha256);
  return {};
}

base::Result<http::Response> OwnClient::Ask(const std::string& method,
                                            const std::string& target,
                                            const std::string& body) const {
  http::Request request = MakeRequest(method, target, body);
  if (parts_.keys != nullptr) {
    PINION_CHECK(Sign(request));
  }
  const auto box = std::make_shared<AnswerBox>();
  parts_.edge.Handle(std::move(request), http::Responder(box, 0, http::Compression::kNone));
  std::optional<http::Response> response = box->Wait();
  if (!response) {
    return base::Unavailable(method + " " + target + " got no answer.");
  }
  return *std::move(response);
}

}  // namespace pinion::server

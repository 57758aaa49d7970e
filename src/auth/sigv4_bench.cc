// What it costs to verify and to make a signature of a small request.
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "auth/signer.h"
#include "auth/sigv4_verifier.h"

namespace pinion::auth {
namespace {

class OneKey final : public CredentialSource {
 public:
  AuthResult<Credential> Find(std::string_view, std::string_view) const override {
    return Credential{secrets_};
  }

 private:
  const std::shared_ptr<const Secrets> secrets_ =
      std::make_shared<const Secrets>(Secrets{"abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123"});
};

constexpr SigningCredentials kCredentials = {.access_key_id = "PNAKABCDEFGHIJKLMNOP",
                                             .secret = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123",
                                             .region = "us-east-1"};

UnsignedRequest Request(std::string_view body) {
  return {.method = "PUT",
          .path = "/v1/apps/0123456789abcdef0123456789abcdef/endpoints/someone",
          .host = "127.0.0.1:8080",
          .body = body};
}

void VerifyOne(benchmark::State& state) {
  const OneKey keys;
  const SigV4Verifier verifier({}, keys);
  const base::Timestamp now = base::TimestampFromMillis(1'795'432'500'000);
  const std::string body(static_cast<size_t>(state.range(0)), 'x');
  const UnsignedRequest request = Request(body);
  const SignatureHeaders made = Sign(request, kCredentials, now);
  // As the AWS SDKs send it, with headers that are not signed in between.
  const std::vector<Header> headers = {{"Host", request.host},
                                       {"Accept-Encoding", "identity"},
                                       {"Content-Type", "application/json"},
                                       {"User-Agent", "aws-cli/2.9.19 Python/3.11.2"},
                                       {"X-Amz-Date", made.amz_date},
                                       {"x-amz-content-sha256", made.amz_content_sha256},
                                       {"Authorization", made.authorization},
                                       {"Content-Length", "600"}};
  for (auto _ : state) {
    const auto verified = verifier.Verify({.method = request.method,
                                           .path = request.path,
                                           .query = "",
                                           .headers = headers,
                                           .body = body},
                                          now);
    if (!verified.ok()) {
      state.SkipWithError("refused");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(VerifyOne)->Arg(0)->Arg(600)->Arg(100'000);

void SignOne(benchmark::State& state) {
  const base::Timestamp now = base::TimestampFromMillis(1'795'432'500'000);
  for (auto _ : state) {
    benchmark::DoNotOptimize(Sign(Request("{}"), kCredentials, now).authorization.data());
  }
}
BENCHMARK(SignOne);

}  // namespace
}  // namespace pinion::auth

BENCHMARK_MAIN();

// ApiTest: the whole of Pinion behind its HTTP edge, without sockets: a store in memory, a manual
// clock, no signatures. Requests go in as a client would send them, replies come back with matchers
// for status, error and JSON.
//   class SegmentsOperationsTest : public testing::ApiTest {};
//   TEST_F(SegmentsOperationsTest, CreateAnswers201WithVersionOne) {
//     const Reply reply = Post("/v1/apps/" + MakeApp() + "/segments", R"({"Name":"lapsed"})");
//     EXPECT_THAT(reply, HasStatus(201));
//     EXPECT_THAT(reply, JsonAt("/Version", 1));
//   }
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/edge.h"
#include "auth/access_key_store.h"
#include "base/clock.h"
#include "http/fake_outbound_client.h"
#include "http/message.h"
#include "server/service_set.h"
#include "storage/memory_store.h"
#include "testing/reply_matchers.h"
#include "users/console_access.h"

namespace pinion::testing {

// 2026-11-23T11:15:00.000Z: when every test begins.
inline constexpr int64_t kTestStartMillis = 1'795'432'500'000;

class ApiTest : public ::testing::Test {
 protected:
  ApiTest();
  ~ApiTest() override;

  // `target` is path and query as they go over the wire. Waits for the reply.
  Reply Get(const std::string& target) { return Send("GET", target, ""); }
  Reply Post(const std::string& target, const std::string& body) {
    return Send("POST", target, body);
  }
  Reply Put(const std::string& target, const std::string& body) {
    return Send("PUT", target, body);
  }
  Reply Delete(const std::string& target) { return Send("DELETE", target, ""); }
  Reply Send(const std::string& method, const std::string& target, const std::string& body);
  // With headers of its own.
  Reply Send(const std::string& method,
             const std::string& target,
             const std::string& body,
             const http::Headers& headers);

  // Makes further calls those of a caller with these policies, until AsAdministrator. Without, the
  // caller is an administrator.
  void AsCallerWith(const std::vector<std::string>& policies);
  void AsAdministrator();

  // A new application; its id.
  std::string MakeApp(const std::string& name = "shop");
  // Runs all that falls due meanwhile, and waits until the server is quiet.
  void Advance(std::chrono::seconds by);
  // Waits until no background work is left.
  void Settle();

  api::Services& services();
  server::ServiceSet& service_set();
  storage::MemoryStore& store();
  auth::AccessKeyStore& keys();
  users::ConsoleAccess& console();
  base::ManualClock& clock();
  // Stands for every server that Pinion calls.
  http::FakeOutboundClient& outbound();

 private:
  struct Server;
  const std::unique_ptr<Server> server_;
};

}  // namespace pinion::testing

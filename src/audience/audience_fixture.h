// Test-only: an AudienceService over a memory store and a clock that stands still, with requests
// and answers as JSON.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/time_text.h"
#include "model/codec.h"
#include "storage/memory_store.h"

namespace pinion::audience {

class AudienceFixture : public ::testing::Test {
 protected:
  static constexpr std::string_view kStart = "2026-11-23T11:15:00.000Z";

  AudienceFixture() : clock_(*base::ParseInstant(kStart)) { Restart(); }

  // The service as it comes up after the process has been away.
  void Restart() {
    service_ = std::make_unique<AudienceService>(store_, clock_);
    EXPECT_TRUE(service_->Load().ok());
    EXPECT_TRUE(service_->OpenApp(app_).ok());
  }

  static model::EndpointRequest Request(std::string_view json) {
    const auto request = model::Decode<model::EndpointRequest>(json);
    EXPECT_TRUE(request.ok()) << json;
    return request.ok() ? *request : model::EndpointRequest();
  }

  // The message of the refusal, or nothing.
  std::string TryUpdate(std::string_view id,
                        std::string_view json,
                        UpsertOptions options = {.request_id = "call"}) {
    auto transaction = service_->Begin(app_);
    const auto upserted = transaction->Upsert(id, Request(json), options);
    if (!upserted.ok()) {
      EXPECT_EQ(upserted.error().code, base::Errc::kInvalidArgument);
      return upserted.error().message;
    }
    EXPECT_TRUE(transaction->Commit().ok());
    return "";
  }
  void Update(std::string_view id, std::string_view json) { EXPECT_EQ(TryUpdate(id, json), ""); }
  void UpdateAs(UpdateOrigin origin, std::string_view id, std::string_view json) {
    EXPECT_EQ(TryUpdate(id, json, {.origin = origin, .request_id = "call"}), "");
  }
  // As UpdateEndpointsBatch gets it; the message of the refusal, or nothing.
  std::string TryBatch(std::string_view json) {
    const auto request = model::Decode<model::EndpointBatchRequest>(json);
    EXPECT_TRUE(request.ok());
    const auto done = service_->UpdateBatch(app_, *request, "call");
    return done.ok() ? "" : done.error().message;
  }

  EndpointRecord Find(std::string_view id) const {
    const auto endpoint = service_->Find(app_, id);
    EXPECT_TRUE(endpoint.ok()) << id;
    return endpoint.ok() ? *endpoint : EndpointRecord();
  }
  bool Exists(std::string_view id) const { return service_->Find(app_, id).ok(); }
  model::EndpointResponse Get(std::string_view id) const {
    const auto response = service_->Get(app_, id);
    EXPECT_TRUE(response.ok()) << id;
    return response.ok() ? *response : model::EndpointResponse();
  }
  // `name=value,value;…` in the stored order.
  static std::string Text(const Attributes& attributes) {
    std::string text;
    for (const Attribute& attribute : attributes) {
      text += (text.empty() ? "" : ";") + attribute.name + "=";
      for (size_t i = 0; i < attribute.values.size(); ++i) {
        text += (i == 0 ? "" : ",") + attribute.values[i];
      }
    }
    return text;
  }
  std::string AttributesOf(std::string_view id) const { return Text(Find(id).attributes); }
  std::string UserAttributesOf(std::string_view id) const { return Text(Find(id).user_attributes); }
  std::vector<std::string> EndpointsOfUser(std::string_view user) const {
    std::vector<std::string> ids;
    const auto response = service_->GetUserEndpoints(app_, base::UserId(user));
    if (response.ok()) {
      for (const auto& endpoint : response->item) {
        ids.push_back(*endpoint.id);
      }
    }
    return ids;
  }
  std::string EffectiveDateOf(std::string_view id) const { return *Get(id).effective_date; }
  // Empty for an endpoint that was never active.
  std::string LastActiveOf(std::string_view id) const {
    const auto at = Find(id).last_active;
    return at.has_value() ? base::FormatIso8601(*at) : "";
  }
  std::string StatusOf(std::string_view id) const {
    const EndpointRecord record = Find(id);
    const std::string_view reason = ToWire(record.inactive_reason);
    return std::string(ToWire(record.status)) + (reason.empty() ? "" : " ") + std::string(reason);
  }

  const base::AppId app_{"a1b2c3d4e5f60718293a4b5c6d7e8f90"};
  storage::MemoryStore store_;
  base::ManualClock clock_;
  std::unique_ptr<AudienceService> service_;
};

}  // namespace pinion::audience

// Whatever happens, the index is the one that the store's contents make.
#include <random>
#include <string>

#include "audience/audience_fixture.h"

namespace pinion::audience {
namespace {

std::string Members(const bitmap::Bitmap& set) {
  std::string text;
  set.ForEach([&text](uint32_t ordinal) { text += " " + std::to_string(ordinal); });
  return text;
}

// Everything a query can see, as sorted lines.
class IndexDump {
 public:
  explicit IndexDump(const AttributeIndex& index) {
    Line("all", Members(index.All()));
    Line("address", Members(index.WithAddress()));
    Line("users", std::to_string(index.CountUsers(index.All())));
    for (size_t i = 0; i < kFixedFieldCount; ++i) {
      Column("fixed" + std::to_string(i), index.TextOf(static_cast<FixedField>(i)));
    }
    for (size_t i = 0; i < kTimeFieldCount; ++i) {
      Column("time" + std::to_string(i), index.TimeOf(static_cast<TimeField>(i)));
    }
    Column("latitude", index.Latitude());
    for (const AttributeUse& use : index.Names(AttributeKind::kCustom)) {
      Column("custom." + use.name, *index.Attribute(use.name));
    }
    for (const AttributeUse& use : index.Names(AttributeKind::kUser)) {
      Column("user." + use.name, *index.UserAttribute(use.name));
    }
    for (const AttributeUse& use : index.Names(AttributeKind::kMetric)) {
      Column("metric." + use.name, *index.Metric(use.name));
    }
    for (int i = 0; i < 10; ++i) {
      const std::string address = "t" + std::to_string(i);
      const auto* found = index.AddressCandidates(model::ChannelType::kGcm, address);
      Line(address, found == nullptr ? "" : Members(found->ToBitmap()));
    }
  }

  const std::multiset<std::string>& lines() const { return lines_; }

 private:
  void Line(const std::string& name, const std::string& text) { lines_.insert(name + ":" + text); }
  void Column(const std::string& name, const TextColumn& column) {
    Line(name, Members(column.Present()));
    column.ForEachValue([&](std::string_view value, const bitmap::PostingSet& postings) {
      Line(name + "=" + std::string(value), Members(postings.ToBitmap()));
    });
  }
  void Column(const std::string& name, const NumberColumn& column) {
    column.Present().ForEach([&](uint32_t ordinal) {
      Line(name, std::to_string(ordinal) + "=" + std::to_string(*column.Get(ordinal)));
    });
  }

  std::multiset<std::string> lines_;
};

class AudiencePropertyTest : public AudienceFixture,
                             public ::testing::WithParamInterface<unsigned> {
 protected:
  std::string Pick(const char* prefix, uint32_t count) {
    return std::string(prefix) + std::to_string(random_() % count);
  }
  bool OneIn(uint32_t n) { return random_() % n == 0; }

  model::Map<std::vector<std::string>> RandomAttributes() {
    model::Map<std::vector<std::string>> attributes;
    for (auto i = random_() % 3; i > 0; --i) {
      std::vector<std::string> values;
      for (auto k = random_() % 3; k > 0; --k) {
        values.push_back(Pick("v", 4));
      }
      attributes.Set(Pick("n", 4), std::move(values));
    }
    return attributes;
  }

  model::EndpointRequest RandomRequest() {
    model::EndpointRequest request;
    if (OneIn(2)) {
      request.attributes = RandomAttributes();
    }
    if (OneIn(3)) {
      request.metrics.emplace().Set(Pick("m", 3),
                                    OneIn(4) ? std::nullopt : std::optional<double>(random_() % 5));
    }
    if (OneIn(3)) {
      request.channel_type = OneIn(2) ? model::ChannelType::kGcm : model::ChannelType::kEmail;
      request.address = OneIn(8) ? "" : Pick("t", 10);
    }
    if (OneIn(5)) {
      request.demographic.emplace().make = OneIn(3) ? "" : Pick("make", 3);
      request.location.emplace().latitude = static_cast<double>(random_() % 90);
    }
    if (OneIn(2)) {
      auto& user = request.user.emplace();
      if (OneIn(2)) {
        user.user_id = OneIn(6) ? "" : Pick("u", 6);
      }
      if (OneIn(2)) {
        user.user_attributes = RandomAttributes();
      }
    }
    if (OneIn(6)) {
      request.endpoint_status = OneIn(2) ? "ACTIVE" : "INACTIVE";
      request.opt_out = OneIn(2) ? "ALL" : "NONE";
    }
    return request;
  }

  void RandomStep(AudienceTransaction& transaction) {
    const std::string id = Pick("e", 30);
    switch (random_() % 12) {
      case 0:
        static_cast<void>(transaction.Delete(id).ok());
        break;
      case 1:
        static_cast<void>(transaction.DeleteUser(base::UserId(Pick("u", 6))).ok());
        break;
      case 2:
        static_cast<void>(transaction.TouchActivity(id, clock_.Now()).ok());
        break;
      case 3:
        static_cast<void>(
            transaction.InvalidateAddress(model::ChannelType::kGcm, Pick("t", 10)).ok());
        break;
      default:
        static_cast<void>(
            transaction
                .Upsert(id, RandomRequest(), {.origin = static_cast<UpdateOrigin>(random_() % 4)})
                .ok());
    }
  }

  // Each user lists exactly the endpoints that name it.
  void ExpectUsersFitTheirEndpoints() {
    std::map<std::string, std::vector<uint32_t>> expected;
    ASSERT_TRUE(service_
                    ->ScanRecords(app_,
                                  [&expected](const EndpointRecordView& record) {
                                    if (!record.user_id.empty()) {
                                      expected[std::string(record.user_id)].push_back(
                                          record.ordinal);
                                    }
                                    return true;
                                  })
                    .ok());
    for (int i = 0; i < 6; ++i) {
      const std::string name = "u" + std::to_string(i);
      const auto user = service_->FindUser(app_, base::UserId(name));
      ASSERT_EQ(user.ok(), expected.count(name) == 1);
      if (user.ok()) {
        ASSERT_EQ(user->endpoints.size(), expected[name].size());
        ASSERT_LE(user->endpoints.size(), 5u);
      }
    }
  }

  std::mt19937 random_{GetParam()};
};

TEST_P(AudiencePropertyTest, TheIndexIsTheOneThatTheStoreMakes) {
  ASSERT_TRUE(service_->Configure(app_, {.endpoints_per_user_max = 5}).ok());
  for (int round = 0; round < 60; ++round) {
    {
      auto transaction = service_->Begin(app_);
      ASSERT_TRUE(transaction.ok());
      for (auto steps = random_() % 20; steps > 0; --steps) {
        RandomStep(*transaction);
      }
      if (!OneIn(5)) {
        ASSERT_TRUE(transaction->Commit().ok());
      }
    }
    clock_.Advance(std::chrono::minutes(1));
    AudienceService rebuilt(store_, clock_);
    ASSERT_TRUE(rebuilt.Load().ok());
    ASSERT_TRUE(rebuilt.OpenApp(app_).ok());

    ASSERT_EQ(IndexDump(*(*service_->Index(app_))->Read()).lines(),
              IndexDump(*(*rebuilt.Index(app_))->Read()).lines());
    ExpectUsersFitTheirEndpoints();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AudiencePropertyTest, ::testing::Range(1u, 16u));

}  // namespace
}  // namespace pinion::audience

// Updates of one endpoint at the same time are applied one after the other (AUD-27), whoever reads
// meanwhile.
#include <atomic>
#include <thread>

#include "audience/audience_fixture.h"

namespace pinion::audience {
namespace {

class AudienceConcurrencyTest : public AudienceFixture {};

TEST_F(AudienceConcurrencyTest, EachUpdateMergesIntoWhatTheOthersLeft) {
  constexpr int kWriters = 4;
  constexpr int kUpdates = 100;
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      static_cast<void>(service_->Get(app_, "e1").ok());
      static_cast<void>(service_->GetUserEndpoints(app_, base::UserId("u")).ok());
      const auto index = (*service_->Index(app_))->Read();
      EXPECT_LE(index->All().Cardinality(), 1u);
    }
  });
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([this, writer] {
      for (int i = 0; i < kUpdates; ++i) {
        const std::string name = std::to_string(writer) + "-" + std::to_string(i);
        Update("e1", R"({"Attributes":{")" + name + R"(":["1"]},"User":{"UserId":"u"}})");
      }
    });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  done = true;
  reader.join();

  EXPECT_EQ(Find("e1").attributes.size(), size_t{kWriters * kUpdates});
}

}  // namespace
}  // namespace pinion::audience

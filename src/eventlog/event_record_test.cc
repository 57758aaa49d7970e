#include "eventlog/event_record.h"

#include <string>

#include <gtest/gtest.h>

#include "base/hex.h"
#include "storage/record.h"

namespace pinion::eventlog {
namespace {

using base::TimestampFromMillis;

Event FullEvent() {
  Event event;
  event.origin = Origin::kSystem;
  event.event_id = "e1";
  event.event_type = "T";
  event.endpoint_id = "p";
  event.user_id = "u";
  event.reported_at = TimestampFromMillis(1000);
  event.arrived_at = TimestampFromMillis(2000);
  event.attributes = {{"a", "1"}, {"b", ""}};
  event.metrics = {{"m", 1.5}};
  event.session = Session{"s", TimestampFromMillis(500), TimestampFromMillis(-1)};
  event.facts = {{"package_name", "x"}, {"platform_version", "9"}, {"later", "y"}};
  event.client_context = {{"endpoint", "{}"}};
  event.facets_json = "{}";
  return event;
}

// The bytes are on disk. If this fails, the format has changed: old logs would be read wrongly.
TEST(EventRecordTest, BytesAreThoseOnDisk) {
  EXPECT_EQ(base::HexEncode(EncodeEvent(FullEvent())),
            "04010a0265310e015412017016017518d00f1ca01f22016126013122016226002a016d2d00000000"
            "0000f83f32017334e8073801520178820101393e056c617465724201794608656e64706f696e744a"
            "027b7d4e027b7d");
}

TEST(EventRecordTest, FactsAboutAMessageHaveFieldsOfTheirOwn) {
  Event event;
  event.facts = {{"message_id", "m"}, {"sent_at", "7"}};

  EXPECT_EQ(base::HexEncode(EncodeEvent(event)), "18001c008601016d8a010137");
}

TEST(EventRecordTest, EverythingComesBack) {
  const auto decoded = DecodeEvent(EncodeEvent(FullEvent()));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, FullEvent());
}

TEST(EventRecordTest, AnEventWithoutAnythingComesBack) {
  const auto decoded = DecodeEvent(EncodeEvent(Event{}));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, Event{});
}

TEST(EventRecordTest, AnOpenSessionHasNoStop) {
  Event event;
  event.session = Session{"s", TimestampFromMillis(5), std::nullopt};
  const auto decoded = DecodeEvent(EncodeEvent(event));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, event);
}

TEST(EventRecordTest, FieldsOfALaterVersionAreSkipped) {
  const std::string bytes =
      EncodeEvent(FullEvent()) + storage::RecordWriter().Text(99, "new").Take();
  const auto decoded = DecodeEvent(bytes);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, FullEvent());
}

TEST(EventRecordTest, EveryTruncationFailsOrIsAnotherEvent) {
  const std::string bytes = EncodeEvent(FullEvent());
  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto decoded = DecodeEvent(std::string_view(bytes).substr(0, length));
    EXPECT_FALSE(decoded.ok() && *decoded == FullEvent()) << length;
  }
}

TEST(EventRecordTest, AValueWithoutANameIsDamage) {
  EXPECT_FALSE(DecodeEvent(storage::RecordWriter().Text(9, "value").Take()).ok());
}

}  // namespace
}  // namespace pinion::eventlog

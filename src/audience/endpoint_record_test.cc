#include "audience/endpoint_record.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace pinion::audience {
namespace {

EndpointRecord FullRecord() {
  EndpointRecord record;
  record.ordinal = 300;
  record.id = "Phone-1";
  record.channel_type = model::ChannelType::kSms;
  record.address = "+1";
  record.attributes = {{"a", {"x", ""}}, {"b", {"y"}}};
  record.metrics = {{"m", 1.5}};
  record.facets[static_cast<size_t>(Facet::kAppVersion)] = "2";
  record.facets[static_cast<size_t>(Facet::kRegion)] = "R";
  record.latitude = 1;
  record.longitude = -1;
  record.user_id = "u";
  record.user_attributes = {{"c", {"z"}}};
  record.status = EndpointStatus::kInactive;
  record.inactive_reason = InactiveReason::kInvalidToken;
  record.opt_out = OptOut::kAll;
  record.opt_out_by = OptOutBy::kRecipient;
  record.request_id = "r";
  record.cohort = 99;
  record.created = base::TimestampFromMillis(1);
  record.effective = base::TimestampFromMillis(2);
  record.last_active = base::TimestampFromMillis(3);
  return record;
}

TEST(EndpointRecordTest, BytesAreAsDocumented) {
  EXPECT_EQ(base::HexEncode(Encode(FullRecord())),
            "04ac02"              // ordinal
            "0a0750686f6e652d31"  // id
            "0c07"                // channel
            "12022b31"            // address
            "160501610178001604016201"
            "79"                        // attributes
            "1a016d1d000000000000f83f"  // metric
            "21000000000000f03f"        // latitude
            "25000000000000f0bf"        // longitude
            "2a0175"                    // user id
            "2e040163017a"              // user attribute
            "30013404"                  // status, its reason
            "38013c02"                  // opt-out, who did
            "420172"                    // request id
            "4463"                      // cohort
            "48024c045006"              // created, effective, last active
            "82010132"                  // app version
            "ae010152");                // region
  EXPECT_EQ(base::HexEncode(Encode(EndpointRecord())), "04000a00440048004c00");
}

TEST(EndpointRecordTest, ReadsBackEqual) {
  EndpointRecord record;
  record.id = "left over";

  ASSERT_TRUE(Decode(Encode(FullRecord()), record).ok());
  EXPECT_EQ(record, FullRecord());

  ASSERT_TRUE(Decode(Encode(EndpointRecord()), record).ok());
  EXPECT_EQ(record, EndpointRecord());
}

TEST(EndpointRecordTest, TheViewShowsTheSame) {
  const std::string bytes = Encode(FullRecord());
  EndpointRecordView view;

  ASSERT_TRUE(Decode(bytes, view).ok());

  EXPECT_EQ(view.id, "Phone-1");
  EXPECT_EQ(FindAttribute(view.attributes, "b")->front(), "y");
  EXPECT_EQ(view.facet(Facet::kRegion), "R");
  EXPECT_EQ(view.last_active, base::TimestampFromMillis(3));
  EXPECT_GE(view.id.data(), bytes.data());
  EXPECT_LT(view.id.data(), bytes.data() + bytes.size());
}

TEST(EndpointRecordTest, UnknownFieldsAreSkipped) {
  // Field 500, a varint.
  const std::string bytes = Encode(FullRecord()) + *base::HexDecode("d00f07");
  EndpointRecord record;

  ASSERT_TRUE(Decode(bytes, record).ok());
  EXPECT_EQ(record, FullRecord());
}

TEST(EndpointRecordTest, NumbersOutsideTheirRangeAreDamage) {
  // Field 3, the channel, with a number that none has.
  EndpointRecord record;

  EXPECT_EQ(Decode(*base::HexDecode("0c40"), record).error().code, base::Errc::kInternal);
}

TEST(EndpointRecordTest, NoTruncationIsReadBeyondItsEnd) {
  const std::string bytes = Encode(FullRecord());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EndpointRecordView view;
    const std::string part = bytes.substr(0, size);
    static_cast<void>(Decode(part, view).ok());
  }
}

}  // namespace
}  // namespace pinion::audience

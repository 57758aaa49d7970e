#include "jobs/csv_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/codec.h"

namespace pinion::jobs {
namespace {

using testing::ElementsAre;

// The row as JSON of its request, or the reason of its refusal after a `!`.
std::string Row(std::string_view header, std::string_view record) {
  const auto columns = CsvColumns::Parse(header);
  if (!columns.ok()) {
    return "!" + columns.error().message;
  }
  const auto row = columns->ReadRow(record);
  return row.ok() ? row->id + model::ToJson(row->request) : "!" + row.error().message;
}

TEST(CsvRowsTest, ColumnsBecomeMembers) {
  EXPECT_EQ(
      Row("ChannelType,Address,User.UserAttributes.First,User.UserId,Metrics.m,Location.Latitude",
          "email,a@e.com,Ann,1,2.5,59.9"),
      R"({"Address":"a@e.com","ChannelType":"EMAIL","Location":{"Latitude":59.9},"Metrics":{"m":2.5},)"
      R"("User":{"UserAttributes":{"First":["Ann"]},"UserId":"1"}})");
}

TEST(CsvRowsTest, QuotesHoldCommasQuotesAndLineBreaks) {
  EXPECT_THAT(*SplitCsv("\"a, \"\"b\"\"\nc\",,d"), ElementsAre("a, \"b\"\nc", "", "d"));
  EXPECT_FALSE(SplitCsv("\"a\"b").ok());
  EXPECT_FALSE(SplitCsv("\"a").ok());
}

TEST(CsvRowsTest, RepeatedAttributeColumnsAreOneListWithoutEmptyFields) {
  EXPECT_EQ(Row("Attributes.a,Attributes.a,Attributes.a", "x,,y"),
            R"({"Attributes":{"a":["x","y"]}})");
}

TEST(CsvRowsTest, ByteOrderMarkAndBlanksAroundNamesDoNotMatter) {
  EXPECT_EQ(Row("\xEF\xBB\xBF Id , Address", "e1,x"), R"(e1{"Address":"x"})");
}

TEST(CsvRowsTest, HeadersThatCannotBeMeantAreRefused) {
  EXPECT_EQ(Row("adress", ""), "!Unknown column \"adress\"");
  EXPECT_EQ(Row("Address,Address", ""), "!Column \"Address\" is given twice");
  EXPECT_EQ(Row("", ""), "!The header line is missing");
}

TEST(CsvRowsTest, BadRowsSayWhatIsWrong) {
  EXPECT_EQ(Row("Id", "a,b"), "!More fields than columns");
  EXPECT_EQ(Row("Metrics.m", "many"), "!Metrics.m: expected a number.");
  EXPECT_EQ(Row("ChannelType", "FAX"), "!ChannelType: unknown channel.");
  EXPECT_EQ(Row("Id", "\xFF"), "!Invalid UTF-8");
}

TEST(CsvRowsTest, FieldsOfAUserListMayHoldSeveralIds) {
  const auto columns = CsvColumns::Parse("User.UserId");
  EXPECT_THAT(*columns->ReadUserIds("a  b c"), ElementsAre("a", "b", "c"));
  EXPECT_FALSE(CsvColumns::Parse("User.UserId,Id")->ReadUserIds("a"));
}

}  // namespace
}  // namespace pinion::jobs

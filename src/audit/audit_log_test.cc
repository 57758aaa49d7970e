#include "audit/audit_log.h"

#include <gtest/gtest.h>

#include "audit/stored_record.h"
#include "storage/memory_store.h"

namespace pinion::audit {
namespace {

using std::chrono::hours;

constexpr base::Timestamp kNoon{std::chrono::milliseconds(1'795'432'500'000)};

AuditRecord Record(const std::string& operation, base::Timestamp at = kNoon) {
  return {.at = at,
          .event_id = "event-" + operation,
          .operation = operation,
          .principal_arn = "arn:aws:iam::123456789012:user/ann",
          .principal_name = "ann",
          .resources = {"arn:aws:mobiletargeting:us-east-1:123456789012:apps/a1"},
          .members = R"("eventName":")" + operation + "\""};
}

std::string Shown(const std::string& operation) {
  return R"({"eventName":")" + operation + "\"}";
}

class AuditLogTest : public ::testing::Test {
 protected:
  AuditLogTest() { EXPECT_TRUE(log_.Open().ok()); }

  std::vector<std::string> List(const AuditFilter& filter = {}) const {
    const auto page = log_.List(filter, {});
    EXPECT_TRUE(page.ok());
    return page->items;
  }

  storage::MemoryStore store_;
  AuditLog log_{store_};
};

TEST_F(AuditLogTest, ListsTheNewestFirst) {
  ASSERT_TRUE(log_.Append(Record("CreateApp")).ok());
  ASSERT_TRUE(log_.Append(Record("DeleteApp", kNoon + hours(1))).ok());

  EXPECT_EQ(List(), (std::vector{Shown("DeleteApp"), Shown("CreateApp")}));
}

TEST_F(AuditLogTest, ClockThatGoesBackDoesNotChangeTheOrder) {
  ASSERT_TRUE(log_.Append(Record("First")).ok());
  ASSERT_TRUE(log_.Append(Record("Second", kNoon - hours(1))).ok());

  EXPECT_EQ(List(), (std::vector{Shown("Second"), Shown("First")}));
}

TEST_F(AuditLogTest, FiltersByTimePrincipalOperationAndPartOfAResource) {
  ASSERT_TRUE(log_.Append(Record("CreateApp")).ok());
  AuditRecord other = Record("DeleteApp", kNoon + hours(1));
  other.principal_arn = "arn:aws:iam::123456789012:user/bob";
  other.principal_name = "bob";
  other.resources = {"arn:aws:mobiletargeting:us-east-1:123456789012:apps/b2"};
  ASSERT_TRUE(log_.Append(other).ok());

  const std::vector<std::string> first = {Shown("CreateApp")};
  const std::vector<std::string> second = {Shown("DeleteApp")};
  EXPECT_EQ(List({.to = kNoon + hours(1)}), first);
  EXPECT_EQ(List({.from = kNoon + hours(1)}), second);
  EXPECT_EQ(List({.principal = "ann"}), first);
  EXPECT_EQ(List({.principal = "arn:aws:iam::123456789012:user/bob"}), second);
  EXPECT_EQ(List({.operation = "CreateApp"}), first);
  EXPECT_EQ(List({.resource = "apps/b"}), second);
}

TEST_F(AuditLogTest, PagesGoOnWhereTheLastOneEnded) {
  for (const char* operation : {"A", "B", "C"}) {
    ASSERT_TRUE(log_.Append(Record(operation)).ok());
  }

  const auto first = log_.List({}, {.limit = 2});
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->items, (std::vector{Shown("C"), Shown("B")}));
  const auto second = log_.List({}, {.after = first->next, .limit = 2});
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->items, (std::vector{Shown("A")}));
  EXPECT_EQ(second->next, "");
}

TEST_F(AuditLogTest, DraftIsNoRecordUntilItsOutcomeIsKnown) {
  ASSERT_TRUE(log_.AddDraft(Record("CreateApp")).ok());
  EXPECT_TRUE(List().empty());

  ASSERT_TRUE(log_.Append(Record("CreateApp"), AuditLog::Draft::kWritten).ok());
  AuditLog reopened(store_);
  ASSERT_TRUE(reopened.Open().ok());
  EXPECT_EQ(List(), (std::vector{Shown("CreateApp")}));
}

TEST_F(AuditLogTest, DraftOfAProcessThatEndedBecomesARecordOfUnknownOutcome) {
  ASSERT_TRUE(log_.AddDraft(Record("DeleteApp")).ok());

  AuditLog reopened(store_);
  ASSERT_TRUE(reopened.Open().ok());

  ASSERT_EQ(List().size(), 1u);
  EXPECT_NE(List()[0].find(R"("errorCode":"OutcomeUnknown")"), std::string::npos);
}

TEST_F(AuditLogTest, ChainGoesOnAfterReopening) {
  ASSERT_TRUE(log_.Append(Record("A")).ok());
  AuditLog reopened(store_);
  ASSERT_TRUE(reopened.Open().ok());
  ASSERT_TRUE(reopened.Append(Record("B")).ok());

  const auto verified = AuditLog::Verify(store_);
  ASSERT_TRUE(verified.ok());
  EXPECT_EQ(*verified, 2u);
}

TEST_F(AuditLogTest, VerifyFindsARecordThatIsMissing) {
  for (const char* operation : {"A", "B", "C"}) {
    ASSERT_TRUE(log_.Append(Record(operation)).ok());
  }
  storage::WriteBatch batch;
  batch.Delete(RecordKey({kNoon, 1}));
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_FALSE(AuditLog::Verify(store_).ok());
}

TEST_F(AuditLogTest, VerifyFindsARecordThatWasChanged) {
  ASSERT_TRUE(log_.Append(Record("A")).ok());
  ASSERT_TRUE(log_.Append(Record("B")).ok());
  storage::WriteBatch batch;
  batch.Put(RecordKey({kNoon, 0}),
            EncodeRecord({.record = Record("Other"), .predecessor = NoPredecessor()}));
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_FALSE(AuditLog::Verify(store_).ok());
}

TEST_F(AuditLogTest, WhatIsLeftAfterRemovingOldRecordsStillVerifies) {
  ASSERT_TRUE(log_.Append(Record("Old")).ok());
  ASSERT_TRUE(log_.Append(Record("New", kNoon + hours(1))).ok());

  const auto removed = log_.RemoveBefore(kNoon + hours(1), 100);
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(*removed, 1u);
  EXPECT_EQ(List(), (std::vector{Shown("New")}));
  const auto verified = AuditLog::Verify(store_);
  ASSERT_TRUE(verified.ok());
  EXPECT_EQ(*verified, 1u);
}

TEST_F(AuditLogTest, ChainGoesOnAfterAllRecordsWereRemoved) {
  ASSERT_TRUE(log_.Append(Record("Old")).ok());
  ASSERT_TRUE(log_.RemoveBefore(kNoon + hours(1), 100).ok());

  AuditLog reopened(store_);
  ASSERT_TRUE(reopened.Open().ok());
  ASSERT_TRUE(reopened.Append(Record("New")).ok());
  EXPECT_TRUE(AuditLog::Verify(store_).ok());
}

TEST_F(AuditLogTest, AddressIsNewOnceForEachKeyAlsoAfterReopening) {
  EXPECT_EQ(*log_.IsNewAddress("K1", "192.0.2.1"), true);
  EXPECT_EQ(*log_.IsNewAddress("K1", "192.0.2.1"), false);
  EXPECT_EQ(*log_.IsNewAddress("K2", "192.0.2.1"), true);

  AuditLog reopened(store_);
  ASSERT_TRUE(reopened.Open().ok());
  EXPECT_EQ(*reopened.IsNewAddress("K1", "192.0.2.1"), false);
}

AuditLog::Replacing Replacing(std::string from, std::string to) {
  AuditLog::Replacing replacing;
  replacing.rewrite = [from = std::move(from), to = std::move(to)](AuditRecord& record) {
    const size_t at = record.members.find(from);
    if (at != std::string::npos) {
      record.members.replace(at, from.size(), to);
    }
    return at != std::string::npos;
  };
  replacing.notice = Record("Notice", kNoon + hours(5));
  return replacing;
}

TEST_F(AuditLogTest, ReplacedTextIsTheOnlyOneAndTheChainGoesOn) {
  ASSERT_TRUE(log_.Append(Record("Alice")).ok());
  ASSERT_TRUE(log_.Append(Record("Other")).ok());

  const auto replaced = log_.Replace(Replacing("Alice", "erased"));

  ASSERT_TRUE(replaced.ok());
  EXPECT_EQ(replaced->records, 1U);
  EXPECT_EQ(List(), (std::vector{Shown("Notice"), Shown("Other"), Shown("erased")}));
  EXPECT_EQ(*AuditLog::Verify(store_), 3U);
}

TEST_F(AuditLogTest, ChainGoesOnAfterAReplacementAndANewStart) {
  ASSERT_TRUE(log_.Append(Record("Alice")).ok());
  ASSERT_TRUE(log_.Replace(Replacing("Alice", "erased")).ok());
  AuditLog again(store_);
  ASSERT_TRUE(again.Open().ok());

  ASSERT_TRUE(again.Append(Record("Later", kNoon + hours(6))).ok());

  EXPECT_EQ(*AuditLog::Verify(store_), 3U);
}

TEST_F(AuditLogTest, RecordMayBeReplacedAgain) {
  ASSERT_TRUE(log_.Append(Record("Alice and Bob")).ok());
  ASSERT_TRUE(log_.Replace(Replacing("Alice", "erased")).ok());

  ASSERT_TRUE(log_.Replace(Replacing("Bob", "gone")).ok());

  EXPECT_EQ(List().back(), Shown("erased and gone"));
  EXPECT_EQ(*AuditLog::Verify(store_), 3U);
}

TEST_F(AuditLogTest, NothingToReplaceLeavesNoNotice) {
  ASSERT_TRUE(log_.Append(Record("Other")).ok());

  ASSERT_TRUE(log_.Replace(Replacing("Alice", "erased")).ok());

  EXPECT_EQ(List(), std::vector{Shown("Other")});
}

TEST_F(AuditLogTest, ReplacementTellsWhereItGoesOn) {
  ASSERT_TRUE(log_.Append(Record("Alice 1")).ok());
  ASSERT_TRUE(log_.Append(Record("Alice 2")).ok());
  auto replacing = Replacing("Alice", "erased");
  replacing.records_max = 1;

  const auto first = log_.Replace(replacing);
  ASSERT_TRUE(first.ok());
  ASSERT_FALSE(first->next.empty());
  replacing.after = first->next;
  ASSERT_TRUE(log_.Replace(replacing).ok());

  EXPECT_EQ(*AuditLog::Verify(store_), 4U);
  EXPECT_EQ(List().back(), Shown("erased 1"));
}

TEST_F(AuditLogTest, TextThatSomebodyElseReplacedIsFound) {
  ASSERT_TRUE(log_.Append(Record("Alice")).ok());
  ASSERT_TRUE(log_.Replace(Replacing("Alice", "erased")).ok());
  std::string key;
  std::string value;
  ASSERT_TRUE(store_
                  .Scan({.prefix = RecordPrefix()},
                        [&](std::string_view k, std::string_view v) {
                          key = k;
                          value = v;
                          return false;
                        })
                  .ok());
  auto stored = DecodeRecord(value);
  ASSERT_TRUE(stored.ok());
  stored->record.members = R"("eventName":"forged")";
  storage::WriteBatch batch;
  batch.Put(key, EncodeRecord(*stored));
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_FALSE(AuditLog::Verify(store_).ok());
}

TEST_F(AuditLogTest, ReplacedRecordsCanBeRemovedByAge) {
  ASSERT_TRUE(log_.Append(Record("Alice")).ok());
  ASSERT_TRUE(log_.Replace(Replacing("Alice", "erased")).ok());

  ASSERT_EQ(*log_.RemoveBefore(kNoon + hours(1), 10), 1U);

  EXPECT_EQ(*AuditLog::Verify(store_), 1U);
}

TEST(AuditRecordFormatTest, StaysReadableForEver) {
  const AuditRecord record{.at = kNoon,
                           .event_id = "e",
                           .operation = "CreateApp",
                           .principal_arn = "p",
                           .principal_name = "n",
                           .resources = {"r"},
                           .members = "\"a\":1"};

  EXPECT_EQ(EncodeRecord({.record = record, .predecessor = "d"}),
            std::string("\x06\x01"
                        "d"
                        "\x08\xC0\xAC\xEE\x81\xC1h"
                        "\x0E\x01"
                        "e"
                        "\x12\x09"
                        "CreateApp"
                        "\x16\x01p\x1A\x01n\x1E\x01r\"\x05\"a\":1"));
}

}  // namespace
}  // namespace pinion::audit

// Backups that a schedule makes due. What a backup holds: backup_folder, tests/sim/test_backup.py.
#include "server/backup_service.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/time_text.h"
#include "server/backup_folder.h"

namespace pinion::server {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Status = model::BackupStatus;

class BackupServiceTest : public ::testing::Test {
 protected:
  BackupServiceTest() {
    std::string pattern = ::testing::TempDir() + "/pinion_backup_service_XXXXXX";
    root_ = ::mkdtemp(pattern.data());
    fs::create_directories(root_ + "/data");
    store_ = *storage::RocksStore::Open(root_ + "/data/store", {});
  }
  ~BackupServiceTest() override {
    service_.reset();
    store_.reset();
    fs::remove_all(root_);
  }

  void Open(const std::vector<std::string>& times, size_t keep = 10) {
    service_.reset();
    service_.emplace(
        BackupService::Parts{.store = *store_,
                             .ids = ids_,
                             .wall_clock = clock_,
                             .data_dir = root_ + "/data",
                             .buckets = root_ + "/data/buckets"},
        BackupService::Automation{
            .schedule = *BackupSchedule::Parse(times), .target = root_ + "/backups", .keep = keep});
    ASSERT_TRUE(service_->Open().ok());
  }
  // Whether a backup was due; it has ended then.
  bool MakeDue() {
    const auto begun = service_->BeginDue();
    EXPECT_TRUE(begun.ok()) << begun.error().message;
    while (begun.ok() && *begun && Newest().status == Status::kRunning) {
      std::this_thread::yield();
    }
    return begun.ok() && *begun;
  }
  model::BackupResponse Newest() { return service_->List({.limit = 1})->items.at(0); }

  std::string root_;
  base::ManualClock clock_{*base::ParseInstant("2026-11-23T11:15:00Z")};
  base::SeededRandom random_{1};
  base::IdGenerator ids_{random_};
  std::unique_ptr<storage::RocksStore> store_;
  std::optional<BackupService> service_;
};

TEST_F(BackupServiceTest, FirstOfAScheduleIsMadeAtOnceThenEachAtItsTime) {
  Open({"02:00", "12:00"});
  EXPECT_TRUE(MakeDue());
  EXPECT_EQ(Newest().status, Status::kCompleted);
  EXPECT_EQ(Newest().scheduled, true);
  EXPECT_FALSE(MakeDue());

  clock_.Advance(std::chrono::minutes(44));
  EXPECT_FALSE(MakeDue());
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_TRUE(MakeDue());
  EXPECT_FALSE(MakeDue());
}

TEST_F(BackupServiceTest, WhatFellDueWhileTheServerWasDownIsMadeOnceAtTheStart) {
  Open({"02:00"});
  ASSERT_TRUE(MakeDue());
  clock_.Advance(std::chrono::days(3));

  Open({"02:00"});

  EXPECT_TRUE(MakeDue());
  EXPECT_FALSE(MakeDue());
}

TEST_F(BackupServiceTest, BackupThatSomebodyAskedForDoesNotCountAsTheDueOne) {
  Open({"02:00"});
  const auto asked = service_->Begin(root_ + "/backups");
  ASSERT_TRUE(asked.ok());
  while (service_->Get(asked->id)->status == Status::kRunning) {
    std::this_thread::yield();
  }
  EXPECT_EQ(service_->Get(asked->id)->scheduled, std::nullopt);
  EXPECT_TRUE(MakeDue());
}

TEST_F(BackupServiceTest, OnlyTheNewestStay) {
  Open({"02:00"}, 2);
  for (int day = 0; day < 4; ++day) {
    ASSERT_TRUE(MakeDue());
    clock_.Advance(std::chrono::days(1));
  }
  const auto backups = VerifyBackups(root_ + "/backups");
  ASSERT_TRUE(backups.ok()) << backups.error().message;
  EXPECT_EQ(*backups, 2U);
}

TEST_F(BackupServiceTest, WithoutAScheduleNothingIsDue) {
  Open({});
  EXPECT_FALSE(MakeDue());
}

TEST_F(BackupServiceTest, TargetThatCannotBeUsedIsFoundAtTheStart) {
  BackupService service({.store = *store_,
                         .ids = ids_,
                         .wall_clock = clock_,
                         .data_dir = root_ + "/data",
                         .buckets = root_ + "/data/buckets"},
                        {.schedule = *BackupSchedule::Parse({"02:00"}),
                         .target = root_ + "/data/backups",
                         .keep = 1});
  const base::Status opened = service.Open();
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message, HasSubstr("Key 'backup.target'"));
}

}  // namespace
}  // namespace pinion::server

#include "server/erasure_list.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "model/privacy.h"
#include "privacy/privacy_store.h"
#include "storage/memory_store.h"

namespace pinion::server {
namespace {

class ErasureListTest : public ::testing::Test {
 protected:
  ErasureListTest() {
    std::string name = (std::filesystem::temp_directory_path() / "pinion-erasures-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~ErasureListTest() override { std::filesystem::remove_all(folder_); }

  static void Put(storage::MemoryStore& store,
                  const std::string& id,
                  model::ErasureStatus status = model::ErasureStatus::kCompleted) {
    model::ErasureRecord erasure;
    erasure.id = id;
    erasure.application_id = "app";
    erasure.status = status;
    erasure.step = model::ErasureStep::kFinish;
    erasure.hashes = {"hash-of-" + id};
    erasure.events_done = 7;
    storage::WriteBatch batch;
    privacy::PrivacyStore::Put(erasure, batch);
    ASSERT_TRUE(store.Apply(batch).ok());
  }
  static model::ErasureRecord Find(const storage::MemoryStore& store, const std::string& id) {
    return privacy::PrivacyStore(store).Find<model::ErasureRecord>(base::AppId("app"), id)->value();
  }

  std::string folder_;
  base::SeededRandom random_{1};
};

TEST_F(ErasureListTest, ErasuresThatARestoredStoreDoesNotKnowBeginAgain) {
  storage::MemoryStore store;
  Put(store, "e1");
  ASSERT_TRUE(WriteErasureList(folder_, store).ok());

  storage::MemoryStore restored;
  EXPECT_EQ(*TakeErasureList(folder_, restored, random_), 1U);

  const model::ErasureRecord erasure = Find(restored, "e1");
  EXPECT_EQ(erasure.status, model::ErasureStatus::kCreated);
  EXPECT_EQ(erasure.step, model::ErasureStep::kResolve);
  EXPECT_EQ(erasure.hashes, std::vector<std::string>{"hash-of-e1"});
  EXPECT_EQ(erasure.events_done, 0);
  EXPECT_FALSE(erasure.salt.empty());
}

TEST_F(ErasureListTest, ErasuresThatTheRestoredStoreKnowsStayAsTheyAre) {
  storage::MemoryStore store;
  Put(store, "e1");
  ASSERT_TRUE(WriteErasureList(folder_, store).ok());

  EXPECT_EQ(*TakeErasureList(folder_, store, random_), 0U);
  EXPECT_EQ(Find(store, "e1").status, model::ErasureStatus::kCompleted);
}

TEST_F(ErasureListTest, ListKeepsWhatItHasAndLeavesOutWhatIsNotOver) {
  storage::MemoryStore first;
  Put(first, "e1");
  ASSERT_TRUE(WriteErasureList(folder_, first).ok());
  storage::MemoryStore second;
  Put(second, "e2");
  Put(second, "e3", model::ErasureStatus::kProcessing);
  ASSERT_TRUE(WriteErasureList(folder_, second).ok());

  storage::MemoryStore restored;
  EXPECT_EQ(*TakeErasureList(folder_, restored, random_), 2U);
}

TEST_F(ErasureListTest, FolderWithoutListHasNoErasures) {
  storage::MemoryStore restored;

  EXPECT_EQ(*TakeErasureList(folder_, restored, random_), 0U);
}

TEST_F(ErasureListTest, DamagedListStopsTheRestore) {
  std::ofstream(folder_ + "/ERASURES") << "{";
  storage::MemoryStore restored;

  EXPECT_FALSE(TakeErasureList(folder_, restored, random_).ok());
}

}  // namespace
}  // namespace pinion::server

#include "server/master_key_rotation.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "storage/memory_store.h"

namespace pinion::server {
namespace {

namespace fs = std::filesystem;

class MasterKeyRotationTest : public ::testing::Test {
 protected:
  MasterKeyRotationTest() {
    std::string name = ::testing::TempDir() + "pinion-master-key-XXXXXX";
    path_ = ::mkdtemp(name.data());
    auto opened = DataDirectory::Open(path_, 1);
    PINION_ASSERT(opened.ok());
    directory_.emplace(*std::move(opened));
    sealed_ = Open()->Seal("secret", "for a test");
  }
  ~MasterKeyRotationTest() override { fs::remove_all(path_); }

  // As the next process would.
  std::unique_ptr<auth::SecretBox> Open() {
    const auto key = MasterKeyOfDirectory(*directory_, store_, random_);
    EXPECT_TRUE(key.ok());
    auto box = auth::SecretBox::Open(store_, *key, random_);
    EXPECT_TRUE(box.ok());
    return box.ok() ? *std::move(box) : nullptr;
  }
  std::string FileKey() {
    return auth::MasterKey::FromFile(directory_->master_key_path(), random_)->bytes();
  }
  bool SecretIsReadable() {
    const auto box = Open();
    const auto opened = box == nullptr ? base::Result<std::string>(base::Internal(""))
                                       : box->Open(sealed_, "for a test");
    return opened.ok() && *opened == "secret";
  }

  std::string path_;
  storage::MemoryStore store_;
  base::SeededRandom random_{5};
  std::optional<DataDirectory> directory_;
  std::string sealed_;
};

TEST_F(MasterKeyRotationTest, OnlyTheNewKeyOpensTheDataAfterwards) {
  const auto old = auth::MasterKey::FromFile(directory_->master_key_path(), random_);
  const auth::MasterKey next = auth::MasterKey::New(random_);

  ASSERT_TRUE(ChangeMasterKeyOfDirectory(*directory_, store_, *Open(), next).ok());

  EXPECT_EQ(FileKey(), next.bytes());
  EXPECT_FALSE(fs::exists(directory_->next_master_key_path()));
  EXPECT_TRUE(SecretIsReadable());
  EXPECT_FALSE(auth::SecretBox::Open(store_, *old, random_).ok());
}

TEST_F(MasterKeyRotationTest, CrashBeforeTheDataIsSealedAnewLeavesTheOldKey) {
  const std::string old = FileKey();
  ASSERT_TRUE(auth::MasterKey::New(random_).WriteTo(directory_->next_master_key_path()).ok());

  EXPECT_TRUE(SecretIsReadable());
  EXPECT_EQ(FileKey(), old);
}

TEST_F(MasterKeyRotationTest, CrashAfterTheDataWasSealedAnewIsFinishedByTheNextStart) {
  const auth::MasterKey next = auth::MasterKey::New(random_);
  ASSERT_TRUE(next.WriteTo(directory_->next_master_key_path()).ok());
  ASSERT_TRUE(Open()->ChangeMasterKey(store_, next).ok());

  EXPECT_TRUE(SecretIsReadable());
  EXPECT_EQ(FileKey(), next.bytes());
  EXPECT_FALSE(fs::exists(directory_->next_master_key_path()));
}

TEST_F(MasterKeyRotationTest, CrashBeforeTheOldFileIsGoneChangesNothing) {
  const auth::MasterKey next = auth::MasterKey::New(random_);
  ASSERT_TRUE(ChangeMasterKeyOfDirectory(*directory_, store_, *Open(), next).ok());
  ASSERT_TRUE(next.WriteTo(directory_->next_master_key_path()).ok());

  EXPECT_TRUE(SecretIsReadable());
  EXPECT_EQ(FileKey(), next.bytes());
}

TEST_F(MasterKeyRotationTest, LeftOverOfAnEarlierChangeDoesNotHinderAnother) {
  ASSERT_TRUE(auth::MasterKey::New(random_).WriteTo(directory_->next_master_key_path()).ok());
  const auth::MasterKey next = auth::MasterKey::New(random_);
  ASSERT_TRUE(ChangeMasterKeyOfDirectory(*directory_, store_, *Open(), next).ok());
  EXPECT_TRUE(SecretIsReadable());
}

}  // namespace
}  // namespace pinion::server

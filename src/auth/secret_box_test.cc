#include "auth/secret_box.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "auth/sealing.h"
#include "base/base64.h"
#include "base/hex.h"
#include "storage/faulty_store.h"
#include "storage/memory_store.h"

namespace pinion::auth {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

MasterKey KeyOf(char byte) {
  return *MasterKey::FromBase64(base::Base64Encode(std::string(kMasterKeyBytes, byte)));
}

// Gives the same bytes over and over, for the published test vector.
class FixedBytes final : public base::RandomSource {
 public:
  explicit FixedBytes(std::string bytes) : bytes_(std::move(bytes)) {}
  void Fill(std::span<uint8_t> out) override {
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<uint8_t>(bytes_[i % bytes_.size()]);
    }
  }

 private:
  std::string bytes_;
};

class SecretBoxTest : public ::testing::Test {
 protected:
  std::unique_ptr<SecretBox> Open(const MasterKey& key) {
    return *SecretBox::Open(store_, key, random_);
  }

  storage::MemoryStore store_;
  base::SeededRandom random_{7};
};

TEST(SealingTest, AgreesWithThePublishedVector) {
  // Test case 16 of the specification of GCM.
  const std::string key =
      *base::HexDecode("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const std::string nonce = *base::HexDecode("cafebabefacedbaddecaf888");
  const std::string text = *base::HexDecode(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
      "b525b16aedf5aa0de657ba637b39");
  const std::string associated = *base::HexDecode("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  FixedBytes random(nonce);

  const std::string sealed = SealWith(key, text, associated, random);

  EXPECT_EQ(
      base::HexEncode(sealed),
      base::HexEncode(nonce) +
          "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b0"
          "8b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
}

TEST_F(SecretBoxTest, OpensWhatItSealed) {
  const auto box = Open(KeyOf('a'));
  for (const std::string& secret :
       {std::string(), std::string("s3cret"), std::string(5000, '\0')}) {
    EXPECT_EQ(*box->Open(box->Seal(secret, "key/1"), "key/1"), secret);
  }
}

TEST_F(SecretBoxTest, SealingTwiceLooksDifferentAndHidesTheSecret) {
  const auto box = Open(KeyOf('a'));
  const std::string first = box->Seal("s3cret", "x");

  EXPECT_NE(first, box->Seal("s3cret", "x"));
  EXPECT_THAT(first, Not(HasSubstr("s3cret")));
}

TEST_F(SecretBoxTest, EveryChangedByteIsNoticed) {
  const auto box = Open(KeyOf('a'));
  const std::string sealed = box->Seal("secret", "x");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);

    EXPECT_FALSE(box->Open(altered, "x").ok()) << i;
  }
}

TEST_F(SecretBoxTest, CutBytesAreNoticed) {
  const auto box = Open(KeyOf('a'));
  const std::string sealed = box->Seal("secret", "x");
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(box->Open(sealed.substr(0, size), "x").ok()) << size;
  }
}

TEST_F(SecretBoxTest, SecretOfOneThingDoesNotOpenAsThatOfAnother) {
  const auto box = Open(KeyOf('a'));

  EXPECT_FALSE(box->Open(box->Seal("secret", "key/1"), "key/2").ok());
}

TEST_F(SecretBoxTest, OpensAfterARestart) {
  const std::string sealed = Open(KeyOf('a'))->Seal("secret", "x");

  EXPECT_EQ(*Open(KeyOf('a'))->Open(sealed, "x"), "secret");
}

TEST_F(SecretBoxTest, WrongMasterKeyIsRefused) {
  Open(KeyOf('a'));

  const auto opened = SecretBox::Open(store_, KeyOf('b'), random_);

  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, base::Errc::kConflict);
  EXPECT_THAT(opened.error().message, HasSubstr("PINION_MASTER_KEY"));
}

TEST_F(SecretBoxTest, LostMasterKeyAllowsAStartAnew) {
  const std::string old = Open(KeyOf('a'))->Seal("secret", "x");

  const auto box = *SecretBox::Open(store_, KeyOf('b'), random_, SecretBox::OnMismatch::kStartAnew);
  const std::string sealed = box->Seal("new", "x");

  EXPECT_FALSE(box->Open(old, "x").ok());
  EXPECT_EQ(*Open(KeyOf('b'))->Open(sealed, "x"), "new");
}

TEST_F(SecretBoxTest, ChangedMasterKeyOpensWhatWasSealedBefore) {
  const auto box = Open(KeyOf('a'));
  const std::string sealed = box->Seal("secret", "x");

  ASSERT_TRUE(box->ChangeMasterKey(store_, KeyOf('b')).ok());

  EXPECT_EQ(*Open(KeyOf('b'))->Open(sealed, "x"), "secret");
  EXPECT_FALSE(SecretBox::Open(store_, KeyOf('a'), random_).ok());
}

TEST_F(SecretBoxTest, DataKeyThatIsNotDurableIsNotUsed) {
  storage::FaultyStore faulty(store_);
  faulty.FailNextSyncs(1);

  EXPECT_FALSE(SecretBox::Open(faulty, KeyOf('a'), random_).ok());
}

class MasterKeyTest : public ::testing::Test {
 protected:
  MasterKeyTest() : directory_(::testing::TempDir() + "/pinion_master_XXXXXX") {
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    path_ = directory_ + "/master.key";
  }
  ~MasterKeyTest() override { std::filesystem::remove_all(directory_); }

  base::SeededRandom random_{1};
  std::string directory_;
  std::string path_;
};

TEST_F(MasterKeyTest, FileIsMadeOnceForTheOwnerOnly) {
  const std::string made = MasterKey::FromFile(path_, random_)->bytes();
  const std::string read = MasterKey::FromFile(path_, random_)->bytes();

  EXPECT_EQ(made.size(), kMasterKeyBytes);
  EXPECT_EQ(read, made);
  struct stat facts = {};
  ASSERT_EQ(stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
}

TEST_F(MasterKeyTest, FileWithoutAKeyIsNotReplaced) {
  std::ofstream(path_) << "not a key";

  const auto read = MasterKey::FromFile(path_, random_);

  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, base::Errc::kInvalidArgument);
  EXPECT_THAT(read.error().message, HasSubstr(path_));
}

TEST_F(MasterKeyTest, PlaceThatCannotBeWrittenIsReported) {
  const auto made = MasterKey::FromFile(directory_ + "/absent/master.key", random_);

  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, base::Errc::kUnavailable);
}

TEST_F(MasterKeyTest, TextMustBe32BytesInBase64) {
  EXPECT_TRUE(MasterKey::FromBase64(base::Base64Encode(std::string(32, 'x'))).ok());
  EXPECT_FALSE(MasterKey::FromBase64(base::Base64Encode(std::string(31, 'x'))).ok());
  EXPECT_FALSE(MasterKey::FromBase64("%%%").ok());
  EXPECT_FALSE(MasterKey::FromBase64("").ok());
}

}  // namespace
}  // namespace pinion::auth

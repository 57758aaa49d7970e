#include <chrono>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/time_text.h"
#include "jobs/export_runner.h"
#include "jobs/export_service.h"
#include "jobs/import_runner.h"
#include "jobs/import_service.h"
#include "jobs/object_reader.h"
#include "model/codec.h"
#include "storage/memory_store.h"

namespace pinion::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

namespace fs = std::filesystem;

class ExportRunTest : public testing::Test {
 protected:
  ExportRunTest() : app_(NewApp()) {}
  ~ExportRunTest() override { fs::remove_all(folder_); }

  static std::string NewFolder() {
    std::string name = (fs::temp_directory_path() / "pinion-export-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  base::AppId NewApp() {
    const auto made = applications_.Create(
        {.request = {.name = "a", .tags = {}}, .region = "us-east-1", .chosen_id = {}});
    EXPECT_TRUE(audience_.OpenApp(base::AppId(made->id)).ok());
    return base::AppId(made->id);
  }
  void Put(std::string_view endpoint, std::string_view json) {
    EXPECT_TRUE(
        audience_
            .UpdateEndpoint(app_, endpoint, *model::Decode<model::EndpointRequest>(json), "request")
            .ok());
  }
  ExportRunner::Dependencies RunnerParts(uint64_t lines_per_object) {
    return {.store = store_,
            .clock = clock_,
            .work = work_,
            .audience = audience_,
            .segments = segments_,
            .membership = membership_,
            .locations = locations_,
            .lines_per_object = lines_per_object};
  }
  // Creates a job without running it.
  base::Result<model::ExportJobResponse> Create(std::string_view json) {
    return exports_.Create(app_, *model::Decode<model::ExportJobRequest>(json));
  }
  model::ExportJobResponse RunJob(const std::string& id, uint64_t lines_per_object = 1000) {
    ExportRunner runner(RunnerParts(lines_per_object));
    runner.Start();
    work_.WaitUntilQuiet();
    runner.Stop();
    return *exports_.Get(app_, base::JobId(id));
  }
  std::string PathOf(const std::string& job) const { return folder_ + "/out/to/" + job; }
  std::vector<std::string> Names(const std::string& job) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(PathOf(job))) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
  std::vector<std::string> IdsIn(const std::string& job, const std::string& name) const {
    std::vector<std::string> ids;
    auto reader = ObjectReader::Open(PathOf(job) + "/" + name, ObjectReader::Records::kLines);
    EXPECT_TRUE(reader.ok());
    for (auto record = (*reader)->Next(); record.ok() && *record; record = (*reader)->Next()) {
      ids.push_back(*model::Decode<model::EndpointResponse>((*record)->text)->id);
    }
    return ids;
  }

  const std::string folder_ = NewFolder();
  storage::MemoryStore store_;
  base::ManualClock clock_{*base::ParseInstant("2026-11-23T11:15:00.000Z")};
  base::SeededRandom random_{1};
  base::IdGenerator ids_{random_};
  base::WorkTracker work_;
  apps::ApplicationService applications_{store_, clock_, ids_, "123456789012"};
  audience::AudienceService audience_{store_, clock_};
  segments::SegmentService segments_{store_, clock_, ids_, applications_};
  segments::Membership membership_{audience_, segments_, clock_};
  ObjectLocations locations_{{.bucket_root = folder_, .file_roots = {}}};
  // Takes what Create wakes, and is never started.
  base::WorkTracker idle_work_;
  ExportRunner idle_{{.store = store_,
                      .clock = clock_,
                      .work = idle_work_,
                      .audience = audience_,
                      .segments = segments_,
                      .membership = membership_,
                      .locations = locations_}};
  ExportService exports_{{.store = store_,
                          .clock = clock_,
                          .ids = ids_,
                          .locations = locations_,
                          .segments = segments_,
                          .runner = idle_}};
  base::AppId app_;
};

constexpr std::string_view kToBucket = R"({"RoleArn":"r","S3UrlPrefix":"s3://out/to"})";

TEST_F(ExportRunTest, ObjectsHoldAllEndpointsByIdAndNoMoreLinesThanAllowed) {
  for (const std::string_view id : {"c", "a", "d", "b", "e"}) {
    Put(id, R"({"ChannelType":"EMAIL","Address":"x@e.com"})");
  }
  const std::string job = Create(kToBucket)->id;
  const auto ended = RunJob(job, 2);
  EXPECT_EQ(ended.job_status, model::JobStatus::kCompleted);
  EXPECT_EQ(ended.total_processed, 5);
  EXPECT_EQ(ended.total_pieces, 3);
  EXPECT_EQ(ended.completed_pieces, 3);
  EXPECT_EQ(ended.completion_date, "2026-11-23T11:15:00.000Z");
  EXPECT_THAT(Names(job), UnorderedElementsAre("part-00000.gz", "part-00001.gz", "part-00002.gz"));
  EXPECT_THAT(IdsIn(job, "part-00000.gz"), ElementsAre("a", "b"));
  EXPECT_THAT(IdsIn(job, "part-00002.gz"), ElementsAre("e"));
}

TEST_F(ExportRunTest, ManyEndpointsAreInTheOrderOfTheirIdsToo) {
  std::vector<std::string> expected;
  for (int i = 5000; i > 0; --i) {
    Put("e" + std::to_string(10000 + i), "{}");
    expected.insert(expected.begin(), "e" + std::to_string(10000 + i));
  }
  const std::string job = Create(kToBucket)->id;
  EXPECT_EQ(RunJob(job, kLinesPerObject).total_processed, 5000);
  EXPECT_EQ(IdsIn(job, "part-00000.gz"), expected);
}

TEST_F(ExportRunTest, AnEmptyResultIsOneObjectWithoutALine) {
  const std::string job = Create(kToBucket)->id;
  const auto ended = RunJob(job);
  EXPECT_EQ(ended.job_status, model::JobStatus::kCompleted);
  EXPECT_EQ(ended.total_pieces, 1);
  EXPECT_THAT(Names(job), ElementsAre("part-00000.gz"));
  EXPECT_THAT(IdsIn(job, "part-00000.gz"), ElementsAre());
}

TEST_F(ExportRunTest, ASegmentExportsItsMembersOnly) {
  Put("a", R"({"Attributes":{"tier":["gold"]}})");
  Put("b", R"({"Attributes":{"tier":["tin"]}})");
  const auto segment = segments_.Create(
      app_,
      *model::Decode<model::WriteSegmentRequest>(
          R"({"Name":"gold","Dimensions":{"Attributes":{"tier":{"Values":["gold"]}}}})"),
      std::nullopt);
  const std::string job = Create(R"({"RoleArn":"r","S3UrlPrefix":"s3://out/to/","SegmentId":")" +
                                 segment->id + R"(","SegmentVersion":1})")
                              ->id;
  RunJob(job);
  EXPECT_THAT(IdsIn(job, "part-00000.gz"), ElementsAre("a"));
}

TEST_F(ExportRunTest, AJobThatDiedBetweenObjectAndStateBeginsAgainWithoutALineTwice) {
  for (const std::string_view id : {"a", "b", "c"}) {
    Put(id, "{}");
  }
  const std::string job = Create(kToBucket)->id;
  RunJob(job, 1);
  // As the process leaves it that dies before the last state is stored: whole objects, one more
  // than the repetition makes, half a one, and a job in the middle.
  std::ofstream(PathOf(job) + "/.part-00003.gz") << "half";
  auto record = *JobStore(store_).Find<model::ExportJobRecord>(app_, base::JobId(job));
  record->status = model::JobStatus::kProcessing;
  record->completed_pieces = 1;
  record->total_processed = 2;
  storage::WriteBatch batch;
  JobStore::Put(*record, batch);
  ASSERT_TRUE(store_.Apply(batch).ok());

  const auto ended = RunJob(job, 2);
  EXPECT_EQ(ended.job_status, model::JobStatus::kCompleted);
  EXPECT_EQ(ended.total_processed, 3);
  EXPECT_THAT(Names(job), UnorderedElementsAre("part-00000.gz", "part-00001.gz"));
  EXPECT_THAT(IdsIn(job, "part-00000.gz"), ElementsAre("a", "b"));
  EXPECT_THAT(IdsIn(job, "part-00001.gz"), ElementsAre("c"));
}

TEST_F(ExportRunTest, ReadingAnExportIntoAnotherApplicationGivesTheSameEndpoints) {
  Put("a",
      R"({"ChannelType":"EMAIL","Address":"a@e.com","OptOut":"ALL","Attributes":{"x":["1","2"]},
          "Metrics":{"m":1.5},"Demographic":{"Locale":"de_DE"},"Location":{"Latitude":1.25},
          "User":{"UserId":"u","UserAttributes":{"n":["v"]}}})");
  Put("b", R"({"ChannelType":"SMS","Address":"+12065550100","EndpointStatus":"INACTIVE"})");
  const std::string job = Create(kToBucket)->id;
  RunJob(job);
  clock_.Advance(std::chrono::hours(24));

  const base::AppId other = NewApp();
  ImportRunner runner({.store = store_,
                       .clock = clock_,
                       .work = work_,
                       .audience = audience_,
                       .segments = segments_,
                       .locations = locations_});
  ImportService imports({.store = store_,
                         .clock = clock_,
                         .ids = ids_,
                         .locations = locations_,
                         .segments = segments_,
                         .runner = runner});
  ASSERT_TRUE(imports
                  .Create(other,
                          *model::Decode<model::ImportJobRequest>(
                              R"({"RoleArn":"r","Format":"JSON","RegisterEndpoints":true,
                                  "S3Url":"s3://out/to/)" +
                              job + R"(/"})"))
                  .ok());
  runner.Start();
  work_.WaitUntilQuiet();
  for (const std::string_view id : {"a", "b"}) {
    auto before = *audience_.Get(app_, id);
    auto after = *audience_.Get(other, id);
    // What belongs to the application, and what AUD-12 draws anew.
    before.application_id = after.application_id;
    before.cohort_id = after.cohort_id;
    EXPECT_EQ(model::ToJson(after), model::ToJson(before));
  }
}

TEST_F(ExportRunTest, APlaceThatCannotBeWrittenFailsTheJobSayingSo) {
  std::ofstream(folder_ + "/out") << "no folder";
  const auto ended = RunJob(Create(kToBucket)->id);
  EXPECT_EQ(ended.job_status, model::JobStatus::kFailed);
  EXPECT_THAT(*ended.failures, ElementsAre(HasSubstr("cannot be made")));
}

TEST_F(ExportRunTest, UnknownSegmentsVersionsAndPlacesAreRefusedNamingTheMember) {
  const auto refusal = [&](std::string_view more) {
    const auto created = Create(R"({"RoleArn":"r",)" + std::string(more) + "}");
    return created.ok() ? "" : created.error().message;
  };
  EXPECT_THAT(refusal(R"("S3UrlPrefix":"s3://out/a","SegmentId":"none")"), HasSubstr("SegmentId"));
  EXPECT_THAT(refusal(R"("S3UrlPrefix":"s3://out/a","SegmentVersion":1)"),
              HasSubstr("SegmentVersion"));
  EXPECT_THAT(refusal(R"("S3UrlPrefix":"file:///etc/")"), HasSubstr("S3UrlPrefix"));
  EXPECT_THAT(refusal(R"("S3UrlPrefix":"s3://out//etc/")"), HasSubstr("begin with '/'"));
}

}  // namespace
}  // namespace pinion::jobs

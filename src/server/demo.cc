#include "server/demo.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/stopwatch.h"
#include "model/apps.h"
#include "model/campaigns.h"
#include "model/channels.h"
#include "model/codec.h"
#include "model/delivery.h"
#include "model/jobs.h"
#include "model/segments.h"
#include "model/templates.h"
#include "server/command_output.h"
#include "server/sample_import.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::server {

namespace {

constexpr std::string_view kProjectName = "Demo";
constexpr std::string_view kImportedName = "Imported people";
constexpr std::string_view kSegmentName = "People with email";
constexpr std::string_view kTemplateName = "demo_welcome";
constexpr std::string_view kCampaignName = "Welcome";
constexpr std::string_view kBucket = "pinion-demo";

constexpr std::chrono::milliseconds kFirstPause{20};
constexpr std::chrono::milliseconds kLongestPause{500};
constexpr std::chrono::seconds kWaitMax{60};
// How long after the end of the run its table may wait for the last count.
constexpr std::chrono::seconds kSettlingMax{10};

// The record of how far the demo is in the store.
constexpr std::string_view kStarted = "started";
constexpr std::string_view kComplete = "complete";

std::string ProgressKey() {
  return storage::KeyWriter(storage::KeySpace::kSetting).Text("demo").Take();
}

base::Status SetProgress(storage::KeyValueStore& store, std::string_view progress) {
  storage::WriteBatch batch;
  batch.Put(ProgressKey(), std::string(progress));
  PINION_CHECK(store.Apply(batch));
  return store.Sync();
}

std::string SampleUrl() {
  return "s3://" + std::string(kBucket) + "/" + std::string(kSampleImportName);
}

const std::vector<model::ApplicationResponse>& ItemsOf(model::ApplicationsResponse& page) {
  if (!page.item) {
    page.item.emplace();
  }
  return *page.item;
}
template <class Page>
const auto& ItemsOf(Page& page) {
  return page.item;
}

std::string_view NameOf(const model::ApplicationResponse& item) {
  return item.name;
}
template <class Item>
std::string_view NameOf(const Item& item) {
  return item.name ? std::string_view(*item.name) : std::string_view();
}

bool IsFinal(const model::MessageLogItem& message) {
  return message.status != "QUEUED" && message.status != "SENT";
}

}  // namespace

Demo::~Demo() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Demo::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Demo::Run() {
  const auto text = Perform();
  if (text.ok()) {
    Print(*text);
    return;
  }
  const std::lock_guard lock(mutex_);
  base::Log(stopping_ ? base::LogLevel::kInfo : base::LogLevel::kError,
            "demo",
            "The demo is not complete; the next start with --demo goes on with it. " +
                text.error().message);
}

base::Result<std::string> Demo::Perform() {
  PINION_TRY(const auto progress, parts_.store.Get(ProgressKey()));
  if (progress == kComplete) {
    PINION_TRY(const auto app, FindNamed<model::ApplicationsResponse>("/v1/apps", kProjectName));
    return "\nThe demo was made by an earlier start; its data is as you left it.\n" + Hints(app);
  }
  if (!progress) {
    PINION_TRY(auto apps, Read<model::ApplicationsResponse>("GET", "/v1/apps?page-size=1"));
    if (!ItemsOf(apps).empty()) {
      return std::string("\nThe data directory has projects already, so no demo is made.\n");
    }
    PINION_CHECK(SetProgress(parts_.store, kStarted));
  }
  return Make();
}

base::Result<std::string> Demo::Make() {
  PINION_TRY(const std::string app, EnsureProject());
  PINION_CHECK(EnsureEmailChannel(app));
  PINION_TRY(const std::string imported, EnsureImport(app));
  PINION_TRY(const std::string segment, EnsureSegment(app, imported));
  PINION_CHECK(EnsureTemplate());
  PINION_TRY(const std::string campaign, EnsureCampaign(app, segment));
  PINION_TRY(const DemoOutcome outcome, AwaitOutcome(app, campaign));
  PINION_CHECK(SetProgress(parts_.store, kComplete));
  return "\nProject \"" + std::string(kProjectName) + "\": " + std::string(kSampleImportName) +
         " is imported, and campaign \"" + std::string(kCampaignName) +
         "\"\nhas run through the sandbox transport, which keeps every message on this "
         "machine.\n\n" +
         DemoTable(outcome) + Hints(app);
}

base::Result<std::string> Demo::EnsureProject() {
  PINION_TRY(auto found, FindNamed<model::ApplicationsResponse>("/v1/apps", kProjectName));
  if (found) {
    return *std::move(found);
  }
  model::CreateApplicationRequest request;
  request.name = kProjectName;
  PINION_TRY(auto made,
             Read<model::ApplicationResponse>("POST", "/v1/apps", model::ToJson(request)));
  return std::move(made.id);
}

base::Status Demo::EnsureEmailChannel(const std::string& app) {
  model::EmailChannelRequest request;
  request.enabled = true;
  request.from_address = "ExampleCorp <welcome@example.com>";
  request.identity = "arn:aws:ses:us-east-1:123456789012:identity/example.com";
  PINION_CHECK(Ask("PUT", "/v1/apps/" + app + "/channels/email", model::ToJson(request)));
  return {};
}

base::Status Demo::WriteSampleFile() const {
  const std::filesystem::path folder = std::filesystem::path(parts_.data_dir) / "buckets" / kBucket;
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  std::ofstream file(folder / kSampleImportName, std::ios::binary | std::ios::trunc);
  file << SampleImport();
  file.close();
  return file ? base::Status()
              : base::Unavailable("The sample file cannot be written to " + folder.string() + ".");
}

base::Result<std::string> Demo::EnsureImport(const std::string& app) {
  const std::string jobs = "/v1/apps/" + app + "/jobs/import";
  PINION_TRY(const auto earlier, Read<model::ImportJobsResponse>("GET", jobs));
  std::string job;
  for (const model::ImportJobResponse& item : earlier.item) {
    if (item.job_status != model::JobStatus::kFailed && item.definition.s3_url == SampleUrl()) {
      job = item.id;
    }
  }
  if (job.empty()) {
    PINION_CHECK(WriteSampleFile());
    model::ImportJobRequest request;
    request.format = model::Format::kCsv;
    request.s3_url = SampleUrl();
    request.role_arn = "arn:aws:iam::123456789012:role/import";
    request.register_endpoints = true;
    request.define_segment = true;
    request.segment_name = kImportedName;
    PINION_TRY(auto made, Read<model::ImportJobResponse>("POST", jobs, model::ToJson(request)));
    job = std::move(made.id);
  }
  model::ImportJobResponse now;
  PINION_CHECK(Until([&]() -> base::Result<bool> {
    PINION_TRY(now, Read<model::ImportJobResponse>("GET", jobs + "/" + job));
    return now.job_status == model::JobStatus::kCompleted ||
           now.job_status == model::JobStatus::kFailed;
  }));
  if (now.job_status == model::JobStatus::kFailed || !now.definition.segment_id) {
    return base::Unavailable("The import of " + SampleUrl() + " failed.");
  }
  return *std::move(now.definition.segment_id);
}

base::Result<std::string> Demo::EnsureSegment(const std::string& app, const std::string& imported) {
  const std::string segments = "/v1/apps/" + app + "/segments";
  PINION_TRY(auto found, FindNamed<model::SegmentsResponse>(segments, kSegmentName));
  if (found) {
    return *std::move(found);
  }
  model::SegmentDimensions by_email;
  by_email.demographic.emplace();
  by_email.demographic->channel.emplace();
  by_email.demographic->channel->values = {"EMAIL"};
  model::SegmentGroup group;
  group.source_segments = {{.id = imported}};
  group.source_type = model::SourceType::kAny;
  group.dimensions = {std::move(by_email)};
  group.type = model::Type::kAll;
  model::WriteSegmentRequest request;
  request.name = kSegmentName;
  request.segment_groups =
      model::SegmentGroupList{.groups = {{std::move(group)}}, .include = model::Include::kAll};
  PINION_TRY(auto made, Read<model::SegmentResponse>("POST", segments, model::ToJson(request)));
  return std::move(made.id);
}

base::Status Demo::EnsureTemplate() {
  const std::string target = "/v1/templates/" + std::string(kTemplateName) + "/email";
  const auto found = Ask("GET", target);
  if (found.ok() || found.error().code != base::Errc::kNotFound) {
    return found.ok() ? base::Status() : base::Status(found.error());
  }
  model::EmailTemplateRequest request;
  request.subject = "Welcome, {{User.UserAttributes.FirstName}}";
  request.html_part =
      "<p>Dear {{User.UserAttributes.FirstName}} {{User.UserAttributes.LastName}},</p>"
      "<p>good to have {{User.UserAttributes.Company}} with us.</p>";
  request.text_part =
      "Dear {{User.UserAttributes.FirstName}} {{User.UserAttributes.LastName}},\n\n"
      "good to have {{User.UserAttributes.Company}} with us.\n";
  PINION_CHECK(Ask("POST", target, model::ToJson(request)));
  return {};
}

base::Result<std::string> Demo::EnsureCampaign(const std::string& app, const std::string& segment) {
  const std::string campaigns = "/v1/apps/" + app + "/campaigns";
  PINION_TRY(auto found, FindNamed<model::CampaignsResponse>(campaigns, kCampaignName));
  if (found) {
    return *std::move(found);
  }
  model::WriteCampaignRequest request;
  request.name = kCampaignName;
  request.segment_id = segment;
  request.template_configuration.emplace();
  request.template_configuration->email_template.emplace();
  request.template_configuration->email_template->name = kTemplateName;
  request.schedule.emplace();
  request.schedule->start_time = "IMMEDIATE";
  PINION_TRY(auto made, Read<model::CampaignResponse>("POST", campaigns, model::ToJson(request)));
  return std::move(made.id);
}

base::Result<DemoOutcome> Demo::AwaitOutcome(const std::string& app, const std::string& campaign) {
  const std::string campaign_path = "/v1/apps/" + app + "/campaigns/" + campaign;
  const std::string native = "/pinion/v1/apps/" + app;
  DemoOutcome outcome;
  std::optional<base::Stopwatch> completed;
  PINION_CHECK(Until([&]() -> base::Result<bool> {
    PINION_TRY(auto activities,
               Read<model::ActivitiesResponse>("GET", campaign_path + "/activities"));
    if (activities.item.empty() || activities.item.front().state != "COMPLETED") {
      return false;
    }
    outcome.activity = std::move(activities.item.front());
    PINION_TRY(auto log,
               Read<model::MessageLogResponse>(
                   "GET", native + "/messages?CampaignId=" + campaign + "&limit=100"));
    outcome.messages = std::move(log.items);
    PINION_TRY(
        outcome.counters,
        Read<model::CampaignCounters>("GET", native + "/campaigns/" + campaign + "/counters"));
    if (!completed) {
      completed.emplace();
    }
    // The counters follow the events, which come a moment after the messages.
    const auto delivered = std::count_if(
        outcome.messages.begin(), outcome.messages.end(), [](const model::MessageLogItem& item) {
          return item.status == "DELIVERED";
        });
    const bool settled =
        std::all_of(outcome.messages.begin(), outcome.messages.end(), IsFinal) &&
        outcome.counters.delivered >= delivered &&
        outcome.counters.sent + outcome.counters.failed >= outcome.counters.targeted;
    return settled || completed->Elapsed() > kSettlingMax;
  }));
  return outcome;
}

std::string Demo::Hints(const std::optional<std::string>& app) const {
  const auto key = parts_.client.Key();
  std::string out = "\n  URL      " + parts_.url + "\n";
  std::string before = "aws --no-sign-request";
  if (key) {
    const std::string secret = parts_.shown_secret.value_or("<its secret>");
    out += "  Key      " + key->id +
           (parts_.shown_secret      ? "   Secret " + secret + "   (shown once)"
            : key->managed_by_config ? "   (its secret is the configured one)"
                                     : "   (its secret was shown when the key was made)") +
           "\n";
    before = "AWS_ACCESS_KEY_ID='" + key->id + "' AWS_SECRET_ACCESS_KEY='" + secret + "' aws";
  }
  return out + "  Try      " + before + " --endpoint-url " + parts_.url + " --region " +
         parts_.region + " pinpoint " +
         (app ? "get-campaigns --application-id " + *app : std::string("get-apps")) + "\n";
}

base::Result<std::string> Demo::Ask(const std::string& method,
                                    const std::string& target,
                                    const std::string& body) const {
  PINION_TRY(auto response, parts_.client.Ask(method, target, body));
  if (response.status >= 200 && response.status < 300) {
    return std::move(response.body);
  }
  std::string text =
      method + " " + target + " answers " + std::to_string(response.status) + ": " + response.body;
  return response.status == 404 ? base::NotFound(std::move(text))
                                : base::Unavailable(std::move(text));
}

template <class T>
base::Result<T> Demo::Read(const std::string& method,
                           const std::string& target,
                           const std::string& body) const {
  PINION_TRY(const std::string text, Ask(method, target, body));
  return model::Decode<T>(text);
}

template <class Page>
base::Result<std::optional<std::string>> Demo::FindNamed(const std::string& path,
                                                         std::string_view name) const {
  std::string query = "?page-size=100";
  while (true) {
    PINION_TRY(auto page, Read<Page>("GET", path + query));
    for (const auto& item : ItemsOf(page)) {
      if (NameOf(item) == name) {
        return std::optional(item.id);
      }
    }
    if (!page.next_token) {
      return std::optional<std::string>();
    }
    query = "?page-size=100&token=" + *page.next_token;
  }
}

base::Status Demo::Until(const std::function<base::Result<bool>()>& reached) {
  const base::Stopwatch watch;
  std::chrono::milliseconds pause = kFirstPause;
  while (watch.Elapsed() < kWaitMax) {
    PINION_TRY(const bool done, reached());
    if (done) {
      return {};
    }
    if (parts_.manual_clock) {
      PINION_CHECK(Ask("POST", "/pinion/v1/clock", R"({"AdvanceSeconds":1})"));
    }
    if (!Pause(pause)) {
      return base::Unavailable("The server stops.");
    }
    pause = std::min(2 * pause, kLongestPause);
  }
  return base::Unavailable("It takes too long.");
}

bool Demo::Pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, time, [this] { return stopping_; });
}

}  // namespace pinion::server

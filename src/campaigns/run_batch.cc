#include "campaigns/run_batch.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "audience/endpoint_response.h"
#include "base/digest.h"
#include "campaigns/treatments.h"
#include "delivery/outcome.h"
#include "delivery/recipient_view.h"
#include "model/codec.h"

namespace pinion::campaigns {
namespace {

using audience::EndpointBatch;
using delivery::Message;
using delivery::MessageStatus;

constexpr std::chrono::hours kDailyCapWindow{24};
constexpr size_t kCapPage = 100;

// STR-24.
std::string EndpointJson(const EndpointBatch::Member& member) {
  model::EndpointResponse response = audience::ComposeResponse("", member.record);
  response.application_id.reset();
  response.id.reset();
  response.cohort_id.reset();
  response.creation_date.reset();
  const auto drop_if_empty = [](auto& part) {
    if (part && *part == std::decay_t<decltype(*part)>{}) {
      part.reset();
    }
  };
  drop_if_empty(response.attributes);
  drop_if_empty(response.metrics);
  drop_if_empty(response.demographic);
  drop_if_empty(response.location);
  return model::ToJson(response);
}

}  // namespace

// The work of one call of Build.
class RunBatchBuilder::Builder {
 public:
  Builder(const Dependencies& deps,
          const RunKey& key,
          const RunRecord& run,
          const RunContent& content)
      : deps_(deps),
        key_(key),
        content_(content),
        now_(deps.clock.Now()),
        id_source_(static_cast<uint32_t>(base::Sha256Prefix64(key.activity.value()))),
        recipient_({.application_id = key.app.value(),
                    .application_name = content.application_name,
                    .campaign_id = run.campaign_id}) {
    step_.next = run;
    step_.next.waiting_until.reset();
  }

  base::Result<RunStep> Build() {
    PINION_TRY(channels_, deps_.channels(key_.app));
    EnterSlot();
    PINION_TRY(const bool behind, TransportsAreBehind());
    if (behind) {
      step_.next.waiting_until = now_ + kBacklogWait;
      return std::move(step_);
    }
    std::array<uint32_t, kBatchEndpointsMax> ordinals;
    const size_t wanted = std::min<uint64_t>(deps_.endpoints_max, Budget());
    const size_t count = content_.list.Read(step_.next.next_ordinal, {ordinals.data(), wanted});
    const std::span<const uint32_t> chosen(ordinals.data(), count);
    PINION_TRY(const EndpointBatch members, deps_.audience.ReadByOrdinals(key_.app, chosen));
    CountMissing(chosen, members);
    for (const EndpointBatch::Member& member : members) {
      PINION_CHECK(Decide(member));
    }
    Proceed(chosen);
    return std::move(step_);
  }

 private:
  ExecutionMetrics& metrics() { return step_.next.metrics; }

  bool IsExpired() const {
    const std::optional<base::Timestamp> end = Expiry();
    return end && now_ >= *end;
  }
  // CMP-807.
  std::optional<base::Timestamp> Expiry() const {
    if (content_.limits.maximum_duration <= 0) {
      return std::nullopt;
    }
    return step_.next.started + std::chrono::seconds(content_.limits.maximum_duration);
  }

  void EnterSlot() {
    const int64_t slot =
        std::chrono::floor<std::chrono::seconds>(now_ - step_.next.started).count();
    if (slot > step_.next.slot) {
      step_.next.slot = slot;
      step_.next.slot_used = 0;
    }
  }
  bool IsPaced() const { return content_.limits.messages_per_second > 0 && !IsExpired(); }
  // Messages that may still go out in this slot.
  uint64_t Budget() const {
    if (!IsPaced()) {
      return UINT64_MAX;
    }
    const auto rate = static_cast<uint64_t>(content_.limits.messages_per_second);
    return rate - std::min(rate, step_.next.slot_used);
  }

  // Endpoints that were deleted after the list was made (CMP-602).
  void CountMissing(std::span<const uint32_t> chosen, const EndpointBatch& members) {
    size_t found = 0;
    for (const uint32_t ordinal : chosen) {
      if (found < members.size() && members[found].record.ordinal == ordinal) {
        ++found;
      } else if (!content_.duplicates.Contains(ordinal)) {
        metrics().Add(Metric::kEndpointMissingAddress);
      }
    }
  }

  base::Status Decide(const EndpointBatch::Member& member) {
    if (content_.duplicates.Contains(member.record.ordinal)) {
      Record(member, "DUPLICATE_ADDRESS");
      return {};
    }
    if (const std::optional<Metric> gone = NoLongerReachable(member)) {
      metrics().Add(*gone);
      return {};
    }
    const std::optional<size_t> group =
        TreatmentOf(content_.version.campaign,
                    AllocationOf(step_.next.campaign_id, member.record.user_id, member.record.id));
    if (group != content_.treatment) {
      metrics().Add(Metric::kTreatmentHoldout);
      // Of all treatments of an occurrence the default one tells of the holdout (CMP-653).
      if (!group && content_.treatment == 0) {
        Record(member, "HOLDOUT");
      }
      return {};
    }
    PINION_TRY(const std::optional<Metric> refused, Refuse(member));
    if (refused) {
      metrics().Add(*refused);
      Record(member, ToWire(*refused));
      return {};
    }
    return Send(member);
  }

  // What is checked again directly before the hand-over; leaves no record (CMP-602).
  std::optional<Metric> NoLongerReachable(const EndpointBatch::Member& member) const {
    const auto& record = member.record;
    if (record.status == audience::EndpointStatus::kInactive) {
      return Metric::kEndpointInactive;
    }
    if (record.opt_out == audience::OptOut::kAll) {
      return Metric::kEndpointOptOut;
    }
    if (!record.channel_type) {
      return Metric::kEndpointMissingChannel;
    }
    if (!content_.plan->HasContentFor(model::ToWire(*record.channel_type))) {
      return Metric::kEndpointChannelMismatch;
    }
    if (record.address.empty()) {
      return Metric::kEndpointMissingAddress;
    }
    return std::nullopt;
  }

  // The filters that leave a record, in the order of CMP-604. A campaign's own Daily and Total can
  // refuse nobody in its only run.
  base::Result<std::optional<Metric>> Refuse(const EndpointBatch::Member& member) const {
    const auto& record = member.record;
    if (content_.quiet && content_.quiet->Covers(now_, record.facet(audience::Facet::kTimezone))) {
      return std::optional(Metric::kQuietTime);
    }
    if (content_.limits.daily > 0 && content_.limits.daily_is_of_application) {
      PINION_TRY(const int32_t sent, CountOfLastDay(record.id));
      if (sent >= content_.limits.daily) {
        return std::optional(Metric::kDailyCap);
      }
    }
    if (IsExpired()) {
      return std::optional(Metric::kExpired);
    }
    if (!channels_.IsEnabled(model::ToWire(*record.channel_type))) {
      return std::optional(Metric::kUnsupportedChannel);
    }
    return std::optional<Metric>();
  }

  // CMP-803: messages of campaigns to the endpoint that were handed over in the last 24 h, or are
  // about to be. The log is the count, and this thread is the only one that adds to it.
  base::Result<int32_t> CountOfLastDay(std::string_view endpoint_id) const {
    int32_t count = 0;
    delivery::MessageFilter filter;
    filter.endpoint_id = endpoint_id;
    base::PageRequest page{.after = delivery::MakeMessageId(now_ - kDailyCapWindow, 0, 0).value(),
                           .limit = kCapPage};
    do {
      PINION_TRY(const auto found, deps_.messages.List(key_.app, filter, page));
      for (const model::MessageLogItem& item : found.items) {
        const bool handed_over = item.status != delivery::ToWire(MessageStatus::kFailed) &&
                                 item.status != delivery::ToWire(MessageStatus::kRejected) &&
                                 item.status != delivery::ToWire(MessageStatus::kExpired);
        count += item.campaign_id && handed_over ? 1 : 0;
      }
      page.after = found.next;
    } while (!page.after.empty());
    return count;
  }

  Message NewMessage(const EndpointBatch::Member& member) const {
    const auto& record = member.record;
    Message message;
    message.app = key_.app;
    message.record.id = delivery::MakeMessageId(now_, id_source_, record.ordinal);
    message.record.endpoint_id = record.id;
    message.record.user_id = record.user_id;
    message.record.channel = record.channel_type ? model::ToWire(*record.channel_type) : "";
    message.record.address = record.address;
    message.record.source.campaign_id = step_.next.campaign_id;
    message.record.source.campaign_activity_id = key_.activity.value();
    message.record.source.treatment_id = step_.next.treatment_id;
    return message;
  }

  void Record(const EndpointBatch::Member& member, std::string_view status) {
    step_.events.push_back(delivery::CampaignSendEvent(
        NewMessage(member).record, EndpointJson(member), status, "", now_));
    ++step_.next.records_expected;
  }

  base::Status Send(const EndpointBatch::Member& member) {
    Message message = NewMessage(member);
    message.content.endpoint_json = EndpointJson(member);
    recipient_.FillFrom(member);
    ++step_.next.records_expected;
    const base::Status rendered = content_.plan->Render({.recipient = recipient_,
                                                         .channels = channels_,
                                                         .sms_message_type = kSmsMessageType,
                                                         .overrides = {},
                                                         .now = now_,
                                                         .random = deps_.random,
                                                         .envelope_key = deps_.envelope_key},
                                                        message);
    if (!rendered.ok()) {
      FailRendering(message, rendered.error().message);
      return {};
    }
    ++step_.next.slot_used;
    PINION_TRY(
        const MessageStatus status,
        deps_.delivery.Submit(message, delivery::Priority::kBulk, step_.batch, step_.events));
    if (status == MessageStatus::kQueued) {
      step_.lanes.insert({.app = key_.app, .channel = message.record.channel});
    }
    return {};
  }

  // A message that could not be made is in the log all the same (CMP-606).
  void FailRendering(Message& message, const std::string& reason) {
    delivery::Outcome outcome;
    outcome.kind = delivery::Outcome::Kind::kFailed;
    outcome.status_message = reason;
    message.content.email.reset();
    message.content.sms.reset();
    message.record.created_at = now_;
    delivery::ApplyOutcome(outcome, now_, message.record);
    delivery::MessageLog::Add(message, step_.batch);
    delivery::AppendOutcomeEvents(message, outcome, now_, step_.events);
  }

  // Moves on behind what was decided, or to the slot in which it goes on.
  void Proceed(std::span<const uint32_t> chosen) {
    RunRecord& next = step_.next;
    std::optional<uint32_t> following = next.next_ordinal;
    if (!chosen.empty()) {
      following =
          chosen.back() == UINT32_MAX ? std::nullopt : content_.list.NextFrom(chosen.back() + 1);
    }
    if (!following) {
      next.phase = RunPhase::kDraining;
      return;
    }
    next.next_ordinal = *following;
    if (Budget() == 0) {
      next.waiting_until = next.started + std::chrono::seconds(next.slot + 1);
    }
  }

  base::Result<bool> TransportsAreBehind() const {
    for (const auto& [channel, state] : channels_.states) {
      if (IsExpired() || !content_.plan->HasContentFor(channel)) {
        continue;
      }
      const delivery::Lane lane{.app = key_.app, .channel = channel};
      PINION_TRY(const auto rows,
                 delivery::Outbox::Read(
                     deps_.store, lane, delivery::Priority::kBulk, "", deps_.backlog_max));
      if (rows.size() >= deps_.backlog_max) {
        return true;
      }
    }
    return false;
  }

  // CHN-32: campaigns are promotional unless they say otherwise.
  static constexpr std::string_view kSmsMessageType = "PROMOTIONAL";

  const Dependencies& deps_;
  const RunKey& key_;
  const RunContent& content_;
  const base::Timestamp now_;
  const uint32_t id_source_;
  delivery::RecipientView recipient_;
  delivery::ChannelFacts channels_;
  RunStep step_;
};

base::Result<RunStep> RunBatchBuilder::Build(const RunKey& key,
                                             const RunRecord& run,
                                             const RunContent& content) {
  return Builder(deps_, key, run, content).Build();
}

}  // namespace pinion::campaigns

#include "campaigns/run_batch.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "audience/endpoint_response.h"
#include "base/digest.h"
#include "campaigns/campaign_pace.h"
#include "campaigns/run_audience.h"
#include "campaigns/send_counts.h"
#include "campaigns/treatments.h"
#include "delivery/outcome.h"
#include "delivery/recipient_view.h"
#include "model/codec.h"

namespace pinion::campaigns {
namespace {

using audience::EndpointBatch;
using delivery::Message;
using delivery::MessageStatus;

// A message that an event asked for goes out within this time or not at all (CMP-906).
constexpr std::chrono::seconds kTriggerLifetime{300};

uint64_t RateOf(const EffectiveLimits& limits) {
  return static_cast<uint64_t>(limits.messages_per_second);
}

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
    if (IsPaced()) {
      PINION_TRY(pace_,
                 CampaignPace::Read(
                     deps_.store, key_.app, step_.next.campaign_id, step_.next.started, now_));
    }
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
    // Its only run can target nobody a second time.
    if (content_.may_run_again) {
      PINION_TRY(targetings_,
                 SendCounts::Targetings(deps_.store, key_.app, step_.next.campaign_id, chosen));
    }
    for (const EndpointBatch::Member& member : members) {
      PINION_CHECK(Decide(member));
    }
    Proceed(chosen);
    if (IsPaced()) {
      pace_.WriteTo(key_.app, step_.next.campaign_id, step_.batch);
    }
    return std::move(step_);
  }

  // What events have asked for. Ends before an endpoint that this batch has dealt with already:
  // what it got is counted by the caps once it is stored.
  base::Result<RunStep> BuildTriggered(std::span<const Trigger> triggers) {
    PINION_TRY(channels_, deps_.channels(key_.app));
    PINION_TRY(pace_,
               CampaignPace::Read(
                   deps_.store, key_.app, step_.next.campaign_id, step_.next.started, now_));
    std::set<uint32_t> seen;
    for (const Trigger& trigger : triggers) {
      PINION_TRY(const std::vector<uint32_t> recipients, RecipientsOf(trigger));
      const bool is_repeated =
          std::any_of(recipients.begin(), recipients.end(), [&seen](uint32_t ordinal) {
            return seen.contains(ordinal);
          });
      if (is_repeated) {
        break;
      }
      Turn(trigger);
      // One event's recipients are not torn apart, however many they are.
      if (IsPaced() && Budget() < std::min<uint64_t>(recipients.size(), RateOf(content_.limits))) {
        step_.next.waiting_until = pace_.NextSecond();
        break;
      }
      seen.insert(recipients.begin(), recipients.end());
      PINION_CHECK(Answer(recipients));
      TriggerQueue::Delete(key_, trigger, step_.batch);
      ++step_.taken_triggers;
    }
    if (content_.limits.messages_per_second > 0) {
      pace_.WriteTo(key_.app, step_.next.campaign_id, step_.batch);
    }
    return std::move(step_);
  }

 private:
  ExecutionMetrics& metrics() { return step_.next.metrics; }

  bool IsExpired() const {
    const std::optional<base::Timestamp> end = Expiry();
    return end && now_ >= *end;
  }
  // CMP-904: the endpoint itself if there is a message for it, else those of its user that there is
  // one for. Sorted.
  base::Result<std::vector<uint32_t>> RecipientsOf(const Trigger& trigger) const {
    std::vector<uint32_t> recipients;
    const auto endpoint = deps_.audience.Find(key_.app, trigger.endpoint_id);
    if (!endpoint.ok()) {
      return endpoint.error().code == base::Errc::kNotFound
                 ? base::Result<std::vector<uint32_t>>(recipients)
                 : base::Result<std::vector<uint32_t>>(endpoint.error());
    }
    if (!HasMessageFor(*endpoint) && !endpoint->user_id.empty()) {
      PINION_TRY(const audience::User user,
                 deps_.audience.FindUser(key_.app, base::UserId(endpoint->user_id)));
      for (const audience::EndpointRecord& other : user.endpoints) {
        if (HasMessageFor(other)) {
          recipients.push_back(other.ordinal);
        }
      }
    }
    if (recipients.empty()) {
      recipients.push_back(endpoint->ordinal);
    }
    std::sort(recipients.begin(), recipients.end());
    return recipients;
  }

  bool HasMessageFor(const audience::EndpointRecord& endpoint) const {
    return endpoint.channel_type &&
           content_.plan->HasContentFor(model::ToWire(*endpoint.channel_type));
  }

  // Turns to a trigger: what is sent from now on is its answer.
  void Turn(const Trigger& trigger) {
    // Ids of messages are a function of activity, event and endpoint.
    id_source_ = static_cast<uint32_t>(
        base::Sha256Prefix64(key_.activity.value() + ":" + std::to_string(trigger.position)));
    const std::chrono::seconds own(content_.limits.maximum_duration);
    expires_ =
        trigger.arrived_at + (own.count() > 0 ? std::min(own, kTriggerLifetime) : kTriggerLifetime);
  }

  base::Status Answer(const std::vector<uint32_t>& recipients) {
    metrics().Add(Metric::kEndpointProduced, recipients.size());
    PINION_TRY(targetings_,
               SendCounts::Targetings(deps_.store, key_.app, step_.next.campaign_id, recipients));
    PINION_TRY(const bitmap::Bitmap duplicates,
               DuplicateAddresses(deps_.audience, key_.app, recipients));
    PINION_TRY(const EndpointBatch members, deps_.audience.ReadByOrdinals(key_.app, recipients));
    for (const EndpointBatch::Member& member : members) {
      if (const std::optional<Metric> gone = NoLongerReachable(member)) {
        metrics().Add(*gone);
      } else if (duplicates.Contains(member.record.ordinal)) {
        metrics().Add(Metric::kDuplicateEndpoint);
        Record(member, "DUPLICATE_ADDRESS");
      } else {
        ++step_.next.listed;
        PINION_CHECK(DecideListed(member));
      }
    }
    return {};
  }

  // CMP-807.
  std::optional<base::Timestamp> Expiry() const {
    if (expires_) {
      return expires_;
    }
    if (content_.limits.maximum_duration <= 0) {
      return std::nullopt;
    }
    return step_.next.started + std::chrono::seconds(content_.limits.maximum_duration);
  }

  bool IsPaced() const { return content_.limits.messages_per_second > 0 && !IsExpired(); }
  // Messages that may still go out in this slot.
  uint64_t Budget() const {
    if (!IsPaced()) {
      return UINT64_MAX;
    }
    return pace_.Budget(RateOf(content_.limits));
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
    return DecideListed(member);
  }

  // From the group of the endpoint on (CMP-604 no. 9 and later).
  base::Status DecideListed(const EndpointBatch::Member& member) {
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
    const uint64_t targeted_before = CountTargeting(member.record.ordinal);
    PINION_TRY(const std::optional<Metric> refused, Refuse(member, targeted_before));
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
    if (deps_.delivery.IsRefused(key_.app, record.address)) {
      return Metric::kEndpointOptOut;
    }
    return std::nullopt;
  }

  // How often the campaign has targeted the endpoint before (CMP-804).
  uint64_t CountTargeting(uint32_t ordinal) {
    if (!content_.may_run_again) {
      return 0;
    }
    const auto known = targetings_.find(ordinal);
    const uint64_t before = known == targetings_.end() ? 0 : known->second;
    SendCounts::PutTargetings(key_.app, step_.next.campaign_id, ordinal, before + 1, step_.batch);
    return before;
  }

  // The filters that leave a record, in the order of CMP-604.
  base::Result<std::optional<Metric>> Refuse(const EndpointBatch::Member& member,
                                             uint64_t targeted_before) const {
    const auto& record = member.record;
    const EffectiveLimits& limits = content_.limits;
    if (content_.quiet && content_.quiet->Covers(now_, record.facet(audience::Facet::kTimezone))) {
      return std::optional(Metric::kQuietTime);
    }
    if (limits.total > 0 && targeted_before >= static_cast<uint64_t>(limits.total)) {
      return std::optional(Metric::kCampaignCap);
    }
    // This thread is the only one that adds messages of campaigns, so check and count are one step.
    if (limits.daily > 0 && (limits.daily_is_of_application || content_.may_run_again)) {
      PINION_TRY(const int32_t sent,
                 SendCounts::OfLastDay(
                     deps_.messages,
                     key_.app,
                     record.id,
                     limits.daily_is_of_application ? std::string_view() : step_.next.campaign_id,
                     now_));
      if (sent >= limits.daily) {
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
                                                         .missing = content_.missing,
                                                         .now = now_,
                                                         .random = deps_.random,
                                                         .envelope_key = deps_.envelope_key},
                                                        message);
    if (!rendered.ok()) {
      FailRendering(message, rendered.error().message);
      return {};
    }
    pace_.Use();
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
    const std::optional<delivery::EmailContent> email = std::move(message.content.email);
    message.content.email.reset();
    message.content.sms.reset();
    message.record.created_at = now_;
    delivery::ApplyOutcome(outcome, now_, message.record);
    delivery::MessageLog::Add(message, step_.batch);
    delivery::AppendOutcomeEvents(message, outcome, now_, step_.events);
    message.content.email = email;
    delivery::AppendRenderingFailure(message, reason, now_, step_.events);
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
      next.waiting_until = pace_.NextSecond();
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
  uint32_t id_source_;
  std::optional<base::Timestamp> expires_;  // of the trigger at hand
  delivery::RecipientView recipient_;
  delivery::ChannelFacts channels_;
  CampaignPace pace_;
  std::map<uint32_t, uint64_t> targetings_;
  RunStep step_;
};

base::Result<RunStep> RunBatchBuilder::BuildTriggered(const RunKey& key,
                                                      const RunRecord& run,
                                                      const RunContent& content,
                                                      std::span<const Trigger> triggers) {
  return Builder(deps_, key, run, content).BuildTriggered(triggers);
}

base::Result<RunStep> RunBatchBuilder::Build(const RunKey& key,
                                             const RunRecord& run,
                                             const RunContent& content) {
  return Builder(deps_, key, run, content).Build();
}

}  // namespace pinion::campaigns

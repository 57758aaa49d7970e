#include "campaigns/campaign_rules.h"

#include <array>
#include <string>
#include <utility>

#include "apps/hook_rules.h"
#include "base/tags.h"
#include "campaigns/treatments.h"

namespace pinion::campaigns {
namespace {

using model::WriteCampaignRequest;

base::Error Invalid(std::string_view member, std::string_view rule) {
  return base::InvalidArgument("Member '" + std::string(member) + "': " + std::string(rule));
}

base::Error NotBuilt(std::string_view member, std::string_view what) {
  return base::Error{
      base::Errc::kNotImplemented,
      "Member '" + std::string(member) + "': " + std::string(what) + " is not built yet."};
}

template <class T>
void Replace(std::optional<T>& stored, const std::optional<T>& given) {
  if (given) {
    stored = given;
  }
}

template <class T>
bool IsFilled(const std::optional<T>& part) {
  return part && *part != T{};
}

bool IsNamed(const std::optional<model::Template>& part) {
  return part && part->name && !part->name->empty();
}

bool HasInAppContent(const std::optional<model::MessageConfiguration>& messages,
                     const std::optional<model::TemplateConfiguration>& templates) {
  return (messages && IsFilled(messages->in_app_message)) ||
         (templates && IsNamed(templates->in_app_template));
}

bool HasPushContent(const std::optional<model::MessageConfiguration>& messages,
                    const std::optional<model::TemplateConfiguration>& templates) {
  return (messages && (IsFilled(messages->adm_message) || IsFilled(messages->apns_message) ||
                       IsFilled(messages->baidu_message) || IsFilled(messages->gcm_message))) ||
         (templates && IsNamed(templates->push_template));
}

// What is not in-app: every channel that a message is sent by.
bool HasSentContent(const std::optional<model::MessageConfiguration>& messages,
                    const std::optional<model::TemplateConfiguration>& templates) {
  if (messages && (IsFilled(messages->default_message) || IsFilled(messages->email_message) ||
                   IsFilled(messages->sms_message) || IsFilled(messages->custom_message))) {
    return true;
  }
  return HasPushContent(messages, templates) ||
         (templates && (IsNamed(templates->email_template) || IsNamed(templates->sms_template) ||
                        IsNamed(templates->voice_template)));
}

bool HasContent(const std::optional<model::MessageConfiguration>& messages,
                const std::optional<model::TemplateConfiguration>& templates) {
  return HasInAppContent(messages, templates) || HasSentContent(messages, templates);
}

base::Status CheckContentIsThere(const WriteCampaignRequest& campaign) {
  if (HasContent(campaign.message_configuration, campaign.template_configuration)) {
    return {};
  }
  bool every_treatment = campaign.additional_treatments && !campaign.additional_treatments->empty();
  if (campaign.additional_treatments) {
    for (const model::WriteTreatmentResource& treatment : *campaign.additional_treatments) {
      every_treatment = every_treatment && HasContent(treatment.message_configuration,
                                                      treatment.template_configuration);
    }
  }
  if (!every_treatment) {
    return Invalid("MessageConfiguration",
                   "a campaign needs a message here or a template in TemplateConfiguration.");
  }
  return {};
}

base::Status CheckShares(const WriteCampaignRequest& campaign) {
  const int32_t holdout = campaign.holdout_percent.value_or(0);
  if (holdout < 0 || holdout > 100) {
    return Invalid("HoldoutPercent", "it must be from 0 to 100.");
  }
  if (!campaign.additional_treatments) {
    return {};
  }
  if (campaign.additional_treatments->size() > kAdditionalTreatmentsMax) {
    return Invalid("AdditionalTreatments", "at most 99 treatments.");
  }
  int64_t sum = holdout;
  for (const model::WriteTreatmentResource& treatment : *campaign.additional_treatments) {
    if (treatment.size_percent < 0 || treatment.size_percent > 100) {
      return Invalid("AdditionalTreatments.SizePercent", "it must be from 0 to 100.");
    }
    sum += treatment.size_percent;
  }
  if (sum > 100) {
    return Invalid("AdditionalTreatments.SizePercent",
                   "the treatments and HoldoutPercent add up to more than 100.");
  }
  return {};
}

base::Status CheckLimits(const model::CampaignLimits& limits) {
  const std::array<std::pair<std::string_view, std::optional<int32_t>>, 5> members = {{
      {"Limits.Daily", limits.daily},
      {"Limits.MaximumDuration", limits.maximum_duration},
      {"Limits.MessagesPerSecond", limits.messages_per_second},
      {"Limits.Session", limits.session},
      {"Limits.Total", limits.total},
  }};
  for (const auto& [name, value] : members) {
    if (value.value_or(0) < 0) {
      return Invalid(name, "it must be at least 0.");
    }
  }
  const int32_t duration = limits.maximum_duration.value_or(0);
  if (duration != 0 && duration < kMaximumDurationMin) {
    return Invalid("Limits.MaximumDuration", "it must be 0 or at least 60.");
  }
  return {};
}

// CMP-207 for the campaign or one treatment; `schedule` is the one that counts for it.
base::Status CheckChannels(const std::optional<model::MessageConfiguration>& messages,
                           const std::optional<model::TemplateConfiguration>& templates,
                           const model::Schedule& schedule,
                           const std::string& prefix) {
  const bool in_app = HasInAppContent(messages, templates);
  const bool sent = HasSentContent(messages, templates);
  const bool on_app_events = FrequencyOf(schedule) == model::Frequency::kInAppEvent;
  if (in_app && sent) {
    return Invalid(prefix + "MessageConfiguration.InAppMessage",
                   "in-app content cannot be mixed with other channels.");
  }
  if (in_app && !on_app_events) {
    return Invalid(prefix + "MessageConfiguration.InAppMessage",
                   "it needs Schedule.Frequency IN_APP_EVENT.");
  }
  if (on_app_events && sent) {
    return Invalid(prefix + "Schedule.Frequency", "IN_APP_EVENT needs in-app content.");
  }
  return {};
}

base::Status CheckCustomDelivery(const std::optional<model::MessageConfiguration>& messages,
                                 const std::optional<model::CustomDeliveryConfiguration>& delivery,
                                 const std::string& prefix) {
  const bool has_uri = delivery && !delivery->delivery_uri.empty();
  if (messages && IsFilled(messages->custom_message) && !has_uri) {
    return Invalid(prefix + "CustomDeliveryConfiguration.DeliveryUri",
                   "it is required with a CustomMessage.");
  }
  if (has_uri && delivery->delivery_uri.find("://") != std::string::npos) {
    const model::CampaignHook as_hook{.lambda_function_name = std::nullopt,
                                      .mode = std::nullopt,
                                      .web_url = delivery->delivery_uri};
    if (!apps::CheckHook(as_hook, "").ok()) {
      return Invalid(prefix + "CustomDeliveryConfiguration.DeliveryUri",
                     "a URL must begin with https://, or with http:// and name a loopback host.");
    }
  }
  return {};
}

base::Status CheckHeaders(const std::optional<model::MessageConfiguration>& messages,
                          const std::string& prefix) {
  if (messages && messages->email_message && messages->email_message->headers &&
      messages->email_message->headers->size() > kHeadersMax) {
    return Invalid(prefix + "MessageConfiguration.EmailMessage.Headers", "at most 15 headers.");
  }
  return {};
}

// Everything that is judged treatment by treatment, with what each inherits.
base::Status CheckTreatments(const WriteCampaignRequest& campaign, base::Timestamp now) {
  for (size_t i = 0; i < CountTreatments(campaign); ++i) {
    const std::string prefix = i == 0 ? "" : "AdditionalTreatments." + std::to_string(i) + ".";
    const Treatment treatment = TreatmentAt(campaign, i);
    PINION_CHECK(CheckSchedule(treatment.schedule, prefix + "Schedule", now));
    PINION_CHECK(
        CheckChannels(treatment.messages, treatment.templates, treatment.schedule, prefix));
    PINION_CHECK(CheckCustomDelivery(treatment.messages, treatment.custom_delivery, prefix));
    PINION_CHECK(CheckHeaders(treatment.messages, prefix));
  }
  return {};
}

// kNotImplemented naming the member; `prefix` is the path of the treatment.
base::Status CheckTreatmentBuilt(const Treatment& treatment, const std::string& prefix) {
  const model::Frequency frequency = FrequencyOf(treatment.schedule);
  if (frequency == model::Frequency::kInAppEvent) {
    return {};
  }
  if (frequency == model::Frequency::kEvent &&
      treatment.schedule.event_filter->filter_type == model::FilterType::kSystem) {
    return NotBuilt(prefix + "Schedule.EventFilter.FilterType", "SYSTEM");
  }
  // The flag is ignored where events count, and where hours do (CMP-358).
  if (treatment.schedule.is_local_time.value_or(false) && frequency != model::Frequency::kEvent &&
      frequency != model::Frequency::kHourly) {
    return NotBuilt(prefix + "Schedule.IsLocalTime", "sending at local times");
  }
  if (treatment.messages && IsFilled(treatment.messages->custom_message)) {
    return NotBuilt(prefix + "MessageConfiguration.CustomMessage", "custom delivery");
  }
  if (HasPushContent(treatment.messages, treatment.templates)) {
    return NotBuilt(prefix + "MessageConfiguration", "push content in campaigns");
  }
  if (treatment.templates && IsNamed(treatment.templates->voice_template)) {
    return NotBuilt(prefix + "TemplateConfiguration.VoiceTemplate", "voice content in campaigns");
  }
  return {};
}

}  // namespace

WriteCampaignRequest Merge(WriteCampaignRequest stored, const WriteCampaignRequest& given) {
  Replace(stored.additional_treatments, given.additional_treatments);
  Replace(stored.custom_delivery_configuration, given.custom_delivery_configuration);
  Replace(stored.description, given.description);
  Replace(stored.holdout_percent, given.holdout_percent);
  Replace(stored.hook, given.hook);
  Replace(stored.is_paused, given.is_paused);
  Replace(stored.limits, given.limits);
  Replace(stored.message_configuration, given.message_configuration);
  Replace(stored.name, given.name);
  Replace(stored.priority, given.priority);
  Replace(stored.schedule, given.schedule);
  Replace(stored.segment_id, given.segment_id);
  Replace(stored.segment_version, given.segment_version);
  Replace(stored.template_configuration, given.template_configuration);
  Replace(stored.treatment_description, given.treatment_description);
  Replace(stored.treatment_name, given.treatment_name);
  return stored;
}

std::string_view FirstLockedChange(const WriteCampaignRequest& before,
                                   const WriteCampaignRequest& after,
                                   model::CampaignStatus status) {
  const bool running = status == model::CampaignStatus::kExecuting;
  const std::array<std::pair<std::string_view, bool>, 14> changes = {{
      {"AdditionalTreatments", before.additional_treatments != after.additional_treatments},
      {"CustomDeliveryConfiguration",
       before.custom_delivery_configuration != after.custom_delivery_configuration},
      {"HoldoutPercent", before.holdout_percent != after.holdout_percent},
      {"Hook", before.hook != after.hook},
      {"Limits", before.limits != after.limits},
      {"MessageConfiguration", before.message_configuration != after.message_configuration},
      {"Schedule", before.schedule != after.schedule},
      {"SegmentId", before.segment_id != after.segment_id},
      {"SegmentVersion", before.segment_version != after.segment_version},
      {"TemplateConfiguration", before.template_configuration != after.template_configuration},
      {"IsPaused", !running && before.is_paused.value_or(false) != after.is_paused.value_or(false)},
      {"Priority", !running && before.priority != after.priority},
      {"TreatmentDescription",
       !running && before.treatment_description != after.treatment_description},
      {"TreatmentName", !running && before.treatment_name != after.treatment_name},
  }};
  for (const auto& [name, changed] : changes) {
    if (changed) {
      return name;
    }
  }
  return {};
}

base::Status CheckCampaign(const WriteCampaignRequest& campaign, base::Timestamp now) {
  if (!campaign.segment_id || campaign.segment_id->empty()) {
    return Invalid("SegmentId", "it is required.");
  }
  if (!campaign.schedule) {
    return Invalid("Schedule.StartTime", "it is required.");
  }
  PINION_CHECK(CheckContentIsThere(campaign));
  PINION_CHECK(CheckShares(campaign));
  if (campaign.limits) {
    PINION_CHECK(CheckLimits(*campaign.limits));
  }
  if (campaign.hook) {
    PINION_CHECK(apps::CheckHook(*campaign.hook, "Hook"));
  }
  return CheckTreatments(campaign, now);
}

bool IsInAppOnly(const WriteCampaignRequest& campaign) {
  for (size_t i = 0; i < CountTreatments(campaign); ++i) {
    if (FrequencyOf(TreatmentAt(campaign, i).schedule) != model::Frequency::kInAppEvent) {
      return false;
    }
  }
  return true;
}

base::Status CheckBuilt(const WriteCampaignRequest& campaign) {
  for (size_t i = 0; i < CountTreatments(campaign); ++i) {
    const std::string prefix = i == 0 ? "" : "AdditionalTreatments." + std::to_string(i) + ".";
    PINION_CHECK(CheckTreatmentBuilt(TreatmentAt(campaign, i), prefix));
  }
  if (campaign.hook && !apps::IsUnset(*campaign.hook) && !IsInAppOnly(campaign)) {
    return NotBuilt("Hook", "calling a campaign hook");
  }
  return {};
}

EffectiveLimits LimitsOf(const model::CampaignVersionRecord& version) {
  const model::CampaignLimits own = version.campaign.limits.value_or(model::CampaignLimits{});
  const model::CampaignLimits common = version.application_limits.value_or(model::CampaignLimits{});
  const auto effective = [](const std::optional<int32_t>& first,
                            const std::optional<int32_t>& second) {
    return first.value_or(0) > 0 ? *first : second.value_or(0);
  };
  return {.daily = effective(own.daily, common.daily),
          .daily_is_of_application = own.daily.value_or(0) <= 0,
          .maximum_duration = effective(own.maximum_duration, common.maximum_duration),
          .messages_per_second = effective(own.messages_per_second, common.messages_per_second),
          .session = effective(own.session, common.session),
          .total = effective(own.total, common.total)};
}

std::optional<model::QuietTime> QuietTimeOf(const model::CampaignVersionRecord& version,
                                            const model::Schedule& schedule) {
  return schedule.quiet_time ? schedule.quiet_time : version.application_quiet_time;
}

std::optional<QuietHours> QuietHoursOf(const model::CampaignVersionRecord& version,
                                       const model::Schedule& schedule) {
  const auto quiet = QuietTimeOf(version, schedule);
  return quiet ? QuietHours::Of(*quiet) : std::nullopt;
}

}  // namespace pinion::campaigns

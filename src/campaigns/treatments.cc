#include "campaigns/treatments.h"

#include <charconv>

#include "base/digest.h"
#include "campaigns/campaign_schedule.h"

namespace pinion::campaigns {
namespace {

constexpr uint32_t kAllocationSteps = 10'000;
constexpr uint32_t kStepsPerPercent = kAllocationSteps / 100;

template <class T>
const std::optional<T>& Inherited(const std::optional<T>& own, const std::optional<T>& common) {
  return own ? own : common;
}

}  // namespace

size_t CountTreatments(const model::WriteCampaignRequest& campaign) {
  return 1 + (campaign.additional_treatments ? campaign.additional_treatments->size() : 0);
}

Treatment TreatmentAt(const model::WriteCampaignRequest& campaign, size_t index) {
  if (index == 0) {
    return {.messages = campaign.message_configuration,
            .templates = campaign.template_configuration,
            .custom_delivery = campaign.custom_delivery_configuration,
            .schedule = *campaign.schedule};
  }
  const model::WriteTreatmentResource& own = (*campaign.additional_treatments)[index - 1];
  return {.messages = Inherited(own.message_configuration, campaign.message_configuration),
          .templates = Inherited(own.template_configuration, campaign.template_configuration),
          .custom_delivery =
              Inherited(own.custom_delivery_configuration, campaign.custom_delivery_configuration),
          .schedule = own.schedule ? *own.schedule : *campaign.schedule};
}

std::optional<size_t> IndexOfTreatment(const model::WriteCampaignRequest& campaign,
                                       std::string_view id) {
  size_t index = 0;
  const auto read = std::from_chars(id.data(), id.data() + id.size(), index);
  const bool whole = read.ec == std::errc() && read.ptr == id.data() + id.size();
  return whole && index < CountTreatments(campaign) ? std::optional(index) : std::nullopt;
}

bool IsWindowed(const model::Schedule& schedule) {
  const model::Frequency frequency = FrequencyOf(schedule);
  return frequency == model::Frequency::kEvent || frequency == model::Frequency::kInAppEvent;
}

bool IsRecurring(const model::Schedule& schedule) {
  return FrequencyOf(schedule) != model::Frequency::kOnce && !IsWindowed(schedule);
}

uint32_t AllocationOf(std::string_view campaign,
                      std::string_view user_id,
                      std::string_view endpoint_id) {
  std::string text(campaign);
  text += user_id.empty() ? "|e:" : "|u:";
  text += user_id.empty() ? endpoint_id : user_id;
  return static_cast<uint32_t>(base::Sha256Prefix64(text) % kAllocationSteps);
}

std::optional<size_t> TreatmentOf(const model::WriteCampaignRequest& campaign,
                                  uint32_t allocation) {
  auto border = static_cast<uint32_t>(campaign.holdout_percent.value_or(0)) * kStepsPerPercent;
  if (allocation < border) {
    return std::nullopt;
  }
  for (size_t i = 1; i < CountTreatments(campaign); ++i) {
    border += static_cast<uint32_t>((*campaign.additional_treatments)[i - 1].size_percent) *
              kStepsPerPercent;
    if (allocation < border) {
      return i;
    }
  }
  return 0;
}

}  // namespace pinion::campaigns

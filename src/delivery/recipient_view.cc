#include "delivery/recipient_view.h"

#include <array>
#include <span>
#include <utility>

#include "base/time_text.h"

namespace pinion::delivery {
namespace {

using audience::Facet;
using templates::NamedValue;
using templates::RootName;
using templates::Value;

constexpr std::array<std::pair<Facet, RootName>, audience::kFacetCount> kFacets = {{
    {Facet::kAppVersion, RootName::kDemographicAppVersion},
    {Facet::kLocale, RootName::kDemographicLocale},
    {Facet::kMake, RootName::kDemographicMake},
    {Facet::kModel, RootName::kDemographicModel},
    {Facet::kModelVersion, RootName::kDemographicModelVersion},
    {Facet::kPlatform, RootName::kDemographicPlatform},
    {Facet::kPlatformVersion, RootName::kDemographicPlatformVersion},
    {Facet::kTimezone, RootName::kDemographicTimezone},
    {Facet::kCity, RootName::kLocationCity},
    {Facet::kCountry, RootName::kLocationCountry},
    {Facet::kPostalCode, RootName::kLocationPostalCode},
    {Facet::kRegion, RootName::kLocationRegion},
}};

void Fill(const audience::AttributesView& attributes, std::vector<NamedValue>& named) {
  named.clear();
  for (const auto& attribute : attributes) {
    named.push_back(
        {attribute.name, Value::List(std::span<const std::string_view>(attribute.values))});
  }
}

}  // namespace

void RecipientView::Reset() {
  view_ = {};
  view_.SetText(RootName::kApplicationId, names_.application_id);
  view_.SetText(RootName::kApplicationName, names_.application_name);
  view_.SetText(RootName::kCampaignId, names_.campaign_id);
}

void RecipientView::FillFrom(const audience::EndpointBatch::Member& endpoint) {
  const audience::EndpointRecordView& record = endpoint.record;
  Reset();
  view_.SetText(RootName::kAddress, record.address);
  if (record.channel_type) {
    view_.SetText(RootName::kChannelType, model::ToWire(*record.channel_type));
  }
  creation_date_ = base::FormatIso8601(record.created);
  effective_date_ = base::FormatIso8601(record.effective);
  view_.SetText(RootName::kCreationDate, creation_date_);
  view_.SetText(RootName::kEffectiveDate, effective_date_);
  for (const auto& [facet, name] : kFacets) {
    view_.SetText(name, record.facet(facet));
  }
  view_.SetText(RootName::kEndpointStatus, audience::ToWire(record.status));
  view_.SetText(RootName::kOptOut, audience::ToWire(record.opt_out));
  view_.SetText(RootName::kId, record.id);
  view_.SetText(RootName::kRequestId, record.request_id);
  view_.SetText(RootName::kUserId, record.user_id);
  if (record.latitude) {
    view_.Set(RootName::kLocationLatitude, Value::Number(*record.latitude));
  }
  if (record.longitude) {
    view_.Set(RootName::kLocationLongitude, Value::Number(*record.longitude));
  }
  Fill(record.attributes, attributes_);
  Fill(endpoint.user_attributes(), user_attributes_);
  metrics_.clear();
  for (const auto& metric : record.metrics) {
    metrics_.push_back({metric.name, Value::Number(metric.value)});
  }
  view_.attributes = attributes_;
  view_.user_attributes = user_attributes_;
  view_.metrics = metrics_;
}

void RecipientView::FillFromAddress(std::string_view address, std::string_view channel) {
  Reset();
  view_.SetText(RootName::kAddress, address);
  view_.SetText(RootName::kChannelType, channel);
}

}  // namespace pinion::delivery

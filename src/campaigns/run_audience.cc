#include "campaigns/run_audience.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "audience/endpoint_identity.h"

namespace pinion::campaigns {
namespace {

using audience::AttributeIndex;
using audience::FixedField;
using bitmap::Bitmap;

// Endpoints whose records are compared in one read.
constexpr size_t kComparedAtOnceMax = 4096;

// Endpoints that may have one address.
using Group = std::vector<uint32_t>;

// Takes those of `removed` out of `rest` and counts them.
void Filter(Bitmap& rest, const Bitmap& removed, Metric metric, ExecutionMetrics& metrics) {
  const Bitmap failed = rest & removed;
  metrics.Add(metric, failed.Cardinality());
  rest -= failed;
}

void Filter(Bitmap& rest,
            const bitmap::PostingSet* removed,
            Metric metric,
            ExecutionMetrics& metrics) {
  if (removed != nullptr) {
    Filter(rest, removed->Intersection(rest), metric, metrics);
  }
}

Bitmap WithContent(const AttributeIndex& index,
                   const std::function<bool(std::string_view)>& has_content) {
  Bitmap reached;
  index.TextOf(FixedField::kChannelType)
      .ForEachValue([&](std::string_view channel, const bitmap::PostingSet& endpoints) {
        if (has_content(channel)) {
          reached |= endpoints.ToBitmap();
        }
      });
  return reached;
}

std::vector<Group> SharedAddresses(const AttributeIndex& index, const Bitmap& targets) {
  std::vector<Group> groups;
  index.ForEachSharedAddress([&](const bitmap::PostingSet& candidates) {
    Group group;
    candidates.ForEach([&](uint32_t ordinal) {
      if (targets.Contains(ordinal)) {
        group.push_back(ordinal);
      }
    });
    if (group.size() > 1) {
      groups.push_back(std::move(group));
    }
  });
  return groups;
}

// Of those with one channel and address the smallest id stays (CMP-607).
base::Status CompareAddresses(const audience::AudienceService& audience,
                              const base::AppId& app,
                              const Group& ordinals,
                              Bitmap& duplicates) {
  struct Winner {
    std::string id;
    uint32_t ordinal = 0;
  };
  PINION_TRY(const audience::EndpointBatch batch, audience.ReadByOrdinals(app, ordinals));
  std::map<std::pair<model::ChannelType, std::string>, Winner> winners;
  for (const auto& member : batch) {
    const auto& record = member.record;
    if (!record.channel_type || record.address.empty()) {
      continue;
    }
    const auto [winner, is_first] = winners.try_emplace(
        {*record.channel_type, audience::ComparableAddress(*record.channel_type, record.address)},
        Winner{std::string(record.id), record.ordinal});
    if (is_first) {
      continue;
    }
    if (record.id < winner->second.id) {
      duplicates.Add(winner->second.ordinal);
      winner->second = {std::string(record.id), record.ordinal};
    } else {
      duplicates.Add(record.ordinal);
    }
  }
  return {};
}

// Groups that belong to different hashes have different addresses, so several may be compared at
// once.
base::Result<Bitmap> FindDuplicates(const audience::AudienceService& audience,
                                    const base::AppId& app,
                                    const std::vector<Group>& groups) {
  Bitmap duplicates;
  Group together;
  for (const Group& group : groups) {
    together.insert(together.end(), group.begin(), group.end());
    if (together.size() >= kComparedAtOnceMax) {
      PINION_CHECK(CompareAddresses(audience, app, together, duplicates));
      together.clear();
    }
  }
  PINION_CHECK(CompareAddresses(audience, app, together, duplicates));
  return duplicates;
}

}  // namespace

base::Result<Bitmap> DuplicateAddresses(const audience::AudienceService& audience,
                                        const base::AppId& app,
                                        const std::vector<uint32_t>& ordinals) {
  Bitmap duplicates;
  if (ordinals.size() > 1) {
    PINION_CHECK(CompareAddresses(audience, app, ordinals, duplicates));
  }
  return duplicates;
}

base::Result<RunAudience> SelectAudience(
    const audience::AudienceService& audience,
    const base::AppId& app,
    const bitmap::Bitmap& members,
    const std::function<bool(std::string_view channel)>& has_content) {
  PINION_TRY(const auto shared, audience.Index(app));
  RunAudience result;
  std::vector<Group> groups;
  {
    const auto index = shared->Read();
    Bitmap rest = members & index->All();
    ExecutionMetrics& metrics = result.metrics;
    metrics.Add(Metric::kEndpointProduced, rest.Cardinality());
    Filter(rest,
           index->TextOf(FixedField::kEndpointStatus).Find("INACTIVE"),
           Metric::kEndpointInactive,
           metrics);
    Filter(rest, index->TextOf(FixedField::kOptOut).Find("ALL"), Metric::kEndpointOptOut, metrics);
    Filter(rest,
           rest - index->TextOf(FixedField::kChannelType).Present(),
           Metric::kEndpointMissingChannel,
           metrics);
    Filter(
        rest, rest - WithContent(*index, has_content), Metric::kEndpointChannelMismatch, metrics);
    Filter(rest, rest - index->WithAddress(), Metric::kEndpointMissingAddress, metrics);
    result.targets = std::move(rest);
    groups = SharedAddresses(*index, result.targets);
  }
  PINION_TRY(result.duplicates, FindDuplicates(audience, app, groups));
  result.metrics.Add(Metric::kDuplicateEndpoint, result.duplicates.Cardinality());
  result.targets -= result.duplicates;
  return result;
}

}  // namespace pinion::campaigns

// AudienceService: names of attributes - the blocklist of RemoveAttributes, and erasing
// (AUD-70…73).
#include <algorithm>
#include <array>
#include <set>

#include "audience/audience_service.h"

namespace pinion::audience {
namespace {

// Endpoints per transaction while a name is erased, so that updates get their turn.
constexpr size_t kEraseBatch = 1000;
constexpr size_t kPatternBytesMax = 1024;

constexpr std::array<std::string_view, 3> kKindNames = {
    "endpoint-custom-attributes", "endpoint-metric-attributes", "endpoint-user-attributes"};

bitmap::Bitmap EndpointsWith(const AttributeIndex& index,
                             AttributeKind kind,
                             std::string_view name) {
  if (kind == AttributeKind::kMetric) {
    const NumberColumn* column = index.Metric(name);
    return column != nullptr ? column->Present() : bitmap::Bitmap();
  }
  const TextColumn* column =
      kind == AttributeKind::kCustom ? index.Attribute(name) : index.UserAttribute(name);
  return column != nullptr ? column->Present() : bitmap::Bitmap();
}

}  // namespace

std::optional<AttributeKind> AttributeKindFromWire(std::string_view type) {
  const auto place = std::find(kKindNames.begin(), kKindNames.end(), type);
  if (place == kKindNames.end()) {
    return std::nullopt;
  }
  return static_cast<AttributeKind>(place - kKindNames.begin());
}

std::string_view ToWire(AttributeKind kind) {
  return kKindNames[static_cast<size_t>(kind)];
}

base::Result<model::AttributesResource> AudienceService::RemoveAttributes(
    const base::AppId& app, std::string_view type, const model::UpdateAttributesRequest& request) {
  const std::optional<AttributeKind> kind = AttributeKindFromWire(type);
  if (!kind.has_value()) {
    return base::InvalidArgument(
        "AttributeType: must be endpoint-custom-attributes, endpoint-metric-attributes or "
        "endpoint-user-attributes.");
  }
  PINION_TRY(const auto audience, Application(app));
  const std::unique_lock lock(audience->write);
  const std::vector<std::string> patterns = request.blacklist.value_or(std::vector<std::string>());
  storage::WriteBatch batch;
  for (const std::string& pattern : patterns) {
    if (pattern.empty() || pattern.size() > kPatternBytesMax) {
      return base::InvalidArgument("Blacklist: names must have 1 to 1024 bytes.");
    }
    batch.Put(audience->keys.Blocked(*kind, pattern), "");
  }
  std::set<std::string> names;
  const std::vector<AttributeUse> uses = audience->index.Read()->Names(*kind);
  for (const std::string& pattern : patterns) {
    if (!IsGlob(pattern)) {
      names.insert(pattern);
      continue;
    }
    for (const AttributeUse& use : uses) {
      if (GlobMatches(pattern, use.name)) {
        names.insert(use.name);
      }
    }
  }
  if (!batch.empty()) {
    PINION_CHECK(store_.Apply(batch));
  }
  for (const std::string& pattern : patterns) {
    audience->blocklist.Add(*kind, pattern);
  }
  model::AttributesResource resource;
  resource.application_id = app.value();
  resource.attribute_type = std::string(type);
  resource.attributes.emplace(names.begin(), names.end());
  return resource;
}

base::Result<std::vector<std::string>> AudienceService::BlockedNames(const base::AppId& app,
                                                                     AttributeKind kind) const {
  PINION_TRY(const auto audience, Application(app));
  const std::unique_lock lock(audience->write);
  const auto& patterns = audience->blocklist.patterns(kind);
  return std::vector<std::string>(patterns.begin(), patterns.end());
}

base::Status AudienceService::Unblock(const base::AppId& app,
                                      AttributeKind kind,
                                      std::string_view pattern) {
  PINION_TRY(const auto audience, Application(app));
  const std::unique_lock lock(audience->write);
  if (audience->blocklist.patterns(kind).count(pattern) == 0) {
    return base::NotFound("Resource not found");
  }
  storage::WriteBatch batch;
  batch.Delete(audience->keys.Blocked(kind, pattern));
  PINION_CHECK(store_.Apply(batch));
  audience->blocklist.Remove(kind, pattern);
  return {};
}

base::Status AudienceService::EraseAttribute(const base::AppId& app,
                                             AttributeKind kind,
                                             std::string_view name) {
  PINION_TRY(const auto index, Index(app));
  const bitmap::Bitmap endpoints = EndpointsWith(*index->Read(), kind, name);
  std::vector<uint32_t> page(kEraseBatch);
  uint64_t from = 0;
  while (from <= UINT32_MAX) {
    const size_t count = endpoints.Read(static_cast<uint32_t>(from), page);
    if (count == 0) {
      break;
    }
    PINION_TRY(AudienceTransaction transaction, Begin(app));
    for (size_t i = 0; i < count; ++i) {
      PINION_CHECK(transaction.EraseAttribute(page[i], kind, name));
    }
    PINION_CHECK(transaction.Commit());
    from = uint64_t{page[count - 1]} + 1;
  }
  return {};
}

}  // namespace pinion::audience

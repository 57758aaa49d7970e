#include "api/resource_tagging.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

#include "api/error_reply.h"
#include "api/signed_sibling.h"
#include "api/tag_target.h"
#include "base/digest.h"
#include "base/json_text.h"
#include "http/url.h"
#include "model/tagging.h"
#include "model/tags.h"

namespace pinion::api {

namespace {

using Texts = std::vector<std::string>;

// As the service documents them.
constexpr size_t kFiltersMax = 50;
constexpr size_t kFilterValuesMax = 20;
constexpr size_t kTypesMax = 100;
constexpr size_t kArnsListedMax = 100;
constexpr size_t kArnsChangedMax = 20;
constexpr int32_t kResourcesPerPageDefault = 50;
constexpr int32_t kResourcesPerPageMax = 100;
constexpr int32_t kTagsPerPageMin = 100;
constexpr int32_t kTagsPerPageMax = 500;
// Ours: resources looked at for one page, so that a rare tag cannot hold a thread for long; the
// page is then shorter than it could be. And keys or values on a page.
constexpr size_t kScanMax = 10'000;
constexpr size_t kNamesPerPage = 1'000;

constexpr SiblingError kErrors[] = {
    {base::Errc::kInvalidArgument, 400, "InvalidParameterException"},
    {base::Errc::kNotFound, 400, "InvalidParameterException"},
    {base::Errc::kForbidden, 400, "AccessDeniedException"},
    // Of a page token only.
    {base::Errc::kConflict, 400, "PaginationTokenExpiredException"},
    {base::Errc::kTooManyRequests, 400, "ThrottledException"},
    {base::Errc::kInternal, 500, "InternalServiceException"},
};
constexpr SiblingService kService{.event_source = "tagging.amazonaws.com",
                                  .content_type = "application/x-amz-json-1.1",
                                  .message_member = "Message",
                                  .errors = kErrors};
constexpr SignedSibling kGetResources{kService, "GetResources", "tag:GetResources"};
constexpr SignedSibling kGetTagKeys{kService, "GetTagKeys", "tag:GetTagKeys"};
constexpr SignedSibling kGetTagValues{kService, "GetTagValues", "tag:GetTagValues"};
constexpr SignedSibling kTagResources{
    kService, "TagResources", "tag:TagResources", SiblingEffect::kChange};
constexpr SignedSibling kUntagResources{
    kService, "UntagResources", "tag:UntagResources", SiblingEffect::kChange};

// These actions are on no resource in particular.
constexpr auto kOnEverything = [](const SiblingCall&, const auto&) {
  return SiblingResources{{"*"}};
};

base::Error Wrong(std::string_view member, const std::string& rule) {
  return base::InvalidArgument("Member '" + std::string(member) + "': " + rule);
}

// The kinds in the order of pages, and how filters call them.
struct Kind {
  std::string_view type;
  base::TaggedResources* TagDirectory::*resources;
};
constexpr std::array kKinds = {Kind{"apps", &TagDirectory::applications},
                               Kind{"campaigns", &TagDirectory::campaigns},
                               Kind{"segments", &TagDirectory::segments},
                               Kind{"journeys", &TagDirectory::journeys},
                               Kind{"templates", &TagDirectory::templates}};
using KindSet = std::array<bool, kKinds.size()>;

base::Result<KindSet> KindsOf(const std::optional<Texts>& filters) {
  constexpr std::string_view kPinpoint = "mobiletargeting";
  KindSet wanted{};
  if (!filters || filters->empty()) {
    wanted.fill(true);
    return wanted;
  }
  if (filters->size() > kTypesMax) {
    return Wrong("ResourceTypeFilters", "at most 100 types.");
  }
  for (const std::string_view filter : *filters) {
    const size_t colon = filter.find(':');
    if (filter.substr(0, colon) != kPinpoint) {
      continue;  // Another service has nothing here.
    }
    const std::string_view type =
        colon == std::string_view::npos ? std::string_view() : filter.substr(colon + 1);
    bool known = type.empty();
    for (size_t i = 0; i < kKinds.size(); ++i) {
      const bool named = type.empty() || type == kKinds[i].type;
      wanted[i] = wanted[i] || named;
      known = known || named;
    }
    if (!known) {
      return Wrong(
          "ResourceTypeFilters",
          "of mobiletargeting there are apps, campaigns, segments, journeys and templates.");
    }
  }
  return wanted;
}

base::Status CheckFilters(const std::optional<std::vector<model::TaggingFilter>>& filters) {
  if (!filters) {
    return {};
  }
  if (filters->size() > kFiltersMax) {
    return Wrong("TagFilters", "at most 50 filters.");
  }
  for (size_t i = 0; i < filters->size(); ++i) {
    const std::string at = "TagFilters[" + std::to_string(i) + "]";
    if ((*filters)[i].key.empty()) {
      return Wrong(at + ".Key", "it must not be empty.");
    }
    if ((*filters)[i].values && (*filters)[i].values->size() > kFilterValuesMax) {
      return Wrong(at + ".Values", "at most 20 values.");
    }
  }
  return {};
}

// All filters must be met; one of the values, or any where none is given.
bool Matches(const base::Tags& tags,
             const std::optional<std::vector<model::TaggingFilter>>& filters) {
  return !filters ||
         std::all_of(filters->begin(), filters->end(), [&tags](const model::TaggingFilter& filter) {
           const auto tag = std::find_if(tags.begin(), tags.end(), [&filter](const auto& entry) {
             return entry.first == filter.key;
           });
           if (tag == tags.end() || !filter.values || filter.values->empty()) {
             return tag != tags.end();
           }
           return std::find(filter.values->begin(), filter.values->end(), tag->second) !=
                  filter.values->end();
         });
}

model::TaggingMapping MappingOf(std::string arn, const base::Tags& tags) {
  model::TaggingMapping mapping;
  mapping.resource_arn = std::move(arn);
  for (const auto& [key, value] : tags) {
    mapping.tags.push_back({key, value});
  }
  return mapping;
}

// What comes out of a token: where the walk goes on.
struct Position {
  size_t kind = 0;
  std::string after;
};

std::string TextOf(const Position& position) {
  return std::to_string(position.kind) + ":" + position.after;
}
Position PositionOf(std::string_view text) {
  // Sealed tokens hold what TextOf made.
  return text.size() < 2
             ? Position()
             : Position{static_cast<size_t>(text[0] - '0'), std::string(text.substr(2))};
}

// The resume key of a token; "" for the first page.
base::Result<std::string> OpenToken(const SiblingCall& call,
                                    const PageScope& scope,
                                    const std::optional<std::string>& token) {
  if (!token || token->empty()) {
    return std::string();
  }
  auto opened = call.parts.page_tokens.Open(scope, *token);
  if (!opened.ok()) {
    return base::Conflict("The PaginationToken does not belong to this query; begin again.");
  }
  return opened;
}

PageScope ScopeOf(const model::TaggingGetResourcesRequest& request) {
  PageScope scope{"tagging.GetResources"};
  for (const auto& filter : request.tag_filters.value_or(std::vector<model::TaggingFilter>())) {
    scope.emplace_back("key");
    scope.push_back(filter.key);
    const Texts values = filter.values.value_or(Texts());
    scope.insert(scope.end(), values.begin(), values.end());
  }
  scope.emplace_back("types");
  const Texts types = request.resource_type_filters.value_or(Texts());
  scope.insert(scope.end(), types.begin(), types.end());
  return scope;
}

// A page of resources that is being filled.
struct ResourcePage {
  size_t resources_max = 0;
  size_t tags_max = 0;  // 0: no limit
  size_t tags = 0;
  size_t seen = 0;
  std::vector<model::TaggingMapping> found;
  bool full = false;

  bool HasRoomFor(const base::Tags& more) const {
    return found.size() < resources_max && (tags_max == 0 || tags + more.size() <= tags_max);
  }
};

base::Result<ResourcePage> PageOf(const model::TaggingGetResourcesRequest& request) {
  const int32_t resources = request.resources_per_page.value_or(kResourcesPerPageDefault);
  if (resources < 1 || resources > kResourcesPerPageMax) {
    return Wrong("ResourcesPerPage", "1 to 100.");
  }
  const int32_t tags = request.tags_per_page.value_or(0);
  if (request.tags_per_page && (tags < kTagsPerPageMin || tags > kTagsPerPageMax)) {
    return Wrong("TagsPerPage", "100 to 500.");
  }
  ResourcePage page;
  page.resources_max = static_cast<size_t>(resources);
  page.tags_max = static_cast<size_t>(tags);
  return page;
}

base::Result<model::TaggingGetResourcesResponse> ListNamed(const SiblingCall& call,
                                                           const Texts& arns) {
  model::TaggingGetResourcesResponse response;
  for (const std::string& arn : arns) {
    PINION_TRY(const TagTarget target, FindTagTarget(call.services.tags, arn));
    const auto tags = target.kind.TagsOf(target.resource);
    if (tags.ok() && !tags->empty()) {
      response.resource_tag_mapping_list.push_back(
          MappingOf(call.parts.authorizer.ArnOf(target.resource), *tags));
    } else if (!tags.ok() && tags.error().code != base::Errc::kNotFound) {
      return tags.error();
    }
  }
  return response;
}

base::Result<model::TaggingGetResourcesResponse> ListResources(
    SiblingCall& call, const model::TaggingGetResourcesRequest& request) {
  PINION_TRY(ResourcePage page, PageOf(request));
  PINION_CHECK(CheckFilters(request.tag_filters));
  PINION_TRY(const KindSet wanted, KindsOf(request.resource_type_filters));
  if (request.resource_arn_list) {
    const Texts& arns = *request.resource_arn_list;
    if (request.tag_filters || request.resource_type_filters || request.resources_per_page ||
        request.tags_per_page || request.pagination_token.value_or("") != "") {
      return Wrong("ResourceARNList", "not together with filters or pages.");
    }
    if (arns.empty() || arns.size() > kArnsListedMax) {
      return Wrong("ResourceARNList", "1 to 100 ARNs.");
    }
    return ListNamed(call, arns);
  }
  const PageScope scope = ScopeOf(request);
  PINION_TRY(const std::string resume, OpenToken(call, scope, request.pagination_token));
  const Position start = PositionOf(resume);
  Position last = start;
  for (size_t i = start.kind; i < kKinds.size() && !page.full; ++i) {
    const base::TaggedResources* resources = call.services.tags.*kKinds[i].resources;
    if (!wanted[i] || resources == nullptr) {
      continue;
    }
    PINION_CHECK(resources->VisitTags(
        i == start.kind ? start.after : "", [&](std::string_view resource, const base::Tags& tags) {
          const bool matches = !tags.empty() && Matches(tags, request.tag_filters);
          if (page.seen == kScanMax || (matches && !page.HasRoomFor(tags))) {
            page.full = true;
            return false;
          }
          ++page.seen;
          last = {i, std::string(resource)};
          if (matches) {
            page.tags += tags.size();
            page.found.push_back(MappingOf(std::string(resource), tags));
          }
          return true;
        }));
  }
  model::TaggingGetResourcesResponse response;
  response.resource_tag_mapping_list = std::move(page.found);
  // Only now: while it walks, the store must not be asked anything else.
  for (model::TaggingMapping& mapping : response.resource_tag_mapping_list) {
    mapping.resource_arn = call.parts.authorizer.ArnOf(mapping.resource_arn);
  }
  if (page.full) {
    response.pagination_token = call.parts.page_tokens.Seal(scope, TextOf(last));
  }
  return response;
}

// The distinct keys, or the values of one key, of all resources: a page of them. Pages are in the
// order of digests, for a name would not always fit in a token.
struct NamePage {
  std::string next;
  Texts names;
};
base::Result<NamePage> ListNames(const SiblingCall& call,
                                 const PageScope& scope,
                                 const std::optional<std::string>& token,
                                 const std::optional<std::string>& key) {
  PINION_TRY(const std::string resume, OpenToken(call, scope, token));
  std::map<std::string, std::string> by_digest;
  const auto collect = [&](std::string_view, const base::Tags& tags) {
    for (const auto& [tag_key, value] : tags) {
      if (key && tag_key != *key) {
        continue;
      }
      const std::string& name = key ? value : tag_key;
      std::string digest = base::Sha256(name);
      if (digest > resume) {
        by_digest.try_emplace(std::move(digest), name);
      }
      if (by_digest.size() > kNamesPerPage + 1) {
        by_digest.erase(std::prev(by_digest.end()));
      }
    }
    return true;
  };
  for (const Kind& kind : kKinds) {
    const base::TaggedResources* resources = call.services.tags.*kind.resources;
    if (resources != nullptr) {
      PINION_CHECK(resources->VisitTags("", collect));
    }
  }
  NamePage page;
  if (by_digest.size() > kNamesPerPage) {
    by_digest.erase(std::prev(by_digest.end()));
    page.next = call.parts.page_tokens.Seal(scope, by_digest.rbegin()->first);
  }
  for (auto& [digest, name] : by_digest) {
    page.names.push_back(std::move(name));
  }
  std::sort(page.names.begin(), page.names.end());
  return page;
}

// The same call as it would come for one resource, for the policies to judge (AUTH-39: they know
// its tags from the body of TagResource and from the query of UntagResource).
base::Status MayChange(const SiblingCall& call,
                       const model::OperationDescriptor& operation,
                       const std::string& arn,
                       const base::TagChange& change) {
  http::Request request;
  request.method = operation.method;
  request.headers = call.request.headers;
  request.peer_address = call.request.peer_address;
  request.tls = call.request.tls;
  base::JsonWriter json;
  json.BeginObject().Key("tags").BeginObject();
  for (const auto& [key, value] : change.set) {
    json.Key(key).String(value);
  }
  json.EndObject().EndObject();
  request.body = json.Take();
  for (const std::string& key : change.remove) {
    request.query += request.query.empty() ? "tagKeys=" : "&tagKeys=";
    request.query += http::PercentEncode(key);
  }
  CallFacts facts = call.facts;
  facts.operation = operation.name;
  facts.path_parameters = {arn};
  return call.parts.authorizer.Check({request, facts, operation});
}

base::Status ChangeOne(const SiblingCall& call,
                       const model::OperationDescriptor& operation,
                       const std::string& arn,
                       const base::TagChange& change) {
  PINION_TRY(const TagTarget target, FindTagTarget(call.services.tags, arn));
  PINION_CHECK(MayChange(call, operation, arn, change));
  return target.kind.UpdateTags(target.resource, change);
}

base::Result<model::TaggingFailedResourcesResponse> Change(
    const SiblingCall& call,
    const model::OperationDescriptor& operation,
    const Texts& arns,
    const base::TagChange& change) {
  if (arns.empty() || arns.size() > kArnsChangedMax) {
    return Wrong("ResourceARNList", "1 to 20 ARNs.");
  }
  model::TaggingFailedResourcesResponse response;
  for (const std::string& arn : arns) {
    const base::Status changed = ChangeOne(call, operation, arn, change);
    if (!changed.ok()) {
      ErrorReply failure = ErrorReplyFor(changed.error());
      const bool internal = changed.error().code == base::Errc::kInternal;
      const bool invalid = changed.error().code == base::Errc::kInvalidArgument;
      response.failed_resources_map.Set(arn,
                                        {.status_code = failure.status,
                                         .error_code = internal  ? "InternalServiceException"
                                                       : invalid ? "InvalidParameterException"
                                                                 : std::move(failure.exception),
                                         .error_message = std::move(failure.message)});
    }
  }
  return response;
}

}  // namespace

http::Response GetTaggedResources(SiblingCall& call) {
  return AnswerSigned<model::TaggingGetResourcesRequest, model::TaggingGetResourcesResponse>(
      call, kGetResources, kOnEverything, ListResources);
}

http::Response TagResources(SiblingCall& call) {
  return AnswerSigned<model::TaggingTagResourcesRequest, model::TaggingFailedResourcesResponse>(
      call,
      kTagResources,
      kOnEverything,
      [](SiblingCall& c, const model::TaggingTagResourcesRequest& request)
          -> base::Result<model::TaggingFailedResourcesResponse> {
        if (request.tags.empty()) {
          return Wrong("Tags", "1 to 50 tags.");
        }
        return Change(c,
                      model::ops::TagResource::kDescriptor,
                      request.resource_arn_list,
                      {.set = request.tags.entries(), .remove = {}});
      });
}

http::Response UntagResources(SiblingCall& call) {
  return AnswerSigned<model::TaggingUntagResourcesRequest, model::TaggingFailedResourcesResponse>(
      call,
      kUntagResources,
      kOnEverything,
      [](SiblingCall& c, const model::TaggingUntagResourcesRequest& request)
          -> base::Result<model::TaggingFailedResourcesResponse> {
        if (request.tag_keys.empty() || request.tag_keys.size() > base::kTagsPerResourceMax) {
          return Wrong("TagKeys", "1 to 50 keys.");
        }
        return Change(c,
                      model::ops::UntagResource::kDescriptor,
                      request.resource_arn_list,
                      {.set = {}, .remove = request.tag_keys});
      });
}

http::Response GetTagKeys(SiblingCall& call) {
  return AnswerSigned<model::TaggingGetTagKeysRequest, model::TaggingGetTagKeysResponse>(
      call,
      kGetTagKeys,
      kOnEverything,
      [](SiblingCall& c, const model::TaggingGetTagKeysRequest& request)
          -> base::Result<model::TaggingGetTagKeysResponse> {
        PINION_TRY(auto page,
                   ListNames(c, {"tagging.GetTagKeys"}, request.pagination_token, std::nullopt));
        return model::TaggingGetTagKeysResponse{std::move(page.next), std::move(page.names)};
      });
}

http::Response GetTagValues(SiblingCall& call) {
  return AnswerSigned<model::TaggingGetTagValuesRequest, model::TaggingGetTagValuesResponse>(
      call,
      kGetTagValues,
      kOnEverything,
      [](SiblingCall& c, const model::TaggingGetTagValuesRequest& request)
          -> base::Result<model::TaggingGetTagValuesResponse> {
        PINION_TRY(
            auto page,
            ListNames(
                c, {"tagging.GetTagValues", request.key}, request.pagination_token, request.key));
        return model::TaggingGetTagValuesResponse{std::move(page.next), std::move(page.names)};
      });
}

}  // namespace pinion::api

#include "templates/template_service.h"

#include <utility>

#include "base/time_text.h"
#include "model/codec.h"
#include "storage/key.h"
#include "templates/content_facts.h"
#include "templates/content_rules.h"
#include "templates/text_parts.h"

namespace pinion::templates {
namespace {

void CopyContent(model::EmailTemplateRequest&& from, model::EmailTemplateResponse& to) {
  to.default_substitutions = std::move(from.default_substitutions);
  to.headers = std::move(from.headers);
  to.html_part = std::move(from.html_part);
  to.recommender_id = std::move(from.recommender_id);
  to.subject = std::move(from.subject);
  to.text_part = std::move(from.text_part);
}

void CopyContent(model::SMSTemplateRequest&& from, model::SMSTemplateResponse& to) {
  to.body = std::move(from.body);
  to.default_substitutions = std::move(from.default_substitutions);
  to.recommender_id = std::move(from.recommender_id);
}

void CopyContent(model::VoiceTemplateRequest&& from, model::VoiceTemplateResponse& to) {
  to.body = std::move(from.body);
  to.default_substitutions = std::move(from.default_substitutions);
  to.language_code = std::move(from.language_code);
  to.voice_id = std::move(from.voice_id);
}

void CopyContent(model::PushNotificationTemplateRequest&& from,
                 model::PushNotificationTemplateResponse& to) {
  to.adm = std::move(from.adm);
  to.apns = std::move(from.apns);
  to.baidu = std::move(from.baidu);
  to.default_ = std::move(from.default_);
  to.default_substitutions = std::move(from.default_substitutions);
  to.gcm = std::move(from.gcm);
  to.recommender_id = std::move(from.recommender_id);
}

void CopyContent(model::InAppTemplateRequest&& from, model::InAppTemplateResponse& to) {
  to.content = std::move(from.content);
  to.custom_config = std::move(from.custom_config);
  to.layout = std::move(from.layout);
}

// What every kind of answer says about a version.
template <class Response>
void CopyVersion(const StoredTemplate& stored, Response& to) {
  to.template_name = stored.record.name;
  to.template_type = stored.record.type;
  to.version = std::to_string(stored.version.version);
  to.creation_date = base::FormatIso8601(stored.version.created_at);
  to.last_modified_date = base::FormatIso8601(stored.version.modified_at);
}

// The member where the request has one.
template <class Request>
std::optional<std::string> DefaultSubstitutionsOf(const Request& request) {
  return request.default_substitutions;
}
std::optional<std::string> DefaultSubstitutionsOf(const model::InAppTemplateRequest&) {
  return std::nullopt;
}
template <class Request>
std::optional<std::string> RecommenderOf(const Request& request) {
  return request.recommender_id;
}
std::optional<std::string> RecommenderOf(const model::VoiceTemplateRequest&) {
  return std::nullopt;
}
std::optional<std::string> RecommenderOf(const model::InAppTemplateRequest&) {
  return std::nullopt;
}

// Tags belong to the template, not to the version.
template <class Request>
TemplateContent ContentOf(const Request& request) {
  Request untagged = request;
  untagged.tags.reset();
  return {request.template_description, DefaultSubstitutionsOf(request), model::ToJson(untagged)};
}

// `templates/{name}/{TYPE}`.
base::Result<TemplateId> ParseResource(std::string_view resource) {
  constexpr std::string_view kPrefix = "templates/";
  const size_t slash = resource.rfind('/');
  if (resource.substr(0, kPrefix.size()) != kPrefix || slash < kPrefix.size()) {
    return base::NotFound("Resource not found");
  }
  const auto type = model::TemplateTypeFromWire(resource.substr(slash + 1));
  if (!type) {
    return base::NotFound("Resource not found");
  }
  return TemplateId{std::string(resource.substr(kPrefix.size(), slash - kPrefix.size())), *type};
}

model::TemplateApprovalResponse ApprovalResponse(const StoredTemplate& stored) {
  model::TemplateApprovalRecord approval = ApprovalOf(stored.version);
  model::TemplateApprovalResponse response;
  response.template_name = stored.record.name;
  response.template_type = stored.record.type;
  response.version = std::to_string(stored.version.version);
  response.state = approval.state;
  response.approvals = std::move(approval.approvals);
  response.history = std::move(approval.history);
  return response;
}

std::string CacheKey(const model::TemplateRecord& record, int32_t version) {
  return std::string(model::ToWire(record.type)) + "/" + record.name + "/" +
         std::to_string(version) + "/" + std::to_string(record.revision);
}

}  // namespace

TemplateService::TemplateService(storage::KeyValueStore& store,
                                 const base::Clock& clock,
                                 Options options)
    : store_(store),
      options_(std::move(options)),
      versions_(store, clock),
      settings_(store),
      compiled_(options_.compiled_max) {}

base::Status TemplateService::CheckRecommender(const std::optional<std::string>& id) const {
  if (!id) {
    return {};
  }
  PINION_TRY(const auto stored,
             store_.Get(storage::KeyWriter(storage::KeySpace::kRecommender).Text(*id).Take()));
  if (!stored) {
    return base::InvalidArgument(
        "Member 'RecommenderId' does not name a recommender configuration.");
  }
  return {};
}

template <class Kind>
base::Status TemplateService::Check(const typename Kind::Request& request,
                                    TemplateError* error) const {
  PINION_CHECK(CheckContent(request));
  PINION_CHECK(CompileContent(request, error));
  return CheckRecommender(RecommenderOf(request));
}

template <class Kind>
base::Result<std::string> TemplateService::Create(const std::string& name,
                                                  const typename Kind::Request& request,
                                                  std::string_view region,
                                                  const Author& author,
                                                  TemplateError* error) {
  PINION_CHECK(CheckTemplateName(name));
  TemplateVersions::NewTemplate created;
  created.tags = request.tags.value_or(model::Map<std::string>());
  PINION_CHECK(base::CheckTags({created.tags.begin(), created.tags.end()}));
  PINION_CHECK(Check<Kind>(request, error));
  created.content = ContentOf(request);
  created.by = author.identity;
  created.arn = base::MakeArn({std::string(region), options_.account_id},
                              "templates/" + name + "/" + std::string(model::ToWire(Kind::kType)));
  std::string arn = created.arn;
  PINION_CHECK(versions_.Create({name, Kind::kType}, std::move(created)));
  return arn;
}

template <class Kind>
base::Result<typename Kind::Response> TemplateService::Get(
    const std::string& name, const std::optional<std::string>& version) const {
  PINION_TRY(StoredTemplate stored, versions_.Read({name, Kind::kType}, version));
  PINION_TRY(auto content, model::Decode<typename Kind::Request>(stored.version.content.text));
  typename Kind::Response response;
  CopyVersion(stored, response);
  response.arn = stored.record.arn;
  response.template_description = std::move(content.template_description);
  if (!stored.record.tags.empty()) {
    response.tags = std::move(stored.record.tags);
  }
  CopyContent(std::move(content), response);
  return response;
}

template <class Kind>
base::Status TemplateService::Update(const std::string& name,
                                     const typename Kind::Request& request,
                                     const UpdateTarget& target,
                                     TemplateError* error) {
  const TemplateId id{name, Kind::kType};
  PINION_CHECK(versions_.ReadRecord(id));
  PINION_CHECK(Check<Kind>(request, error));
  return versions_.Update(id, target, ContentOf(request));
}

base::Status TemplateService::Delete(const TemplateId& id,
                                     const std::optional<std::string>& version) {
  return versions_.Delete(id, version);
}

base::Status TemplateService::SetActiveVersion(const TemplateId& id,
                                               const std::optional<std::string>& version) {
  return versions_.SetActive(id, version);
}

base::Result<base::Page<model::TemplateVersionResponse>> TemplateService::ListVersions(
    const TemplateId& id, const base::PageRequest& page) const {
  PINION_TRY(auto listed, versions_.ListVersions(id, page));
  base::Page<model::TemplateVersionResponse> answer;
  answer.next = std::move(listed.next);
  for (model::TemplateVersionRecord& version : listed.items) {
    model::TemplateVersionResponse item;
    item.template_name = id.name;
    item.template_type = model::ToWire(id.type);
    item.version = std::to_string(version.version);
    item.creation_date = base::FormatIso8601(version.created_at);
    item.last_modified_date = base::FormatIso8601(version.modified_at);
    item.template_description = std::move(version.description);
    item.default_substitutions = std::move(version.default_substitutions);
    answer.items.push_back(std::move(item));
  }
  return answer;
}

base::Result<base::Page<model::TemplateResponse>> TemplateService::List(
    const TemplateListRequest& request) const {
  PINION_TRY(auto listed, versions_.List(request));
  base::Page<model::TemplateResponse> answer;
  answer.next = std::move(listed.next);
  for (const StoredTemplate& stored : listed.items) {
    CopyVersion(stored, answer.items.emplace_back());
  }
  return answer;
}

template <class Kind>
base::Result<std::shared_ptr<const typename Kind::Compiled>> TemplateService::ResolveContent(
    const std::string& name, const std::optional<std::string>& version) const {
  using Compiled = typename Kind::Compiled;
  const TemplateId id{name, Kind::kType};
  PINION_TRY(const model::TemplateRecord record, versions_.ReadRecord(id));
  PINION_TRY(const int32_t number, TemplateVersions::NumberOf(record, version));
  if (auto known = compiled_.Find(CacheKey(record, number))) {
    return std::static_pointer_cast<const Compiled>(std::move(known));
  }
  // Read again at one moment: content and revision must belong together.
  PINION_TRY(const StoredTemplate stored, versions_.Read(id, std::to_string(number)));
  PINION_TRY(const auto request,
             model::Decode<typename Kind::Request>(stored.version.content.text));
  PINION_TRY(Compiled content, CompileContent(request));
  content.template_name = name;
  content.template_version = number;
  auto compiled = std::make_shared<const Compiled>(std::move(content));
  compiled_.Insert(CacheKey(stored.record, number), compiled);
  return std::shared_ptr<const Compiled>(std::move(compiled));
}

base::Result<model::TemplateApprovalResponse> TemplateService::GetApproval(
    const TemplateId& id, const std::optional<std::string>& version) const {
  PINION_TRY(const StoredTemplate stored, versions_.ReadApproval(id, version));
  return ApprovalResponse(stored);
}

base::Result<model::TemplateApprovalResponse> TemplateService::ChangeApproval(
    const TemplateId& id, const ApprovalRequest& request) {
  PINION_TRY(const StoredTemplate stored, versions_.ChangeApproval(id, request));
  return ApprovalResponse(stored);
}

base::Result<base::Page<model::TemplateApprovalResponse>> TemplateService::ListApprovals(
    const ApprovalListRequest& request) const {
  PINION_TRY(auto listed, versions_.ListApprovals(request));
  base::Page<model::TemplateApprovalResponse> answer;
  answer.next = std::move(listed.next);
  for (const StoredTemplate& stored : listed.items) {
    answer.items.push_back(ApprovalResponse(stored));
  }
  return answer;
}

base::Result<model::TemplatePolicy> TemplateService::AccountPolicy() const {
  PINION_TRY(const model::TemplatePolicy policy, versions_.AccountPolicy());
  return ToModel(PolicyOf(policy, {}));
}

base::Result<model::TemplatePolicy> TemplateService::PutAccountPolicy(
    const model::TemplatePolicy& policy) {
  PINION_CHECK(versions_.PutAccountPolicy(policy));
  return AccountPolicy();
}

base::Result<model::TemplatePolicy> TemplateService::PolicyInForce(const TemplateId& id) const {
  PINION_TRY(const ApprovalPolicy policy, versions_.PolicyInForce(id));
  return ToModel(policy);
}

base::Result<model::TemplatePolicy> TemplateService::PutPolicy(
    const TemplateId& id, const model::TemplatePolicy& policy) {
  PINION_CHECK(versions_.PutPolicy(id, policy));
  return PolicyInForce(id);
}

base::Result<std::vector<std::pair<std::string, std::string>>> TemplateService::TextPartsOf(
    const TemplateId& id, const std::optional<std::string>& version) const {
  PINION_TRY(const StoredTemplate stored, versions_.Read(id, version));
  return TextParts(stored.version.content.text);
}

template <class Kind>
base::Result<model::TemplateVariables> TemplateService::VariablesOfKind(
    const std::string& name, const std::optional<std::string>& version) const {
  PINION_TRY(const auto content, ResolveContent<Kind>(name, version));
  return templates::VariablesOf(templates::PartsOf(*content), *content->defaults);
}

base::Result<model::TemplateVariables> TemplateService::VariablesOf(
    const TemplateId& id, const std::optional<std::string>& version) const {
  switch (id.type) {
    case model::TemplateType::kEmail:
      return VariablesOfKind<EmailKind>(id.name, version);
    case model::TemplateType::kSms:
      return VariablesOfKind<SmsKind>(id.name, version);
    case model::TemplateType::kVoice:
      return VariablesOfKind<VoiceKind>(id.name, version);
    case model::TemplateType::kPush:
      return VariablesOfKind<PushKind>(id.name, version);
    case model::TemplateType::kInapp:
      return VariablesOfKind<InAppKind>(id.name, version);
  }
  return base::Internal("template type");
}

base::Result<model::TemplateType> TemplateService::ParseType(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  const auto type = model::TemplateTypeFromWire(upper);
  if (!type) {
    return base::InvalidArgument("A template type is one of EMAIL, SMS, VOICE, PUSH and INAPP.");
  }
  return *type;
}

base::Result<base::Tags> TemplateService::TagsOf(std::string_view resource) const {
  PINION_TRY(const TemplateId id, ParseResource(resource));
  PINION_TRY(const model::TemplateRecord record, versions_.ReadRecord(id));
  return base::Tags(record.tags.begin(), record.tags.end());
}

base::Result<std::string> TemplateService::RegionOf(std::string_view resource) const {
  PINION_TRY(const TemplateId id, ParseResource(resource));
  PINION_TRY(const model::TemplateRecord record, versions_.ReadRecord(id));
  return base::RegionOfArn(record.arn);
}

base::Status TemplateService::UpdateTags(std::string_view resource, const base::TagChange& change) {
  PINION_TRY(const TemplateId id, ParseResource(resource));
  return versions_.UpdateTags(id, change);
}

base::Status TemplateService::VisitTags(std::string_view after, const TagVisitor& visit) const {
  const auto last = ParseResource(after);
  return versions_.VisitTags(
      last.ok() ? std::optional(*last) : std::nullopt,
      [&visit](const TemplateId& id, const base::Tags& tags) {
        return visit("templates/" + id.name + "/" + std::string(model::ToWire(id.type)), tags);
      });
}

#define PINION_TEMPLATE_KIND(Kind)                                                                \
  template base::Result<std::string> TemplateService::Create<Kind>(                               \
      const std::string&, const Kind::Request&, std::string_view, const Author&, TemplateError*); \
  template base::Result<Kind::Response> TemplateService::Get<Kind>(                               \
      const std::string&, const std::optional<std::string>&) const;                               \
  template base::Status TemplateService::Update<Kind>(                                            \
      const std::string&, const Kind::Request&, const UpdateTarget&, TemplateError*);             \
  template base::Result<std::shared_ptr<const Kind::Compiled>>                                    \
  TemplateService::ResolveContent<Kind>(const std::string&, const std::optional<std::string>&)    \
      const;

PINION_TEMPLATE_KIND(EmailKind)
PINION_TEMPLATE_KIND(SmsKind)
PINION_TEMPLATE_KIND(PushKind)
PINION_TEMPLATE_KIND(VoiceKind)
PINION_TEMPLATE_KIND(InAppKind)
#undef PINION_TEMPLATE_KIND

}  // namespace pinion::templates

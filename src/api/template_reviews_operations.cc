// What Pinion adds to templates (templates.md section 8): rendering without sending, facts about
// versions, settings, approval.
#include "api/register_operations.h"
#include "base/json_text.h"
#include "model/codec.h"
#include "model/templates.h"

namespace pinion::api {

namespace {

using templates::TemplateId;
using templates::TemplateService;

base::Result<TemplateId> IdOf(const std::string& name, const std::string& type) {
  PINION_TRY(const model::TemplateType parsed, TemplateService::ParseType(type));
  return TemplateId{.name = name, .type = parsed};
}

// TPL-102: the particulars stand beside the message.
RawReply MalformedReply(const Call& call, const templates::TemplateError& error) {
  base::JsonWriter json;
  json.BeginObject();
  json.Key("__type").String("BadRequestException");
  json.Key("Message").String(error.Message());
  json.Key("Part").String(error.part);
  json.Key("Line").Int(static_cast<int64_t>(error.line));
  json.Key("Column").Int(static_cast<int64_t>(error.column));
  json.Key("Reason").String(error.reason);
  json.Key("RequestID").String(call.request_id());
  json.EndObject();
  return {.status = 400, .body = json.Take()};
}

RawReply FailureReply(const std::string& message) {
  base::JsonWriter json;
  json.BeginObject();
  json.Key("Message").String(message);
  json.EndObject();
  return {.status = 422, .body = json.Take()};
}

base::Result<RawReply> RenderTemplate(Call& call, const model::RenderTemplateInput& request) {
  PINION_TRY(const auto outcome, call.services.template_preview.Render(request.body));
  if (outcome.malformed) {
    return MalformedReply(call, *outcome.malformed);
  }
  if (!outcome.rendered) {
    return FailureReply(outcome.failure);
  }
  RawReply reply;
  model::Encode(*outcome.rendered, reply.body);
  return reply;
}

base::Result<model::TemplateVariables> GetTemplateVariables(
    Call& call, const model::TemplateVersionRequest& request) {
  PINION_TRY(const TemplateId id, IdOf(request.template_name, request.template_type));
  return call.services.templates.VariablesOf(id, request.version);
}

base::Result<model::TemplateDiff> GetTemplateDiff(Call& call,
                                                  const model::TemplateDiffRequest& request) {
  PINION_TRY(const TemplateId id, IdOf(request.template_name, request.template_type));
  if (!request.from || !request.to) {
    return base::InvalidArgument("Parameters 'from' and 'to' name the versions to compare.");
  }
  PINION_TRY(const auto from, call.services.templates.TextPartsOf(id, request.from));
  PINION_TRY(const auto to, call.services.templates.TextPartsOf(id, request.to));
  model::TemplateDiff diff;
  auto a = from.begin();
  auto b = to.begin();
  while (a != from.end() || b != to.end()) {
    const bool has_a = b == to.end() || (a != from.end() && a->first <= b->first);
    const bool has_b = a == from.end() || (b != to.end() && b->first <= a->first);
    model::TemplatePartDiff part;
    part.part = has_a ? a->first : b->first;
    if (has_a) {
      part.from = (a++)->second;
    }
    if (has_b) {
      part.to = (b++)->second;
    }
    if (part.from != part.to) {
      diff.parts.push_back(std::move(part));
    }
  }
  return diff;
}

base::Result<model::TemplateSettings> GetTemplateSettings(Call& call, const model::Empty&) {
  return call.services.templates.settings().Get();
}

base::Result<model::TemplateSettings> PutTemplateSettings(
    Call& call, const model::PutTemplateSettingsRequest& request) {
  return call.services.templates.settings().Put(request.body);
}

base::Result<model::TemplateSettings> GetApplicationTemplateSettings(
    Call& call, const model::ApplicationTemplateSettingsRequest& request) {
  return call.services.templates.settings().GetOf(base::AppId(request.application_id));
}

base::Result<model::TemplateSettings> PutApplicationTemplateSettings(
    Call& call, const model::PutApplicationTemplateSettingsRequest& request) {
  return call.services.templates.settings().PutOf(base::AppId(request.application_id),
                                                  request.body);
}

base::Result<model::TemplatePolicy> GetTemplatesPolicy(Call& call, const model::Empty&) {
  return call.services.templates.AccountPolicy();
}

base::Result<model::TemplatePolicy> PutTemplatesPolicy(
    Call& call, const model::PutTemplatesPolicyRequest& request) {
  return call.services.templates.PutAccountPolicy(request.body);
}

base::Result<model::TemplatePolicy> GetTemplatePolicy(Call& call,
                                                      const model::TemplatePolicyRequest& request) {
  PINION_TRY(const TemplateId id, IdOf(request.template_name, request.template_type));
  return call.services.templates.PolicyInForce(id);
}

base::Result<model::TemplatePolicy> PutTemplatePolicy(
    Call& call, const model::PutTemplatePolicyRequest& request) {
  PINION_TRY(const TemplateId id, IdOf(request.template_name, request.template_type));
  return call.services.templates.PutPolicy(id, request.body);
}

base::Result<model::TemplateApprovalResponse> GetTemplateApproval(
    Call& call, const model::TemplateVersionRequest& request) {
  PINION_TRY(const TemplateId id, IdOf(request.template_name, request.template_type));
  return call.services.templates.GetApproval(id, request.version);
}

base::Result<model::TemplateApprovalResponse> ChangeTemplateApproval(
    Call& call, const model::ChangeTemplateApprovalInput& request) {
  PINION_TRY(const TemplateId id, IdOf(request.template_name, request.template_type));
  const model::TemplateApprovalChange& change = request.body;
  return call.services.templates.ChangeApproval(id,
                                                {.version = change.version,
                                                 .action = change.action,
                                                 .by = call.caller(),
                                                 .comment = change.comment,
                                                 .activate = change.activate.value_or(false)});
}

base::Result<model::TemplateApprovalsResponse> ListTemplateApprovals(
    Call& call, const model::ListTemplateApprovalsRequest& request) {
  const std::vector<std::string> filters = {
      request.state ? std::string(model::ToWire(*request.state)) : ""};
  templates::ApprovalListRequest wanted;
  wanted.state = request.state;
  PINION_TRY(wanted.page, call.Page(request.page_size, request.token, filters));
  PINION_TRY(auto listed, call.services.templates.ListApprovals(wanted));
  model::TemplateApprovalsResponse response;
  response.items = std::move(listed.items);
  response.next_token = call.NextToken(listed.next, filters);
  return response;
}

}  // namespace

void RegisterTemplateReviewsOperations(OperationTable& table) {
  namespace ops = model::ops;
  table.AddRaw<ops::RenderTemplate>(Run::kWorker, RenderTemplate);
  table.Add<ops::GetTemplateVariables>(Run::kWorker, GetTemplateVariables);
  table.Add<ops::GetTemplateDiff>(Run::kWorker, GetTemplateDiff);
  table.Add<ops::GetTemplateSettings>(Run::kInline, GetTemplateSettings);
  table.Add<ops::PutTemplateSettings>(Run::kInline, PutTemplateSettings);
  table.Add<ops::GetApplicationTemplateSettings>(Run::kInline, GetApplicationTemplateSettings);
  table.Add<ops::PutApplicationTemplateSettings>(Run::kInline, PutApplicationTemplateSettings);
  table.Add<ops::GetTemplatesPolicy>(Run::kInline, GetTemplatesPolicy);
  table.Add<ops::PutTemplatesPolicy>(Run::kInline, PutTemplatesPolicy);
  table.Add<ops::GetTemplatePolicy>(Run::kInline, GetTemplatePolicy);
  table.Add<ops::PutTemplatePolicy>(Run::kInline, PutTemplatePolicy);
  table.Add<ops::GetTemplateApproval>(Run::kInline, GetTemplateApproval);
  table.Add<ops::ChangeTemplateApproval>(Run::kInline, ChangeTemplateApproval);
  table.Add<ops::ListTemplateApprovals>(Run::kWorker, ListTemplateApprovals);
}

}  // namespace pinion::api

#include "api/register_operations.h"
#include "model/templates.h"
#include "templates/template_kinds.h"

namespace pinion::api {

namespace {

using templates::TemplateId;

model::MessageBody Accepted(const Call& call) {
  model::MessageBody body;
  body.message = "Accepted";
  body.request_id = call.request_id();
  return body;
}

// The four verbs of one type. Op types differ by name only, so handlers are written once for all
// five.
template <class Kind, class CreateOp>
base::Result<typename CreateOp::Response> CreateTemplate(
    Call& call, const typename CreateOp::Request& request) {
  PINION_TRY(std::string arn,
             call.services.templates.Create<Kind>(
                 request.template_name, request.body, call.region(), {.identity = call.caller()}));
  typename CreateOp::Response body;
  body.arn = std::move(arn);
  body.message = "Created";
  body.request_id = call.request_id();
  return body;
}

template <class Kind, class GetOp>
base::Result<typename GetOp::Response> GetTemplate(Call& call,
                                                   const typename GetOp::Request& request) {
  return call.services.templates.Get<Kind>(request.template_name, request.version);
}

template <class Kind, class UpdateOp>
base::Result<model::MessageBody> UpdateTemplate(Call& call,
                                                const typename UpdateOp::Request& request) {
  PINION_CHECK(call.services.templates.Update<Kind>(
      request.template_name,
      request.body,
      {.version = request.version,
       .create_new_version = request.create_new_version.value_or(false),
       .by = call.caller()}));
  return Accepted(call);
}

template <class Kind, class DeleteOp>
base::Result<model::MessageBody> DeleteTemplate(Call& call,
                                                const typename DeleteOp::Request& request) {
  PINION_CHECK(call.services.templates.Delete({.name = request.template_name, .type = Kind::kType},
                                              request.version));
  return Accepted(call);
}

template <class Kind, class CreateOp, class GetOp, class UpdateOp, class DeleteOp>
void AddTemplateOperations(OperationTable& table) {
  table.Add<CreateOp>(Run::kWorker, CreateTemplate<Kind, CreateOp>);
  table.Add<GetOp>(Run::kInline, GetTemplate<Kind, GetOp>);
  table.Add<UpdateOp>(Run::kWorker, UpdateTemplate<Kind, UpdateOp>);
  table.Add<DeleteOp>(Run::kInline, DeleteTemplate<Kind, DeleteOp>);
}

base::Result<model::TemplatesResponse> ListTemplates(Call& call,
                                                     const model::ListTemplatesRequest& request) {
  const std::vector<std::string> filters = {request.prefix.value_or(""),
                                            request.template_type.value_or("")};
  templates::TemplateListRequest wanted;
  PINION_TRY(wanted.page, call.Page(request.page_size, request.next_token, filters));
  wanted.prefix = request.prefix.value_or("");
  if (request.template_type) {
    PINION_TRY(wanted.type, templates::TemplateService::ParseType(*request.template_type));
  }
  PINION_TRY(auto listed, call.services.templates.List(wanted));
  model::TemplatesResponse response;
  response.item = std::move(listed.items);
  response.next_token = call.NextToken(listed.next, filters);
  return response;
}

base::Result<TemplateId> IdOf(const std::string& name, const std::string& type) {
  PINION_TRY(const model::TemplateType parsed, templates::TemplateService::ParseType(type));
  return TemplateId{.name = name, .type = parsed};
}

base::Result<model::TemplateVersionsResponse> ListTemplateVersions(
    Call& call, const model::ListTemplateVersionsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.next_token));
  PINION_TRY(const TemplateId id, IdOf(request.template_name, request.template_type));
  PINION_TRY(auto listed, call.services.templates.ListVersions(id, page));
  model::TemplateVersionsResponse response;
  response.item = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::MessageBody> UpdateActiveVersion(
    Call& call, const model::UpdateTemplateActiveVersionRequest& request) {
  PINION_TRY(const TemplateId id, IdOf(request.template_name, request.template_type));
  PINION_CHECK(call.services.templates.SetActiveVersion(id, request.body.version));
  return Accepted(call);
}

}  // namespace

void RegisterTemplatesOperations(OperationTable& table) {
  namespace ops = model::ops;
  AddTemplateOperations<templates::EmailKind,
                        ops::CreateEmailTemplate,
                        ops::GetEmailTemplate,
                        ops::UpdateEmailTemplate,
                        ops::DeleteEmailTemplate>(table);
  AddTemplateOperations<templates::SmsKind,
                        ops::CreateSmsTemplate,
                        ops::GetSmsTemplate,
                        ops::UpdateSmsTemplate,
                        ops::DeleteSmsTemplate>(table);
  AddTemplateOperations<templates::PushKind,
                        ops::CreatePushTemplate,
                        ops::GetPushTemplate,
                        ops::UpdatePushTemplate,
                        ops::DeletePushTemplate>(table);
  AddTemplateOperations<templates::VoiceKind,
                        ops::CreateVoiceTemplate,
                        ops::GetVoiceTemplate,
                        ops::UpdateVoiceTemplate,
                        ops::DeleteVoiceTemplate>(table);
  AddTemplateOperations<templates::InAppKind,
                        ops::CreateInAppTemplate,
                        ops::GetInAppTemplate,
                        ops::UpdateInAppTemplate,
                        ops::DeleteInAppTemplate>(table);
  table.Add<ops::ListTemplates>(Run::kWorker, ListTemplates);
  table.Add<ops::ListTemplateVersions>(Run::kWorker, ListTemplateVersions);
  table.Add<ops::UpdateTemplateActiveVersion>(Run::kInline, UpdateActiveVersion);
}

}  // namespace pinion::api

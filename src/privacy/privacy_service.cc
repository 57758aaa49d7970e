#include "privacy/privacy_service.h"

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/log.h"

namespace pinion::privacy {
namespace {

constexpr size_t kNameBytesMax = 2048;
constexpr size_t kReasonBytesMax = 1024;
// Longer texts are no tokens of ours and are not looked at.
constexpr size_t kTokenBytesMax = 1024;
constexpr std::string_view kTokenContext = "privacy-download";
constexpr char kTokenSeparator = '\n';

base::Error UnknownResource() {
  return base::NotFound("Resource not found");
}

base::Status Check(const model::WritePrivacyRequest& request) {
  size_t given = 0;
  for (const auto& [name, value] : {std::pair{"UserId", &request.user_id},
                                    std::pair{"EndpointId", &request.endpoint_id},
                                    std::pair{"Address", &request.address}}) {
    if (!*value) {
      continue;
    }
    ++given;
    if ((*value)->empty() || (*value)->size() > kNameBytesMax) {
      return base::InvalidArgument("Member '" + std::string(name) + "': expected 1 to " +
                                   std::to_string(kNameBytesMax) + " bytes.");
    }
  }
  if (given != 1) {
    return base::InvalidArgument(
        "Exactly one of the members 'UserId', 'EndpointId' and 'Address' is needed.");
  }
  if (request.reason && request.reason->size() > kReasonBytesMax) {
    return base::InvalidArgument("Member 'Reason': expected at most " +
                                 std::to_string(kReasonBytesMax) + " bytes.");
  }
  return {};
}

model::ErasureResponse ResponseOf(const model::ErasureRecord& erasure) {
  model::ErasureResponse response;
  response.id = erasure.id;
  response.status = erasure.status;
  response.reason = erasure.reason;
  response.created_at = erasure.created_at;
  response.completed_at = erasure.completed_at;
  response.counts = erasure.counts;
  return response;
}

model::PrivacyExportResponse ResponseOf(const model::PrivacyExportRecord& exported,
                                        base::Timestamp now) {
  model::PrivacyExportResponse response;
  response.id = exported.id;
  response.status = exported.status;
  if (exported.status == model::PrivacyExportStatus::kCompleted && exported.expires_at <= now) {
    response.status = model::PrivacyExportStatus::kExpired;
  }
  response.reason = exported.reason;
  response.created_at = exported.created_at;
  response.completed_at = exported.completed_at;
  response.expires_at = exported.expires_at;
  response.bytes = exported.bytes;
  response.error = exported.error;
  return response;
}

}  // namespace

base::Result<model::ErasureResponse> PrivacyService::CreateErasure(
    const base::AppId& app, const model::WritePrivacyRequest& request) {
  PINION_CHECK(Check(request));
  model::ErasureRecord erasure;
  erasure.id = deps_.ids.NewHexId();
  erasure.application_id = app.value();
  erasure.status = model::ErasureStatus::kCreated;
  erasure.reason = request.reason;
  erasure.created_at = deps_.clock.Now();
  erasure.step = model::ErasureStep::kEndpoints;
  erasure.pseudonym = "erased-" + deps_.ids.NewHexId();
  erasure.salt = deps_.ids.NewHexId();
  if (request.user_id) {
    erasure.user_ids = {*request.user_id};
  } else if (request.endpoint_id) {
    erasure.endpoint_ids = {*request.endpoint_id};
  } else {
    erasure.addresses = {*request.address};
    erasure.is_of_address = true;
  }
  storage::WriteBatch batch;
  PrivacyStore::Put(erasure, batch);
  PINION_CHECK(deps_.store.Apply(batch));
  deps_.runner.Wake();
  return ResponseOf(erasure);
}

base::Result<model::PrivacyExportResponse> PrivacyService::CreateExport(
    const base::AppId& app, const model::WritePrivacyRequest& request) {
  PINION_CHECK(Check(request));
  model::PrivacyExportRecord exported;
  exported.id = deps_.ids.NewHexId();
  exported.application_id = app.value();
  exported.status = model::PrivacyExportStatus::kCreated;
  exported.reason = request.reason;
  exported.created_at = deps_.clock.Now();
  exported.user_id = request.user_id;
  exported.endpoint_id = request.endpoint_id;
  exported.address = request.address;
  storage::WriteBatch batch;
  PrivacyStore::Put(exported, batch);
  PINION_CHECK(deps_.store.Apply(batch));
  deps_.runner.Wake();
  return ResponseOf(exported, deps_.clock.Now());
}

base::Result<model::ErasureResponse> PrivacyService::GetErasure(const base::AppId& app,
                                                                std::string_view id) const {
  PINION_TRY(const auto erasure, requests_.Find<model::ErasureRecord>(app, id));
  if (!erasure) {
    return UnknownResource();
  }
  return ResponseOf(*erasure);
}

base::Result<model::PrivacyExportResponse> PrivacyService::GetExport(const base::AppId& app,
                                                                     std::string_view id) const {
  PINION_TRY(const auto exported, requests_.Find<model::PrivacyExportRecord>(app, id));
  if (!exported) {
    return UnknownResource();
  }
  return ResponseOf(*exported, deps_.clock.Now());
}

base::Result<base::Page<model::ErasureResponse>> PrivacyService::ListErasures(
    const base::AppId& app, const base::PageRequest& page) const {
  PINION_TRY(const auto found, requests_.List<model::ErasureRecord>(app, page));
  base::Page<model::ErasureResponse> result;
  result.next = found.next;
  for (const model::ErasureRecord& erasure : found.items) {
    result.items.push_back(ResponseOf(erasure));
  }
  return result;
}

base::Result<base::Page<model::PrivacyExportResponse>> PrivacyService::ListExports(
    const base::AppId& app, const base::PageRequest& page) const {
  PINION_TRY(const auto found, requests_.List<model::PrivacyExportRecord>(app, page));
  base::Page<model::PrivacyExportResponse> result;
  result.next = found.next;
  for (const model::PrivacyExportRecord& exported : found.items) {
    result.items.push_back(ResponseOf(exported, deps_.clock.Now()));
  }
  return result;
}

base::Result<std::string> PrivacyService::DownloadToken(const base::AppId& app,
                                                        std::string_view id) const {
  const int64_t end = base::ToMillis(deps_.wall_clock.Now() + kDownloadValid);
  const std::string text =
      std::to_string(end) + kTokenSeparator + app.value() + kTokenSeparator + std::string(id);
  PINION_TRY(const std::string sealed, deps_.sealer.Seal(text, kTokenContext));
  return base::Base64UrlEncode(sealed);
}

base::Result<PrivacyService::Download> PrivacyService::Open(std::string_view token) const {
  const base::Error refused = base::Forbidden("This link is not valid, or not valid any more.");
  if (token.size() > kTokenBytesMax) {
    return refused;
  }
  const auto sealed = base::Base64UrlDecode(token);
  if (!sealed) {
    return refused;
  }
  const auto text = deps_.sealer.Open(*sealed, kTokenContext);
  if (!text.ok()) {
    return refused;
  }
  const size_t first = text->find(kTokenSeparator);
  const size_t second = first == std::string::npos ? first : text->find(kTokenSeparator, first + 1);
  int64_t end = 0;
  std::from_chars(text->data(), text->data() + text->size(), end);
  if (second == std::string::npos || end <= base::ToMillis(deps_.wall_clock.Now())) {
    return refused;
  }
  const base::AppId app(text->substr(first + 1, second - first - 1));
  const std::string id = text->substr(second + 1);
  PINION_TRY(const model::PrivacyExportResponse exported, GetExport(app, id));
  if (exported.status != model::PrivacyExportStatus::kCompleted) {
    return UnknownResource();
  }
  PINION_TRY(std::string json, deps_.files.Read(app, id));
  return Download{.file_name = "personal-data-" + id + ".json", .json = std::move(json)};
}

base::Status PrivacyService::OnDelete(const base::AppId& app, storage::WriteBatch& batch) {
  PrivacyStore::DeleteApp(app, batch);
  RetentionSettings::DeleteApp(app, batch);
  return {};
}

void PrivacyService::OnDeleted(const base::AppId& app) {
  const base::Status removed = deps_.files.RemoveApp(app);
  if (!removed.ok()) {
    base::Log(base::LogLevel::kError, "privacy", removed.error().message);
  }
}

}  // namespace pinion::privacy

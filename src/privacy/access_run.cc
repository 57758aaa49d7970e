#include "privacy/access_run.h"

#include <iterator>
#include <utility>

#include "audience/endpoint_response.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "eventlog/stream_record.h"
#include "model/codec.h"
#include "privacy/privacy_store.h"

namespace pinion::privacy {
namespace {

constexpr size_t kSegmentsPerPage = 100;

// A member whose value is a list that is written element by element.
class ListMember {
 public:
  ListMember(std::string_view name, PrivateFiles::Draft& file) : name_(name), file_(file) {}

  base::Status Add(std::string_view json) {
    PINION_CHECK(file_.Write(empty_ ? ",\n\"" + name_ + "\":[\n" : ",\n"));
    empty_ = false;
    return file_.Write(json);
  }
  base::Status End() { return file_.Write(empty_ ? ",\n\"" + name_ + "\":[]" : "\n]"); }

 private:
  const std::string name_;
  PrivateFiles::Draft& file_;
  bool empty_ = true;
};

std::string Opening(const model::PrivacyExportRecord& request, base::Timestamp at) {
  base::JsonWriter json;
  json.BeginObject();
  json.Key("ApplicationId").String(request.application_id);
  json.Key("CreatedAt").String(base::FormatIso8601(at));
  json.Key("Request").BeginObject();
  for (const auto& [name, value] : {std::pair{"UserId", request.user_id},
                                    std::pair{"EndpointId", request.endpoint_id},
                                    std::pair{"Address", request.address}}) {
    if (value) {
      json.Key(name).String(*value);
    }
  }
  return json.EndObject().Take();
}

model::PersonalConsent ConsentOf(const audience::EndpointRecord& endpoint) {
  model::PersonalConsent consent;
  consent.endpoint_id = endpoint.id;
  if (endpoint.channel_type) {
    consent.channel_type = model::ToWire(*endpoint.channel_type);
  }
  if (!endpoint.address.empty()) {
    consent.address = endpoint.address;
  }
  consent.opt_out = audience::ToWire(endpoint.opt_out);
  if (endpoint.opt_out_by != audience::OptOutBy::kNone) {
    consent.opt_out_by = audience::ToWire(endpoint.opt_out_by);
  }
  return consent;
}

}  // namespace

AccessRun::AccessRun(const Dependencies& dependencies, model::PrivacyExportRecord request)
    : deps_(dependencies),
      messages_(dependencies.store),
      request_(std::move(request)),
      app_(request_.application_id) {}

base::Status AccessRun::Run() {
  if (request_.status == model::PrivacyExportStatus::kCreated) {
    request_.status = model::PrivacyExportStatus::kProcessing;
    PINION_CHECK(Store());
  }
  PINION_TRY(const std::vector<audience::EndpointRecord> endpoints, FindEndpoints());
  Person::Ids ids;
  ids.is_of_address = request_.address.has_value();
  for (const auto& [value, list] : {std::pair{&request_.user_id, &ids.user_ids},
                                    std::pair{&request_.endpoint_id, &ids.endpoint_ids},
                                    std::pair{&request_.address, &ids.addresses}}) {
    if (*value) {
      list->push_back(**value);
    }
  }
  for (const audience::EndpointRecord& endpoint : endpoints) {
    ids.endpoint_ids.push_back(endpoint.id);
    if (!endpoint.address.empty()) {
      ids.addresses.push_back(endpoint.address);
    }
  }
  base::Status written;
  uint64_t bytes = 0;
  auto file = deps_.files.Create(app_, request_.id);
  if (file.ok()) {
    written = WriteFile(ids, endpoints, **file);
    if (deps_.stopping) {
      return {};
    }
    if (written.ok()) {
      written = (*file)->Finish();
    }
    bytes = (*file)->bytes();
  } else {
    written = file.error();
  }
  request_.completed_at = deps_.clock.Now();
  request_.expires_at = *request_.completed_at + kExportKept;
  // Who it is about is needed no more, only whether it is somebody who is erased later.
  request_.hashes = HashesOf(deps_.hash_key, app_, ids);
  request_.user_id.reset();
  request_.endpoint_id.reset();
  request_.address.reset();
  if (written.ok()) {
    request_.status = model::PrivacyExportStatus::kCompleted;
    request_.bytes = static_cast<int64_t>(bytes);
  } else {
    request_.status = model::PrivacyExportStatus::kFailed;
    request_.error = written.error().message;
  }
  return Store();
}

base::Result<std::vector<audience::EndpointRecord>> AccessRun::FindEndpoints() const {
  std::vector<audience::EndpointRecord> endpoints;
  if (request_.user_id) {
    auto user = deps_.audience.FindUser(app_, base::UserId(*request_.user_id));
    if (user.ok()) {
      endpoints = std::move(user->endpoints);
    } else if (user.error().code != base::Errc::kNotFound) {
      return user.error();
    }
  } else if (request_.endpoint_id) {
    auto endpoint = deps_.audience.Find(app_, *request_.endpoint_id);
    if (endpoint.ok()) {
      endpoints.push_back(*std::move(endpoint));
    } else if (endpoint.error().code != base::Errc::kNotFound) {
      return endpoint.error();
    }
  } else if (request_.address) {
    PINION_TRY(endpoints, deps_.audience.FindByAddress(app_, *request_.address));
  }
  return endpoints;
}

base::Status AccessRun::WriteFile(const Person::Ids& ids,
                                  const std::vector<audience::EndpointRecord>& endpoints,
                                  PrivateFiles::Draft& file) const {
  const Person person(app_, ids);
  PINION_CHECK(file.Write(Opening(request_, deps_.clock.Now())));
  ListMember list("Endpoints", file);
  for (const audience::EndpointRecord& endpoint : endpoints) {
    PINION_CHECK(list.Add(model::ToJson(audience::ComposeResponse(app_.value(), endpoint))));
  }
  PINION_CHECK(list.End());
  PINION_CHECK(WriteSegments(endpoints, file));
  PINION_CHECK(WriteMessages(person, file));
  PINION_CHECK(WriteEvents(person, file));
  ListMember consents("Consents", file);
  for (const audience::EndpointRecord& endpoint : endpoints) {
    PINION_CHECK(consents.Add(model::ToJson(ConsentOf(endpoint))));
  }
  PINION_CHECK(consents.End());
  return file.Write("\n}\n");
}

base::Status AccessRun::WriteSegments(const std::vector<audience::EndpointRecord>& endpoints,
                                      PrivateFiles::Draft& file) const {
  ListMember list("SegmentMemberships", file);
  base::PageRequest page{.after = "", .limit = kSegmentsPerPage};
  do {
    PINION_TRY(const auto segments, deps_.segments.List(app_, page));
    for (const model::SegmentResponse& segment : segments.items) {
      for (const audience::EndpointRecord& endpoint : endpoints) {
        PINION_TRY(const bool is_member,
                   deps_.membership.IsMember(
                       app_, base::SegmentId(segment.id), std::nullopt, endpoint.ordinal));
        if (is_member) {
          PINION_CHECK(list.Add(model::ToJson(model::PersonalSegment{.segment_id = segment.id,
                                                                     .segment_name = segment.name,
                                                                     .endpoint_id = endpoint.id})));
        }
      }
    }
    page.after = segments.next;
  } while (!page.after.empty() && !deps_.stopping);
  return list.End();
}

base::Status AccessRun::WriteMessages(const Person& person, PrivateFiles::Draft& file) const {
  ListMember list("Messages", file);
  base::Status written;
  PINION_CHECK(messages_.VisitRecords(app_, "", [&](const delivery::MessageRecord& record) {
    if (person.Owns(record)) {
      const auto item = messages_.Get(app_, record.id);
      written = item.ok() ? list.Add(model::ToJson(*item)) : base::Status(item.error());
    }
    return written.ok() && !deps_.stopping;
  }));
  PINION_CHECK(std::move(written));
  return list.End();
}

base::Status AccessRun::WriteEvents(const Person& person, PrivateFiles::Draft& file) const {
  ListMember list("Events", file);
  base::Status written;
  PINION_CHECK(deps_.events.Visit(
      app_, 0, storage::Direction::kForward, [&](const eventlog::LoggedEvent& logged) {
        if (person.Owns(logged.event)) {
          written = list.Add(eventlog::StreamRecord(app_, logged.event, deps_.account_id));
        }
        return written.ok() && !deps_.stopping;
      }));
  PINION_CHECK(std::move(written));
  return list.End();
}

// Through a transaction of the audience, as ErasureRun does.
base::Status AccessRun::Store() {
  PINION_TRY(auto transaction, deps_.audience.Begin(app_));
  PrivacyStore::Put(request_, transaction.batch());
  PINION_CHECK(transaction.Commit());
  return {};
}

}  // namespace pinion::privacy

#include "privacy/pseudonymisation.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/json_text.h"
#include "model/json_reader.h"

namespace pinion::privacy {
namespace {

template <size_t n>
bool Has(const std::array<std::string_view, n>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <class Pairs, size_t n>
void KeepOnly(const std::array<std::string_view, n>& names, Pairs& pairs) {
  std::erase_if(pairs, [&names](const auto& pair) { return !Has(names, pair.first); });
}

// By these KPIs, campaigns and journeys count.
constexpr std::array<std::string_view, 16> kCountedAttributes = {"campaign_id",
                                                                 "campaign_activity_id",
                                                                 "treatment_id",
                                                                 "journey_id",
                                                                 "journey_run_id",
                                                                 "journey_activity_id",
                                                                 "delivery_type",
                                                                 "campaign_send_status",
                                                                 "journey_send_status",
                                                                 "push_send_status",
                                                                 "record_status",
                                                                 "number_of_message_parts",
                                                                 "iso_country_code",
                                                                 "message_type",
                                                                 "feedback",
                                                                 "bot"};
// Of the app, and of the message.
constexpr std::array<std::string_view, 8> kCountedFacts = {"package_name",
                                                           "title",
                                                           "version_name",
                                                           "version_code",
                                                           "sdk_name",
                                                           "sdk_version",
                                                           "message_id",
                                                           "sent_at"};
constexpr std::array<std::string_view, 1> kCountedMetrics = {"price_in_millicents_usd"};
constexpr std::array<std::string_view, 1> kKeptContext = {"legacy_identifier"};

// Of audit records: parameters of paths and queries that name a person, and members of bodies and
// answers that do, however short the name is.
constexpr std::array<std::string_view, 4> kNamingParameters = {
    "endpoint-id", "user-id", "address", "destination"};
constexpr std::array<std::string_view, 4> kNamingMembers = {
    "Id", "EndpointId", "UserId", "Address"};
constexpr std::array<std::string_view, 2> kResourceParameters = {"resource-arn", "resource"};
// The beginning of a long body, which is no JSON any more.
constexpr std::string_view kBodyCut = "bodyCut";

// Resources that end with an id, or go on behind it.
constexpr std::array<std::string_view, 2> kNamingResources = {"/endpoints/", "/users/"};

std::optional<std::string> ReplaceInResource(const Person& person,
                                             const Pseudonyms& pseudonyms,
                                             const std::string& arn) {
  for (const std::string_view kind : kNamingResources) {
    const size_t at = arn.find(kind);
    if (at == std::string::npos) {
      continue;
    }
    const size_t begin = at + kind.size();
    // An id may have slashes in it.
    for (size_t end = arn.size(); end > begin && end != std::string::npos;
         end = arn.rfind('/', end - 1)) {
      if (const auto pseudonym = person.PseudonymOf(arn.substr(begin, end - begin), pseudonyms)) {
        return arn.substr(0, begin) + *pseudonym + arn.substr(end);
      }
    }
  }
  return std::nullopt;
}

bool IsWithin(const base::AppId& app, const std::vector<std::string>& resources) {
  const std::string path = "apps/" + app.value();
  return std::any_of(resources.begin(), resources.end(), [&path](const std::string& arn) {
    const size_t at = arn.find(path);
    return at != std::string::npos &&
           (at + path.size() == arn.size() || arn[at + path.size()] == '/');
  });
}

// Copies the JSON of an audit record with pseudonyms for the person. Who made the call, from where
// and when stays as it is.
class RecordCopy {
 public:
  enum class Body { kAsItIs, kLeftOut };

  RecordCopy(const Person& person, const Pseudonyms& pseudonyms)
      : person_(person), pseudonyms_(pseudonyms) {}

  // Whether the person is named in the record.
  bool Copy(std::string_view json, Body body) {
    named_ = false;
    body_ = body;
    writer_ = {};
    std::string_view key;
    std::string_view raw;
    reader_.Open(json);
    reader_.BeginObject();
    writer_.BeginObject();
    while (reader_.NextMember(key)) {
      const std::string member(key);
      writer_.Key(member);
      if (member == "requestParameters") {
        Parameters();
      } else if (member == "responseElements" || member == "resources" ||
                 member == "errorMessage") {
        Value(member);
      } else if (reader_.ReadRaw(raw)) {
        writer_.Raw(raw);
      }
    }
    writer_.EndObject();
    return named_;
  }
  bool ok() const { return reader_.ok(); }
  std::string Take() { return writer_.Take(); }

 private:
  void Parameters() {
    std::string_view key;
    reader_.BeginObject();
    writer_.BeginObject();
    while (reader_.NextMember(key)) {
      const std::string member(key);
      // Parameters of paths and queries have names in lower case, members of bodies have not.
      const bool is_of_body =
          member == kBodyCut || (!member.empty() && member[0] >= 'A' && member[0] <= 'Z');
      if (!is_of_body) {
        writer_.Key(member);
        Value(member);
      } else if (body_ == Body::kLeftOut) {
        reader_.SkipValue();
      } else {
        LookThrough(member);
      }
    }
    writer_.EndObject();
  }

  // A value of the body; nothing of it is written.
  void LookThrough(const std::string& member) {
    model::JsonType type{};
    std::string_view text;
    if (!reader_.PeekType(type)) {
      return;
    }
    if (type == model::JsonType::kObject) {
      reader_.BeginObject();
      while (reader_.NextMember(text)) {
        const std::string name(text);
        Judge("", name);
        LookThrough(name);
      }
    } else if (type == model::JsonType::kArray) {
      reader_.BeginArray();
      while (reader_.NextElement()) {
        LookThrough(member);
      }
    } else if (type == model::JsonType::kString) {
      if (reader_.ReadString(text)) {
        Judge(member, std::string(text));
      }
    } else {
      reader_.SkipValue();
    }
  }

  void Judge(std::string_view member, const std::string& text) {
    const bool may_be_a_name = text.size() >= Person::kNameBytesMin || Has(kNamingMembers, member);
    named_ = named_ || (may_be_a_name && person_.PseudonymOf(text, pseudonyms_)) ||
             person_.HasAddressIn(text) || (member == kBodyCut && person_.IsNamedIn(text));
  }

  // Everything but the body.
  void Value(const std::string& member) {
    model::JsonType type{};
    std::string_view text;
    if (!reader_.PeekType(type)) {
      return;
    }
    if (type == model::JsonType::kObject) {
      reader_.BeginObject();
      writer_.BeginObject();
      while (reader_.NextMember(text)) {
        const std::string name(text);
        writer_.Key(name);
        Value(name);
      }
      writer_.EndObject();
    } else if (type == model::JsonType::kArray) {
      reader_.BeginArray();
      writer_.BeginArray();
      while (reader_.NextElement()) {
        Value(member);
      }
      writer_.EndArray();
    } else if (type == model::JsonType::kString) {
      if (reader_.ReadString(text)) {
        String(member, std::string(text));
      }
    } else if (reader_.ReadRaw(text)) {
      writer_.Raw(text);
    }
  }

  void String(std::string_view member, const std::string& text) {
    std::optional<std::string> replaced;
    if (Has(kNamingParameters, member) || Has(kNamingMembers, member)) {
      replaced = person_.PseudonymOf(text, pseudonyms_);
    } else if (member == "ARN" || Has(kResourceParameters, member)) {
      replaced = ReplaceInResource(person_, pseudonyms_, text);
    } else if (member == "errorMessage") {
      replaced = person_.Replace(text, pseudonyms_);
    }
    named_ = named_ || replaced.has_value();
    writer_.String(replaced ? *replaced : text);
  }

  const Person& person_;
  const Pseudonyms& pseudonyms_;
  Body body_ = Body::kAsItIs;
  bool named_ = false;
  model::JsonReader reader_;
  base::JsonWriter writer_;
};

}  // namespace

void Pseudonymise(const Pseudonyms& pseudonyms, eventlog::Event& event) {
  if (!event.endpoint_id.empty()) {
    event.endpoint_id = pseudonyms.OfEndpoint(event.endpoint_id);
  }
  if (!event.user_id.empty()) {
    event.user_id = pseudonyms.person;
  }
  if (event.session) {
    event.session->id = pseudonyms.OfSession(event.session->id);
  }
  event.event_id.clear();
  event.facets_json.clear();
  KeepOnly(kCountedAttributes, event.attributes);
  KeepOnly(kCountedMetrics, event.metrics);
  KeepOnly(kCountedFacts, event.facts);
  KeepOnly(kKeptContext, event.client_context);
}

bool Pseudonymise(const Person& person,
                  const Pseudonyms& pseudonyms,
                  const base::AppId& app,
                  audit::AuditRecord& record) {
  if (!IsWithin(app, record.resources)) {
    return false;
  }
  const std::string json = "{" + record.members + "}";
  RecordCopy copy(person, pseudonyms);
  if (!copy.Copy(json, RecordCopy::Body::kAsItIs) || !copy.ok()) {
    return false;
  }
  copy.Copy(json, RecordCopy::Body::kLeftOut);
  const std::string members = copy.Take();
  record.members = members.substr(1, members.size() - 2);
  for (std::string& resource : record.resources) {
    resource = ReplaceInResource(person, pseudonyms, resource).value_or(resource);
  }
  return true;
}

bool Pseudonymise(const Person& person,
                  const Pseudonyms& pseudonyms,
                  model::ImportFailure& failure) {
  const auto reason = person.Replace(failure.reason, pseudonyms);
  if (!reason && !(failure.record && person.IsNamedIn(*failure.record))) {
    return false;
  }
  failure.reason = reason.value_or(failure.reason);
  failure.record.reset();
  return true;
}

bool Pseudonymise(const Person& person,
                  const Pseudonyms& pseudonyms,
                  model::IngestRefusal& refusal) {
  const auto message = person.Replace(refusal.message, pseudonyms);
  if (!message && !person.HasEndpoint(refusal.endpoint_id)) {
    return false;
  }
  if (!refusal.endpoint_id.empty()) {
    refusal.endpoint_id = pseudonyms.OfEndpoint(refusal.endpoint_id);
  }
  refusal.event_id.reset();
  refusal.message = message.value_or(refusal.message);
  return true;
}

}  // namespace pinion::privacy

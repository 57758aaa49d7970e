// What the operations stand on: references to every service, made once by server/service_set and
// shared by all calls. Who adds a service adds a line here and one in server/service_set. The
// services are thread-safe and outlive every call.
#pragma once

#include <map>
#include <string>

#include "analytics/kpi_service.h"
#include "api/backup_control.h"
#include "api/system_control.h"
#include "apps/application_service.h"
#include "apps/settings_service.h"
#include "audience/audience_service.h"
#include "audit/audit_log.h"
#include "auth/access_key_store.h"
#include "base/tags.h"
#include "campaigns/campaign_service.h"
#include "campaigns/in_app_messages.h"
#include "channels/channel_service.h"
#include "delivery/direct_sender.h"
#include "delivery/message_log.h"
#include "delivery/otp/one_time_passwords.h"
#include "delivery/template_preview.h"
#include "delivery/transport_registry.h"
#include "events/event_reader.h"
#include "events/event_stream_service.h"
#include "events/event_type_statistics.h"
#include "events/ingest_service.h"
#include "identities/identity_pools.h"
#include "identities/identity_service.h"
#include "jobs/export_service.h"
#include "jobs/import_service.h"
#include "journeys/journey_service.h"
#include "privacy/privacy_service.h"
#include "recommenders/recommender_service.h"
#include "segments/membership.h"
#include "segments/segment_service.h"
#include "templates/template_service.h"
#include "users/console_access.h"

namespace pinion::api {

// The resources that can be tagged, by what their ARN's resource looks like. A kind that is not
// there answers 404.
struct TagDirectory {
  base::TaggedResources* applications = nullptr;
  base::TaggedResources* campaigns = nullptr;
  base::TaggedResources* segments = nullptr;
  base::TaggedResources* journeys = nullptr;
  base::TaggedResources* templates = nullptr;
};

struct Services {
  apps::ApplicationService& applications;
  apps::SettingsService& settings;
  channels::ChannelService& channels;
  audience::AudienceService& audience;
  templates::TemplateService& templates;
  delivery::TemplatePreview& template_preview;
  recommenders::RecommenderService& recommenders;
  segments::SegmentService& segments;
  segments::Membership& membership;
  campaigns::CampaignService& campaigns;
  campaigns::InAppMessages& in_app_messages;
  journeys::JourneyService& journeys;
  events::IngestService& ingest;
  events::EventReader& events;
  events::EventStreamService& event_streams;
  events::EventTypeStatistics& event_types;
  analytics::KpiService& kpis;
  jobs::ImportService& imports;
  jobs::ExportService& exports;
  privacy::PrivacyService& privacy;
  delivery::DirectSender& direct_sender;
  delivery::OneTimePasswords& one_time_passwords;
  delivery::MessageLog& message_log;
  delivery::TransportRegistry& transports;
  identities::IdentityPools& identity_pools;
  identities::IdentityService& identities;
  SystemControl& system;
  audit::AuditLog& audit;
  std::string server_region;
  // Whose message log and settings the sibling services use; one that lists do not show, where the
  // configuration names none.
  base::AppId sibling_application;
  TagDirectory tags;
  // Where clients reach the server; "": where the call that is answered came to.
  std::string public_url = {};
  std::string url_scheme = "http";
  // Set before the first call; null where no access keys are kept.
  auth::AccessKeyStore* keys = nullptr;
  users::ConsoleAccess* console = nullptr;  // as keys
  BackupControl* backups = nullptr;         // null when the data is in memory only
};

}  // namespace pinion::api

#include "server/service_set.h"

#include <mutex>

#include "analytics/analytics_feed.h"
#include "analytics/analytics_store.h"
#include "analytics/kpi_service.h"
#include "analytics/table_file.h"
#include "api/sibling_application.h"
#include "apps/application_service.h"
#include "apps/deletion_function.h"
#include "apps/settings_service.h"
#include "audience/audience_service.h"
#include "audit/audit_log.h"
#include "auth/session_tokens.h"
#include "base/digest.h"
#include "base/log.h"
#include "campaigns/campaign_counters.h"
#include "campaigns/campaign_runner.h"
#include "campaigns/campaign_service.h"
#include "campaigns/campaign_store.h"
#include "campaigns/event_triggers.h"
#include "campaigns/in_app_events.h"
#include "campaigns/in_app_messages.h"
#include "channels/channel_service.h"
#include "delivery/delivery_service.h"
#include "delivery/direct_sender.h"
#include "delivery/dispatcher.h"
#include "delivery/message_log.h"
#include "delivery/otp/one_time_passwords.h"
#include "delivery/outbox.h"
#include "delivery/smtp/io_thread.h"
#include "delivery/template_preview.h"
#include "delivery/transport_registry.h"
#include "events/event_reader.h"
#include "events/event_stream_service.h"
#include "events/event_type_statistics.h"
#include "events/ingest_service.h"
#include "identities/identity_ids.h"
#include "identities/identity_pools.h"
#include "identities/identity_service.h"
#include "identities/key_sets.h"
#include "jobs/export_runner.h"
#include "jobs/export_service.h"
#include "jobs/import_runner.h"
#include "jobs/import_service.h"
#include "jobs/object_location.h"
#include "journeys/journey_service.h"
#include "journeys/journey_store.h"
#include "privacy/erased_opt_outs.h"
#include "privacy/privacy_runner.h"
#include "privacy/privacy_service.h"
#include "privacy/privacy_store.h"
#include "recommenders/recommender_service.h"
#include "segments/membership.h"
#include "segments/segment_service.h"
#include "server/answer_store.h"
#include "server/audit_retention.h"
#include "server/box_sealer.h"
#include "server/erasure_list.h"
#include "server/sending_facts.h"
#include "server/sending_hold.h"
#include "server/smtp_transport_type.h"
#include "templates/template_service.h"

namespace pinion::server {

namespace {

// Where a test moves the clock it waits until all is quiet: nothing is gained by gathering events.
analytics::AnalyticsFeed::Options FeedOptionsFor(const Foundation& foundation) {
  analytics::AnalyticsFeed::Options options;
  if (foundation.manual_clock != nullptr) {
    options.gather_time = std::chrono::milliseconds{0};
  }
  return options;
}

}  // namespace

// In the order of their dependencies; the last one goes first.
struct ServiceSet::Members {
  Members(const Foundation& f, const ProcessFacts& facts)
      : store(f.store),
        clock_is_manual(f.manual_clock != nullptr),
        audit_log(f.store),
        event_log(f.store, work),
        timers(f.store, f.clock, work),
        audit_retention({.store = f.store,
                         .log = audit_log,
                         .clock = f.clock,
                         .wall_clock = f.wall_clock,
                         .timers = timers},
                        f.audit_kept),
        first_answers({.store = f.store, .secrets = f.secrets, .clock = f.clock, .timers = timers}),
        consumers(event_log, f.store, work),
        process(facts,
                {f.store,
                 f.clock,
                 f.manual_clock,
                 f.wall_clock,
                 timers,
                 work,
                 [this] { return ResumeSending(); }}),
        applications(f.store, f.clock, f.ids, facts.account_id),
        settings(f.store, f.clock, applications),
        sealer(f.secrets),
        channels(f.store, f.clock, sealer),
        audience(f.store, f.clock),
        templates(f.store, f.clock, {.account_id = facts.account_id}),
        template_preview(
            {.templates = templates, .audience = audience, .clock = f.clock, .random = f.random}),
        recommenders(f.store, f.clock, f.ids),
        segments(f.store, f.clock, f.ids, applications),
        membership(audience, segments, f.clock),
        ingest(audience, event_log, f.store, timers, f.clock),
        events(event_log, facts.account_id),
        event_streams(f.store, f.clock),
        event_types(f.store, f.clock),
        analytics_path(f.analytics_path),
        analytics_feed(
            {.analytics = analytics, .log = event_log, .store = f.store, .commit = f.commit},
            FeedOptionsFor(f)),
        kpis({.analytics = analytics, .log = event_log, .consumers = consumers, .clock = f.clock}),
        locations({.bucket_root = facts.data_dir + "/buckets", .file_roots = f.import_roots}),
        import_runner({.store = f.store,
                       .clock = f.clock,
                       .work = work,
                       .audience = audience,
                       .segments = segments,
                       .locations = locations}),
        imports({.store = f.store,
                 .clock = f.clock,
                 .ids = f.ids,
                 .locations = locations,
                 .segments = segments,
                 .runner = import_runner}),
        export_runner({.store = f.store,
                       .clock = f.clock,
                       .work = work,
                       .audience = audience,
                       .segments = segments,
                       .membership = membership,
                       .locations = locations}),
        exports({.store = f.store,
                 .clock = f.clock,
                 .ids = f.ids,
                 .locations = locations,
                 .segments = segments,
                 .runner = export_runner}),
        transports(f.store, sealer, {.sandbox_only = f.sandbox_only}),
        delivery(transports, f.clock),
        message_log(f.store),
        dispatcher({.store = f.store,
                    .group_commit = f.commit,
                    .clock = f.clock,
                    .random = f.random,
                    .work = work,
                    .timers = timers,
                    .events = event_log,
                    .transports = transports,
                    .guard = GuardOf(audience)}),
        direct_sender({.store = f.store,
                       .clock = f.clock,
                       .random = f.random,
                       .audience = audience,
                       .templates = templates,
                       .delivery = delivery,
                       .dispatcher = dispatcher,
                       .events = event_log,
                       .channels = ChannelFactsOf(channels),
                       .envelope_key = f.envelope_key}),
        one_time_passwords({.store = f.store,
                            .clock = f.clock,
                            .random = f.random,
                            .sealer = sealer,
                            .timers = timers,
                            .sender = direct_sender}),
        campaign_store(f.store),
        campaign_counters(f.store),
        campaign_triggers(
            {.campaigns = campaign_store, .audience = audience, .membership = membership}),
        campaigns({.campaigns = campaign_store,
                   .clock = f.clock,
                   .ids = f.ids,
                   .applications = applications,
                   .settings = settings,
                   .segments = segments,
                   .templates = templates,
                   .counters = campaign_counters,
                   .timers = timers},
                  {}),
        campaign_runner({.campaigns = campaign_store,
                         .clock = f.clock,
                         .random = f.random,
                         .ids = f.ids,
                         .work = work,
                         .timers = timers,
                         .events = event_log,
                         .applications = applications,
                         .audience = audience,
                         .segments = segments,
                         .membership = membership,
                         .templates = templates,
                         .delivery = delivery,
                         .messages = message_log,
                         .counters = campaign_counters,
                         .triggers = campaign_triggers,
                         .channels = ChannelFactsOf(channels),
                         .wake_lane = [this](const delivery::Lane& lane) { dispatcher.Wake(lane); },
                         .envelope_key = f.envelope_key},
                        {}),
        in_app_messages({.campaigns = campaign_store,
                         .clock = f.clock,
                         .audience = audience,
                         .membership = membership,
                         .templates = templates}),
        in_app_events(campaign_store),
        identity_ids(f.identity_key, f.random),
        identity_pools({.store = f.store,
                        .clock = f.clock,
                        .wall_clock = f.wall_clock,
                        .ids = identity_ids,
                        .applications = applications,
                        .outbound = f.outbound,
                        .account_id = facts.account_id}),
        session_tokens(f.secrets, f.ids),
        login_keys(f.outbound, f.wall_clock),
        identities({.pools = identity_pools,
                    .ids = identity_ids,
                    .tokens = session_tokens,
                    .key_sets = login_keys,
                    .wall_clock = f.wall_clock},
                   {.accept_any_pool = facts.auth_mode == "none"}),
        server_region(facts.region),
        sibling_application(f.sibling_application.empty() ? std::string(api::kHiddenApplication)
                                                          : f.sibling_application),
        journey_store(f.store),
        journeys({.journeys = journey_store,
                  .clock = f.clock,
                  .ids = f.ids,
                  .segments = segments,
                  .templates = templates,
                  .timers = timers,
                  .channels = ChannelFactsOf(channels)}),
        erased_opt_outs(f.privacy_key),
        retention(f.store, f.retention),
        private_files(f.private_folder),
        privacy_runner({.store = f.store,
                        .clock = f.clock,
                        .wall_clock = f.wall_clock,
                        .ids = f.ids,
                        .work = work,
                        .timers = timers,
                        .applications = applications,
                        .audience = audience,
                        .segments = segments,
                        .membership = membership,
                        .campaigns = campaign_store,
                        .dispatcher = dispatcher,
                        .events = event_log,
                        .consumers = consumers,
                        .analytics = analytics,
                        .audit = audit_log,
                        .opt_outs = erased_opt_outs,
                        .retention = retention,
                        .files = private_files,
                        .hash_key = f.privacy_key,
                        .account_id = facts.account_id,
                        .region = facts.region,
                        .on_erased = [&store = f.store] { WriteErasureLists(store); }}),
        privacy({.store = f.store,
                 .clock = f.clock,
                 .wall_clock = f.wall_clock,
                 .ids = f.ids,
                 .sealer = sealer,
                 .retention = retention,
                 .files = private_files,
                 .runner = privacy_runner}) {
    delivery.SetRefusal([this](const base::AppId& app, std::string_view address) {
      return erased_opt_outs.Contains(app, address);
    });
    transports.Register("smtp", SmtpTransportType(smtp_io));
    consumers.Register(event_counters);
    consumers.Register(event_types);
    consumers.Register(campaign_counters);
    consumers.Register(in_app_events);
    consumers.Register(analytics_feed);
    consumers.Register(campaign_triggers);
    segments.AddDeletionHook(campaigns);
    segments.AddDeletionHook(journeys);
    applications.OnCreate([this](const base::AppId& app) { return audience.OpenApp(app); });
    applications.AddDeletionHook(audience_deletion);
    applications.AddDeletionHook(segments);
    applications.AddDeletionHook(imports);
    applications.AddDeletionHook(campaigns);
    applications.AddDeletionHook(journeys);
    applications.AddDeletionHook(delivery_deletion);
    applications.AddDeletionHook(settings);
    applications.AddDeletionHook(channels_deletion);
    applications.AddDeletionHook(events_deletion);
    applications.AddDeletionHook(analytics_deletion);
    applications.AddDeletionHook(privacy);
    services.tags.applications = &applications;
    services.tags.segments = &segments;
    services.tags.templates = &templates;
    services.tags.campaigns = &campaigns;
    services.tags.journeys = &journeys;
  }

  // Whatever sends, or makes others send, as time goes on (OPS-13).
  base::Status StartSending() {
    PINION_CHECK(dispatcher.Start());
    campaign_runner.Start();
    if (!clock_is_manual) {
      timers.Start();
    }
    sending = true;
    return {};
  }
  void StopSending() {
    const std::lock_guard lock(sending_mutex);
    if (!sending) {
      return;
    }
    sending = false;
    if (!clock_is_manual) {
      timers.Stop();
    }
    campaign_runner.Stop();
    dispatcher.Stop();
  }
  base::Status ResumeSending() {
    const std::lock_guard lock(sending_mutex);
    PINION_CHECK(ReleaseSending(store));
    return sending ? base::Status() : StartSending();
  }

  storage::KeyValueStore& store;
  const bool clock_is_manual;
  std::mutex sending_mutex;
  bool sending = false;  // guarded by sending_mutex
  base::WorkTracker work;
  audit::AuditLog audit_log;
  eventlog::EventLog event_log;
  timers::TimerService timers;
  AuditRetention audit_retention;
  AnswerStore first_answers;
  EventCounters event_counters;
  eventlog::ConsumerGroup consumers;
  ProcessControl process;
  apps::ApplicationService applications;
  apps::SettingsService settings;
  BoxSealer sealer;
  channels::ChannelService channels;
  audience::AudienceService audience;
  templates::TemplateService templates;
  delivery::TemplatePreview template_preview;
  recommenders::RecommenderService recommenders;
  segments::SegmentService segments;
  segments::Membership membership;
  events::IngestService ingest;
  events::EventReader events;
  events::EventStreamService event_streams;
  events::EventTypeStatistics event_types;
  const std::string analytics_path;
  analytics::AnalyticsStore analytics;
  analytics::AnalyticsFeed analytics_feed;
  analytics::KpiService kpis;
  jobs::ObjectLocations locations;
  jobs::ImportRunner import_runner;
  jobs::ImportService imports;
  jobs::ExportRunner export_runner;
  jobs::ExportService exports;
  delivery::smtp::IoThread smtp_io;
  delivery::TransportRegistry transports;
  delivery::DeliveryService delivery;
  delivery::MessageLog message_log;
  delivery::Dispatcher dispatcher;
  delivery::DirectSender direct_sender;
  delivery::OneTimePasswords one_time_passwords;
  campaigns::CampaignStore campaign_store;
  campaigns::CampaignCounters campaign_counters;
  campaigns::EventTriggers campaign_triggers;
  campaigns::CampaignService campaigns;
  campaigns::CampaignRunner campaign_runner;
  campaigns::InAppMessages in_app_messages;
  campaigns::InAppEvents in_app_events;
  identities::IdentityIds identity_ids;
  identities::IdentityPools identity_pools;
  auth::SessionTokens session_tokens;
  identities::KeySets login_keys;
  identities::IdentityService identities;
  const std::string server_region;
  const base::AppId sibling_application;
  journeys::JourneyStore journey_store;
  journeys::JourneyService journeys;
  privacy::ErasedOptOuts erased_opt_outs;
  privacy::RetentionSettings retention;
  const privacy::PrivateFiles private_files;
  privacy::PrivacyRunner privacy_runner;
  privacy::PrivacyService privacy;

  apps::DeletionFunction audience_deletion{
      [this](const base::AppId& app, storage::WriteBatch& batch) {
        audience.DeleteApp(app, batch);
        return base::Status();
      }};
  apps::DeletionFunction delivery_deletion{[](const base::AppId& app, storage::WriteBatch& batch) {
    delivery::Outbox::DeleteApp(app, batch);
    delivery::MessageLog::DeleteApp(app, batch);
    delivery::TransportRegistry::DeleteApp(app, batch);
    delivery::OneTimePasswords::DeleteApp(app, batch);
    return base::Status();
  }};
  apps::DeletionFunction channels_deletion{[](const base::AppId& app, storage::WriteBatch& batch) {
    channels::ChannelService::DeleteApp(app, batch);
    templates::TemplateSettings::DeleteApp(app, batch);
    return base::Status();
  }};
  apps::DeletionFunction events_deletion{
      [this](const base::AppId& app, storage::WriteBatch& batch) {
        eventlog::EventLog::DeleteApp(app, batch);
        events::EventStreamService::DeleteApp(app, batch);
        events::EventTypeStatistics::DeleteApp(app, batch);
        ingest.DeleteApp(app, batch);
        return base::Status();
      }};
  apps::DeletionFunction analytics_deletion{
      [](const base::AppId& app, storage::WriteBatch& batch) {
        analytics::AnalyticsFeed::MarkDeletion(app, batch);
        return base::Status();
      },
      [this](const base::AppId& app) { analytics_feed.Delete(app); }};

  api::Services services{.applications = applications,
                         .settings = settings,
                         .channels = channels,
                         .audience = audience,
                         .templates = templates,
                         .template_preview = template_preview,
                         .recommenders = recommenders,
                         .segments = segments,
                         .membership = membership,
                         .campaigns = campaigns,
                         .in_app_messages = in_app_messages,
                         .journeys = journeys,
                         .ingest = ingest,
                         .events = events,
                         .event_streams = event_streams,
                         .event_types = event_types,
                         .kpis = kpis,
                         .imports = imports,
                         .exports = exports,
                         .privacy = privacy,
                         .direct_sender = direct_sender,
                         .one_time_passwords = one_time_passwords,
                         .message_log = message_log,
                         .transports = transports,
                         .identity_pools = identity_pools,
                         .identities = identities,
                         .system = process,
                         .audit = audit_log,
                         .server_region = server_region,
                         .sibling_application = sibling_application,
                         .tags = {}};
};

ServiceSet::ServiceSet(const Foundation& foundation, const ProcessFacts& facts)
    : members_(std::make_unique<Members>(foundation, facts)) {}

ServiceSet::~ServiceSet() {
  Stop();
}

base::Status ServiceSet::Open() {
  PINION_CHECK(members_->audit_log.Open());
  PINION_CHECK(members_->first_answers.Open());
  PINION_CHECK(members_->event_log.Open());
  PINION_TRY(auto tables, analytics::OpenTableFile(members_->analytics_path));
  PINION_CHECK(members_->analytics_feed.Open(std::move(tables)));
  PINION_CHECK(members_->audience.Load());
  PINION_CHECK(members_->identity_pools.Open());
  PINION_CHECK(members_->applications.ForEach(
      [this](const base::AppId& app) { return members_->audience.OpenApp(app); }));
  PINION_CHECK(members_->erased_opt_outs.Open(privacy::PrivacyStore(members_->store)));
  if (members_->sibling_application.value() == api::kHiddenApplication) {
    // There before the first message, so that its transports can be set.
    PINION_CHECK(members_->applications.EnsureHidden(members_->sibling_application,
                                                     members_->server_region));
  }
  PINION_CHECK(members_->campaigns.Open());
  return members_->journeys.Open();
}

base::Status ServiceSet::Start() {
  PINION_CHECK(members_->audit_retention.Start());
  PINION_CHECK(members_->consumers.Start());
  members_->import_runner.Start();
  members_->export_runner.Start();
  PINION_CHECK(members_->privacy_runner.Start());
  started_ = true;
  PINION_TRY(const auto held, SendingHeldSince(members_->store));
  if (held) {
    base::Log(base::LogLevel::kWarning,
              "server",
              "This data was restored from a backup: nothing is sent until it is resumed.");
    return {};
  }
  const std::lock_guard lock(members_->sending_mutex);
  return members_->StartSending();
}

void ServiceSet::Stop() {
  if (!started_) {
    return;
  }
  started_ = false;
  // It may wait for what the others still do.
  members_->privacy_runner.Stop();
  members_->StopSending();
  members_->export_runner.Stop();
  members_->import_runner.Stop();
  members_->consumers.Stop();
}

api::Services& ServiceSet::services() {
  return members_->services;
}
base::WorkTracker& ServiceSet::work() {
  return members_->work;
}
timers::TimerService& ServiceSet::timers() {
  return members_->timers;
}
eventlog::EventLog& ServiceSet::event_log() {
  return members_->event_log;
}
eventlog::ConsumerGroup& ServiceSet::consumers() {
  return members_->consumers;
}
const EventCounters& ServiceSet::event_counters() const {
  return members_->event_counters;
}
api::FirstAnswers& ServiceSet::first_answers() {
  return members_->first_answers;
}

}  // namespace pinion::server

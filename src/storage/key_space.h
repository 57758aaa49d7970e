// The families of keys in the store: the first byte of every key. The one place where they are
// given out, so that no two modules share one. Who adds a family: an enumerator here with a free
// number and a comment that shows the key after the tag, its name in KeySpaceName (the compiler
// asks for it), a line in key_space_test.cc. Numbers are on disk: they are never changed and never
// used again.
#pragma once

#include <cstdint>
#include <string_view>

namespace pinion::storage {

// In the comments: `a, b` are the parts written by KeyWriter in this order; → tells the value.
enum class KeySpace : uint8_t {
  // The server itself: 1-15.
  kMeta = 1,            // name → facts about the store: format, account, installation id
  kDataKey = 2,         // key number → data key, sealed by the master key
  kAccessKey = 3,       // access key id → key record, secret sealed
  kConsoleUser = 4,     // user name → console user
  kConsoleSession = 5,  // token hash → session
  kIdentityPool = 6,    // pool id → identity pool
  kIdentity = 7,        // pool id, issuer, subject → identity id
  kSetting = 8,         // name → setting that is data rather than configuration
  kAudit = 9,           // part, … → audit records; see audit/stored_record.h
  kPolicy = 10,         // name → stored policy
  kBackup = 11,         // backup id → state of a backup
  kErasure = 12,        // part, app, … → erasures and progress; see privacy/privacy_store.cc
  kPrivacyExport = 13,  // app, export id → access request and progress
  kLease = 14,          // name → holder, fencing token, end of the lease
  kSequence = 15,       // name → last number given out

  // Applications and what belongs to one: 16-31.
  kApp = 16,          // app → application
  kAppSettings = 17,  // app → application settings
  kTags = 18,         // resource ARN → tags
  kChannel = 19,      // app, channel kind → channel settings, credentials sealed
  kEventStream = 20,  // app → event stream settings
  kAppName = 21,      // app name, app → nothing; applications by name
  kAppOverlay = 22,   // app, name → native settings of an application (retention, guards, …)
  kDeletedId = 23,    // kind of resource, id → when it was deleted (API-72)
  // Not of an application, but 1-15 are all given out.
  kIdempotency =
      25,  // kind, caller, key → request digest and answer, sealed; see server/answer_store.cc

  // Audience: 32-47.
  kEndpoint = 32,           // app, ordinal → endpoint record
  kUserEndpoint = 33,       // not used: users are found by the index in memory
  kUser = 34,               // not used: the attributes of a user are in its endpoint records
  kEndpointOrdinal = 35,    // app, endpoint key → ordinal
  kOrdinalEndpoint = 36,    // not used: the endpoint record holds its id
  kOrdinalNext = 37,        // app → ordinals below this number may be in use
  kSegmentIndexDelta = 38,  // app, sequence → change of the segment index since its checkpoint
  kSegmentIndexChunk = 39,  // app, checkpoint, chunk → part of a checkpoint of the segment index
  kAttributeName = 40,      // app, kind, attribute name → where it was seen
  kEndpointActivity =
      41,  // app, endpoint key → last seen, demographic facts kept apart from the record
  kAudienceStatistics = 42,  // app → counts
  kBlockedAttribute =
      43,  // app, kind of attribute, pattern → nothing; names that take no new values

  // Segments: 48-55.
  kSegment = 48,         // app, segment → newest version and state
  kSegmentVersion = 49,  // app, segment, version → segment
  kSegmentMembers = 50,  // app, segment, chunk → fixed members of an imported segment

  // Templates and recommenders: 56-63.
  kTemplate = 56,         // name, kind → active version and state
  kTemplateVersion = 57,  // name, kind, version → template
  kRecommender = 58,      // recommender id → recommender configuration

  // Campaigns: 64-79.
  kCampaign = 64,          // app, campaign → newest version and state
  kCampaignVersion = 65,   // app, campaign, version → campaign
  kCampaignActivity = 66,  // app, campaign, activity → run
  kRunAudience = 67,       // app, activity, list, chunk → part of the bitmap of the audience
  kRunCursor = 68,         // app, activity → durable cursor of the run
  kSendCount = 69,         // app, campaign, kind, ordinal → what caps and pace count
  kCampaignTrigger = 70,   // app, kind, campaign, treatment → treatment that acts on events now
  kInAppMessage = 71,      // app, campaign, kind, endpoint key → who was given or shown it
  kActivityByTime = 72,    // app, campaign, time, activity → nothing
  kCampaignDue = 73,      // kind, app, id → occurrence or segment deletion still to be dealt with
  kCampaignCounter = 74,  // app, campaign, activity, treatment, day, kind → counts
  kCampaignTriggerQueue = 75,  // app, activity, log position → event that is still to be answered

  // Journeys: 80-95.
  kJourney = 80,             // app, journey → newest version and state
  kJourneyVersion = 81,      // app, journey, version → journey
  kJourneyRun = 82,          // app, journey, run → run
  kJourneyParticipant = 83,  // run, endpoint key → participant
  kJourneyWait = 84,         // due time, run, endpoint key → activity
  kJourneyCursor = 85,       // run → durable cursor of the entry
  kJourneyMetric = 86,       // app, journey, run or "", activity or "", name → count
  kJourneyTrigger = 87,      // app, event type, journey → event-triggered journey
  kJourneyCondition = 88,    // run, endpoint key, activity → state of a condition that waits
  kJourneyDue = 89,  // kind, app, id → end of entry or segment deletion still to be dealt with

  // Events: 96-111.
  kEventLog = 96,        // first log position of a chunk → app, number of events
  kEventId = 97,         // day, app, digest of the identity → acceptance, for idempotence
  kConsumerCursor = 98,  // consumer → log position
  kEventIdExpiry = 99,   // time, app, event id → nothing; when kEventId may go
  kStreamBuffer = 100,   // app, log position → what an external stream still has to take
  kEventSession = 101,   // app, endpoint key, session → open session
  kEventTypeSeen = 102,  // app, event type, origin → first and last seen, names
  kAppEvent = 103,       // app, first log position of a chunk → its events
  kIngestRefusal = 104,  // app, number → refused item of an ingest call
  kEventTypeDay = 105,   // app, event type, origin, day → count

  // Timers and background jobs: 112-127.
  kTimer = 112,       // due time, kind, key → payload
  kTimerById = 113,   // owner, timer id → due time, sequence
  kJob = 114,         // app, kind, job → import or export job
  kJobCursor = 115,   // job → durable cursor
  kJobFailure = 116,  // app, job, number → what was wrong
  kJobQueue = 117,    // time, job → nothing; jobs that wait to run
  kJobMembers = 118,  // app, job, batch → whom the batch imported

  // Delivery: 128-159.
  kMessage = 128,           // app, message id → message and its state
  kOutbox = 129,            // app, channel, priority, message id → nothing; messages to hand over
  kOutboxInFlight = 130,    // message id → who has taken it, and the fencing token
  kSuppression = 131,       // app or *, channel kind, address → reason
  kOptOut = 132,            // app, channel kind, address → when and how
  kOneTimePassword = 133,   // app, destination, reference, expiry → sealed hash, attempts
  kTransport = 134,         // transport name → transport settings, credentials sealed
  kThrottle = 135,          // throttle name → bucket
  kTransportMessage = 136,  // transport, its id → message id, for receipts and callbacks
  kInbound = 137,           // app, time, id → incoming message
  kSandboxMessage = 138,    // time, message id → what the sandbox transport took
  kMessageByTime = 139,     // app, time, message id → nothing
  kMessageOpen = 140,       // message id, link → click and open facts
  kPhoneNumber = 141,       // number → facts kept about it
  kPushToken = 142,         // channel kind, token → state reported by the push service
  kMessageContent = 143,    // app, message id → what the message says
  kMessageIndex = 144,  // app, index, value, message id → nothing; see delivery/message_log.cc

  // Analytics: 160-167.
  kAnalyticsState = 160,  // name → how far the analytics store has taken the logs
  kCounter = 161,         // app, name, period → count
};

// The enumerator without its k, in PascalCase, for diagnostics; empty for a number that is not
// given out.
std::string_view KeySpaceName(KeySpace space);

}  // namespace pinion::storage

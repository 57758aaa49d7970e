#include "storage/key_space.h"

#include <string>

#include <gtest/gtest.h>

namespace pinion::storage {
namespace {

// A copy on purpose: the numbers are on disk, so a change of one must be noticed. Only add lines.
constexpr std::string_view kGolden = R"(1 Meta
2 DataKey
3 AccessKey
4 ConsoleUser
5 ConsoleSession
6 IdentityPool
7 Identity
8 Setting
9 Audit
10 Policy
11 Backup
12 Erasure
13 PrivacyExport
14 Lease
15 Sequence
16 App
17 AppSettings
18 Tags
19 Channel
20 EventStream
21 AppName
22 AppOverlay
23 DeletedId
25 Idempotency
32 Endpoint
33 UserEndpoint
34 User
35 EndpointOrdinal
36 OrdinalEndpoint
37 OrdinalNext
38 SegmentIndexDelta
39 SegmentIndexChunk
40 AttributeName
41 EndpointActivity
42 AudienceStatistics
43 BlockedAttribute
48 Segment
49 SegmentVersion
50 SegmentMembers
56 Template
57 TemplateVersion
58 Recommender
64 Campaign
65 CampaignVersion
66 CampaignActivity
67 RunAudience
68 RunCursor
69 SendCount
70 CampaignTrigger
71 InAppMessage
72 ActivityByTime
73 CampaignDue
74 CampaignCounter
75 CampaignTriggerQueue
80 Journey
81 JourneyVersion
82 JourneyRun
83 JourneyParticipant
84 JourneyWait
85 JourneyCursor
86 JourneyMetric
87 JourneyTrigger
88 JourneyCondition
89 JourneyDue
96 EventLog
97 EventId
98 ConsumerCursor
99 EventIdExpiry
100 StreamBuffer
101 EventSession
102 EventTypeSeen
103 AppEvent
104 IngestRefusal
105 EventTypeDay
112 Timer
113 TimerById
114 Job
115 JobCursor
116 JobFailure
117 JobQueue
118 JobMembers
128 Message
129 Outbox
130 OutboxInFlight
131 Suppression
132 OptOut
133 OneTimePassword
134 Transport
135 Throttle
136 TransportMessage
137 Inbound
138 SandboxMessage
139 MessageByTime
140 MessageOpen
141 PhoneNumber
142 PushToken
143 MessageContent
144 MessageIndex
160 AnalyticsState
161 Counter
)";

TEST(KeySpaceTest, NumbersAndNamesAreThoseOnDisk) {
  std::string found;
  for (int number = 0; number <= 255; ++number) {
    const std::string_view name = KeySpaceName(static_cast<KeySpace>(number));
    if (!name.empty()) {
      found += std::to_string(number) + " " + std::string(name) + "\n";
    }
  }

  EXPECT_EQ(found, kGolden);
}

}  // namespace
}  // namespace pinion::storage

#include "journeys/journey_service.h"

#include "journeys/journeys_fixture.h"

namespace pinion::journeys {
namespace {

using model::State;
using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JourneyServiceTest : public JourneysTest {
 protected:
  template <class T>
  static void ExpectError(const base::Result<T>& result, base::Errc errc, std::string_view text) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, errc);
    EXPECT_THAT(result.error().message, HasSubstr(std::string(text)));
  }
  std::vector<std::string> Listed() {
    std::vector<std::string> names;
    const auto page = journeys().List(app_, {});
    for (const auto& journey : page->items) {
      names.push_back(journey.name);
    }
    return names;
  }
  std::string ModifiedAt(const std::string& id) {
    return *journeys().Get(app_, base::JourneyId(id))->last_modified_date;
  }
  // As the engine would count them.
  void SetParticipants(const std::string& id, int64_t count) {
    storage::WriteBatch batch;
    JourneyStore::PutCount(app_, id, {}, kActiveMetric, count, batch);
    ASSERT_TRUE(store_.Apply(batch).ok());
  }
  // The states of the runs, newest first.
  std::vector<std::string_view> RunsOf(const std::string& id) {
    std::vector<std::string_view> states;
    const auto page = journeys().ListRuns(app_, base::JourneyId(id), {});
    for (const auto& run : page->items) {
      states.push_back(model::ToWire(run.status));
    }
    return states;
  }
  static constexpr const char* kEndsInAnHour = R"(,"Schedule":{"EndTime":"2026-11-23T12:15:00Z"})";
};

TEST_F(JourneyServiceTest, Jrn103AJourneyComesBackAsItWasSent) {
  const std::string json =
      R"({"Name":"j","Activities":{"z":{"Description":"d","Wait":{"WaitTime":{"WaitFor":"PT1H"},"NextActivity":"a"}},
          "a":{"CUSTOM":{"DeliveryUri":"f","EndpointTypes":["PUSH"],"MessageConfig":{"Data":"x"}}}},
          "StartActivity":"z","LocalTime":false,"RefreshFrequency":"","RefreshOnSegmentUpdate":true,
          "Schedule":{"StartTime":"2026-12-01T09:00:00+01:00","Timezone":"UTC+01"},"SendingSchedule":false,
          "Limits":{"DailyCap":0,"TimeframeCap":{"Cap":1,"Days":2}},"WaitForQuietTime":true,
          "TimezoneEstimationMethods":["POSTAL_CODE","PHONE_NUMBER"],
          "OpenHours":{"EMAIL":{"MONDAY":[{"StartTime":"T09:00","EndTime":"24:00"}]}},
          "JourneyChannelSettings":{"ConnectCampaignArn":"arn"}})";
  const auto journey = Create(json);
  ASSERT_TRUE(journey.ok()) << journey.error().message;
  const auto sent = Request(json);

  EXPECT_EQ(journey->activities, sent.activities);
  EXPECT_EQ(journey->schedule, sent.schedule);
  EXPECT_EQ(journey->limits, sent.limits);
  EXPECT_EQ(journey->open_hours, sent.open_hours);
  EXPECT_EQ(journey->timezone_estimation_methods, sent.timezone_estimation_methods);
  EXPECT_EQ(journey->journey_channel_settings, sent.journey_channel_settings);
  EXPECT_EQ(journey->refresh_frequency, "");
  EXPECT_EQ(journey->local_time, false);
  EXPECT_EQ(journey->start_condition, std::nullopt);
  EXPECT_EQ(journey->quiet_time, std::nullopt);
  EXPECT_EQ(journey->creation_date, "2026-11-23T11:15:00.000Z");
  EXPECT_EQ(model::ToJson(*journeys().Get(app_, base::JourneyId(journey->id))),
            model::ToJson(*journey));
}

TEST_F(JourneyServiceTest, Jrn102DatesOfARequestAreIgnored) {
  const auto journey =
      Create(R"({"Name":"j","CreationDate":"1999-01-01","LastModifiedDate":"1999-01-01"})");
  EXPECT_EQ(journey->creation_date, "2026-11-23T11:15:00.000Z");
  EXPECT_EQ(journey->last_modified_date, journey->creation_date);
}

TEST_F(JourneyServiceTest, Jrn106WithoutStateItIsADraft) {
  EXPECT_EQ(Create(R"({"Name":"j"})")->state, State::kDraft);
  ExpectError(Create(R"({"Name":"j","State":"PAUSED"})"), base::Errc::kInvalidArgument, "PAUSED");
}

TEST_F(JourneyServiceTest, Jrn501ADraftMayBeIncompleteButNotMalformed) {
  EXPECT_TRUE(Create(R"({"Name":"j","StartActivity":"nowhere","Activities":{"a":{}}})").ok());
  ExpectError(Create(R"({"Name":"j","Limits":{"DailyCap":101}})"),
              base::Errc::kInvalidArgument,
              "Member 'Limits.DailyCap': it must be from 0 to 100.");
  EXPECT_THAT(Listed(), ElementsAre("j"));
}

TEST_F(JourneyServiceTest, Jrn501APublicationThatFailsStoresNothing) {
  ExpectError(Create(R"({"Name":"j","State":"ACTIVE"})"), base::Errc::kInvalidArgument, "NO_START");
  EXPECT_THAT(Listed(), IsEmpty());
}

TEST_F(JourneyServiceTest, Api72AnIdMayBeChosenOnce) {
  const std::string id(32, 'a');
  EXPECT_EQ(journeys().Create(app_, Request(R"({"Name":"j"})"), id)->id, id);
  ExpectError(
      journeys().Create(app_, Request(R"({"Name":"k"})"), id), base::Errc::kConflict, "in use");
  ASSERT_TRUE(journeys().Delete(app_, base::JourneyId(id)).ok());
  clock_.Advance(hours(24) - milliseconds(1));
  ExpectError(journeys().Create(app_, Request(R"({"Name":"k"})"), id),
              base::Errc::kConflict,
              "less than a day ago");
  clock_.Advance(milliseconds(1));
  EXPECT_TRUE(journeys().Create(app_, Request(R"({"Name":"k"})"), id).ok());
  ExpectError(journeys().Create(app_, Request(R"({"Name":"k"})"), "A" + id.substr(1)),
              base::Errc::kInvalidArgument,
              "x-pinion-resource-id");
}

TEST_F(JourneyServiceTest, Jrn107AnUpdateReplacesTheWholeDraft) {
  const auto journey = Create(R"({"Name":"j","StartActivity":"a","Limits":{"DailyCap":1}})");
  clock_.Advance(hours(1));
  const auto updated = Update(journey->id, R"({"Name":"k"})");
  ASSERT_TRUE(updated.ok());
  EXPECT_EQ(updated->name, "k");
  EXPECT_EQ(updated->limits, std::nullopt);
  EXPECT_EQ(updated->start_activity, std::nullopt);
  EXPECT_EQ(updated->creation_date, "2026-11-23T11:15:00.000Z");
  EXPECT_EQ(updated->last_modified_date, "2026-11-23T12:15:00.000Z");
}

TEST_F(JourneyServiceTest, Jrn107PublishingByNameAloneFailsAndChangesNothing) {
  const auto journey = Create(R"({"Name":"j",)" + Publishable() + "}");
  clock_.Advance(hours(1));
  ExpectError(Update(journey->id, R"({"Name":"k","State":"ACTIVE"})"),
              base::Errc::kInvalidArgument,
              "START_CONDITION");
  EXPECT_EQ(model::ToJson(*journeys().Get(app_, base::JourneyId(journey->id))),
            model::ToJson(*journey));
}

TEST_F(JourneyServiceTest, ADraftIsPublishedByCreateUpdateOrState) {
  EXPECT_EQ(StateOf(MakeActive()), State::kActive);
  const auto by_update = Create(R"({"Name":"j"})");
  EXPECT_EQ(Update(by_update->id, R"({"Name":"j","State":"ACTIVE",)" + Publishable() + "}")->state,
            State::kActive);
  const auto by_state = Create(R"({"Name":"j",)" + Publishable() + "}");
  clock_.Advance(hours(1));
  const auto published = SetState(by_state->id, State::kActive);
  EXPECT_EQ(published->state, State::kActive);
  EXPECT_EQ(published->last_modified_date, "2026-11-23T12:15:00.000Z");
}

TEST_F(JourneyServiceTest, Jrn201TransitionsThatExist) {
  const std::string id = MakeActive();
  EXPECT_EQ(SetState(id, State::kPaused)->state, State::kPaused);
  EXPECT_EQ(SetState(id, State::kActive)->state, State::kActive);
  EXPECT_EQ(SetState(id, State::kPaused)->state, State::kPaused);
  EXPECT_EQ(SetState(id, State::kCancelled)->state, State::kCancelled);
}

TEST_F(JourneyServiceTest, Jrn201EveryOtherTransitionNamesBothStates) {
  const std::string draft = Create(R"({"Name":"j"})")->id;
  const std::string cancelled = MakeActive();
  ASSERT_TRUE(SetState(cancelled, State::kCancelled).ok());
  const std::string completed = MakeActive(kEndsInAnHour);
  const std::string closed = MakeActive(kEndsInAnHour);
  SetParticipants(closed, 1);
  Advance(hours(1));
  ASSERT_EQ(StateOf(closed), State::kClosed);
  ASSERT_EQ(StateOf(completed), State::kCompleted);

  const std::tuple<std::string, State, const char*> cases[] = {
      {draft, State::kPaused, "from DRAFT to PAUSED"},
      {draft, State::kCancelled, "from DRAFT to CANCELLED"},
      {completed, State::kActive, "from COMPLETED to ACTIVE"},
      {completed, State::kCancelled, "from COMPLETED to CANCELLED"},
      {cancelled, State::kActive, "from CANCELLED to ACTIVE"},
      {cancelled, State::kDraft, "from CANCELLED to DRAFT"},
      {closed, State::kActive, "from CLOSED to ACTIVE"},
      {closed, State::kCompleted, "from CLOSED to COMPLETED"},
      {MakeActive(), State::kClosed, "from ACTIVE to CLOSED"},
  };
  for (const auto& [id, state, text] : cases) {
    ExpectError(SetState(id, state), base::Errc::kInvalidArgument, text);
  }
}

TEST_F(JourneyServiceTest, Jrn201TheSameStateIsNoChange) {
  const std::string id = MakeActive();
  const std::string before = ModifiedAt(id);
  clock_.Advance(hours(1));
  EXPECT_TRUE(SetState(id, State::kActive).ok());
  EXPECT_EQ(ModifiedAt(id), before);
  ASSERT_TRUE(SetState(id, State::kPaused).ok());
  EXPECT_TRUE(SetState(id, State::kPaused).ok());
  ASSERT_TRUE(SetState(id, State::kCancelled).ok());
  EXPECT_TRUE(SetState(id, State::kCancelled).ok());
}

TEST_F(JourneyServiceTest, AStateRequestNeedsAState) {
  ExpectError(journeys().UpdateState(app_, base::JourneyId(MakeActive()), {}),
              base::Errc::kInvalidArgument,
              "Missing required member 'State'.");
}

TEST_F(JourneyServiceTest, Jrn202AnActiveJourneyTakesSomeMembersAndKeepsTheRest) {
  const std::string id = MakeActive(R"(,"Limits":{"DailyCap":1},"WaitForQuietTime":true)");
  const auto updated = Update(
      id,
      R"({"Name":"k","State":"ACTIVE","Limits":{"TotalCap":2},"RefreshFrequency":"PT1H","QuietTime":{"Start":"21:00","End":"08:00"},
          "Schedule":{"EndTime":"2027-01-01T00:00:00Z"},"TimezoneEstimationMethods":["POSTAL_CODE"]})");
  ASSERT_TRUE(updated.ok()) << updated.error().message;
  EXPECT_EQ(updated->name, "k");
  EXPECT_EQ(updated->state, State::kActive);
  EXPECT_EQ(updated->limits->daily_cap, std::nullopt);
  EXPECT_EQ(updated->limits->total_cap, 2);
  EXPECT_EQ(updated->refresh_frequency, "PT1H");
  EXPECT_EQ(updated->schedule->end_time, "2027-01-01T00:00:00Z");
  EXPECT_EQ(updated->wait_for_quiet_time, true);
  EXPECT_TRUE(updated->activities->Contains("a"));
  EXPECT_TRUE(updated->start_condition.has_value());
}

TEST_F(JourneyServiceTest, Jrn202OtherMembersOfAnActiveJourneyConflict) {
  const std::string id =
      MakeActive(R"(,"Schedule":{"StartTime":"2026-12-01T09:00:00Z","Timezone":"UTC"})");
  const std::pair<const char*, const char*> cases[] = {
      {R"("Activities":{})", "Activities"},
      {R"("StartActivity":"b")", "StartActivity"},
      {R"("StartCondition":{"Description":"x"})", "StartCondition"},
      {R"("LocalTime":true)", "LocalTime"},
      {R"("Schedule":{"StartTime":"2026-12-02T09:00:00Z"})", "Schedule.StartTime"},
      {R"("Schedule":{"Timezone":"UTC+01"})", "Schedule.Timezone"},
      {R"("State":"DRAFT")", "State"},
  };
  for (const auto& [member, name] : cases) {
    ExpectError(Update(id, R"({"Name":"k",)" + std::string(member) + "}"),
                base::Errc::kConflict,
                "Member '" + std::string(name) + "'");
  }
  EXPECT_EQ(journeys().Get(app_, base::JourneyId(id))->name, "j");
}

TEST_F(JourneyServiceTest, Jrn202MalformedMembersOfAnUpdateAreRefusedEvenIfTheyWouldNotBeTaken) {
  const std::string id = MakeActive();
  ExpectError(Update(id, R"({"Name":"k","Schedule":{"StartTime":"soon"}})"),
              base::Errc::kInvalidArgument,
              "Member 'Schedule.StartTime'");
}

TEST_F(JourneyServiceTest, Jrn202WhatIsTheSameDoesNotConflict) {
  const std::string id = MakeActive(R"(,"Schedule":{"StartTime":"2026-12-01T09:00:00Z"})");
  EXPECT_TRUE(Update(id,
                     R"({"Name":"k",)" + Publishable() +
                         R"(,"Schedule":{"StartTime":"2026-12-01T10:00:00+01:00"}})")
                  .ok());
}

TEST_F(JourneyServiceTest, Jrn202AnActiveJourneyStaysValid) {
  const std::string id = MakeActive();
  ExpectError(Update(id, R"({"Name":"k","SendingSchedule":true})"),
              base::Errc::kInvalidArgument,
              "SendingSchedule");
  ExpectError(Update(id, R"({"Name":"k","Schedule":{"EndTime":"2026-11-23T11:15:00Z"}})"),
              base::Errc::kInvalidArgument,
              "Schedule.EndTime");
}

TEST_F(JourneyServiceTest, Jrn202NothingElseCanBeUpdated) {
  const std::string paused = MakeActive();
  ASSERT_TRUE(SetState(paused, State::kPaused).ok());
  const std::string cancelled = MakeActive();
  ASSERT_TRUE(SetState(cancelled, State::kCancelled).ok());
  ExpectError(Update(paused, R"({"Name":"k"})"), base::Errc::kConflict, "PAUSED");
  ExpectError(Update(cancelled, R"({"Name":"k"})"), base::Errc::kConflict, "CANCELLED");
}

TEST_F(JourneyServiceTest, Jrn207AtEndTimeAJourneyWithoutParticipantsIsCompleted) {
  const std::string id = MakeActive(kEndsInAnHour);
  const std::string before = ModifiedAt(id);
  Advance(hours(1) - milliseconds(1));
  EXPECT_EQ(StateOf(id), State::kActive);
  Advance(milliseconds(1));
  EXPECT_EQ(StateOf(id), State::kCompleted);
  // JRN-108: nobody changed it.
  EXPECT_EQ(ModifiedAt(id), before);
}

TEST_F(JourneyServiceTest, Jrn902TheFirstRunIsScheduledFromPublicationOn) {
  const std::string id = Create(R"({"Name":"j",)" + Publishable() + "}")->id;
  EXPECT_THAT(RunsOf(id), IsEmpty());
  ASSERT_TRUE(SetState(id, State::kActive).ok());
  EXPECT_THAT(RunsOf(id), ElementsAre("SCHEDULED"));
  ASSERT_TRUE(SetState(id, State::kPaused).ok());
  ASSERT_TRUE(SetState(id, State::kActive).ok());
  EXPECT_THAT(RunsOf(id), ElementsAre("SCHEDULED"));
  Advance(hours(1));
  EXPECT_THAT(RunsOf(id), ElementsAre("SCHEDULED"));
}

TEST_F(JourneyServiceTest, Jrn205CancelEndsTheRuns) {
  const std::string id = MakeActive();
  clock_.Advance(hours(1));
  ASSERT_TRUE(SetState(id, State::kCancelled).ok());
  const auto run = journeys().ListRuns(app_, base::JourneyId(id), {})->items.at(0);
  EXPECT_EQ(run.status, model::JourneyRunStatus::kCancelled);
  EXPECT_EQ(run.creation_time, "2026-11-23T11:15:00.000Z");
  EXPECT_EQ(run.last_update_time, "2026-11-23T12:15:00.000Z");
}

TEST_F(JourneyServiceTest, Jrn207ARunThatHasNotBegunAtEndTimeIsOver) {
  const std::string id = MakeActive(kEndsInAnHour);
  Advance(hours(1));
  EXPECT_THAT(RunsOf(id), ElementsAre("COMPLETED"));
}

TEST_F(JourneyServiceTest, Jrn207AtEndTimeParticipantsGoOn) {
  const std::string id = MakeActive(kEndsInAnHour);
  SetParticipants(id, 1);
  Advance(hours(1));
  EXPECT_EQ(StateOf(id), State::kClosed);
}

TEST_F(JourneyServiceTest, AnEndTimeThatWasMovedCountsFromThenOn) {
  const std::string id = MakeActive(kEndsInAnHour);
  ASSERT_TRUE(Update(id, R"({"Name":"j","Schedule":{"EndTime":"2026-11-23T14:15:00Z"}})").ok());
  Advance(hours(1));
  EXPECT_EQ(StateOf(id), State::kActive);
  Advance(hours(2));
  EXPECT_EQ(StateOf(id), State::kCompleted);
}

TEST_F(JourneyServiceTest, APausedJourneyStaysPausedAtEndTimeAndResumesClosed) {
  const std::string empty = MakeActive(kEndsInAnHour);
  const std::string occupied = MakeActive(kEndsInAnHour);
  SetParticipants(occupied, 3);
  ASSERT_TRUE(SetState(empty, State::kPaused).ok());
  ASSERT_TRUE(SetState(occupied, State::kPaused).ok());
  Advance(hours(2));
  EXPECT_EQ(StateOf(empty), State::kPaused);
  EXPECT_EQ(SetState(empty, State::kActive)->state, State::kCompleted);
  EXPECT_EQ(SetState(occupied, State::kActive)->state, State::kClosed);
}

TEST_F(JourneyServiceTest, AfterCancelOrDeleteNothingComesAtEndTime) {
  const std::string cancelled = MakeActive(kEndsInAnHour);
  ASSERT_TRUE(SetState(cancelled, State::kCancelled).ok());
  const std::string deleted = MakeActive(kEndsInAnHour);
  ASSERT_TRUE(journeys().Delete(app_, base::JourneyId(deleted)).ok());
  Advance(hours(2));
  EXPECT_EQ(StateOf(cancelled), State::kCancelled);
  EXPECT_THAT(Listed(), ElementsAre("j"));
}

TEST_F(JourneyServiceTest, TheEndThatACrashInterruptedIsCarriedOutAtTheNextStart) {
  const std::string id = MakeActive(kEndsInAnHour);
  clock_.Advance(hours(1));
  storage::WriteBatch batch;
  JourneyStore::PutDue({.kind = JourneyStore::Due::Kind::kEntryEnds, .app = app_, .id = id}, batch);
  ASSERT_TRUE(store_.Apply(batch).ok());
  Restart();
  EXPECT_EQ(StateOf(id), State::kCompleted);
  EXPECT_THAT(*world().journey_store.ReadDue(), IsEmpty());
}

TEST_F(JourneyServiceTest, Jrn210WithoutItsEntrySegmentAJourneyCloses) {
  const std::string id = MakeActive();
  const std::string occupied = MakeActive();
  SetParticipants(occupied, 1);
  const std::string paused = MakeActive();
  ASSERT_TRUE(SetState(paused, State::kPaused).ok());
  const std::string draft = Create(R"({"Name":"d",)" + Publishable() + "}")->id;
  ASSERT_TRUE(world().segments.Delete(app_, base::SegmentId(segment_)).ok());

  EXPECT_EQ(StateOf(id), State::kCompleted);
  EXPECT_EQ(StateOf(occupied), State::kClosed);
  EXPECT_EQ(StateOf(paused), State::kPaused);
  EXPECT_EQ(SetState(paused, State::kActive)->state, State::kCompleted);
  EXPECT_EQ(StateOf(draft), State::kDraft);
  ExpectError(SetState(draft, State::kActive), base::Errc::kInvalidArgument, "START_CONDITION");
}

TEST_F(JourneyServiceTest, Jrn210ADeletedSegmentIsNotForgottenInACrash) {
  const std::string id = MakeActive();
  storage::WriteBatch batch;
  ASSERT_TRUE(journeys().OnSegmentDelete(app_, base::SegmentId(segment_), batch).ok());
  ASSERT_TRUE(store_.Apply(batch).ok());
  Restart();
  EXPECT_EQ(StateOf(id), State::kCompleted);
}

TEST_F(JourneyServiceTest, AnotherSegmentMayGo) {
  const std::string id = MakeActive();
  ASSERT_TRUE(world().segments.Delete(app_, base::SegmentId(MakeSegment())).ok());
  EXPECT_EQ(StateOf(id), State::kActive);
}

TEST_F(JourneyServiceTest, Jrn109TheNewestIsListedFirstAndEveryOneOnce) {
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(Create(R"({"Name":")" + std::string(name) + R"("})").ok());
    clock_.Advance(milliseconds(1));
  }
  const auto first = journeys().List(app_, {.limit = 2});
  ASSERT_EQ(first->items.size(), 2U);
  EXPECT_EQ(first->items[0].name, "c");
  ASSERT_TRUE(Create(R"({"Name":"d"})").ok());
  const auto second = journeys().List(app_, {.after = first->next, .limit = 2});
  ASSERT_EQ(second->items.size(), 1U);
  EXPECT_EQ(second->items[0].name, "a");
  EXPECT_EQ(second->next, "");
}

TEST_F(JourneyServiceTest, Jrn110ADeletedJourneyIsAnsweredAsItWasAndGone) {
  const std::string id = MakeActive();
  SetParticipants(id, 1);
  const auto last = journeys().Delete(app_, base::JourneyId(id));
  EXPECT_EQ(last->state, State::kActive);
  const base::JourneyId journey(id);
  ExpectError(journeys().Get(app_, journey), base::Errc::kNotFound, "Resource not found");
  ExpectError(journeys().Delete(app_, journey), base::Errc::kNotFound, "Resource not found");
  ExpectError(journeys().Metrics(app_, journey), base::Errc::kNotFound, "Resource not found");
  ExpectError(journeys().ListRuns(app_, journey, {}), base::Errc::kNotFound, "");
  EXPECT_THAT(*world().journey_store.ReadCounts(app_, id, {}), IsEmpty());
}

TEST_F(JourneyServiceTest, JourneysOfAnotherApplicationAreNotFound) {
  const std::string id = MakeActive();
  ExpectError(journeys().Get(base::AppId("other"), base::JourneyId(id)), base::Errc::kNotFound, "");
}

TEST_F(JourneyServiceTest, Api74JourneysGoWithTheirApplication) {
  const std::string id = MakeActive(kEndsInAnHour);
  ASSERT_TRUE(world().applications.Delete(app_).ok());
  ExpectError(journeys().Get(app_, base::JourneyId(id)), base::Errc::kNotFound, "");
  Advance(hours(2));
  EXPECT_THAT(*world().journey_store.ReadDue(), IsEmpty());
}

TEST_F(JourneyServiceTest, TagsMoveNoDate) {
  const std::string id = MakeActive();
  const std::string resource = "apps/" + app_.value() + "/journeys/" + id;
  const std::string before = ModifiedAt(id);
  clock_.Advance(hours(1));
  ASSERT_TRUE(journeys().UpdateTags(resource, {.set = {{"team", "a"}}, .remove = {}}).ok());
  EXPECT_THAT(*journeys().TagsOf(resource), ElementsAre(testing::Pair("team", "a")));
  EXPECT_EQ(ModifiedAt(id), before);
  EXPECT_EQ(*journeys().Get(app_, base::JourneyId(id))->tags->Find("team"), "a");
  ExpectError(journeys().TagsOf("apps/x/journeys/y"), base::Errc::kNotFound, "");
}

TEST_F(JourneyServiceTest, AJourneyIsReadAgainAfterARestart) {
  const std::string id = MakeActive(kEndsInAnHour);
  const std::string before = model::ToJson(*journeys().Get(app_, base::JourneyId(id)));
  Restart();
  EXPECT_EQ(model::ToJson(*journeys().Get(app_, base::JourneyId(id))), before);
  Advance(hours(1));
  EXPECT_EQ(StateOf(id), State::kCompleted);
}

TEST_F(JourneyServiceTest, Jrn1205ValidationTellsErrorsAndWhyAJourneyWaits) {
  const std::string draft = Create(R"({"Name":"d"})")->id;
  const auto of_draft = journeys().Validate(app_, base::JourneyId(draft));
  ASSERT_EQ(of_draft->errors.size(), 2U);
  EXPECT_EQ(of_draft->errors[0].code, "START_CONDITION");
  EXPECT_EQ(of_draft->errors[1].code, "NO_START");

  const auto of_active = journeys().Validate(app_, base::JourneyId(MakeActive()));
  EXPECT_THAT(of_active->errors, IsEmpty());
  ASSERT_EQ(of_active->warnings.size(), 2U);
  EXPECT_EQ(of_active->warnings[0].code, "NOT_BUILT");
  EXPECT_EQ(of_active->warnings[1].code, "CHANNEL_DISABLED");
  EXPECT_EQ(of_active->warnings[1].activity_id, "a");

  world().channels.states["EMAIL"] = delivery::ChannelFacts::State::kEnabled;
  EXPECT_EQ(journeys().Validate(app_, base::JourneyId(MakeActive()))->warnings.size(), 1U);
}

}  // namespace
}  // namespace pinion::journeys

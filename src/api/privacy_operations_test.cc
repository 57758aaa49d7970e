// What a client sees of erasure, access requests and retention, and that nothing in the store tells
// of an erased person any more.
#include <algorithm>
#include <cctype>

#include "audit/audit_log.h"
#include "storage/key.h"
#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using std::chrono::hours;
using testing::HasStatus;
using ::testing::HasSubstr;
using testing::IsBadRequest;
using testing::IsError;
using testing::IsNotFound;
using testing::JsonAt;
using testing::JsonLacks;
using ::testing::Not;
using testing::Reply;

class PrivacyOperationsTest : public testing::ApiTest {
 protected:
  PrivacyOperationsTest() {
    EXPECT_THAT(
        Put(app_ + "/channels/email",
            R"({"FromAddress":"shop@example.com","Identity":"arn:aws:ses:us-east-1:1:identity/e"})"),
        HasStatus(200));
    PutEndpoint("Alicias-Phone", "EMAIL", "Alicia@example.com", "alicia");
    PutEndpoint("alicias-tablet", "EMAIL", "alicia@work.example.com", "alicia");
    PutEndpoint("bobs-phone", "EMAIL", "bob@example.com", "bob");
  }

  void PutEndpoint(const std::string& id,
                   const std::string& channel,
                   const std::string& address,
                   const std::string& user,
                   const std::string& more = "") {
    EXPECT_THAT(Put(app_ + "/endpoints/" + id,
                    R"({"ChannelType":")" + channel + R"(","Address":")" + address +
                        R"(","User":{"UserId":")" + user +
                        R"(","UserAttributes":{"nick":["allie"]}})" + more + "}"),
                HasStatus(202));
  }
  // `whom`: the member Addresses or Endpoints.
  Reply SendEmail(const std::string& whom) {
    return Post(app_ + "/messages",
                "{" + whom +
                    R"(,"MessageConfiguration":{"EmailMessage":{"SimpleEmail":)"
                    R"({"Subject":{"Data":"Dear allie"},"TextPart":{"Data":"t"}}}}})");
  }
  void Report(const std::string& endpoint, const std::string& type) {
    EXPECT_THAT(
        Post(app_ + "/events",
             R"({"BatchItem":{")" + endpoint + R"(":{"Endpoint":{},"Events":{"e":{"EventType":")" +
                 type +
                 R"(","Timestamp":"2026-11-23T11:00:00Z","Attributes":{"nick":"allie"},)"
                 R"("Session":{"Id":"s-allie","StartTimestamp":"2026-11-23T11:00:00Z"}}}}}})"),
        HasStatus(202));
  }
  // Mail and events of both people.
  void MakeTraffic() {
    EXPECT_THAT(
        SendEmail(R"("Endpoints":{"Alicias-Phone":{},"alicias-tablet":{},"bobs-phone":{}})"),
        HasStatus(200));
    EXPECT_THAT(SendEmail(R"("Addresses":{"ALICIA@example.com":{"ChannelType":"EMAIL"}})"),
                HasStatus(200));
    Report("alicias-phone", "sign_up");
    Report("bobs-phone", "sign_up");
  }
  // Runs an erasure; its path.
  std::string Erase(const std::string& body) {
    const Reply reply = Post(native_ + "/privacy/erasures", body);
    EXPECT_THAT(reply, HasStatus(202));
    EXPECT_THAT(reply, JsonAt("/Status", "CREATED"));
    Settle();
    return native_ + "/privacy/erasures/" + reply.At("/Id").value_or("");
  }
  std::string Export(const std::string& body) {
    const Reply reply = Post(native_ + "/privacy/exports", body);
    EXPECT_THAT(reply, HasStatus(202));
    Settle();
    return native_ + "/privacy/exports/" + reply.At("/Id").value_or("");
  }
  // Path and query of a DownloadUrl.
  static std::string TargetOf(const Reply& exported) {
    const std::string url = exported.At("/DownloadUrl").value_or("");
    const size_t host = url.find("://") + 3;
    return url.substr(std::min(url.size(), url.find('/', host)));
  }
  // Every key and value in which `text` stands, in any case.
  std::vector<std::string> Traces(const std::string& text) {
    std::vector<std::string> traces;
    for (int space = 1; space < 256; ++space) {
      const std::string prefix(1, static_cast<char>(space));
      EXPECT_TRUE(store()
                      .Scan({.prefix = prefix},
                            [&](std::string_view key, std::string_view value) {
                              std::string all = std::string(key) + "=" + std::string(value);
                              std::transform(all.begin(), all.end(), all.begin(), [](char c) {
                                return static_cast<char>(
                                    std::tolower(static_cast<unsigned char>(c)));
                              });
                              if (all.find(text) != std::string::npos) {
                                traces.push_back(std::to_string(space) + ": " + all);
                              }
                              return true;
                            })
                      .ok());
    }
    return traces;
  }
  std::string Kpis() {
    std::string all;
    for (const char* name : {"txn-emails-delivered",
                             "txn-emails-delivery-rate",
                             "attempted-deliveries",
                             "unique-deliveries",
                             "txn-emails-delivered-grouped-by-date"}) {
      const Reply reply = Get(app_ + "/kpis/daterange/" + name);
      EXPECT_THAT(reply, HasStatus(200)) << name;
      all += reply.At("/KpiResult").value_or("-") + "\n";
    }
    return all;
  }

  const std::string app_ = "/v1/apps/" + MakeApp();
  const std::string native_ = "/pinion" + app_;
};

TEST_F(PrivacyOperationsTest, ErasureRemovesTheEndpointsAndTellsHowMuch) {
  MakeTraffic();

  const std::string erasure = Erase(R"({"UserId":"alicia","Reason":"asked on 23 November"})");

  const Reply reply = Get(erasure);
  EXPECT_THAT(reply, JsonAt("/Status", "COMPLETED"));
  EXPECT_THAT(reply, JsonAt("/Reason", "asked on 23 November"));
  EXPECT_THAT(reply, JsonAt("/Counts/Endpoints", 2));
  EXPECT_THAT(reply, JsonAt("/Counts/Messages", 3));
  EXPECT_THAT(Get(app_ + "/endpoints/alicias-phone"), IsNotFound());
  EXPECT_THAT(Get(app_ + "/users/alicia"), IsNotFound());
  EXPECT_THAT(Get(app_ + "/endpoints/bobs-phone"), HasStatus(200));
}

TEST_F(PrivacyOperationsTest, NothingInTheStoreNamesAnErasedPerson) {
  MakeTraffic();
  ASSERT_FALSE(Traces("alicia").empty());

  Erase(R"({"UserId":"alicia"})");

  EXPECT_EQ(Traces("alicia"), std::vector<std::string>());
  EXPECT_FALSE(Traces("bob@example.com").empty());
}

TEST_F(PrivacyOperationsTest, CountsStayAsTheyWere) {
  MakeTraffic();
  const std::string before = Kpis();
  const Reply messages = Get(native_ + "/messages");

  Erase(R"({"UserId":"alicia"})");

  EXPECT_EQ(Kpis(), before);
  EXPECT_THAT(Get(native_ + "/messages"), Not(JsonLacks("/Items/3")));
  EXPECT_THAT(Get(native_ + "/messages"), JsonLacks("/Items/4"));
  EXPECT_THAT(messages, Not(JsonLacks("/Items/3")));
}

TEST_F(PrivacyOperationsTest, MessagesOfAnErasedPersonHaveAPseudonymAndNoContent) {
  MakeTraffic();
  const Reply before = Get(native_ + "/messages?EndpointId=Alicias-Phone");
  const std::string id = before.At("/Items/0/MessageId").value_or("");

  Erase(R"({"UserId":"alicia"})");

  const Reply message = Get(native_ + "/messages/" + id);
  EXPECT_THAT(message, JsonAt("/Status", "DELIVERED"));
  EXPECT_THAT(message, JsonAt("/Address", ::testing::StartsWith("erased-")));
  EXPECT_THAT(message, JsonLacks("/Subject"));
  EXPECT_THAT(message, JsonLacks("/TextBody"));
}

TEST_F(PrivacyOperationsTest, EventsOfOthersStayAsTheyWere) {
  MakeTraffic();

  Erase(R"({"UserId":"alicia"})");

  const std::string all = Get(native_ + "/events").body;
  EXPECT_THAT(all, HasSubstr("bobs-phone"));
  EXPECT_THAT(all, HasSubstr("erased-"));
  EXPECT_THAT(all, Not(HasSubstr("alicia")));
}

TEST_F(PrivacyOperationsTest, ErasureOfOneEndpointLeavesTheOthersOfItsUser) {
  MakeTraffic();

  Erase(R"({"EndpointId":"ALICIAS-PHONE"})");

  EXPECT_THAT(Get(app_ + "/endpoints/Alicias-Phone"), IsNotFound());
  EXPECT_THAT(Get(app_ + "/endpoints/alicias-tablet"), HasStatus(200));
  EXPECT_EQ(Traces("alicia@example.com"), std::vector<std::string>());
  EXPECT_EQ(Traces("alicias-phone"), std::vector<std::string>());
}

TEST_F(PrivacyOperationsTest, ErasureByAddressReachesMessagesToTheRawAddress) {
  EXPECT_THAT(SendEmail(R"("Addresses":{"carol@example.com":{"ChannelType":"EMAIL"}})"),
              HasStatus(200));
  ASSERT_FALSE(Traces("carol@example.com").empty());

  const std::string erasure = Erase(R"({"Address":"Carol@Example.com"})");

  EXPECT_THAT(Get(erasure), JsonAt("/Counts/Messages", 1));
  EXPECT_THAT(Get(erasure), JsonAt("/Counts/Events", 2));
  EXPECT_EQ(Traces("carol"), std::vector<std::string>());
}

TEST_F(PrivacyOperationsTest, AuditLogCanStillBeVerified) {
  MakeTraffic();
  const auto before = audit::AuditLog::Verify(store());
  ASSERT_TRUE(before.ok());

  const std::string erasure = Erase(R"({"UserId":"alicia"})");

  const auto after = audit::AuditLog::Verify(store());
  ASSERT_TRUE(after.ok()) << after.error().message;
  // The call itself, and the record that tells of the replacement.
  EXPECT_EQ(*after, *before + 2);
  EXPECT_THAT(Get(erasure), JsonAt("/Counts/AuditRecords", 2));
  EXPECT_THAT(Get("/pinion/v1/audit").body, HasSubstr("PersonalDataErased"));
}

TEST_F(PrivacyOperationsTest, AuditRecordOfAnErasureDoesNotNameThePerson) {
  Erase(R"({"UserId":"somebody-else"})");

  EXPECT_EQ(Traces("somebody-else"), std::vector<std::string>());
}

TEST_F(PrivacyOperationsTest, AddressOfAnErasedPersonWhoHadOptedOutIsStillNotWrittenTo) {
  PutEndpoint("Alicias-Phone", "EMAIL", "alicia@example.com", "alicia", R"(,"OptOut":"ALL")");
  Erase(R"({"UserId":"alicia"})");

  const Reply reply = SendEmail(R"("Addresses":{"Alicia@example.com":{"ChannelType":"EMAIL"},)"
                                R"("alicia@work.example.com":{"ChannelType":"EMAIL"}})");

  EXPECT_THAT(reply.body, HasSubstr("OPT_OUT"));
  EXPECT_THAT(reply.body, HasSubstr("SUCCESSFUL"));
}

TEST_F(PrivacyOperationsTest, EndpointMadeAnewAfterAnErasureStartsEmpty) {
  Erase(R"({"UserId":"alicia"})");
  PutEndpoint("Alicias-Phone", "EMAIL", "alicia@example.com", "alicia");

  EXPECT_THAT(SendEmail(R"("Endpoints":{"Alicias-Phone":{}})"), HasStatus(200));
  EXPECT_THAT(Get(native_ + "/messages?EndpointId=alicias-phone"), JsonLacks("/Items/1"));
}

TEST_F(PrivacyOperationsTest, RequestNamesExactlyOnePerson) {
  for (const char* list : {"/privacy/erasures", "/privacy/exports"}) {
    EXPECT_THAT(Post(native_ + list, "{}"), IsBadRequest());
    EXPECT_THAT(Post(native_ + list, R"({"UserId":"a","Address":"b"})"), IsBadRequest());
    EXPECT_THAT(Post(native_ + list, R"({"UserId":""})"), IsBadRequest());
    EXPECT_THAT(Get(native_ + list), JsonAt("/Items", "[]"));
    EXPECT_THAT(Get(native_ + list + "/nothing"), IsNotFound());
  }
}

TEST_F(PrivacyOperationsTest, ErasuresAreListedNewestFirst) {
  const std::string first = Erase(R"({"UserId":"alicia"})");
  Advance(std::chrono::seconds(1));
  const std::string second = Erase(R"({"UserId":"bob"})");

  const Reply reply = Get(native_ + "/privacy/erasures?page-size=1");

  EXPECT_THAT(second, HasSubstr(reply.At("/Items/0/Id").value_or("-")));
  const Reply next =
      Get(native_ + "/privacy/erasures?page-size=1&token=" + reply.At("/NextToken").value_or(""));
  EXPECT_THAT(first, HasSubstr(next.At("/Items/0/Id").value_or("-")));
}

TEST_F(PrivacyOperationsTest, WhoMayOnlyReadCannotErase) {
  AsCallerWith(
      {R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"pinion:Read","Resource":"*"}]})"});

  EXPECT_THAT(Post(native_ + "/privacy/erasures", R"({"UserId":"alicia"})"),
              IsError(403, "ForbiddenException"));
  EXPECT_THAT(Get(native_ + "/privacy/erasures"), HasStatus(200));
}

TEST_F(PrivacyOperationsTest, AccessRequestHandsOverAllThatIsStored) {
  MakeTraffic();

  const Reply exported = Get(Export(R"({"UserId":"alicia"})"));

  ASSERT_THAT(exported, JsonAt("/Status", "COMPLETED"));
  const Reply file = Get(TargetOf(exported));
  ASSERT_THAT(file, HasStatus(200));
  EXPECT_EQ(file.Header("Content-Type"), "application/json");
  EXPECT_THAT(file.Header("Content-Disposition"), HasSubstr("attachment"));
  EXPECT_THAT(file, JsonAt("/Request/UserId", "alicia"));
  EXPECT_THAT(file, JsonAt("/Endpoints/1/Id", "alicias-tablet"));
  EXPECT_THAT(file, JsonLacks("/Endpoints/2"));
  EXPECT_THAT(file, JsonAt("/Messages/0/Subject", "Dear allie"));
  EXPECT_THAT(file, Not(JsonLacks("/Messages/2")));
  EXPECT_THAT(file, JsonLacks("/Messages/3"));
  EXPECT_THAT(file.body, HasSubstr("sign_up"));
  EXPECT_THAT(file, JsonAt("/Consents/0/OptOut", "NONE"));
  EXPECT_THAT(file.body, Not(HasSubstr("bob")));
}

TEST_F(PrivacyOperationsTest, AccessRequestTellsOfSegments) {
  Post(app_ + "/segments", R"({"Name":"everybody"})");

  const Reply file = Get(TargetOf(Get(Export(R"({"EndpointId":"bobs-phone"})"))));

  EXPECT_THAT(file, JsonAt("/SegmentMemberships/0/SegmentName", "everybody"));
  EXPECT_THAT(file, JsonAt("/SegmentMemberships/0/EndpointId", "bobs-phone"));
}

TEST_F(PrivacyOperationsTest, DownloadLinkIsGoodForAnHour) {
  const std::string path = Export(R"({"UserId":"alicia"})");
  const std::string target = TargetOf(Get(path));
  Advance(hours(1));

  EXPECT_THAT(Get(target).status, 403);
  EXPECT_THAT(Get("/downloads/privacy?token=forged").status, 403);
  EXPECT_THAT(Get("/downloads/privacy").status, 403);
  EXPECT_THAT(Get(TargetOf(Get(path))), HasStatus(200));
}

TEST_F(PrivacyOperationsTest, FileOfAnAccessRequestGoesAfterAWeek) {
  const std::string path = Export(R"({"UserId":"alicia"})");
  Advance(hours(24 * 8));

  EXPECT_THAT(Get(path), JsonAt("/Status", "EXPIRED"));
  EXPECT_THAT(Get(path), JsonLacks("/DownloadUrl"));
}

TEST_F(PrivacyOperationsTest, ErasureTakesFilesOfAccessRequestsWithIt) {
  const std::string path = Export(R"({"EndpointId":"alicias-phone"})");
  const std::string target = TargetOf(Get(path));

  Erase(R"({"UserId":"alicia"})");

  EXPECT_THAT(Get(path), JsonAt("/Status", "EXPIRED"));
  EXPECT_THAT(Get(target).status, 404);
}

TEST_F(PrivacyOperationsTest, RetentionIsTheServersUntilTheApplicationHasItsOwn) {
  EXPECT_THAT(Get(native_ + "/settings/retention"), JsonAt("/MessagesDays", 400));
  EXPECT_THAT(Get(native_ + "/settings/retention"), JsonAt("/EventsDays", 0));
  EXPECT_THAT(Get(native_ + "/settings/retention"), JsonAt("/MessageBodiesDays", 30));

  EXPECT_THAT(Put(native_ + "/settings/retention", R"({"MessagesDays":10})"),
              JsonAt("/MessagesDays", 10));
  EXPECT_THAT(Get(native_ + "/settings/retention"), JsonAt("/Overridden/0", "MessagesDays"));
  EXPECT_THAT(Put(native_ + "/settings/retention", "{}"), JsonAt("/MessagesDays", 400));
}

TEST_F(PrivacyOperationsTest, RetentionHasLimits) {
  EXPECT_THAT(Put(native_ + "/settings/retention", R"({"EventsDays":-1})"), IsBadRequest());
  EXPECT_THAT(Put(native_ + "/settings/retention", R"({"EventsDays":36501})"), IsBadRequest());
  EXPECT_THAT(Put(native_ + "/settings/retention", R"({"EventsDays":36500})"), HasStatus(200));
}

TEST_F(PrivacyOperationsTest, BodiesGoBeforeTheMessagesDo) {
  MakeTraffic();
  const std::string id = *Get(native_ + "/messages").At("/Items/0/MessageId");

  Advance(hours(24 * 29));
  EXPECT_THAT(Get(native_ + "/messages/" + id), JsonAt("/Subject", "Dear allie"));
  Advance(hours(24 * 2));
  EXPECT_THAT(Get(native_ + "/messages/" + id), JsonLacks("/Subject"));
  EXPECT_THAT(Get(native_ + "/messages/" + id), JsonAt("/Status", "DELIVERED"));
}

TEST_F(PrivacyOperationsTest, MessagesGoWhenTheirTimeIsOver) {
  Put(native_ + "/settings/retention", R"({"MessagesDays":3})");
  MakeTraffic();

  Advance(hours(24 * 2));
  EXPECT_THAT(Get(native_ + "/messages"), Not(JsonLacks("/Items/0")));
  Advance(hours(24 * 2));
  EXPECT_THAT(Get(native_ + "/messages"), JsonAt("/Items", "[]"));
}

TEST_F(PrivacyOperationsTest, EventsGoWhenTheirTimeIsOverAndStayForEverWithoutOne) {
  Report("bobs-phone", "sign_up");
  Advance(hours(24 * 10));
  EXPECT_THAT(Get(native_ + "/events").body, HasSubstr("sign_up"));

  Put(native_ + "/settings/retention", R"({"EventsDays":3})");
  Report("bobs-phone", "purchase");
  Advance(hours(24));

  EXPECT_THAT(Get(native_ + "/events").body, Not(HasSubstr("sign_up")));
  EXPECT_THAT(Get(native_ + "/events").body, HasSubstr("purchase"));
}

TEST_F(PrivacyOperationsTest, DeletedApplicationTakesItsRequestsWithIt) {
  Export(R"({"UserId":"alicia"})");
  Erase(R"({"UserId":"bob"})");

  Delete(app_);
  Settle();

  for (const auto space : {storage::KeySpace::kErasure, storage::KeySpace::kPrivacyExport}) {
    size_t left = 0;
    ASSERT_TRUE(store()
                    .Scan({.prefix = storage::KeyWriter(space).Take()},
                          [&left](std::string_view, std::string_view) {
                            ++left;
                            return true;
                          })
                    .ok());
    EXPECT_EQ(left, 0U);
  }
}

}  // namespace
}  // namespace pinion::api

#include "api/register_operations.h"
#include "model/openapi.h"
#include "model/system.h"

namespace pinion::api {

namespace {

constexpr int64_t kAdvanceSecondsMax = 315'360'000;

std::string_view TypeName(Principal::Type type) {
  switch (type) {
    case Principal::Type::kKey:
      return "key";
    case Principal::Type::kUser:
      return "user";
    case Principal::Type::kGuest:
      return "guest";
    case Principal::Type::kAnonymous:
      break;
  }
  return "anonymous";
}

base::Result<model::SystemResponse> GetSystem(Call& call, const model::GetSystemRequest&) {
  return call.services.system.Describe();
}

base::Result<model::ClockResponse> GetClock(Call& call, const model::GetClockRequest&) {
  return model::ClockResponse{call.services.system.Now()};
}

base::Result<model::ClockResponse> AdvanceClock(Call& call,
                                                const model::AdvanceClockRequest& request) {
  const int64_t seconds = request.body.advance_seconds;
  if (seconds < 0 || seconds > kAdvanceSecondsMax) {
    return base::InvalidArgument("Member 'AdvanceSeconds' must be from 0 to 315360000.");
  }
  PINION_TRY(const base::Timestamp now,
             call.services.system.AdvanceClock(std::chrono::seconds(seconds)));
  return model::ClockResponse{now};
}

base::Result<model::WhoAmIResponse> WhoAmI(Call& call, const model::WhoAmIRequest&) {
  const Principal& principal = call.principal();
  return model::WhoAmIResponse{principal.arn,
                               principal.name,
                               principal.access_key_id,
                               std::string(TypeName(principal.type))};
}

base::Result<RawReply> GetOpenApi(Call&, const model::GetOpenApiRequest&) {
  RawReply reply;
  reply.body = model::kOpenApiDocument;
  return reply;
}

}  // namespace

void RegisterSystemOperations(OperationTable& table) {
  table.Add<model::ops::AdvanceClock>(Run::kWorker, AdvanceClock);
  table.Add<model::ops::GetClock>(Run::kInline, GetClock);
  table.AddRaw<model::ops::GetOpenApi>(Run::kWorker, GetOpenApi);
  table.Add<model::ops::GetSystem>(Run::kWorker, GetSystem);
  table.Add<model::ops::WhoAmI>(Run::kInline, WhoAmI);
}

}  // namespace pinion::api

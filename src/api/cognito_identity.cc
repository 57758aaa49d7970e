#include "api/cognito_identity.h"

#include <chrono>
#include <utility>

#include "api/aws_json_reply.h"
#include "model/codec.h"
#include "model/identity_pools.h"

namespace pinion::api {

namespace {

// AUTH-52.
http::Response ErrorOf(const base::Error& error) {
  switch (error.code) {
    case base::Errc::kInvalidArgument:
      return AwsJsonError(400, "InvalidParameterException", error.message);
    case base::Errc::kNotFound:
      return AwsJsonError(400, "ResourceNotFoundException", error.message);
    case base::Errc::kForbidden:
      return AwsJsonError(400, "NotAuthorizedException", error.message);
    default:
      return AwsJsonError(500, "InternalErrorException", "Internal server error");
  }
}

template <class Output>
http::Response ReplyOf(const base::Result<Output>& output) {
  return output.ok() ? AwsJsonReply(model::ToJson(*output)) : ErrorOf(output.error());
}

identities::Logins LoginsOf(std::optional<identities::Logins> logins) {
  return std::move(logins).value_or(identities::Logins());
}

base::Result<model::CognitoGetIdOutput> Identify(SiblingCall& call) {
  PINION_TRY(auto input, model::Decode<model::CognitoGetIdInput>(call.request.body));
  PINION_TRY(
      auto id,
      call.services.identities.GetId(input.identity_pool_id, LoginsOf(std::move(input.logins))));
  return model::CognitoGetIdOutput{std::move(id)};
}

base::Result<model::CognitoGetCredentialsOutput> Issue(SiblingCall& call) {
  PINION_TRY(auto input, model::Decode<model::CognitoGetCredentialsInput>(call.request.body));
  PINION_TRY(auto issued,
             call.services.identities.GetCredentials(input.identity_id,
                                                     LoginsOf(std::move(input.logins))));
  const auto expiration =
      std::chrono::floor<std::chrono::seconds>(issued.expires_at).time_since_epoch().count();
  call.facts.principal.access_key_id = issued.credentials.access_key_id;
  return model::CognitoGetCredentialsOutput{std::move(issued.identity_id),
                                            {std::move(issued.credentials.access_key_id),
                                             std::move(issued.credentials.secret),
                                             std::move(issued.credentials.token),
                                             expiration}};
}

}  // namespace

http::Response GetCognitoId(SiblingCall& call) {
  return ReplyOf(Identify(call));
}

http::Response GetCognitoCredentials(SiblingCall& call) {
  return ReplyOf(Issue(call));
}

http::Response RefuseOpenIdToken(SiblingCall&) {
  return ErrorOf(base::Forbidden("Open ID tokens are not given out here."));
}

}  // namespace pinion::api

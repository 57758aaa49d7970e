#include "auth/built_in_roles.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>

#include "auth/access_key.h"

namespace pinion::auth {
namespace {

struct Role {
  std::string_view name;
  // In lower case, with wildcards.
  std::initializer_list<std::string_view> actions;
  std::initializer_list<std::string_view> except = {};
};

const Role kRoles[] = {
    {kAdministrator, {"*"}},
    {"Developer", {"mobiletargeting:*", "ses:send*", "sms-voice:*", "pinion:read", "pinion:write"}},
    {"Marketer",
     {"mobiletargeting:*", "ses:send*", "sms-voice:*", "pinion:read", "pinion:write"},
     {"mobiletargeting:createapp",
      "mobiletargeting:deleteapp",
      "mobiletargeting:update*channel",
      "mobiletargeting:delete*channel",
      "mobiletargeting:puteventstream",
      "mobiletargeting:deleteeventstream"}},
    {"ReadOnly", {"mobiletargeting:get*", "mobiletargeting:list*", "pinion:read"}},
    {"Sender",
     {"mobiletargeting:sendmessages",
      "mobiletargeting:sendusersmessages",
      "mobiletargeting:sendotpmessage",
      "mobiletargeting:verifyotpmessage",
      "mobiletargeting:phonenumbervalidate",
      "ses:send*",
      "sms-voice:send*"}},
    {"Ingest",
     {"mobiletargeting:putevents",
      "mobiletargeting:updateendpoint",
      "mobiletargeting:updateendpointsbatch",
      "mobiletargeting:getinappmessages"}},
    {"Guest",
     {"mobiletargeting:putevents",
      "mobiletargeting:updateendpoint",
      "mobiletargeting:getinappmessages"}},
};

std::vector<Glob> GlobsOf(std::initializer_list<std::string_view> texts) {
  std::vector<Glob> globs;
  for (const std::string_view text : texts) {
    Glob& glob = globs.emplace_back();
    for (const char c : text) {
      if (c == '*') {
        glob.AppendAnyRun();
      } else {
        glob.AppendLiteral({&c, 1});
      }
    }
  }
  return globs;
}

}  // namespace

std::optional<std::vector<PolicyStatement>> BuiltInRole(std::string_view name) {
  const auto role = std::find_if(
      std::begin(kRoles), std::end(kRoles), [&](const Role& row) { return row.name == name; });
  if (role == std::end(kRoles)) {
    return std::nullopt;
  }
  PolicyStatement statement;
  statement.label = role->name;
  statement.effect = PolicyStatement::Effect::kAllow;
  statement.actions = GlobsOf(role->actions);
  statement.except_actions = GlobsOf(role->except);
  return std::vector<PolicyStatement>{std::move(statement)};
}

std::string BuiltInRoleNames() {
  std::string names;
  for (const Role& role : kRoles) {
    names += names.empty() ? "" : ", ";
    names += role.name;
  }
  return names;
}

}  // namespace pinion::auth

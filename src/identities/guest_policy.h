// What identities of a pool may do (AUTH-56), as policy documents. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/raw_json.h"

namespace pinion::identities {

// A policy as a pool's settings have it: an object is the document itself, a string is the text of
// a document or the name of a role. kInvalidArgument names `member` for anything else.
base::Result<std::string> PolicyText(const model::RawJson& given, std::string_view member);

// The policies of identities that are under `own`, or under the default when there is none: events,
// endpoints and in-app messages of these applications. Whatever `own` allows, nothing but
// operations of Pinpoint is left.
std::vector<std::string> PoliciesOf(const std::optional<std::string>& own,
                                    std::span<const std::string> applications,
                                    std::string_view account_id);

}  // namespace pinion::identities

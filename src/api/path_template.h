// Path templates of the model with the values of a request in their places. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pinion::api {

// "/v1/apps/{application-id}" with `values`, in the order of the template, in place of the names; a
// value that is missing leaves its place empty.
std::string FillPathTemplate(std::string_view path, std::span<const std::string> values);

}  // namespace pinion::api

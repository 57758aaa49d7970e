// The plain text of an HTML email, for those that have only an HtmlPart (TPL-45, TPL-46). Pure.
#pragma once

#include <string>
#include <string_view>

namespace pinion::delivery {

// Tags stripped, links as `text (url)`, line breaks and block ends as newlines, the common entities
// decoded; script and style contents and comments left out. Never fails: what is no HTML comes out
// as it is.
std::string TextOfHtml(std::string_view html);

}  // namespace pinion::delivery

// Mailboxes as people write them: `a@b.example` or `Name <a@b.example>` (CHN-10, CHN-29). Pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinion::channels {

inline constexpr size_t kAddressBytesMax = 320;

struct Mailbox {
  std::string name;     // without quotes; "" if there is none
  std::string address;  // bare
};

// Nothing when the text is not one mailbox.
std::optional<Mailbox> ParseMailbox(std::string_view text);

}  // namespace pinion::channels

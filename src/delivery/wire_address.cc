#include "delivery/wire_address.h"

#include "delivery/mime/mailbox.h"

namespace pinion::delivery {
namespace {

// CHN-92.
constexpr size_t kPhoneDigitsMin = 8;
constexpr size_t kPhoneDigitsMax = 15;

base::Result<std::string> PhoneNumber(std::string_view address) {
  std::string number = "+";
  for (size_t i = 0; i < address.size(); ++i) {
    const char c = address[i];
    if (c >= '0' && c <= '9') {
      number.push_back(c);
    } else if (c != ' ' && c != '-' && c != '(' && c != ')' && !(c == '+' && i == 0)) {
      return base::InvalidArgument("Invalid address: the number is not in E.164 format.");
    }
  }
  const size_t digits = number.size() - 1;
  if (digits < kPhoneDigitsMin || digits > kPhoneDigitsMax) {
    return base::InvalidArgument("Invalid address: an E.164 number has 8 to 15 digits.");
  }
  return number;
}

}  // namespace

base::Result<std::string> WireAddress(std::string_view channel, std::string_view address) {
  if (channel == "EMAIL") {
    const auto mailbox = mime::ParseMailbox(address);
    if (!mailbox.ok()) {
      return base::InvalidArgument("Invalid address: " + mailbox.error().message);
    }
    return mailbox->Address();
  }
  return channel == "SMS" || channel == "VOICE" ? PhoneNumber(address)
                                                : base::Result<std::string>(std::string(address));
}

}  // namespace pinion::delivery

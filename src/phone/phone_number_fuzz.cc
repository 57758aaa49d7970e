#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "phone/phone_number.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view country = text.substr(0, text.size() < 2 ? 0 : 2);
  const auto facts = pinion::phone::ReadPhoneNumber(text.substr(country.size()), country);
  // What was read once is read the same way again.
  if (facts.type != pinion::phone::PhoneType::kInvalid) {
    PINION_ASSERT(pinion::phone::ReadPhoneNumber(facts.e164, "").e164 == facts.e164);
  }
  return 0;
}

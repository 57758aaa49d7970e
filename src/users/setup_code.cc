#include "users/setup_code.h"

#include "base/digest.h"

namespace pinion::users {

std::string NewSetupCode(base::IdGenerator& ids, size_t groups) {
  constexpr size_t kGroupCharacters = 4;
  std::string code;
  for (size_t i = 0; i < groups; ++i) {
    code += (i == 0 ? "" : "-") + ids.NewBase32(kGroupCharacters);
  }
  return code;
}

std::string SetupCodeHash(std::string_view code) {
  std::string plain;
  for (const char c : code) {
    if (c >= 'a' && c <= 'z') {
      plain += static_cast<char>(c - 'a' + 'A');
    } else if (c != '-' && c != ' ') {
      plain += c;
    }
  }
  return base::Sha256(plain);
}

}  // namespace pinion::users

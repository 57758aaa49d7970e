// The secret box as the channels see it. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "auth/secret_box.h"
#include "channels/secret_sealer.h"

namespace pinion::server {

class BoxSealer final : public channels::SecretSealer {
 public:
  // `box` must outlive this.
  explicit BoxSealer(const auth::SecretBox& box) : box_(box) {}
  base::Result<std::string> Seal(std::string_view plain, std::string_view context) override {
    return box_.Seal(plain, context);
  }
  base::Result<std::string> Open(std::string_view sealed, std::string_view context) const override {
    return box_.Open(sealed, context);
  }

 private:
  const auth::SecretBox& box_;
};

}  // namespace pinion::server

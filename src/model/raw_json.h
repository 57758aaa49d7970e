// RawJson: a JSON value that is kept as the text it was sent as, and Empty: the structure without
// members. Used by generated structs; plain values.
#pragma once

#include <string>

namespace pinion::model {

// `text` is one complete JSON value. What the decoder stores has been checked in full; what is put
// here by hand is written as it stands.
struct RawJson {
  std::string text = "{}";

  friend bool operator==(const RawJson&, const RawJson&) = default;
};

// The answer of operations that have none.
struct Empty {
  friend bool operator==(const Empty&, const Empty&) = default;
};

}  // namespace pinion::model

#include "model/accessors.h"
#include "model/codec.h"
#include "model/raw_json.h"

namespace pinion::model {

namespace tables {
extern const TypeDescriptor kEmptyType;
constinit const TypeDescriptor kEmptyType = {
    .kind = Kind::kStructure, .name = "Empty", .reset = ResetValue<Empty>};
}  // namespace tables

const TypeDescriptor& DescriptorOf(TypeTag<Empty>) {
  return tables::kEmptyType;
}

}  // namespace pinion::model

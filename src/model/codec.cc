#include "model/codec.h"

#include <algorithm>

#include "base/assert.h"
#include "model/decoder.h"

namespace pinion::model {

namespace {

// Buffers are worth keeping; no state of one call is seen by the next.
Decoder& ThreadDecoder() {
  thread_local Decoder decoder;
  return decoder;
}

// One value, or all of them for a list; true if there was any.
bool DecodeParameters(const FieldDescriptor& field,
                      std::span<const Parameter> parameters,
                      void* request,
                      Decoder& decoder) {
  void* target = nullptr;
  for (const Parameter& parameter : parameters) {
    if (parameter.name != field.name) {
      continue;
    }
    if (!target) {
      target = static_cast<char*>(request) + field.offset;
      target = field.optional ? field.optional->emplace(target) : target;
    }
    if (field.type->kind != Kind::kList) {
      decoder.DecodeParameter(field, parameter.value, target);
      break;
    }
    decoder.DecodeParameter(field, parameter.value, field.type->list->append(target));
  }
  return target != nullptr;
}

}  // namespace

base::Status DecodeValue(std::string_view json,
                         const TypeDescriptor& type,
                         void* value,
                         DecodeReport* report) {
  Decoder& decoder = ThreadDecoder();
  decoder.Start(report);
  decoder.DecodeRoot(json, type, value);
  return decoder.Finish();
}

base::Status DecodeRequestValue(const OperationDescriptor& operation,
                                std::span<const Parameter> path_parameters,
                                std::span<const Parameter> query_parameters,
                                std::string_view body,
                                void* request,
                                DecodeReport* report) {
  Decoder& decoder = ThreadDecoder();
  decoder.Start(report);
  const FieldDescriptor* payload = nullptr;
  for (const FieldDescriptor& field : operation.request->fields) {
    PINION_ASSERT(field.location != Location::kMember);
    if (field.location == Location::kPayload) {
      payload = &field;
      continue;
    }
    const auto parameters = field.location == Location::kUri ? path_parameters : query_parameters;
    if (!DecodeParameters(field, parameters, request, decoder) && field.required) {
      decoder.ReportMissing(field.name);
    }
  }
  if (payload) {
    decoder.DecodeRoot(body, *payload->type, static_cast<char*>(request) + payload->offset);
  }
  return decoder.Finish();
}

}  // namespace pinion::model

// The operations that are built: for each the facts of the model, where it runs and the handler.
// Filled at start by the Register… functions of the *_operations.cc files, checked against the
// model, then shared without locks.
//   table.Add<model::ops::GetSegment>(Run::kInline, GetSegment);
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/call.h"
#include "base/result.h"
#include "model/codec.h"
#include "model/operation.h"
#include "model/raw_json.h"

namespace pinion::api {

// Where a handler runs: on the connection's own thread if it never waits for anything but a mutex
// and the memory of the store, on a thread of the worker pool otherwise.
enum class Run { kInline, kWorker };

// A handler's answer when it is not the JSON of the operation's response.
struct RawReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

// The request as the edge has it.
struct RawRequest {
  std::span<const model::Parameter> path_parameters;
  std::span<const model::Parameter> query_parameters;
  std::string_view body;
};

template <class Op>
using Handler = base::Result<typename Op::Response> (*)(Call&, const typename Op::Request&);
template <class Op>
using RawHandler = base::Result<RawReply> (*)(Call&, const typename Op::Request&);

// An operation of the generated model.
template <class Op>
concept Operation = requires {
  typename Op::Request;
  typename Op::Response;
  { Op::kDescriptor } -> std::convertible_to<const model::OperationDescriptor&>;
};

class OperationTable {
 public:
  static constexpr size_t kUsualBody = 512;

  using Invoke =
      std::function<base::Result<RawReply>(Call&, const RawRequest&, model::DecodeReport&)>;

  struct Row {
    const model::OperationDescriptor* descriptor = nullptr;
    Run run = Run::kWorker;
    Invoke invoke;
  };

  // Decodes, checks that the application of the path exists (API-25), calls the handler and encodes
  // its response.
  template <Operation Op>
  void Add(Run run, Handler<Op> handler) {
    AddRow({&Op::kDescriptor,
            run,
            [handler](Call& call, const RawRequest& raw, model::DecodeReport& report)
                -> base::Result<RawReply> {
              PINION_TRY(auto request, DecodeFor<Op>(raw, report));
              PINION_TRY(const auto use, UseApplication(Op::kDescriptor, raw, call));
              PINION_TRY(auto response, handler(call, request));
              RawReply reply;
              reply.status = Op::kSuccessStatus;
              if constexpr (!std::same_as<typename Op::Response, model::Empty>) {
                reply.body.reserve(kUsualBody);
                model::Encode(response, reply.body);
              }
              return reply;
            }});
  }

  // As Add, for answers that are not JSON or have another status at times.
  template <Operation Op>
  void AddRaw(Run run, RawHandler<Op> handler) {
    AddRow({&Op::kDescriptor,
            run,
            [handler](Call& call, const RawRequest& raw, model::DecodeReport& report)
                -> base::Result<RawReply> {
              PINION_TRY(auto request, DecodeFor<Op>(raw, report));
              PINION_TRY(const auto use, UseApplication(Op::kDescriptor, raw, call));
              return handler(call, request);
            }});
  }

  // No operation has two rows, and all are of the model. kInternal names those that are wrong.
  base::Status Check(std::span<const model::OperationDescriptor* const> all) const;
  // Beyond that, every operation of the model has either a row or a place in `not_built`.
  base::Status CheckComplete(std::span<const model::OperationDescriptor* const> all,
                             std::span<const std::string_view> not_built) const;

  std::span<const Row> rows() const { return rows_; }

 private:
  template <Operation Op>
  static base::Result<typename Op::Request> DecodeFor(const RawRequest& raw,
                                                      model::DecodeReport& report) {
    return model::DecodeRequest<Op>(raw.path_parameters, raw.query_parameters, raw.body, &report);
  }
  using Use = std::optional<apps::ApplicationService::Use>;
  // The application of the path, which stays until the handler has returned; nothing when the path
  // names none.
  static base::Result<Use> UseApplication(const model::OperationDescriptor& descriptor,
                                          const RawRequest& raw,
                                          Call& call);
  void AddRow(Row row) { rows_.push_back(std::move(row)); }

  std::vector<Row> rows_;
};

}  // namespace pinion::api

// Result<T>: a value, or an Error that says what kind of failure it is and, in one English sentence, what to tell the
// caller. Every expected failure in Pinion travels as a Result; exceptions of libraries end at their module's fence.
// Reading the value of a failed Result aborts. Not thread-safe; values are moved out with `*std::move(result)`.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace pinion::base {

// The kinds of failure a caller can act on. api/error_reply maps each to one exception name and HTTP status.
enum class Errc {
  kInvalidArgument,   // the request is wrong as it stands
  kUnauthenticated,   // who calls is not known
  kForbidden,         // the caller is known and may not
  kNotFound,          // the addressed resource does not exist
  kConflict,          // the resource is in another state than the request needs
  kPayloadTooLarge,   // over a size limit
  kTooManyRequests,   // over a rate limit
  kUnavailable,       // now is not the time: starting, stopping, disk full
  kNotImplemented,    // an operation of the model that is not built yet
  kInternal,          // a defect or a storage failure
};

struct Error {
  Errc code = Errc::kInternal;
  // For the client: one sentence that names the member and the rule; never a secret.
  std::string message;
};

inline Error InvalidArgument(std::string message) {
  return Error{Errc::kInvalidArgument, std::move(message)};
}
inline Error NotFound(std::string message) { return Error{Errc::kNotFound, std::move(message)}; }
inline Error Conflict(std::string message) { return Error{Errc::kConflict, std::move(message)}; }
inline Error Forbidden(std::string message) { return Error{Errc::kForbidden, std::move(message)}; }
inline Error Unavailable(std::string message) {
  return Error{Errc::kUnavailable, std::move(message)};
}
inline Error Internal(std::string message) { return Error{Errc::kInternal, std::move(message)}; }

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const Error& error() const& {
    PINION_ASSERT(!ok());
    return std::get<1>(state_);
  }
  Error&& error() && {
    PINION_ASSERT(!ok());
    return std::get<1>(std::move(state_));
  }
  const T& operator*() const& {
    PINION_ASSERT(ok());
    return std::get<0>(state_);
  }
  T& operator*() & {
    PINION_ASSERT(ok());
    return std::get<0>(state_);
  }
  T&& operator*() && {
    PINION_ASSERT(ok());
    return std::get<0>(std::move(state_));
  }
  const T* operator->() const { return &**this; }
  T* operator->() { return &**this; }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : failed_(true), error_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const& {
    PINION_ASSERT(failed_);
    return error_;
  }
  Error&& error() && {
    PINION_ASSERT(failed_);
    return std::move(error_);
  }
  void operator*() const { PINION_ASSERT(!failed_); }

 private:
  bool failed_ = false;
  Error error_;
};

using Status = Result<void>;

}  // namespace pinion::base

#define PINION_CAT_IMPL(a, b) a##b
#define PINION_CAT(a, b) PINION_CAT_IMPL(a, b)

// PINION_TRY(auto x, Compute()); declares x or returns the error from the enclosing function. A statement of several
// parts: braces around every branch keep them together. PINION_CO_TRY is the same inside a coroutine.
#define PINION_TRY(decl, ...) \
  PINION_TRY_IMPL(PINION_CAT(try_result_, __COUNTER__), return, decl, __VA_ARGS__)
#define PINION_CO_TRY(decl, ...) \
  PINION_TRY_IMPL(PINION_CAT(try_result_, __COUNTER__), co_return, decl, __VA_ARGS__)
#define PINION_TRY_IMPL(result, leave, decl, ...) \
  auto result = (__VA_ARGS__);                    \
  if (!result.ok()) {                             \
    leave std::move(result).error();              \
  }                                               \
  decl = *std::move(result)

// PINION_CHECK(Validate()); returns the error of a Result whose value is of no interest.
#define PINION_CHECK(...) PINION_CHECK_IMPL(PINION_CAT(check_result_, __COUNTER__), return, __VA_ARGS__)
#define PINION_CO_CHECK(...) \
  PINION_CHECK_IMPL(PINION_CAT(check_result_, __COUNTER__), co_return, __VA_ARGS__)
#define PINION_CHECK_IMPL(result, leave, ...) \
  do {                                        \
    auto result = (__VA_ARGS__);              \
    if (!result.ok()) {                       \
      leave std::move(result).error();        \
    }                                         \
  } while (false)

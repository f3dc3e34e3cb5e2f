// Errors as values: what a caller can do about a failure, and why it happened.
// Sees nothing but the messages its callers build.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/check.h"

namespace musubi {

// What the caller can do. The numbers are the process exit codes of docs/cli.md and are permanent.
enum class ErrorCode : std::uint8_t {
  kUsage = 64,        // the command line is wrong
  kBadData = 65,      // an input file's content is wrong
  kNoInput = 66,      // an input file is missing or unreadable
  kInternal = 70,     // our bug
  kExists = 73,       // the output exists and may not be replaced
  kIo = 74,           // reading or writing failed
  kLocked = 75,       // another process holds the store: retry later
  kRefused = 77,      // a key, signature, permission or approval was refused
  kContract = 78,     // the contract is wrong, or is not the one expected
  kInterrupted = 130  // Ctrl-C
};

// "usage", "bad_data", ...: as --json and the audit log have it.
std::string_view NameOf(ErrorCode code);

// A failure. `message` says what is wrong and what to do, names file, row and column where there
// is one, and never holds a field's value or a secret.
struct Error {
  ErrorCode code;
  std::string message;
};

// Either a value or an Error, like std::expected of C++23.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return std::holds_alternative<T>(state_); }

  // Requires: ok().
  T& value() & {
    MUSUBI_CHECK(ok());
    return std::get<T>(state_);
  }
  const T& value() const& {
    MUSUBI_CHECK(ok());
    return std::get<T>(state_);
  }
  // By value, so that `for (auto& x : F().value())` does not dangle.
  T value() && {
    MUSUBI_CHECK(ok());
    return std::get<T>(std::move(state_));
  }

  // Requires: !ok().
  const Error& error() const {
    MUSUBI_CHECK(!ok());
    return std::get<Error>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

// Success, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT: implicit on purpose

  bool ok() const { return !failed_; }

  // Requires: !ok().
  const Error& error() const {
    MUSUBI_CHECK(failed_);
    return error_;
  }

 private:
  Error error_{};
  bool failed_ = false;
};

using Status = Result<void>;

}  // namespace musubi

// Returns from the calling function when `expression`, a Status, has failed.
#define MUSUBI_RETURN_IF_ERROR(expression)                          \
  do {                                                              \
    if (auto musubi_status_ = (expression); !musubi_status_.ok()) { \
      return musubi_status_.error();                                \
    }                                                               \
  } while (false)

#define MUSUBI_CONCAT_INNER(a, b) a##b
#define MUSUBI_CONCAT(a, b) MUSUBI_CONCAT_INNER(a, b)

// `MUSUBI_ASSIGN_OR_RETURN(auto x, F());` declares x, or returns F()'s error.
#define MUSUBI_ASSIGN_OR_RETURN(declaration, expression)       \
  auto MUSUBI_CONCAT(musubi_result_, __LINE__) = (expression); \
  if (!MUSUBI_CONCAT(musubi_result_, __LINE__).ok()) {         \
    return MUSUBI_CONCAT(musubi_result_, __LINE__).error();    \
  }                                                            \
  declaration = std::move(MUSUBI_CONCAT(musubi_result_, __LINE__)).value()

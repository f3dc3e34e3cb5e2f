// Broken invariants of ours end the program at once; bad input never does.
#pragma once

namespace musubi {

// Prints the place and the condition (never a value) to stderr and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

}  // namespace musubi

// Aborts when `condition` is false, in every build type.
#define MUSUBI_CHECK(condition)                        \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::musubi::CheckFailed(__FILE__, __LINE__, #condition))

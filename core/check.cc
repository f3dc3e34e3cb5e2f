#include "core/check.h"

#include <cstdio>
#include <cstdlib>

namespace musubi {

void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "musubi: internal error at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace musubi

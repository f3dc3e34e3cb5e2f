#include "crypto/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace musubi::crypto {

void HardenProcess() {
  // Both results are ignored on purpose: secrets are kept out of core dumps by the secure heap too.
  const rlimit none{0, 0};
  static_cast<void>(setrlimit(RLIMIT_CORE, &none));
  static_cast<void>(prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL));
}

}  // namespace musubi::crypto

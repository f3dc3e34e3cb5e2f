#include "crypto/process.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace musubi::crypto {
namespace {

// In a process of its own, because it cannot be undone. Exits with 0, or the number of what failed.
[[noreturn]] void HardenAndLook() {
  if (prctl(PR_GET_DUMPABLE) != 1) _exit(1);  // or the test proves nothing
  HardenProcess();
  if (prctl(PR_GET_DUMPABLE) != 0) _exit(2);
  rlimit core{1, 1};
  if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0) _exit(3);
  _exit(0);
}

TEST(HardenProcessDeathTest, ForbidsCoreDumpsAndDebuggers) {
  EXPECT_EXIT(HardenAndLook(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace musubi::crypto

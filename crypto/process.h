// Keeps the memory of a process that holds secrets out of core dumps and away from debuggers.
#pragma once

namespace musubi::crypto {

// RLIMIT_CORE 0 and PR_SET_DUMPABLE 0. Best effort: a system that refuses is no worse than before.
void HardenProcess();

}  // namespace musubi::crypto

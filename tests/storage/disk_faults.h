// Faults of the disk, or of the whole process, at a step that the test chooses: a file's bytes, a
// sync, a link, a rename or an unlink, by whatever library. For programs that tests run, not for
// the tests themselves.
#pragma once

namespace musubi::storage {

enum class DiskFault {
  kKill,  // the process dies at the step; of bytes to be written, half are
  kFull   // from that step on there is no space left
};

// Counts steps from now on and strikes at step `step`, the first being 1.
void ArmDiskFault(DiskFault fault, long step);

// Ends it. True where the fault struck.
bool DisarmDiskFault();

}  // namespace musubi::storage

// The `inspect` command of all three programs: what a file says of itself.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

// Shows the manifest of an encoding file, or the name and fingerprint of a contract. Reads no
// filter and no reference.
Command InspectCommand();

}  // namespace musubi::cli

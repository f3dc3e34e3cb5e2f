// The `inspect` command of all three programs: what a file says of itself.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

// Shows the manifest of an encoding file or a sealed package, a certificate, or the name and
// fingerprint of a contract. Reads no filter and no reference, and needs no key. With --trust a
// package's signature and digests are checked too.
Command InspectCommand();

}  // namespace musubi::cli

// The `encode-clks` command of musubi-holder: CLKs as clkhash makes them.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

// Encodes a CSV file under a clkhash schema and secret.
Command EncodeClksCommand();

}  // namespace musubi::cli

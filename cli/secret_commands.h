// The `secret` commands of musubi-holder: the linkage secret made, checked, and handed over.
#pragma once

#include <vector>

#include "cli/command.h"

namespace musubi::cli {

std::vector<Command> SecretCommands();

}  // namespace musubi::cli

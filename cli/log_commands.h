// The `log` commands of musubi-unit: the audit log shown, signed, exported, proved and verified.
#pragma once

#include <vector>

#include "cli/command.h"

namespace musubi::cli {

std::vector<Command> LogCommands();

}  // namespace musubi::cli

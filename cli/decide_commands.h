// `musubi-study approve`, `reject` and `revoke`.
#pragma once

#include <vector>

#include "cli/command.h"

namespace musubi::cli {

std::vector<Command> DecideCommands();

}  // namespace musubi::cli

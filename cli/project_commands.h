// `musubi-unit project ...`.
#pragma once

#include <vector>

#include "cli/command.h"

namespace musubi::cli {

std::vector<Command> ProjectCommands();

}  // namespace musubi::cli

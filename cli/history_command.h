// musubi-unit history and resolve: what was done to a store, and who was whose at any epoch. Shows
// counts, and references only in the file that is asked for.
#pragma once

#include <vector>

#include "cli/command.h"

namespace musubi::cli {

std::vector<Command> HistoryCommands();

}  // namespace musubi::cli

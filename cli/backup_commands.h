// musubi-unit's `backup`, `restore` and `backups`: sealed copies of a store, and their keys.
#pragma once

#include <vector>

#include "cli/command.h"

namespace musubi::cli {

std::vector<Command> BackupCommands();

}  // namespace musubi::cli

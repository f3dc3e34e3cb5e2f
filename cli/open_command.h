// The `open` and `changes` commands of musubi-study: what holders and the unit sealed to a
// researcher.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

// Opens the packages of holders into one table.
Command OpenCommand();

// Opens the unit's list of ids that changed.
Command ChangesCommand();

}  // namespace musubi::cli

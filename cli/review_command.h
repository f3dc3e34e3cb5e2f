// musubi-unit review: what link runs ask people about, and what they decide. Shows levels, scores
// and shortened references; no value, no key.
#pragma once

#include <vector>

#include "cli/command.h"

namespace musubi::cli {

// review list, show, accept and reject.
std::vector<Command> ReviewCommands();

}  // namespace musubi::cli

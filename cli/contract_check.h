// musubi-study contract check: whether a contract is valid, and what it says, for those who agree
// on it. Sees public facts.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command ContractCheckCommand();

}  // namespace musubi::cli

// musubi-holder withdraw and receipt: what a holder asks of the unit when persons leave, and the
// proof that it was done.
#pragma once

#include <vector>

#include "cli/command.h"

namespace musubi::cli {

std::vector<Command> WithdrawalCommands();

}  // namespace musubi::cli

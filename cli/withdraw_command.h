// musubi-unit withdraw: carries out a holder's request that persons leave.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command WithdrawCommand();

}  // namespace musubi::cli

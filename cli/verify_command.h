// musubi-unit's `verify`: whether all that a store holds is there and as it was written.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command VerifyCommand();

}  // namespace musubi::cli

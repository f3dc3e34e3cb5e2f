// `musubi-study override`.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command OverrideCommand();

}  // namespace musubi::cli

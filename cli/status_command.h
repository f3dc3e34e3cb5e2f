// `musubi-unit status`.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command StatusCommand();

}  // namespace musubi::cli

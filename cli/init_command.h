// `musubi-unit init`.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command InitCommand();

}  // namespace musubi::cli

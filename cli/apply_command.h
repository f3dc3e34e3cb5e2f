// `musubi-study apply`.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command ApplyCommand();

}  // namespace musubi::cli

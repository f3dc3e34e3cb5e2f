// `musubi-unit release`.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command ReleaseCommand();

}  // namespace musubi::cli

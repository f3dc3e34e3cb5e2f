// The report command of musubi-unit.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command ReportCommand();

}  // namespace musubi::cli

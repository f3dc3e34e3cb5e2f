// The `attach` command of musubi-holder: project ids joined to the holder's own, and its rows
// sealed to a researcher under them.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command AttachCommand();

}  // namespace musubi::cli

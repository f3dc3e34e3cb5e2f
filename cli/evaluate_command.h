// musubi-study evaluate: links measured against the truth. Shows counts, shares, and the values of
// the columns that it is asked to go by.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command EvaluateCommand();

}  // namespace musubi::cli

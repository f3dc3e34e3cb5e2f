// musubi-holder audit --tune: searches for the contract that exposes people least and still links.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

// Adds what `audit` takes besides with --tune.
void AddTuneOptions(boost::program_options::options_description* options);

// Whether `audit` was asked to tune. Errors: kUsage  it was not, and an option of tuning is given
Result<bool> WantsTuning(const Invocation& run);

// Runs it; 1 where no candidate passes.
Result<int> TuneFile(const Invocation& run);

}  // namespace musubi::cli

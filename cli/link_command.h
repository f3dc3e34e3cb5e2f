// musubi-unit link: one link run, and what it tells of itself.
#pragma once

#include "cli/command.h"
#include "storage/link_store.h"

namespace musubi::cli {

Command LinkCommand();

// What is known of a link run, for JSON.
Json JsonOf(const storage::EpochSummary& summary);

}  // namespace musubi::cli

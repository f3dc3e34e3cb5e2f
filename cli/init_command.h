// `musubi-unit init`.
#pragma once

#include <string>

#include "cli/command.h"
#include "storage/store_values.h"

namespace musubi::cli {

// How many review bodies must approve a project of such a store, as a line for people.
std::string ApprovalsText(const storage::StorePolicy& policy);

Command InitCommand();

}  // namespace musubi::cli

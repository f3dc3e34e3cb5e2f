// `musubi-unit project ...`.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "storage/store_values.h"

namespace musubi::cli {

// Name, state now, and expiry.
Json JsonOf(const storage::ProjectInfo& project, const ExecContext& context);
std::string LineOf(const storage::ProjectInfo& project, const ExecContext& context);

std::vector<Command> ProjectCommands();

}  // namespace musubi::cli

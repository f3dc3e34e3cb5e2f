// What is shown of applications and of decisions on them: all that they say.
#pragma once

#include <string>

#include "cli/console.h"
#include "core/application.h"
#include "storage/project_decision.h"

namespace musubi::cli {

// As its document has it, and its digest.
Json JsonOf(const Application& application);
std::string TextOf(const Application& application);

// Without its application.
Json JsonOf(const storage::ProjectDecision& decision);
// On one line, and a second for a reason.
std::string TextOf(const storage::ProjectDecision& decision);

}  // namespace musubi::cli

// Applications and decisions on them, read from files and shown: all that they say.
#pragma once

#include <filesystem>
#include <string>

#include "cli/console.h"
#include "core/application.h"
#include "storage/project_decision.h"

namespace musubi::cli {

// The application of a file of `musubi-study apply`, or in a decision on one, whoever signed that.
//
// Errors: kNoInput, kIo
//         kBadData  it is neither, or not in its one form: the message names the file
Result<Application> LoadApplication(const std::filesystem::path& file);

// As its document has it, and its digest.
Json JsonOf(const Application& application);
std::string TextOf(const Application& application);

// Without its application.
Json JsonOf(const storage::ProjectDecision& decision);
// On one line, and a second for a reason.
std::string TextOf(const storage::ProjectDecision& decision);

}  // namespace musubi::cli

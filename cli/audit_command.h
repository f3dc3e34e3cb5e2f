// musubi-holder audit: attacks a file's encodings before they leave the holder.
#pragma once

#include <cstdint>

#include "cli/command.h"
#include "engine/audit/audit.h"

namespace musubi::cli {

Command AuditCommand();

// What the command's options ask of an audit: of `sample` records unless --sample is given.
//
// Errors: kUsage; those of the policy file
Result<engine::AuditRequest> AuditRequestOf(const Invocation& run, std::uint64_t sample);

}  // namespace musubi::cli

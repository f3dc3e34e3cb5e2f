// musubi-holder audit: attacks a file's encodings before they leave the holder.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command AuditCommand();

}  // namespace musubi::cli

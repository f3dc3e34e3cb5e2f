// The audit-page command of musubi-holder and musubi-study: an audit's report as a page. Sees
// counts and shares, and needs no secret.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

Command AuditPageCommand();

}  // namespace musubi::cli

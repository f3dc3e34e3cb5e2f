// What an audit found, as a terminal shows it. Sees counts and shares.
#pragma once

#include <string>

#include "core/audit_report.h"

namespace musubi::cli {

// Every finding in a line, whom each attacker may name, the verdict, and what to do.
std::string TextOf(const AuditReport& report);

}  // namespace musubi::cli

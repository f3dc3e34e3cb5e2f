// Numbers of an audit, what overrides it, and what let an encoding leave its holder, as text.
#pragma once

#include <string>

#include "cli/console.h"
#include "storage/audit_clearance.h"

namespace musubi::cli {

// In four digits: "0.0625".
std::string Number(double number);

// As its document has it, and its digest.
Json JsonOf(const storage::AuditOverride& terms);
// Line by line: whose, why, until when, and each test that was not passed.
std::string TextOf(const storage::AuditOverride& terms);

// {"outcome": "passed", "report": ...}, or {"outcome": "overridden", "signers": [...], "override":
// ...}. Without signers where they are not known, because nobody verified them.
Json JsonOf(const storage::Cleared& cleared);
// "audit passed (report 0123456789abcdef)", or "audit overridden by A, B until ...: why".
std::string TextOf(const storage::Cleared& cleared);

}  // namespace musubi::cli

// The verdict of an audit in words, for who decides whether a file may leave. Sees counts.
#pragma once

#include <string>

#include "core/audit_report.h"

namespace musubi::engine {

struct Verdict {
  std::string sentence;  // what was found, in one plain sentence
  std::string next;      // what to do now
};

Verdict VerdictOf(const AuditReport& report);

}  // namespace musubi::engine

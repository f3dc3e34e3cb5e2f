// The report of an audit as a page for a data protection officer. Sees counts and shares.
#pragma once

#include <string>

#include "core/audit_report.h"

namespace musubi::engine {

// A page of HTML that any browser shows and prints without a network: text, styles, program and
// report are all in it, and the verdict and the worst cases also for a browser that runs no
// programs. The same report gives the same bytes.
std::string AuditPage(const AuditReport& report);

}  // namespace musubi::engine

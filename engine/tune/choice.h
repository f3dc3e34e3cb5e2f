// What follows from what was found of the candidates: the frontier, the choice, and what to do.
// Counts and measures alone. Private to engine/tune.
#pragma once

#include "engine/audit/audit.h"
#include "engine/tune/tune.h"

namespace musubi::engine {

// What the unit may do that knows some pairs (engine/verdict/exposure.h); all, where nothing tells.
Risk RiskOf(const AuditReport& report);

// Its findings that fail or are invalid, as "TEST, CASE".
std::vector<std::string> FailuresOf(const AuditReport& report);

// Fills, from what was found of each candidate: on_frontier, chosen, passes and advice.
void Choose(TuneReport* report);

}  // namespace musubi::engine

// The first pass of a run that learns: how often each pattern of agreement occurs. Private to
// engine/link.
#pragma once

#include <vector>

#include "blocking/candidates.h"
#include "core/exec_context.h"
#include "engine/link/pattern_reader.h"
#include "engine/model/pattern_counts.h"

namespace musubi::engine {

// Counts the pairs of `plan`, each by its kind, ascending by pattern: the same at any number of
// threads. What meets in the plan's blocks is counted whether it may be linked or not, so that
// pairs of two persons are learnt under the very blocking that candidates come from.
//
// Errors: kInterrupted
Result<std::vector<PatternCount>> CountPatterns(const PatternSource& source,
                                                const blocking::CandidatePlan& plan,
                                                const ExecContext& context);

}  // namespace musubi::engine

// What `musubi-study evaluate` prints, for people and as JSON. Counts, shares, and groups' names.
#pragma once

#include <string>

#include "cli/console.h"
#include "engine/evaluate/evaluate.h"

namespace musubi::cli {

// The members of docs/evaluation.md.
Json JsonOf(const engine::Evaluation& result);

// Tables; sizes of more than ten records are put together, and long values are cut off.
std::string TextOf(const engine::Evaluation& result);

}  // namespace musubi::cli

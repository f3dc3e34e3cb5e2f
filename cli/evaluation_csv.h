// What `musubi-study evaluate --csv` writes: a row a measure. Counts, shares, and groups' names.
#pragma once

#include <string>

#include "engine/evaluate/evaluate.h"

namespace musubi::cli {

// The table of docs/evaluation.md, header and all.
std::string CsvOf(const engine::Evaluation& result);

}  // namespace musubi::cli

// The attack that learns from known pairs which bits tell of which token. Sees encodings and
// numbers of tokens. Private to engine/audit.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/audit/dense.h"

namespace musubi::engine {

// The chance that a record with a token scores higher than one without, as learnt from the first
// `known` records and measured on the rest: the mean over the tokens, at most 40, that are in 5 to
// 50 % of the known ones, the most frequent first. 0.5 is a guess, 1 is certainty. None where there
// is no such token.
//
// Requires: 0 < known < records.
// Threads:  safe; parallel inside.
// Source:   ridge regression: Hoerl, Kennard, Technometrics 12(1), 1970. The area under the curve
//           is the statistic of Mann, Whitney, Ann Math Statist 18(1), 1947.
std::optional<double> ProbeTokens(const Matrix& unit_rows,
                                  const std::vector<std::vector<std::uint32_t>>& tokens,
                                  std::size_t known);

// Area under the receiver's curve. None where all or no records are `positive`.
std::optional<double> AreaUnderCurve(const std::vector<float>& scores,
                                     const std::vector<std::uint8_t>& positive);

}  // namespace musubi::engine

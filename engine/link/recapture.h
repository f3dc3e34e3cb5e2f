// Recall by recapture: of the pairs of one person that a third holder's record joins, how many were
// linked directly as well. Private to engine/link.
#pragma once

#include <cstdint>
#include <span>

#include "core/population.h"
#include "core/result.h"
#include "engine/link/link.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {

// Looks at the persons of `first_of` (see Resolution) with records of three holders or more: each
// pair of their records, of two holders, that links of both to a record of a third holder join. Of
// a person with more than kSpeakers records, at the first so many.
//
// A direct link and a way over a third record are two captures of the same pair; were they
// independent, the share that the first has among the second would be the recall of direct links
// (Lincoln, Petersen). They are not quite: records without mistakes are easily found either way, so
// the truth is rather lower. Of persons whom but two holders know this is the recall; for others
// resolution joins what was not linked directly.
//
// Of more than some twenty million links, those of every second, third, ... person, by the numbers
// of their first rows: always the same ones.
//
// Memory: 12 bytes for each of these links.
// Errors: those of the links
// Source: Petersen, Rep. Danish Biol. Station 6 (1896); Seber, The Estimation of Animal Abundance
//         (1982), chapter 3.
Result<Recapture> RecaptureLinks(const Population& population, const LinkSource& links,
                                 std::span<const std::uint32_t> first_of);

}  // namespace musubi::engine

// From links to persons: one-to-one between holders, source-consistent over many.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/contract_parts.h"
#include "core/exec_context.h"
#include "core/pairs.h"
#include "core/population.h"
#include "core/result.h"

namespace musubi::engine {

// The pairs of a run that reached its threshold, left < right, each once.
class LinkSource {
 public:
  using Visitor = std::function<void(std::span<const ScoredPair> links)>;

  virtual ~LinkSource() = default;

  virtual std::uint64_t links() const = 0;

  // Calls `visit` with all of them, some at a time, in the same order at each call.
  //
  // Errors: those of where they are kept; kInterrupted
  virtual Status Visit(const Visitor& visit) const = 0;
};

// How much any two records have in common, whether or not they are a link.
class PairScores {
 public:
  virtual ~PairScores() = default;

  // The score of a pair, or 0 where it tells nothing: unrelated records reach as much by chance.
  // For a link it is the link's. Threads: safe.
  virtual std::uint32_t Of(std::uint32_t left, std::uint32_t right) const = 0;
};

struct Resolution {
  // Per row: the first row of its cluster, which is its own where it is alone.
  std::vector<std::uint32_t> first_of;
};

struct ResolveRequest {
  std::uint32_t threshold = 0;  // of the links
  ResolutionKind kind = ResolutionKind::kGreedy;
  std::uint64_t links_in_memory = std::uint64_t{1} << 32;  // at once, about; at least 1
};

// Clusters the rows of `population`, as if none had been clustered before: what that means for keys
// given earlier, Regroup tells.
//
// Of the links of a component, those that request.kind allows (ChooseLinks) are taken from the best
// score down (ties by row numbers). A link joins the clusters of its
// two records unless
//   - both clusters hold a record of one holder that declares no duplicates;
//   - the mean score of all pairs across the two clusters is below four fifths of the threshold, a
//     pair whose score tells nothing counting a third of it: one chance resemblance must not chain
//     two persons. Of a cluster of more than kSpeakers records, the first so many speak for all.
// Between two holders without duplicates this is greedy one-to-one matching.
//
// What links connect is resolved apart from all else, in parallel; where there are more links than
// `links_in_memory`, some of it after the other. Neither changes the result.
//
// Requires: links refer to the population's rows.
// Memory:   12 bytes a row, and 16 bytes for each link in memory. What links connect is never cut,
//           so one large cluster may take more.
// Errors:   those of `links`; kInterrupted
// Source:   source consistency after Saeedi, Peukert, Rahm, ESWC 2018 (CLIP).
inline constexpr std::size_t kSpeakers = 64;
Result<Resolution> Resolve(const Population& population, const LinkSource& links,
                           const PairScores& scores, const ResolveRequest& request,
                           const ExecContext& context);

}  // namespace musubi::engine

// The resolution of records that links connect with each other. Private to engine/resolve.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "core/exec_context.h"
#include "core/population.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {

// Resolves one component after the other, in memory that it keeps. Threads: one at a time.
class ComponentResolver {
 public:
  // All are borrowed.
  ComponentResolver(const Population& population, const PairScores& scores,
                    const ResolveRequest& request)
      : population_(population),
        scores_(scores),
        threshold_(request.threshold),
        kind_(request.kind) {}

  // Writes where the component's rows belong to `first_of` (see Resolution). `links` are those of
  // the component, best first, ties by rows. Gives up, with half of it written, once `context` says
  // so.
  void Resolve(std::span<const ScoredPair> links, const ExecContext& context,
               std::vector<std::uint32_t>* first_of);

 private:
  // A cluster under construction, at its root.
  struct Group {
    std::vector<std::uint32_t> members;  // rows, ascending
    std::vector<std::uint16_t> sources;  // ascending; only holders without duplicates
  };

  void CollectRows(std::span<const ScoredPair> links);
  void StartGroups();
  void Take(const ScoredPair& link);
  std::uint32_t PlaceOf(std::uint32_t row) const;
  std::uint32_t Root(std::uint32_t place);
  bool Consistent(const Group& a, const Group& b) const;
  bool WellLinked(std::uint32_t a, std::uint32_t b);
  bool HasEnoughInCommon(const Group& a, const Group& b) const;
  void Join(std::uint32_t a, std::uint32_t b);

  const Population& population_;
  const PairScores& scores_;
  std::uint32_t threshold_;
  ResolutionKind kind_;

  // Of the present component; by place, the number of a row among its rows.
  std::vector<std::uint32_t> rows_;  // ascending
  std::vector<std::uint32_t> parent_;
  std::vector<Group> groups_;
  // Roots that had too little in common, with the records they had then: a large component asks
  // again and again.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> refused_;
};

}  // namespace musubi::engine

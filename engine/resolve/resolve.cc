#include "engine/resolve/resolve.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_sort.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <tuple>
#include <utility>

#include "engine/resolve/component.h"

namespace musubi::engine {
namespace {

// What links connect: disjoint sets of rows, each known by its first row.
class Components {
 public:
  explicit Components(std::size_t rows) : parent_(rows) {
    std::iota(parent_.begin(), parent_.end(), 0U);
  }

  void Join(std::uint32_t a, std::uint32_t b) {
    a = FirstOf(a);
    b = FirstOf(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

  std::uint32_t FirstOf(std::uint32_t row) {
    while (parent_[row] != row) {
      parent_[row] = parent_[parent_[row]];
      row = parent_[row];
    }
    return row;
  }

 private:
  std::vector<std::uint32_t> parent_;  // never above the row
};

struct ComponentLink {
  std::uint32_t component;
  ScoredPair link;
};

// By component, then the best first.
bool InOrder(const ComponentLink& a, const ComponentLink& b) {
  return std::tie(a.component, b.link.score, a.link.left, a.link.right) <
         std::tie(b.component, a.link.score, b.link.left, b.link.right);
}

// Components whose first rows are from `begin` to `end` - 1.
struct RowRange {
  std::uint32_t begin;
  std::uint32_t end;
};

class Run {
 public:
  Run(const Population& population, const LinkSource& links, const PairScores& scores,
      const ResolveRequest& request, const ExecContext& context)
      : links_(links),
        request_(request),
        context_(context),
        components_(population.rows()),
        resolvers_([&population, &scores, &request] {
          return ComponentResolver(population, scores, request);
        }) {
    resolution_.first_of.resize(population.rows());
    std::iota(resolution_.first_of.begin(), resolution_.first_of.end(), 0U);
  }

  Result<Resolution> Resolve() {
    MUSUBI_RETURN_IF_ERROR(Connect());
    MUSUBI_ASSIGN_OR_RETURN(const std::vector<RowRange> ranges, Ranges());
    for (const RowRange& range : ranges) MUSUBI_RETURN_IF_ERROR(ResolveRange(range));
    return std::move(resolution_);
  }

 private:
  // Finds what is connected.
  Status Connect() {
    return links_.Visit([&](std::span<const ScoredPair> links) {
      for (const ScoredPair& link : links) components_.Join(link.left, link.right);
    });
  }

  // Cuts the components into ranges of no more links than may be in memory, where that can be.
  Result<std::vector<RowRange>> Ranges() {
    const auto rows = static_cast<std::uint32_t>(resolution_.first_of.size());
    if (links_.links() <= request_.links_in_memory) return std::vector{RowRange{0, rows}};
    std::vector<std::uint32_t> count(rows);  // of links, at a component's first row
    MUSUBI_RETURN_IF_ERROR(links_.Visit([&](std::span<const ScoredPair> links) {
      for (const ScoredPair& link : links) {
        std::uint32_t& of_component = count[components_.FirstOf(link.left)];
        if (of_component != UINT32_MAX) ++of_component;
      }
    }));
    std::vector<RowRange> ranges = {{0, 0}};
    std::uint64_t links = 0;
    for (std::uint32_t row = 0; row < rows; ++row) {
      if (links > 0 && links + count[row] > request_.links_in_memory) {
        ranges.push_back({row, row});
        links = 0;
      }
      links += count[row];
      ranges.back().end = row + 1;
    }
    return ranges;
  }

  Result<std::vector<ComponentLink>> LinksOf(const RowRange& range) {
    std::vector<ComponentLink> links;
    links.reserve(std::min(links_.links(), request_.links_in_memory));
    MUSUBI_RETURN_IF_ERROR(links_.Visit([&](std::span<const ScoredPair> some) {
      for (const ScoredPair& link : some) {
        const std::uint32_t component = components_.FirstOf(link.left);
        if (component >= range.begin && component < range.end) links.push_back({component, link});
      }
    }));
    tbb::parallel_sort(links.begin(), links.end(), InOrder);
    return links;
  }

  Status ResolveRange(const RowRange& range) {
    MUSUBI_ASSIGN_OR_RETURN(const std::vector<ComponentLink> links, LinksOf(range));
    const std::vector<std::size_t> starts = PieceStarts(links);
    tbb::parallel_for(std::size_t{1}, starts.size(), [&](std::size_t piece) {
      ResolvePiece(std::span(links).subspan(starts[piece - 1], starts[piece] - starts[piece - 1]));
    });
    return context_.stopped() ? Status(Interrupted()) : Status();
  }

  // Where pieces of whole components begin, for a thread to take at once, and the end of the last.
  static std::vector<std::size_t> PieceStarts(std::span<const ComponentLink> links) {
    constexpr std::size_t kLinksOfPiece = 4096;
    std::vector<std::size_t> starts = {0};
    for (std::size_t i = 1; i < links.size(); ++i) {
      const bool begins = links[i].component != links[i - 1].component;
      if (begins && i - starts.back() >= kLinksOfPiece) starts.push_back(i);
    }
    starts.push_back(links.size());
    return starts;
  }

  // Resolves whole components.
  void ResolvePiece(std::span<const ComponentLink> links) {
    ComponentResolver& resolver = resolvers_.local();
    std::vector<ScoredPair> own;
    for (std::size_t begin = 0; begin < links.size() && !context_.stopped();) {
      own.clear();
      std::size_t end = begin;
      while (end < links.size() && links[end].component == links[begin].component) {
        own.push_back(links[end++].link);
      }
      resolver.Resolve(own, context_, &resolution_.first_of);
      begin = end;
    }
    const std::scoped_lock lock(mutex_);
    done_ += links.size();
    context_.Progress(done_);
  }

  const LinkSource& links_;
  const ResolveRequest& request_;
  const ExecContext& context_;
  Components components_;
  tbb::enumerable_thread_specific<ComponentResolver> resolvers_;
  std::mutex mutex_;
  Resolution resolution_;  // threads write to rows of their own
  std::uint64_t done_ = 0;
};

}  // namespace

Result<Resolution> Resolve(const Population& population, const LinkSource& links,
                           const PairScores& scores, const ResolveRequest& request,
                           const ExecContext& context) {
  MUSUBI_CHECK(request.links_in_memory > 0);
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(context.threads));
  tbb::task_arena arena(context.threads);
  Result<Resolution> resolution = Resolution();
  arena.execute([&] { resolution = Run(population, links, scores, request, context).Resolve(); });
  return resolution;
}

}  // namespace musubi::engine

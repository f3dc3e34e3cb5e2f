#include "engine/link/recapture.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace musubi::engine {
namespace {

// A link of two records of one person.
struct OwnLink {
  std::uint32_t first = 0;  // of the person
  std::uint32_t left = 0;
  std::uint32_t right = 0;

  auto operator<=>(const OwnLink&) const = default;
};

// Whether two of a person's records are linked, by their places among its rows.
class Adjacency {
 public:
  Adjacency(std::span<const std::uint32_t> rows, std::span<const OwnLink> links)
      : size_(rows.size()), linked_(rows.size() * rows.size()) {
    for (const OwnLink& link : links) {
      const auto left = std::ranges::lower_bound(rows, link.left) - rows.begin();
      const auto right = std::ranges::lower_bound(rows, link.right) - rows.begin();
      if (static_cast<std::size_t>(std::max(left, right)) >= size_) continue;
      const auto a = static_cast<std::size_t>(left);
      const auto b = static_cast<std::size_t>(right);
      if (rows[a] != link.left || rows[b] != link.right) continue;
      linked_[a * size_ + b] = linked_[b * size_ + a] = true;
    }
  }
  bool of(std::size_t a, std::size_t b) const { return linked_[a * size_ + b]; }

 private:
  std::size_t size_;
  std::vector<bool> linked_;
};

class Recapturer {
 public:
  explicit Recapturer(const Population& population) : population_(population) {}

  // Counts the pairs of one person. `links` are all of it.
  void Count(std::span<const OwnLink> links) {
    if (links.size() < 2) return;
    rows_.clear();
    for (const OwnLink& link : links) {
      rows_.push_back(link.left);
      rows_.push_back(link.right);
    }
    std::ranges::sort(rows_);
    const auto repeats = std::ranges::unique(rows_);
    rows_.erase(repeats.begin(), repeats.end());
    rows_.resize(std::min(rows_.size(), kSpeakers));
    const Adjacency linked(rows_, links);
    for (std::size_t a = 0; a < rows_.size(); ++a) {
      for (std::size_t b = a + 1; b < rows_.size(); ++b) {
        if (!JoinedByThird(a, b, linked)) continue;
        ++result_.joined;
        result_.linked += linked.of(a, b) ? 1 : 0;
      }
    }
  }

  const Recapture& result() const { return result_; }

 private:
  std::uint16_t SourceOf(std::size_t place) const { return population_.source[rows_[place]]; }

  bool JoinedByThird(std::size_t a, std::size_t b, const Adjacency& linked) const {
    if (SourceOf(a) == SourceOf(b)) return false;
    for (std::size_t third = 0; third < rows_.size(); ++third) {
      const bool is_third = SourceOf(third) != SourceOf(a) && SourceOf(third) != SourceOf(b);
      if (is_third && linked.of(a, third) && linked.of(third, b)) return true;
    }
    return false;
  }

  const Population& population_;
  std::vector<std::uint32_t> rows_;
  Recapture result_;
};

}  // namespace

Result<Recapture> RecaptureLinks(const Population& population, const LinkSource& links,
                                 std::span<const std::uint32_t> first_of) {
  std::vector<OwnLink> own;
  if (population.allows_within.size() < 3) return Recapture();
  constexpr std::uint64_t kMostLinks = 20'000'000;
  const auto step = static_cast<std::uint32_t>(links.links() / kMostLinks + 1);
  MUSUBI_RETURN_IF_ERROR(links.Visit([&](std::span<const ScoredPair> some) {
    for (const ScoredPair& link : some) {
      const std::uint32_t first = first_of[link.left];
      if (first == first_of[link.right] && first % step == 0)
        own.push_back({first, link.left, link.right});
    }
  }));
  std::ranges::sort(own);
  Recapturer recapturer(population);
  for (std::size_t begin = 0; begin < own.size();) {
    std::size_t end = begin;
    while (end < own.size() && own[end].first == own[begin].first) ++end;
    recapturer.Count(std::span(own).subspan(begin, end - begin));
    begin = end;
  }
  return recapturer.result();
}

}  // namespace musubi::engine

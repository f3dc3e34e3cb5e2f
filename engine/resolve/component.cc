#include "engine/resolve/component.h"

#include <algorithm>
#include <numeric>

#include "engine/resolve/link_choice.h"

namespace musubi::engine {

void ComponentResolver::CollectRows(std::span<const ScoredPair> links) {
  rows_.clear();
  for (const ScoredPair& link : links) {
    rows_.push_back(link.left);
    rows_.push_back(link.right);
  }
  std::ranges::sort(rows_);
  const auto again = std::ranges::unique(rows_);
  rows_.erase(again.begin(), again.end());
}

void ComponentResolver::StartGroups() {
  parent_.resize(rows_.size());
  std::iota(parent_.begin(), parent_.end(), 0U);
  if (groups_.size() < rows_.size()) groups_.resize(rows_.size());
  for (std::uint32_t place = 0; place < rows_.size(); ++place) {
    const std::uint32_t row = rows_[place];
    Group& group = groups_[place];
    group.members.assign(1, row);
    group.sources.clear();
    if (population_.allows_within[population_.source[row]] == 0) {
      group.sources.push_back(population_.source[row]);
    }
  }
}

std::uint32_t ComponentResolver::PlaceOf(std::uint32_t row) const {
  return static_cast<std::uint32_t>(std::ranges::lower_bound(rows_, row) - rows_.begin());
}

std::uint32_t ComponentResolver::Root(std::uint32_t place) {
  while (parent_[place] != place) {
    parent_[place] = parent_[parent_[place]];
    place = parent_[place];
  }
  return place;
}

// Whether no holder without duplicates has a record in both.
bool ComponentResolver::Consistent(const Group& a, const Group& b) const {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.sources.size() && j < b.sources.size()) {
    if (a.sources[i] == b.sources[j]) return false;
    (a.sources[i] < b.sources[j] ? i : j) += 1;
  }
  return true;
}

// In fifteenths of the threshold, a pair that tells nothing counts 5 and the mean must be 12.
bool ComponentResolver::HasEnoughInCommon(const Group& a, const Group& b) const {
  const auto speakers = [](const Group& group) {
    return std::span(group.members).first(std::min(group.members.size(), kSpeakers));
  };
  std::uint64_t sum = 0;
  std::uint64_t pairs = 0;
  for (const std::uint32_t i : speakers(a)) {
    for (const std::uint32_t j : speakers(b)) {
      const auto [left, right] = std::minmax(i, j);
      const std::uint32_t score = scores_.Of(left, right);
      sum += score == 0 ? std::uint64_t{threshold_} * 5 : std::uint64_t{score} * 15;
      ++pairs;
    }
  }
  return sum >= pairs * threshold_ * 12;
}

bool ComponentResolver::WellLinked(std::uint32_t a, std::uint32_t b) {
  const std::size_t records = groups_[a].members.size() + groups_[b].members.size();
  if (records == 2) return true;  // their one pair is a link
  std::size_t& refused = refused_[std::minmax(a, b)];
  if (refused == records) return false;
  if (HasEnoughInCommon(groups_[a], groups_[b])) return true;
  refused = records;
  return false;
}

void ComponentResolver::Join(std::uint32_t a, std::uint32_t b) {
  if (groups_[a].members.size() < groups_[b].members.size()) std::swap(a, b);
  const auto merge = [](auto& into, const auto& from) {
    const auto middle = into.insert(into.end(), from.begin(), from.end());
    std::inplace_merge(into.begin(), middle, into.end());
  };
  merge(groups_[a].members, groups_[b].members);
  merge(groups_[a].sources, groups_[b].sources);
  parent_[b] = a;
}

void ComponentResolver::Take(const ScoredPair& link) {
  const std::uint32_t a = Root(PlaceOf(link.left));
  const std::uint32_t b = Root(PlaceOf(link.right));
  if (a == b || !Consistent(groups_[a], groups_[b])) return;
  if (WellLinked(a, b)) Join(a, b);
}

void ComponentResolver::Resolve(std::span<const ScoredPair> links, const ExecContext& context,
                                std::vector<std::uint32_t>* first_of) {
  constexpr std::size_t kLinksBetweenLooks = 1024;
  CollectRows(links);
  StartGroups();
  refused_.clear();
  const std::vector<ScoredPair> chosen = ChooseLinks(kind_, population_, links);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (i % kLinksBetweenLooks == 0 && context.stopped()) return;
    Take(chosen[i]);
  }
  for (std::uint32_t place = 0; place < rows_.size(); ++place) {
    (*first_of)[rows_[place]] = groups_[Root(place)].members.front();
  }
}

}  // namespace musubi::engine

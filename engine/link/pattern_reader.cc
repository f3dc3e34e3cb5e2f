#include "engine/link/pattern_reader.h"

#include <xxhash.h>

namespace musubi::engine {

std::vector<std::uint8_t> ThrowCoins(const FilterRows& rows, const ExecContext& context) {
  constexpr std::size_t kRowsBetweenLooks = std::size_t{1} << 16;
  std::vector<std::uint8_t> coins(rows.rows());
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (row % kRowsBetweenLooks == 0 && context.stopped()) break;
    const std::uint64_t hash = XXH3_64bits(rows.row(row), rows.row_words() * sizeof(std::uint64_t));
    coins[row] = static_cast<std::uint8_t>(hash & 1);
  }
  return coins;
}

PatternReader::PatternReader(const PatternSource& source) : source_(source) {
  for (const std::size_t f : source.rows.order()) {
    levels_.emplace_back(source.contract.filters()[f]);
  }
}

std::span<const Pattern> PatternReader::Read(std::uint32_t left,
                                             std::span<const std::uint32_t> rights) {
  const std::size_t filters = source_.rows.filters();
  patterns_.assign(rights.size(), 0);
  counts_.resize(rights.size() * filters);
  source_.kernel(source_.rows, {0, filters}, left, rights, counts_.data());
  for (std::size_t place = 0; place < filters; ++place) AddFilter(left, rights, place);
  for (std::size_t rule = 0; rule < source_.contract.match_rules().size(); ++rule) {
    AddMatchToken(left, rights, rule);
  }
  return patterns_;
}

void PatternReader::AddFilter(std::uint32_t left, std::span<const std::uint32_t> rights,
                              std::size_t place) {
  const FilterRows& rows = source_.rows;
  const std::uint32_t left_bits = rows.popcount(left, place);
  if (left_bits == 0) return;
  const std::uint32_t* count = counts_.data() + place;
  const std::size_t shift = rows.order()[place];
  for (std::size_t i = 0; i < rights.size(); ++i, count += rows.filters()) {
    unsigned level = levels_[place].Of(*count, left_bits, rows.popcount(rights[i], place));
    if (level == kEqual) level = source_.rarity.level(left, place);
    patterns_[i] |= AtPlace(level, shift);
  }
}

// Equal tokens agree, different ones conflict: the model learns what either is worth.
void PatternReader::AddMatchToken(std::uint32_t left, std::span<const std::uint32_t> rights,
                                  std::size_t rule) {
  const auto& tokens =
      source_.population.records.tokens[source_.contract.block_rules().size() + rule];
  if (tokens[left].is_none()) return;
  const std::size_t place = source_.rows.filters() + rule;
  for (std::size_t i = 0; i < rights.size(); ++i) {
    if (tokens[rights[i]].is_none()) continue;
    patterns_[i] |= AtPlace(tokens[left] == tokens[rights[i]] ? kEqual : kUnlike, place);
  }
}

}  // namespace musubi::engine

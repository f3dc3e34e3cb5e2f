#include "bloom/saul.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "crypto/shake256.h"

namespace musubi::bloom {
namespace {

constexpr std::string_view kVotesLabel = "saul1";
constexpr std::string_view kRankLabel = "rank1";
constexpr std::size_t kWordBits = 64;

crypto::Digest256 Labelled(std::string_view label, std::string_view token,
                           std::vector<std::uint8_t>* message, crypto::Hmac* key) {
  message->assign(label.begin(), label.end());
  message->insert(message->end(), token.begin(), token.end());
  return (*key)(*message);
}

}  // namespace

std::size_t SaulVotes::Hash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

SaulVotes::SaulVotes(crypto::Hmac key, std::uint32_t votes)
    : key_(std::move(key)), words_(votes / kWordBits), latest_(words_) {
  MUSUBI_CHECK(votes > 0 && votes % kWordBits == 0);
}

SaulVotes::Token SaulVotes::Of(std::string_view token) {
  if (const auto known = index_.find(token); known != index_.end()) {
    const std::size_t at = known->second;
    return {ranks_[at], std::span(remembered_).subspan(at * words_, words_)};
  }
  const std::uint64_t rank = Derive(token, latest_);
  if (index_.size() < kMaxRemembered) {
    index_.emplace(token, ranks_.size());
    ranks_.push_back(rank);
    remembered_.insert(remembered_.end(), latest_.begin(), latest_.end());
  }
  return {rank, latest_};
}

std::uint64_t SaulVotes::Derive(std::string_view token, std::span<std::uint64_t> votes) {
  const crypto::Digest256 seed = Labelled(kVotesLabel, token, &message_, &key_);
  std::vector<std::uint8_t> bytes(votes.size_bytes());
  crypto::Shake256(seed, bytes);
  for (std::size_t word = 0; word < votes.size(); ++word) {
    votes[word] = 0;
    for (std::size_t i = 0; i < sizeof(std::uint64_t); ++i) {
      votes[word] |= std::uint64_t{bytes[word * sizeof(std::uint64_t) + i]} << (8 * i);
    }
  }
  const crypto::Digest256 ranks = Labelled(kRankLabel, token, &message_, &key_);
  std::uint64_t rank = 0;
  for (std::size_t i = 0; i < sizeof rank; ++i) rank = rank << 8 | ranks[i];
  return rank;
}

SaulCounter::SaulCounter(std::uint32_t terms, std::uint32_t bits)
    : terms_(terms), row_words_(bits / kWordBits), lowest_(terms * row_words_) {
  MUSUBI_CHECK(terms > 0 && bits > 0 && bits % kWordBits == 0);
  for (std::vector<std::uint64_t>& plane : planes_) plane.resize(terms * row_words_);
}

void SaulCounter::Clear() {
  for (std::vector<std::uint64_t>& plane : planes_) std::ranges::fill(plane, 0);
  tokens_ = 0;
  counted_ = 0;
}

// The token of the lowest rank so far waits: only at the end is it known whether it votes.
void SaulCounter::Add(const SaulVotes::Token& token) {
  MUSUBI_CHECK(token.votes.size() == lowest_.size());
  if (tokens_ == kMostTokens) return;
  if (tokens_++ == 0) {
    lowest_rank_ = token.rank;
    std::ranges::copy(token.votes, lowest_.begin());
    return;
  }
  if (token.rank >= lowest_rank_) return Count(token.votes);
  Count(lowest_);
  lowest_rank_ = token.rank;
  std::ranges::copy(token.votes, lowest_.begin());
}

// Adds one to the count of each vote that is set: binary counters, a plane for each of their bits.
void SaulCounter::Count(std::span<const std::uint64_t> votes) {
  ++counted_;
  for (std::size_t word = 0; word < votes.size(); ++word) {
    std::uint64_t carry = votes[word];
    for (std::size_t plane = 0; carry != 0; ++plane) {
      std::uint64_t& bits = planes_[plane][word];
      const std::uint64_t next = bits & carry;
      bits ^= carry;
      carry = next;
    }
  }
}

void SaulCounter::Finish(std::span<std::uint64_t> row) {
  MUSUBI_CHECK(tokens_ > 0 && row.size() >= row_words_);
  if (tokens_ % 2 == 1) Count(lowest_);
  const std::size_t half = counted_ / 2;  // an odd number votes: more than these are most
  std::ranges::fill(row, 0);
  for (std::size_t word = 0; word < lowest_.size(); ++word) {
    std::uint64_t more = 0;
    std::uint64_t equal = ~std::uint64_t{0};
    for (std::size_t plane = kPlanes; plane-- > 0;) {
      const std::uint64_t bits = planes_[plane][word];
      if ((half >> plane & 1) == 0) {
        more |= equal & bits;
        equal &= ~bits;
      } else {
        equal &= bits;
      }
    }
    row[word % row_words_] ^= more;
  }
}

}  // namespace musubi::bloom

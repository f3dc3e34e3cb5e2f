#include "engine/audit/people.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/seeded_draws.h"
#include "engine/audit/control_contract.h"
#include "engine/audit/unit_rows.h"

namespace musubi::engine {
namespace {

// Bytes that follow from a seed: for secrets that keep nothing.
class SeededRandom : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : draws_(seed) {}
  Status Fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(draws_.Below(256));
    return {};
  }

 private:
  SeededDraws draws_;
};

// Per record the mean, over its tokens, of how rare each is.
std::vector<double> RaritiesOf(const ClearTokens& tokens) {
  std::vector<std::uint32_t> counts(tokens.filter_of.size(), 0);
  for (const auto& record : tokens.of) {
    for (const std::uint32_t token : record) ++counts[token];
  }
  std::vector<double> rarities;
  for (const auto& record : tokens.of) {
    double sum = 0;
    for (const std::uint32_t token : record) sum -= std::log(static_cast<double>(counts[token]));
    rarities.push_back(record.empty() ? -1e9 : sum / static_cast<double>(record.size()));
  }
  return rarities;
}

// What is drawn from an audit's seed, each by a seed of its own.
enum class Draw : std::uint64_t { kSample = 1, kOrder, kPairs, kSecret, kNet, kCoins, kGraph };
std::uint64_t SeedFor(std::uint64_t seed, Draw draw) {
  return seed * 16 + static_cast<std::uint64_t>(draw);
}

// An attacker's own secret.
Result<crypto::LinkageSecret> SecretOf(std::uint64_t seed) {
  SeededRandom random(seed);
  return crypto::LinkageSecret::Generate(random);
}

double MeanTokens(const ClearTokens& tokens) {
  std::size_t sum = 0;
  for (const Records& record : tokens.of) sum += record.size();
  return static_cast<double>(sum) / static_cast<double>(tokens.of.size());
}

}  // namespace

Records DrawSample(std::size_t records, std::size_t sample, std::uint64_t seed) {
  SeededDraws draws(seed);
  return Shuffled(records, std::min(sample, records), &draws);
}

Records PlacesIn(const Records& order, std::size_t count) {
  Records places(count);
  for (std::uint32_t place = 0; place < order.size(); ++place) {
    if (order[place] < count) places[order[place]] = place;
  }
  return places;
}

Groups GroupsOf(const ClearTokens& tokens) {
  Groups groups;
  const std::vector<double> rarities = RaritiesOf(tokens);
  Records order(rarities.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(
      order, [&](std::uint32_t a, std::uint32_t b) { return rarities[a] > rarities[b]; });
  groups.rare.assign(order.size(), false);
  for (std::size_t i = 0; i < order.size() / 10; ++i) groups.rare[order[i]] = true;

  std::array<std::size_t, 5> counts{};
  for (const Script script : tokens.scripts) ++counts[static_cast<std::size_t>(script)];
  counts[0] = 0;  // no name
  const auto most = static_cast<Script>(std::ranges::max_element(counts) - counts.begin());
  for (const Script script : tokens.scripts) {
    groups.other.push_back(script != Script::kNone && script != most);
  }
  return groups;
}

Status Encoded::Prepare(const Records& sample, const crypto::LinkageSecret& attacker) {
  MUSUBI_ASSIGN_OR_RETURN(set_, Encode(sample));
  victims_ = UnitRows(set_);
  MUSUBI_ASSIGN_OR_RETURN(const EncodingSet own,
                          held_.Encode(contract_, attacker, sample, context_));
  attackers_ = UnitRows(own);
  return {};
}

Result<Matrix> Encoded::EncodeAsAttacker(const Records& rows, std::uint64_t seed) const {
  constexpr int kKeys = 3;
  Matrix all;
  for (int key = 0; key < kKeys; ++key) {
    MUSUBI_ASSIGN_OR_RETURN(const auto attacker,
                            SecretOf(seed * kKeys + static_cast<std::uint64_t>(key)));
    MUSUBI_ASSIGN_OR_RETURN(const EncodingSet set,
                            held_.Encode(contract_, attacker, rows, context_));
    const Matrix own = UnitRows(set);
    if (key == 0) all.resize(own.rows(), kKeys * own.cols());
    all.middleCols(key * own.cols(), own.cols()) = own / std::sqrt(static_cast<float>(kKeys));
  }
  return all;
}

Status People::Prepare(std::uint64_t sample_records, std::uint64_t seed) {
  sample = DrawSample(held.rows(), sample_records, SeedFor(seed, Draw::kSample));
  order = DrawSample(sample.size(), sample.size(), SeedFor(seed, Draw::kOrder));
  graph_seed = SeedFor(seed, Draw::kGraph);
  pairs_seed = SeedFor(seed, Draw::kPairs);
  net_seed = SeedFor(seed, Draw::kNet);
  coins_seed = SeedFor(seed, Draw::kCoins);
  tokens = held.Tokens(contract, sample);
  MUSUBI_ASSIGN_OR_RETURN(const auto unfilled, ControlContract(contract, 1));
  pieces = held.Tokens(unfilled, sample);
  groups = GroupsOf(pieces);
  MUSUBI_ASSIGN_OR_RETURN(auto plain_contract, ControlContract(contract, MeanTokens(pieces)));
  plain = std::make_unique<Contract>(std::move(plain_contract));
  audited = std::make_unique<Encoded>(held, contract, secret, context);
  control = std::make_unique<Encoded>(held, *plain, secret, context);
  MUSUBI_ASSIGN_OR_RETURN(const auto attacker, SecretOf(SeedFor(seed, Draw::kSecret)));
  MUSUBI_RETURN_IF_ERROR(audited->Prepare(sample, attacker));
  return control->Prepare(sample, attacker);
}

}  // namespace musubi::engine

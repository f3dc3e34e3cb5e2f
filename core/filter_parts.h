// The filters of a contract: what sets their bits, and what is done to them afterwards. Public
// facts; no record, no secret.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/contract_parts.h"
#include "core/threshold.h"

namespace musubi {

// A feature that sets bits in a filter of its own, of which a keyed sample goes into the record's:
// the more bits, the more the field counts.
struct FeatureSample {
  std::uint32_t own_bits = 0;  // of its own filter: 64 to 8192, a multiple of 64
  std::uint32_t bits = 0;      // sampled, each at most once: 1 to own_bits
};

// Tokens of one field that set bits of a filter.
struct Feature {
  std::uint32_t field = 0;  // index into Contract::fields()
  Level level = Level::kStrict;
  TokenRule tokens;
  std::uint32_t positions = 0;          // bits a token sets, 1 to 64; 0 in a SAUL filter
  std::optional<BlockPart> salt;        // goes into every token; without it the feature is missing
  std::optional<FeatureSample> sample;  // all features of a filter have one, or none
};

// What is done to a filter's bits after tokens have set them (docs/hardening.md).
enum class HardeningKind {
  kSample,   // some bits are kept, in a keyed order
  kBalance,  // the bits and their complement, in a keyed order
  kFold,     // the exclusive or of both halves
  kRule90,   // the exclusive or of both neighbours, round the ends
  kBlip      // some bits are replaced by coins
};

struct HardeningStep {
  HardeningKind kind = HardeningKind::kBalance;
  std::uint32_t bits = 0;  // of kSample: how many are kept
  Threshold flip{0, 1};    // of kBlip: the chance that a bit is replaced, above 0, at most 1
};

// Bits that are an exclusive or of majorities (docs/hardening.md, "SAUL").
struct SaulRule {
  std::uint32_t terms = 0;         // T, majorities a bit: 1 to 16
  std::uint32_t least_tokens = 0;  // a record of fewer has no filter: 1 to 64
  std::uint32_t least_fields = 0;  // likewise: 1 to 64
};

struct Filter {
  // Whether it is made of a whole record: its features' values meet in more than their bits.
  bool IsOfRecord() const;

  std::string name;
  std::uint32_t bits = 0;       // as it leaves the holder: 64 to 8192, a multiple of 64
  std::uint32_t made_bits = 0;  // as tokens set them, before hardening: likewise
  std::vector<Feature> features;
  std::optional<SaulRule> saul;
  std::vector<HardeningStep> hardening = {};
  bool hamming = false;      // compared by Hamming similarity in the weighted mean, else by Dice
  std::uint32_t weight = 1;  // in the weighted mean; 1 to 1000
  Threshold floor{0, 1};     // Dice similarity that counts as no agreement; below 1
  Threshold penalty{0, 1};   // how far below zero the agreement falls at Dice similarity 0
  // Of the model fellegi_sunter: the least similarity of each level of agreement below equality,
  // descending; up to six. Empty where the model chooses by what the filter holds.
  std::vector<Threshold> levels = {};
};

}  // namespace musubi

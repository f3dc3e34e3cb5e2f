// What a record takes from one cell, and where its contract uses it. Private to engine/encode.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/contract.h"
#include "identity/forms.h"

namespace musubi::engine {

// Where a field is used in its contract, in the order in which FieldValue gives its parts.
struct FieldUses {
  struct FeatureUse {
    std::size_t filter;
    std::size_t feature;
    std::size_t first_word;  // of the feature's row in FieldValue::rows
    std::size_t words;
  };
  struct PartUse {
    std::size_t token;  // block rules, then match rules
    BlockPart part;
  };
  // In a filter that is made of a whole record: the value of a feature, or its salt.
  struct RecordUse {
    std::size_t filter;
    std::size_t feature;
    Level level;                    // the feature's
    std::optional<BlockPart> salt;  // none: the feature's value, at its level, as it is
  };
  std::vector<FeatureUse> features;
  std::vector<PartUse> parts;
  std::vector<RecordUse> records;  // their parts follow those of `parts`
  identity::FormsWanted wanted;
};

// The uses of every field of `contract`.
std::vector<FieldUses> UsesOf(const Contract& contract);

// The parts of block token or match token `token`: block rules come first.
const std::vector<BlockPart>& PartsOfToken(const Contract& contract, std::size_t token);

// What one cell gives. Borrowed until the next cell of the same field.
struct FieldValue {
  bool decodable = true;  // in the file's charset
  bool usable = false;    // present, or invalid and kept
  identity::FieldState state = identity::FieldState::kMissing;
  identity::Notes notes;
  std::uint64_t value_hash = 0;            // of the strict form
  std::uint64_t* times = nullptr;          // where a remembered value is counted; else null
  std::uint64_t has_bits = 0;              // bit i: feature use i has tokens
  std::span<const std::uint64_t> rows;     // of all feature uses, one after another
  std::span<const std::uint32_t> part_at;  // one more than parts: where each begins in `parts`
  std::uint64_t has_part = 0;              // bit i: part i is there; record uses follow part uses
  std::span<const char> parts;             // each as bloom::AppendTokenPart writes it
};

}  // namespace musubi::engine

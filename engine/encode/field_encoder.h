// One field's cells to what a record takes from them, remembered by cell, because names, dates and
// places repeat. Sees identifiers and keys. Private to engine/encode.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bloom/encoders.h"
#include "core/contract.h"
#include "engine/encode/cell_cache.h"
#include "engine/encode/field_counts.h"
#include "engine/encode/field_value.h"
#include "identity/charset.h"
#include "identity/normalise.h"

namespace musubi::engine {

// Threads: one at a time; make one for each thread. All give the same values.
class FieldEncoder {
 public:
  // Without `features`, as for a profile, no rows are made. Requires: else one for each feature
  // use. At most 64 feature uses and 64 part uses.
  FieldEncoder(const Field& field, FieldUses uses, identity::Decoder decoder,
               std::vector<bloom::FeatureEncoder> features);

  // The value of a cell's bytes, whose CellCache::HashOf is `hash`. Valid until the next call.
  const FieldValue& Of(std::string_view cell, std::uint64_t hash);

  // The value of a cell, not remembered: for a cell that belongs to another field.
  const FieldValue& OfForeign(std::string_view cell);

  const CellCache& cache() const { return cache_; }
  const FieldUses& uses() const { return uses_; }

  // Counts a value of this encoder, of a row that is accepted.
  void Count(const FieldValue& value);

  // Adds each value as often as it was counted.
  void AddTo(FieldCounts* counts) const;

 private:
  void Make(std::string_view cell);
  void MakeRows();
  void MakeParts();
  bool AppendRecordPart(const FieldUses::RecordUse& use);

  Field field_;
  FieldUses uses_;
  identity::Decoder decoder_;
  identity::Normaliser normaliser_;
  std::vector<bloom::FeatureEncoder> features_;
  std::size_t row_words_ = 0;

  // The cell made last.
  std::string text_;
  identity::Forms forms_;
  std::vector<std::uint64_t> rows_;
  std::vector<std::uint32_t> part_at_;
  std::string parts_;
  std::string part_;
  FieldValue made_;

  CellCache cache_;
  FieldCounts others_;  // of cells that are not remembered
};

}  // namespace musubi::engine

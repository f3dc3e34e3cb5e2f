// The filters of a record that are more than the bits of its values side by side: salted, sampled,
// of majorities, hardened. Sees identifiers and keys. Private to engine/encode.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bloom/encoders.h"
#include "bloom/hardening.h"
#include "bloom/keys.h"
#include "bloom/saul.h"
#include "core/bit_matrix.h"
#include "core/contract.h"
#include "core/text_list.h"
#include "crypto/hmac.h"
#include "crypto/sha256.h"
#include "engine/encode/field_value.h"

namespace musubi::engine {

// One filter of a batch's encoded rows.
struct BatchFilter {
  // Per row: null where the filter is absent, its row in `made`, or words that last as long as the
  // encoder that remembers them.
  std::vector<const std::uint64_t*> words;
  BitMatrix made;  // where a filter is made of several values, or of one that is not remembered
};

// Threads: one at a time; make one for each thread. All make the same bits.
class RecordFilters {
 public:
  // `uses` are those of UsesOf(contract). Takes what it needs from `*keys`. Borrows the contract.
  RecordFilters(const Contract& contract, const std::vector<FieldUses>& uses,
                bloom::EncodingKeys* keys);

  // Whether filter `f` is made here.
  bool Makes(std::size_t f) const { return filters_[f].has_value(); }

  // Sets those filters of row `row` that are made here, of the record's values by field. The others
  // are set already: the noise of a record depends on all of them.
  void Set(std::span<const FieldValue* const> values, std::size_t row,
           std::vector<BatchFilter>* batch);

 private:
  struct Place {
    std::size_t field = 0;
    std::size_t use = 0;  // a feature use of the field, or a part of its values
  };

  // What one feature needs.
  struct Source {
    Place value;
    std::size_t first_word = 0;  // of a feature use: in FieldValue::rows
    std::optional<Place> salt;
    std::optional<bloom::FeatureEncoder> bits;  // none where the field's encoder has set them
    std::vector<std::uint16_t> sample;          // of the feature's own filter; else empty
    std::uint32_t sample_at = 0;                // where they go, before Made::order
    BitMatrix own;                              // one row: that filter
    std::optional<bloom::SaulVotes> votes;
  };
  struct Made {
    const Filter* filter;
    std::vector<Source> sources;  // by feature
    std::optional<bloom::SaulCounter> counter;
    bloom::Hardening hardening;
    BitMatrix bits;                    // one row: of the record, before hardening
    std::vector<std::uint16_t> order;  // of samples, so that no place tells a field; else empty
    BitMatrix sampled;                 // one row: the samples, field after field
    bool present = false;
  };

  static Source MakeSource(const Contract& contract, std::size_t f, std::size_t i,
                           const std::vector<FieldUses>& uses, bloom::EncodingKeys* keys);
  static Made MakeFilter(const Contract& contract, std::size_t f,
                         const std::vector<FieldUses>& uses, bloom::EncodingKeys* keys);
  bool Gather(std::span<const FieldValue* const> values, Made* made);
  static bool AddBits(std::span<const FieldValue* const> values, Source* source,
                      std::span<std::uint64_t> row);
  static bool SetBits(std::span<const FieldValue* const> values, Source* source,
                      std::span<std::uint64_t> row);
  // The value and the salt of a feature, as parts; none where one of them is missing.
  struct Salted {
    std::string_view value;
    std::string_view salt;
  };
  static std::optional<Salted> ValueOf(std::span<const FieldValue* const> values,
                                       const Source& source);
  std::uint32_t VoteFor(const Feature& feature, const Salted& salted, Source* source,
                        bloom::SaulCounter* counter);
  bool Vote(std::span<const FieldValue* const> values, Made* made);
  crypto::Digest256 RecordOf(std::size_t row, const std::vector<BatchFilter>& batch);

  const Contract& contract_;
  std::vector<std::optional<Made>> filters_;  // by filter of the contract
  bool has_noise_ = false;
  crypto::Hmac record_;
  TextList tokens_;
  std::vector<std::string_view> distinct_;
  std::string salted_;
  std::vector<std::uint8_t> message_;
};

}  // namespace musubi::engine

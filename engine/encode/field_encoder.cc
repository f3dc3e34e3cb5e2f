#include "engine/encode/field_encoder.h"

#include <algorithm>
#include <utility>

#include "core/bit_matrix.h"
#include "core/check.h"
#include "identity/parts.h"

namespace musubi::engine {

using identity::FieldState;

namespace {

void WantForms(const BlockPart& part, identity::FormsWanted* wanted) {
  const auto level = static_cast<std::size_t>(part.level);
  (part.form == PartForm::kSorted ? wanted->sorted : wanted->text)[level] = true;
}

// The uses of a feature of a filter that is made of a whole record.
void AddRecordUses(const Filter& filter, std::size_t f, std::size_t i,
                   std::vector<FieldUses>* all) {
  const Feature& feature = filter.features[i];
  FieldUses& uses = (*all)[feature.field];
  uses.records.push_back({f, i, feature.level, std::nullopt});
  uses.wanted.text[static_cast<std::size_t>(feature.level)] = true;
  if (!feature.salt) return;
  FieldUses& salts = (*all)[feature.salt->field];
  salts.records.push_back({f, i, feature.level, feature.salt});
  WantForms(*feature.salt, &salts.wanted);
}

}  // namespace

const std::vector<BlockPart>& PartsOfToken(const Contract& contract, std::size_t token) {
  const std::size_t blocks = contract.block_rules().size();
  return token < blocks ? contract.block_rules()[token].parts
                        : contract.match_rules()[token - blocks].parts;
}

std::vector<FieldUses> UsesOf(const Contract& contract) {
  std::vector<FieldUses> all(contract.fields().size());
  for (FieldUses& uses : all) uses.wanted.text = {true, false, false};
  for (std::size_t f = 0; f < contract.filters().size(); ++f) {
    const Filter& filter = contract.filters()[f];
    for (std::size_t i = 0; i < filter.features.size(); ++i) {
      FieldUses& uses = all[filter.features[i].field];
      if (filter.IsOfRecord()) {
        AddRecordUses(filter, f, i, &all);
        continue;
      }
      const std::size_t words = BitMatrix(filter.made_bits).stride_words();
      const std::size_t first =
          uses.features.empty() ? 0 : uses.features.back().first_word + uses.features.back().words;
      uses.features.push_back({f, i, first, words});
      uses.wanted.text[static_cast<std::size_t>(filter.features[i].level)] = true;
    }
  }
  for (std::size_t token = 0; token < contract.token_count(); ++token) {
    for (const BlockPart& part : PartsOfToken(contract, token)) {
      all[part.field].parts.push_back({token, part});
      WantForms(part, &all[part.field].wanted);
    }
  }
  return all;
}

FieldEncoder::FieldEncoder(const Field& field, FieldUses uses, identity::Decoder decoder,
                           std::vector<bloom::FeatureEncoder> features)
    : field_(field),
      uses_(std::move(uses)),
      decoder_(std::move(decoder)),
      normaliser_(field, uses_.wanted),
      features_(std::move(features)) {
  MUSUBI_CHECK(features_.empty() || features_.size() == uses_.features.size());
  MUSUBI_CHECK(uses_.features.size() <= 64 && uses_.parts.size() + uses_.records.size() <= 64);
  if (features_.empty()) uses_.features.clear();
  if (!uses_.features.empty()) {
    row_words_ = uses_.features.back().first_word + uses_.features.back().words;
  }
}

const FieldValue& FieldEncoder::Of(std::string_view cell, std::uint64_t hash) {
  const bool short_enough = cell.size() <= CellCache::kLongestCell;
  if (short_enough) {
    if (const FieldValue* known = cache_.Find(cell, hash)) return *known;
  }
  Make(cell);
  if (short_enough && !cache_.full()) {
    return *cache_.Remember(cell, hash, made_);
  }
  return made_;
}

void FieldEncoder::Count(const FieldValue& value) {
  if (value.times != nullptr) {
    ++*value.times;
  } else {
    others_.Add(value, 1);
  }
}

const FieldValue& FieldEncoder::OfForeign(std::string_view cell) {
  Make(cell);
  return made_;
}

// Fills made_ and what it points to.
void FieldEncoder::Make(std::string_view cell) {
  made_ = {};
  made_.decodable = decoder_.Decode(cell, &text_);
  if (!made_.decodable) text_.clear();
  made_.state = normaliser_(text_, &forms_);
  made_.notes = forms_.notes;
  made_.value_hash = CellCache::HashOf(forms_.strict());
  const bool kept =
      made_.state == FieldState::kInvalid && field_.on_invalid == InvalidPolicy::kKeep;
  made_.usable = (made_.state == FieldState::kPresent || kept) && !forms_.strict().empty();
  MakeRows();
  MakeParts();
}

void FieldEncoder::MakeRows() {
  rows_.assign(row_words_, 0);
  for (std::size_t i = 0; i < uses_.features.size() && made_.usable; ++i) {
    const FieldUses::FeatureUse& use = uses_.features[i];
    const std::string& value = forms_.at(features_[i].level());
    const std::span<std::uint64_t> row(rows_.data() + use.first_word, use.words);
    if (!value.empty() && features_[i].SetBits(value, row)) {
      made_.has_bits |= std::uint64_t{1} << i;
    }
  }
  made_.rows = rows_;
}

void FieldEncoder::MakeParts() {
  parts_.clear();
  part_at_.assign(1, 0);
  for (std::size_t i = 0; i < uses_.parts.size(); ++i) {
    part_.clear();
    if (made_.usable && identity::AppendPart(uses_.parts[i].part, field_.kind, forms_, &part_)) {
      made_.has_part |= std::uint64_t{1} << i;
      bloom::AppendTokenPart(part_, &parts_);
    }
    part_at_.push_back(static_cast<std::uint32_t>(parts_.size()));
  }
  for (std::size_t i = 0; i < uses_.records.size(); ++i) {
    part_.clear();
    if (made_.usable && AppendRecordPart(uses_.records[i])) {
      made_.has_part |= std::uint64_t{1} << (uses_.parts.size() + i);
      bloom::AppendTokenPart(part_, &parts_);
    }
    part_at_.push_back(static_cast<std::uint32_t>(parts_.size()));
  }
  made_.part_at = part_at_;
  made_.parts = parts_;
}

bool FieldEncoder::AppendRecordPart(const FieldUses::RecordUse& use) {
  if (use.salt) return identity::AppendPart(*use.salt, field_.kind, forms_, &part_);
  part_ = forms_.at(use.level);
  return !part_.empty();
}

void FieldEncoder::AddTo(FieldCounts* counts) const {
  counts->Add(others_);
  cache_.AddTo(counts);
}

}  // namespace musubi::engine

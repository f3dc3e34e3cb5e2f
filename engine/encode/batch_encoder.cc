#include "engine/encode/batch_encoder.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/blanks.h"
#include "identity/my_number.h"

namespace musubi::engine {

using identity::FieldState;

namespace {

std::string NotDecodable(identity::Charset charset) {
  return charset == identity::Charset::kUtf8
             ? "the value is not valid UTF-8; is the file CP932 (--charset cp932)?"
             : "the value is not valid CP932; is the file UTF-8 (--charset utf-8)?";
}

identity::Decoder OpenDecoder(identity::Charset charset) {
  auto decoder = identity::Decoder::Open(charset);
  MUSUBI_CHECK(decoder.ok());
  return std::move(decoder).value();
}

// One encoder for each feature use of a field, or none without keys.
std::vector<bloom::FeatureEncoder> FeaturesOf(const Contract& contract, const FieldUses& uses,
                                              bloom::EncodingKeys* keys) {
  std::vector<bloom::FeatureEncoder> encoders;
  if (keys == nullptr) return encoders;
  for (const FieldUses::FeatureUse& use : uses.features) {
    const Filter& filter = contract.filters()[use.filter];
    const Feature& feature = filter.features[use.feature];
    encoders.emplace_back(feature, contract.fields()[feature.field].kind, filter.made_bits,
                          std::move(keys->features[use.filter][use.feature]));
  }
  return encoders;
}

}  // namespace

EncodeBatch MakeEncodeBatch(const Contract& contract, std::size_t rows) {
  EncodeBatch batch;
  batch.rows.resize(rows);
  for (const std::uint32_t bits : contract.filter_bits()) {
    batch.filters.push_back({std::vector<const std::uint64_t*>(rows), BitMatrix(bits, rows)});
  }
  batch.tokens.resize(rows * contract.token_count());
  return batch;
}

void AppendEncoded(const EncodeBatch& batch, Slabs* made, EncodedRows* rows) {
  const std::size_t encoded = batch.ids.size();
  for (std::size_t f = 0; f < batch.filters.size(); ++f) {
    const BatchFilter& from = batch.filters[f];
    for (std::size_t i = 0; i < encoded; ++i) {
      const std::uint64_t* words = from.words[i];
      if (const auto of_batch = from.made.row(i); words == of_batch.data()) {
        auto* const kept = reinterpret_cast<std::uint64_t*>(made->Allocate(of_batch.size_bytes()));
        std::uninitialized_copy(of_batch.begin(), of_batch.end(), kept);
        words = kept;
      }
      rows->filters[f].words.push_back(words);
    }
  }
  const auto* const tokens = batch.tokens.data();
  rows->tokens.insert(rows->tokens.end(), tokens, tokens + encoded * rows->token_count);
}

BatchEncoder::BatchEncoder(EncoderParts parts)
    : contract_(parts.contract),
      plan_(parts.plan),
      without_(parts.without),
      charset_(parts.charset),
      decoder_(OpenDecoder(parts.charset)),
      encodes_(parts.keys.has_value()),
      cells_(parts.contract.fields().size()),
      values_(parts.contract.fields().size()) {
  bloom::EncodingKeys* const keys = parts.keys ? &*parts.keys : nullptr;
  std::vector<FieldUses> uses = UsesOf(contract_);
  if (keys != nullptr) record_filters_.emplace(contract_, uses, keys);
  for (std::size_t f = 0; f < contract_.fields().size(); ++f) {
    auto features = FeaturesOf(contract_, uses[f], keys);
    fields_.emplace_back(contract_.fields()[f], std::move(uses[f]), OpenDecoder(charset_),
                         std::move(features));
  }
  if (keys != nullptr) {
    token_keys_ = std::move(keys->tokens);
    PlanTokens();
  }
  PlanKana();
}

// A field gives its parts in the order of the tokens, so each is the field's next.
void BatchEncoder::PlanTokens() {
  tokens_.resize(contract_.token_count());
  std::vector<std::size_t> next(fields_.size(), 0);
  for (std::size_t token = 0; token < tokens_.size(); ++token) {
    for (const BlockPart& part : PartsOfToken(contract_, token)) {
      tokens_[token].push_back({part.field, next[part.field]++});
    }
  }
}

void BatchEncoder::PlanKana() {
  const std::vector<Field>& fields = contract_.fields();
  kana_.resize(fields.size());
  for (std::size_t f = 0; f < fields.size(); ++f) {
    if (fields[f].kind != FieldKind::kNameKanji) continue;
    const auto kana = std::ranges::find_if(fields, [&](const Field& other) {
      return other.kind == FieldKind::kNameKana && other.part == fields[f].part;
    });
    if (kana != fields.end()) kana_[f] = static_cast<std::size_t>(kana - fields.begin());
  }
}

void BatchEncoder::Encode(EncodeBatch* batch) {
  batch->ids.Clear();
  batch->numbers.clear();
  batch->rejects.clear();
  batch->left_out = 0;
  batch->id_profile = {};
  HashCells(*batch);
  for (std::size_t i = 0; i < batch->used; ++i) {
    Prefetch(i, batch->used);
    if (!EncodeRow(i, batch)) continue;
    batch->ids.text() += id_;
    batch->ids.EndText();
    batch->numbers.push_back(batch->rows[i].number());
  }
  hmacs_.Finish();
}

void BatchEncoder::HashCells(const EncodeBatch& batch) {
  hashes_.resize(fields_.size());
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    hashes_[f].assign(batch.used, 0);
    for (std::size_t i = 0; i < batch.used; ++i) {
      if (batch.rows[i].size() != plan_.names.size()) continue;
      hashes_[f][i] = CellCache::HashOf(CellOf(batch.rows[i], f));
    }
  }
}

// Has the memory of the next rows' cells fetched while row `row` is encoded.
void BatchEncoder::Prefetch(std::size_t row, std::size_t rows) const {
  constexpr std::size_t kEntryAhead = 4;
  constexpr std::size_t kSlotAhead = 2 * kEntryAhead;
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    const CellCache& cache = fields_[f].cache();
    if (row + kSlotAhead < rows) cache.PrefetchSlot(hashes_[f][row + kSlotAhead]);
    if (row + kEntryAhead < rows) cache.PrefetchEntry(hashes_[f][row + kEntryAhead]);
  }
}

bool BatchEncoder::EncodeRow(std::size_t index, EncodeBatch* batch) {
  const storage::CsvRow& row = batch->rows[index];
  if (row.size() != plan_.names.size()) {
    return Reject(row, "",
                  "the row has " + std::to_string(row.size()) + " cells, the header has " +
                      std::to_string(plan_.names.size()),
                  batch);
  }
  if (!ReadId(row, batch) || !ReadFields(index, batch)) return false;
  for (std::size_t f = 0; f < values_.size(); ++f) fields_[f].Count(*values_[f]);
  if (!encodes_) return true;
  const std::size_t out = batch->ids.size();
  SetFilters(out, batch);
  SetTokens(out, batch);
  return true;
}

bool BatchEncoder::ReadId(const storage::CsvRow& row, EncodeBatch* batch) {
  if (!plan_.id) return true;
  const std::string& column = plan_.names[*plan_.id];
  if (!decoder_.Decode(row[*plan_.id], &text_)) {
    return Reject(row, column, NotDecodable(charset_), batch);
  }
  id_ = TrimBlanks(text_);
  if (id_.empty()) return Reject(row, column, "the id is empty", batch);
  if (without_ != nullptr && without_->Contains(id_)) {
    ++batch->left_out;
    return false;
  }
  ++batch->id_profile.present;
  batch->id_profile.my_numbers += identity::IsMyNumber(id_) ? 1 : 0;
  return true;
}

// The bytes of a field: its cell, or its cells that are not empty, joined by one blank. (A blank is
// no part of another character in UTF-8 or CP932.)
std::string_view BatchEncoder::CellOf(const storage::CsvRow& row, std::size_t field) {
  const std::vector<std::size_t>& columns = plan_.fields[field];
  if (columns.size() == 1) return row[columns.front()];
  std::string& joined = cells_[field];
  joined.clear();
  for (const std::size_t column : columns) {
    if (row[column].empty()) continue;
    if (!joined.empty()) joined += ' ';
    joined += row[column];
  }
  return joined;
}

// Fills values_, or rejects the row.
bool BatchEncoder::ReadFields(std::size_t index, EncodeBatch* batch) {
  const storage::CsvRow& row = batch->rows[index];
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    values_[f] = &fields_[f].Of(CellOf(row, f), hashes_[f][index]);
  }
  MoveKana(row);
  bool any = false;
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    if (!CheckField(row, f, batch)) return false;
    any = any || values_[f]->usable;
  }
  return any || Reject(row, "", "every field of the contract is missing", batch);
}

// Insurers' systems write kana where they lack the kanji: such a name is the kana field's, where
// that has none.
void BatchEncoder::MoveKana(const storage::CsvRow& row) {
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    if (!kana_[f] || !values_[f]->notes.kana_in_kanji) continue;
    const std::size_t kana = *kana_[f];
    if (!values_[kana]->decodable || values_[kana]->state != FieldState::kMissing) continue;
    values_[kana] = &fields_[kana].OfForeign(CellOf(row, f));
  }
}

bool BatchEncoder::CheckField(const storage::CsvRow& row, std::size_t field, EncodeBatch* batch) {
  const Field& rules = contract_.fields()[field];
  const FieldValue& value = *values_[field];
  const auto reject = [&](std::string reason) {
    return Reject(row, plan_.names[plan_.fields[field].front()], std::move(reason), batch);
  };
  if (!value.decodable) return reject(NotDecodable(charset_));
  if (value.state == FieldState::kInvalid && rules.on_invalid == InvalidPolicy::kReject) {
    return reject("the value is not a valid one of its kind");
  }
  if (rules.required && !value.usable) return reject("the contract requires a value here");
  return true;
}

// A filter of one value that is remembered is only pointed to.
void BatchEncoder::SetFilters(std::size_t row, EncodeBatch* batch) {
  for (BatchFilter& filter : batch->filters) filter.words[row] = nullptr;
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    const FieldValue& value = *values_[f];
    const std::vector<FieldUses::FeatureUse>& uses = fields_[f].uses().features;
    for (std::size_t i = 0; i < uses.size(); ++i) {
      if ((value.has_bits >> i & 1) == 0) continue;
      if (record_filters_->Makes(uses[i].filter)) continue;
      BatchFilter& filter = batch->filters[uses[i].filter];
      const std::uint64_t*& words = filter.words[row];
      const auto bits = value.rows.subspan(uses[i].first_word, uses[i].words);
      if (words == nullptr && value.times != nullptr) {
        words = bits.data();
        continue;
      }
      const std::span<std::uint64_t> made = filter.made.row(row);
      if (words == nullptr) {
        std::ranges::fill(made, 0);
      } else if (words != made.data()) {
        std::copy_n(words, made.size(), made.begin());
      }
      for (std::size_t word = 0; word < made.size(); ++word) made[word] |= bits[word];
      words = made.data();
    }
  }
  record_filters_->Set(values_, row, &batch->filters);
}

void BatchEncoder::SetTokens(std::size_t row, EncodeBatch* batch) {
  for (std::size_t token = 0; token < tokens_.size(); ++token) {
    message_.clear();
    const bool complete = std::ranges::all_of(tokens_[token], [this](const TokenPart& part) {
      const FieldValue& value = *values_[part.field];
      if ((value.has_part >> part.use & 1) == 0) return false;
      const std::uint32_t begin = value.part_at[part.use];
      message_.append(value.parts.data() + begin, value.part_at[part.use + 1] - begin);
      return true;
    });
    BlockToken* const out = &batch->tokens[row * tokens_.size() + token];
    *out = {};
    if (complete) bloom::AddToken(message_, &token_keys_[token], out, &hmacs_);
  }
}

void BatchEncoder::AddTo(std::vector<FieldCounts>* counts) const {
  for (std::size_t f = 0; f < fields_.size(); ++f) fields_[f].AddTo(&(*counts)[f]);
}

bool BatchEncoder::Reject(const storage::CsvRow& row, std::string column, std::string reason,
                          EncodeBatch* batch) {
  batch->rejects.push_back({row.number(), std::move(column), std::move(reason)});
  return false;
}

std::vector<FieldProfile> ProfilesOf(const tbb::enumerable_thread_specific<BatchEncoder>& encoders,
                                     std::size_t fields) {
  std::vector<FieldCounts> counts(fields);
  for (const BatchEncoder& encoder : encoders) encoder.AddTo(&counts);
  std::vector<FieldProfile> profiles;
  for (const FieldCounts& field : counts) profiles.push_back(field.Profile());
  return profiles;
}

}  // namespace musubi::engine

#include "engine/encode/record_filters.h"

#include <algorithm>
#include <utility>

#include "bloom/keyed_draws.h"
#include "bloom/tokens.h"
#include "core/check.h"

namespace musubi::engine {
namespace {

constexpr std::size_t kLengthBytes = 4;  // before each part: bloom::AppendTokenPart

// A part of a value as bloom::AppendTokenPart wrote it, or nothing where it is not there.
std::string_view PartOf(const FieldValue& value, std::size_t use) {
  if ((value.has_part >> use & 1) == 0) return {};
  return {value.parts.data() + value.part_at[use], value.part_at[use + 1] - value.part_at[use]};
}

// Where the value, or the salt, of a feature stands among the parts of its field.
std::size_t PartIndex(const FieldUses& uses, std::size_t filter, std::size_t feature, bool salt) {
  const auto found = std::ranges::find_if(uses.records, [&](const FieldUses::RecordUse& use) {
    return use.filter == filter && use.feature == feature && use.salt.has_value() == salt;
  });
  MUSUBI_CHECK(found != uses.records.end());
  return uses.parts.size() + static_cast<std::size_t>(found - uses.records.begin());
}

std::size_t FeatureIndex(const FieldUses& uses, std::size_t filter, std::size_t feature) {
  const auto found = std::ranges::find_if(uses.features, [&](const FieldUses::FeatureUse& use) {
    return use.filter == filter && use.feature == feature;
  });
  MUSUBI_CHECK(found != uses.features.end());
  return static_cast<std::size_t>(found - uses.features.begin());
}

}  // namespace

RecordFilters::Source RecordFilters::MakeSource(const Contract& contract, std::size_t f,
                                                std::size_t i, const std::vector<FieldUses>& uses,
                                                bloom::EncodingKeys* keys) {
  const Filter& filter = contract.filters()[f];
  const Feature& feature = filter.features[i];
  const FieldUses& field = uses[feature.field];
  Source source;
  source.value.field = feature.field;
  if (!filter.IsOfRecord()) {
    source.value.use = FeatureIndex(field, f, i);
    source.first_word = field.features[source.value.use].first_word;
    return source;
  }
  source.value.use = PartIndex(field, f, i, false);
  if (feature.salt) {
    source.salt = {feature.salt->field, PartIndex(uses[feature.salt->field], f, i, true)};
  }
  crypto::Hmac key = std::move(keys->features[f][i]);
  if (filter.saul) {
    source.votes.emplace(std::move(key), filter.saul->terms * filter.made_bits);
    return source;
  }
  const std::uint32_t bits = feature.sample ? feature.sample->own_bits : filter.made_bits;
  source.bits.emplace(feature, contract.fields()[feature.field].kind, bits, std::move(key));
  if (!feature.sample) return source;
  source.own = BitMatrix(bits, 1);
  source.sample = bloom::KeyedOrder(bits, std::move(keys->samples[f][i]));
  source.sample.resize(feature.sample->bits);
  return source;
}

RecordFilters::Made RecordFilters::MakeFilter(const Contract& contract, std::size_t f,
                                              const std::vector<FieldUses>& uses,
                                              bloom::EncodingKeys* keys) {
  const Filter& filter = contract.filters()[f];
  Made made{&filter,
            {},
            std::nullopt,
            bloom::Hardening(filter, std::move(keys->hardening[f])),
            BitMatrix(filter.made_bits, 1),
            {},
            BitMatrix(filter.made_bits, 1)};
  if (filter.saul) made.counter.emplace(filter.saul->terms, filter.made_bits);
  std::uint32_t sampled = 0;
  for (std::size_t i = 0; i < filter.features.size(); ++i) {
    Source& source = made.sources.emplace_back(MakeSource(contract, f, i, uses, keys));
    source.sample_at = sampled;
    sampled += static_cast<std::uint32_t>(source.sample.size());
  }
  if (sampled != 0) made.order = bloom::KeyedOrder(sampled, std::move(keys->samples[f].back()));
  return made;
}

RecordFilters::RecordFilters(const Contract& contract, const std::vector<FieldUses>& uses,
                             bloom::EncodingKeys* keys)
    : contract_(contract), filters_(contract.filters().size()), record_(std::move(keys->record)) {
  for (std::size_t f = 0; f < filters_.size(); ++f) {
    const Filter& filter = contract.filters()[f];
    if (!filter.IsOfRecord() && filter.hardening.empty()) continue;
    filters_[f].emplace(MakeFilter(contract, f, uses, keys));
    has_noise_ = has_noise_ || filters_[f]->hardening.has_noise();
  }
}

std::optional<RecordFilters::Salted> RecordFilters::ValueOf(
    std::span<const FieldValue* const> values, const Source& source) {
  const std::string_view part = PartOf(*values[source.value.field], source.value.use);
  if (part.empty()) return std::nullopt;
  Salted salted{part.substr(kLengthBytes), {}};
  if (!source.salt) return salted;
  salted.salt = PartOf(*values[source.salt->field], source.salt->use);
  if (salted.salt.empty()) return std::nullopt;
  return salted;
}

bool RecordFilters::SetBits(std::span<const FieldValue* const> values, Source* source,
                            std::span<std::uint64_t> row) {
  const auto salted = ValueOf(values, *source);
  return salted && source->bits->SetBits(salted->value, row, salted->salt);
}

// Has each token of a feature vote once. Returns how many there are.
std::uint32_t RecordFilters::VoteFor(const Feature& feature, const Salted& salted, Source* source,
                                     bloom::SaulCounter* counter) {
  const bool days = contract_.fields()[feature.field].kind == FieldKind::kDate;
  bloom::Tokenise(feature.tokens, salted.value, days, &tokens_);
  distinct_.clear();
  for (std::size_t t = 0; t < tokens_.size(); ++t) distinct_.push_back(tokens_[t]);
  std::ranges::sort(distinct_);
  const auto repeats = std::ranges::unique(distinct_);
  distinct_.erase(repeats.begin(), repeats.end());
  for (const std::string_view token : distinct_) {
    salted_.assign(salted.salt).append(token);
    counter->Add(source->votes->Of(salted_));
  }
  return static_cast<std::uint32_t>(distinct_.size());
}

// Has the tokens of one record vote. Returns whether they are enough.
bool RecordFilters::Vote(std::span<const FieldValue* const> values, Made* made) {
  made->counter->Clear();
  std::uint32_t fields = 0;
  for (std::size_t i = 0; i < made->sources.size(); ++i) {
    Source& source = made->sources[i];
    const auto salted = ValueOf(values, source);
    if (!salted) continue;
    const Feature& feature = made->filter->features[i];
    fields += VoteFor(feature, *salted, &source, &*made->counter) == 0 ? 0 : 1;
  }
  const SaulRule& rule = *made->filter->saul;
  if (made->counter->tokens() < rule.least_tokens || fields < rule.least_fields) return false;
  made->counter->Finish(made->bits.row(0));
  return true;
}

// Adds what one feature gives to the record's row. Returns whether it has any token.
bool RecordFilters::AddBits(std::span<const FieldValue* const> values, Source* source,
                            std::span<std::uint64_t> row) {
  if (!source->bits) {
    const FieldValue& value = *values[source->value.field];
    if ((value.has_bits >> source->value.use & 1) == 0) return false;
    const auto bits = value.rows.subspan(source->first_word, row.size());
    for (std::size_t word = 0; word < row.size(); ++word) row[word] |= bits[word];
    return true;
  }
  if (source->sample.empty()) return SetBits(values, source, row);
  std::ranges::fill(source->own.row(0), 0);
  if (!SetBits(values, source, source->own.row(0))) return false;
  bloom::TakeBits(source->own.row(0), source->sample, row, source->sample_at);
  return true;
}

// Fills made->bits. Returns whether the filter is there.
bool RecordFilters::Gather(std::span<const FieldValue* const> values, Made* made) {
  if (made->counter) return Vote(values, made);
  const bool samples = !made->order.empty();
  const std::span<std::uint64_t> row = (samples ? made->sampled : made->bits).row(0);
  std::ranges::fill(row, 0);
  bool present = false;
  for (Source& source : made->sources) present = AddBits(values, &source, row) || present;
  if (!samples) return present;
  std::ranges::fill(made->bits.row(0), 0);
  bloom::TakeBits(row, made->order, made->bits.row(0));
  return present;
}

// What noise is drawn from: all that is known of the record, under this contract and secret.
crypto::Digest256 RecordFilters::RecordOf(std::size_t row, const std::vector<BatchFilter>& batch) {
  message_.clear();
  for (std::size_t f = 0; f < filters_.size(); ++f) {
    const std::uint64_t* words = batch[f].words[row];
    std::size_t count = batch[f].made.stride_words();
    if (filters_[f]) {
      words = filters_[f]->present ? filters_[f]->bits.data() : nullptr;
      count = filters_[f]->bits.stride_words();
    }
    message_.push_back(words == nullptr ? 0 : 1);
    if (words == nullptr) continue;
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(words);
    message_.insert(message_.end(), bytes, bytes + count * sizeof(std::uint64_t));
  }
  return record_(message_);
}

void RecordFilters::Set(std::span<const FieldValue* const> values, std::size_t row,
                        std::vector<BatchFilter>* batch) {
  for (std::optional<Made>& made : filters_) {
    if (made) made->present = Gather(values, &*made);
  }
  crypto::Digest256 record{};
  if (has_noise_) record = RecordOf(row, *batch);
  for (std::size_t f = 0; f < filters_.size(); ++f) {
    if (!filters_[f]) continue;
    BatchFilter& out = (*batch)[f];
    out.words[row] = nullptr;
    if (!filters_[f]->present) continue;
    filters_[f]->hardening.Apply(filters_[f]->bits.row(0), record, out.made.row(row));
    out.words[row] = out.made.row(row).data();
  }
}

}  // namespace musubi::engine

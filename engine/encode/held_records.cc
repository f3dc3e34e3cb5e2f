#include "engine/encode/held_records.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>

#include "bloom/encoders.h"
#include "bloom/tokens.h"
#include "core/seeded_draws.h"
#include "core/utf8.h"
#include "engine/encode/columns.h"
#include "engine/encode/copy_writer.h"
#include "engine/encode/my_number_guard.h"
#include "engine/encode/row_pipeline.h"
#include "identity/normalise.h"
#include "identity/parts.h"

namespace musubi::engine {

using identity::FieldState;
using storage::CsvRow;

struct HeldRecords::State {
  const Contract& contract;
  identity::Charset charset;
  ColumnPlan plan;
  std::vector<CsvRow> rows;
  std::uint64_t rejected = 0;
  Digest256 input{};
};

namespace {

// Rows of memory in the form of a file's.
class HeldReader {
 public:
  HeldReader(const std::vector<CsvRow>& rows, const std::vector<std::uint32_t>& order)
      : rows_(rows), order_(order) {}

  Result<bool> Next(CsvRow* row) {
    if (next_ == order_.size()) return false;
    *row = rows_[order_[next_++]];
    return true;
  }

 private:
  const std::vector<CsvRow>& rows_;
  const std::vector<std::uint32_t>& order_;
  std::size_t next_ = 0;
};

// Copies what a batch's rows became to the rows of `*set` from `first` on.
void CopyEncoded(const EncodeBatch& batch, std::size_t first, EncodingSet* set) {
  const std::size_t tokens = set->tokens.size();
  for (std::size_t i = 0; i < batch.ids.size(); ++i) {
    for (std::size_t f = 0; f < batch.filters.size(); ++f) {
      const std::uint64_t* const words = batch.filters[f].words[i];
      if (words == nullptr) continue;
      FilterColumn& to = set->filters[f];
      std::copy_n(words, to.bits.stride_words(), to.bits.row(first + i).begin());
      to.present[first + i] = 1;
    }
    for (std::size_t t = 0; t < tokens; ++t) {
      set->tokens[t][first + i] = batch.tokens[i * tokens + t];
    }
  }
}

identity::FormsWanted WantedOf(const Contract& contract, std::uint32_t field) {
  identity::FormsWanted wanted;  // every text
  for (const Filter& filter : contract.filters()) {
    for (const Feature& feature : filter.features) {
      if (!feature.salt || feature.salt->field != field) continue;
      wanted.sorted[static_cast<std::size_t>(feature.salt->level)] = true;
    }
  }
  return wanted;
}

bool IsName(FieldKind kind) {
  return kind == FieldKind::kName || kind == FieldKind::kNameKana ||
         kind == FieldKind::kNameKanji || kind == FieldKind::kNameRomaji;
}

Script ScriptOf(std::string_view text) {
  std::size_t at = 0;
  const char32_t c = NextCodePoint(text, &at);
  if (c < 0x250) return Script::kLatin;
  if (c >= 0x3040 && c < 0x3100) return Script::kKana;
  if ((c >= 0x3400 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) || c >= 0x20000) {
    return Script::kHan;
  }
  return Script::kOther;
}

// Reads the cells of records anew, and numbers their tokens.
class TokenReader {
 public:
  TokenReader(const Contract& contract, const ColumnPlan& plan, identity::Charset charset)
      : contract_(contract), plan_(plan), forms_(contract.fields().size()) {
    for (std::uint32_t f = 0; f < contract.fields().size(); ++f) {
      normalisers_.emplace_back(contract.fields()[f], WantedOf(contract, f));
    }
    auto decoder = identity::Decoder::Open(charset);
    MUSUBI_CHECK(decoder.ok());
    decoder_.emplace(std::move(decoder).value());
  }

  void Read(const CsvRow& row, ClearTokens* tokens) {
    Script script = Script::kNone;
    for (std::size_t f = 0; f < forms_.size(); ++f) {
      Normalise(row, f);
      const bool name = IsName(contract_.fields()[f].kind);
      if (!name || script != Script::kNone || forms_[f].strict().empty()) continue;
      script = ScriptOf(forms_[f].strict());
    }
    record_.clear();
    feature_ = 0;
    for (std::size_t f = 0; f < contract_.filters().size(); ++f) {
      for (const Feature& feature : contract_.filters()[f].features) {
        AddFeature(feature, static_cast<std::uint16_t>(f), tokens);
        ++feature_;
      }
    }
    std::ranges::sort(record_);
    const auto repeats = std::ranges::unique(record_);
    record_.erase(repeats.begin(), repeats.end());
    tokens->of.push_back(record_);
    tokens->scripts.push_back(script);
  }

 private:
  // Fills forms_[field]; empty where the value does not count.
  void Normalise(const CsvRow& row, std::size_t field) {
    joined_.clear();
    for (const std::size_t column : plan_.fields[field]) {
      if (row[column].empty()) continue;
      if (!joined_.empty()) joined_ += ' ';
      joined_ += row[column];
    }
    identity::Forms& forms = forms_[field];
    MUSUBI_CHECK(decoder_->Decode(joined_, &text_));  // or the row was rejected
    const FieldState state = normalisers_[field](text_, &forms);
    const bool kept = state == FieldState::kInvalid &&
                      contract_.fields()[field].on_invalid == InvalidPolicy::kKeep;
    if (state != FieldState::kPresent && !kept) forms.Clear();
  }

  void AddFeature(const Feature& feature, std::uint16_t filter, ClearTokens* tokens) {
    const std::string& value = forms_[feature.field].at(feature.level);
    if (value.empty()) return;
    salt_.clear();
    if (feature.salt) {
      const std::uint32_t field = feature.salt->field;
      const FieldKind kind = contract_.fields()[field].kind;
      if (forms_[field].strict().empty() ||
          !identity::AppendPart(*feature.salt, kind, forms_[field], &salt_)) {
        return;
      }
    }
    const bool days = contract_.fields()[feature.field].kind == FieldKind::kDate;
    bloom::Tokenise(feature.tokens, value, days, &list_);
    for (std::size_t t = 0; t < list_.size(); ++t) {
      name_ = std::to_string(feature_) + ' ';
      bloom::AppendTokenPart(salt_, &name_);
      name_ += list_[t];
      const auto next = static_cast<std::uint32_t>(tokens->filter_of.size());
      const auto [found, is_new] = numbers_.emplace(name_, next);
      if (is_new) tokens->filter_of.push_back(filter);
      record_.push_back(found->second);
    }
  }

  const Contract& contract_;
  const ColumnPlan& plan_;
  std::optional<identity::Decoder> decoder_;
  std::vector<identity::Normaliser> normalisers_;
  std::vector<identity::Forms> forms_;  // per field, of the present record
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::uint32_t> record_;
  std::size_t feature_ = 0;
  TextList list_;
  std::string joined_;
  std::string text_;
  std::string salt_;
  std::string name_;
};

}  // namespace

std::vector<std::vector<std::uint32_t>> ClearTokens::OfFilter(std::size_t filter) const {
  std::vector<std::vector<std::uint32_t>> chosen;
  for (const auto& record : of) {
    auto& kept = chosen.emplace_back();
    std::ranges::copy_if(record, std::back_inserter(kept),
                         [&](std::uint32_t token) { return filter_of[token] == filter; });
  }
  return chosen;
}

HeldRecords::HeldRecords(std::unique_ptr<State> state) : state_(std::move(state)) {}
HeldRecords::~HeldRecords() = default;
HeldRecords::HeldRecords(HeldRecords&&) noexcept = default;
HeldRecords& HeldRecords::operator=(HeldRecords&&) noexcept = default;

const Digest256& HeldRecords::input() const { return state_->input; }
std::size_t HeldRecords::rows() const { return state_->rows.size(); }
std::uint64_t HeldRecords::rejected() const { return state_->rejected; }

Result<HeldRecords> HeldRecords::Read(const HeldRequest& request, const Contract& contract,
                                      const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const auto charset,
                          ChooseCharset(request.input, request.charset, context.stop));
  crypto::Sha256Stream input;
  MUSUBI_ASSIGN_OR_RETURN(auto reader,
                          storage::CsvReader::Open(request.input, context.stop, &input));
  MUSUBI_RETURN_IF_ERROR(DecodeColumns(request.input, charset, &reader));
  MUSUBI_ASSIGN_OR_RETURN(auto plan,
                          PlanColumns(contract, request.columns, request.id_column, reader));
  HeldRecords held(
      std::unique_ptr<State>(new State{contract, charset, std::move(plan), {}, 0, {}}));
  State& state = *held.state_;
  context.Stage("read");
  FieldProfile ids;
  const auto collect = [&](EncodeBatch* batch) -> Status {
    state.rejected += batch->rejects.size();
    ids.Add(batch->id_profile);
    std::size_t row = 0;
    for (const std::uint64_t number : batch->numbers) {
      while (batch->rows[row].number() != number) ++row;
      state.rows.push_back(batch->rows[row]);
    }
    context.Progress(state.rows.size());
    return {};
  };
  const auto make_encoder = [&] {
    return BatchEncoder({contract, state.plan, charset, std::nullopt});
  };
  RowPipeline<storage::CsvReader, EncodeBatch, BatchEncoder> pipeline(
      {&reader, [&] { return MakeEncodeBatch(contract); }, make_encoder, collect}, context);
  MUSUBI_RETURN_IF_ERROR(pipeline.Run());
  MUSUBI_RETURN_IF_ERROR(
      RefuseMyNumbers(request.input, state.plan, contract, ids,
                      ProfilesOf(pipeline.encoders(), contract.fields().size())));
  state.input = input.Finish();
  return held;
}

Result<EncodingSet> HeldRecords::Encode(const Contract& contract,
                                        const crypto::LinkageSecret& secret,
                                        const std::vector<std::uint32_t>& rows,
                                        const ExecContext& context) const {
  EncodingSet set = MakeEncodingSet(contract.filter_bits(), contract.token_count());
  set.Resize(rows.size());
  const bloom::EncodingKeys keys = bloom::DeriveEncodingKeys(secret, contract);
  HeldReader reader(state_->rows, rows);
  std::size_t done = 0;
  const auto collect = [&](EncodeBatch* batch) -> Status {
    CopyEncoded(*batch, done, &set);
    done += batch->ids.size();
    return {};
  };
  const auto make_encoder = [&] {
    return BatchEncoder({contract, state_->plan, state_->charset, keys.Clone()});
  };
  RowPipeline<HeldReader, EncodeBatch, BatchEncoder> pipeline(
      {&reader, [&] { return MakeEncodeBatch(contract); }, make_encoder, collect}, context);
  MUSUBI_RETURN_IF_ERROR(pipeline.Run());
  MUSUBI_CHECK(done == rows.size());  // what was accepted once is accepted again
  for (FilterColumn& filter : set.filters) filter.CountBits();
  return set;
}

HeldRecords HeldRecords::Chosen(const Contract& contract,
                                const std::vector<std::uint32_t>& rows) const {
  auto chosen =
      std::make_unique<State>(State{contract, state_->charset, state_->plan, {}, 0, state_->input});
  for (const std::uint32_t row : rows) chosen->rows.push_back(state_->rows[row]);
  return HeldRecords(std::move(chosen));
}

Result<HeldRecords> HeldRecords::WithCopies(const std::vector<std::uint32_t>& rows,
                                            std::uint64_t seed, const ExecContext& context) const {
  const Contract& contract = state_->contract;
  auto both = std::make_unique<State>(
      State{contract, identity::Charset::kUtf8, state_->plan, {}, 0, state_->input});
  both->plan.id.reset();  // which a copy does not have
  CopyWriter writer(contract, state_->plan, state_->charset);
  for (const std::uint32_t row : rows) {
    both->rows.push_back(writer.Rewritten(state_->rows[row]));
  }
  BatchEncoder encoder({contract, both->plan, identity::Charset::kUtf8, std::nullopt});
  EncodeBatch batch = MakeEncodeBatch(contract, 1);
  const auto take = [&](const CsvRow& copy) {
    batch.rows.front() = copy;
    batch.used = 1;
    encoder.Encode(&batch);
    if (batch.ids.size() == 0) return false;
    both->rows.push_back(copy);
    return true;
  };
  SeededDraws draws(seed);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (context.stopped()) return Interrupted();
    const std::size_t others = std::max<std::size_t>(1, rows.size() - 1);
    const std::size_t other = (i + 1 + draws.Below(others)) % rows.size();
    writer.Write(state_->rows[rows[i]], state_->rows[rows[other]], take, &draws);
  }
  return HeldRecords(std::move(both));
}

ClearTokens HeldRecords::Tokens(const Contract& contract,
                                const std::vector<std::uint32_t>& rows) const {
  TokenReader reader(contract, state_->plan, state_->charset);
  ClearTokens tokens;
  for (const std::uint32_t row : rows) reader.Read(state_->rows[row], &tokens);
  return tokens;
}

}  // namespace musubi::engine

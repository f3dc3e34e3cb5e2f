#include "engine/encode/batch_encoder.h"

#include <algorithm>

#include "identity/parts.h"

namespace musubi::engine {

using identity::FieldState;

namespace {

std::string_view TrimBlanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string NotDecodable(identity::Charset charset) {
  return charset == identity::Charset::kUtf8
             ? "the value is not valid UTF-8; is the file CP932 (--charset cp932)?"
             : "the value is not valid CP932; is the file UTF-8 (--charset utf-8)?";
}

void Count(FieldState state, FieldCounts* counts) {
  if (state == FieldState::kPresent) ++counts->present;
  if (state == FieldState::kMissing) ++counts->missing;
  if (state == FieldState::kInvalid) ++counts->invalid;
}

}  // namespace

BatchEncoder::BatchEncoder(const Contract& contract, const ColumnPlan& plan,
                           identity::Charset charset, identity::Decoder decoder,
                           bloom::EncodingKeys keys)
    : contract_(contract),
      plan_(plan),
      charset_(charset),
      decoder_(std::move(decoder)),
      encoder_(contract, std::move(keys)),
      values_(contract.fields().size()),
      states_(contract.fields().size()) {
  for (const Field& field : contract.fields()) normalisers_.emplace_back(field);
  for (const BlockRule& rule : contract.block_rules()) parts_.emplace_back(rule.parts.size());
}

void BatchEncoder::Encode(EncodeBatch* batch) {
  batch->set.Resize(0);
  batch->set.Resize(batch->used);
  batch->ids.clear();
  batch->numbers.clear();
  batch->rejects.clear();
  batch->counts.assign(contract_.fields().size(), {});
  for (std::size_t i = 0; i < batch->used; ++i) {
    if (!EncodeRow(batch->rows[i], batch)) continue;
    batch->ids.push_back(id_);
    batch->numbers.push_back(batch->rows[i].number());
  }
  batch->set.Resize(batch->ids.size());
}

bool BatchEncoder::EncodeRow(const storage::CsvRow& row, EncodeBatch* batch) {
  if (row.size() != plan_.names.size()) {
    return Reject(row, "",
                  "the row has " + std::to_string(row.size()) + " cells, the header has " +
                      std::to_string(plan_.names.size()),
                  batch);
  }
  if (!ReadId(row, batch) || !ReadFields(row, batch)) return false;
  for (std::size_t f = 0; f < states_.size(); ++f) Count(states_[f], &batch->counts[f]);
  const std::size_t out = batch->ids.size();
  encoder_.SetFilters(values_, out, &batch->set);
  SetTokens(out, &batch->set);
  return true;
}

bool BatchEncoder::ReadId(const storage::CsvRow& row, EncodeBatch* batch) {
  const std::string& column = plan_.names[plan_.id];
  if (!decoder_.Decode(row[plan_.id], &text_)) {
    return Reject(row, column, NotDecodable(charset_), batch);
  }
  id_ = TrimBlanks(text_);
  return !id_.empty() || Reject(row, column, "the id is empty", batch);
}

// Fills values_ and states_, or rejects the row.
bool BatchEncoder::ReadFields(const storage::CsvRow& row, EncodeBatch* batch) {
  bool any = false;
  for (std::size_t f = 0; f < values_.size(); ++f) {
    const Field& field = contract_.fields()[f];
    const std::string& column = plan_.names[plan_.fields[f]];
    if (!decoder_.Decode(row[plan_.fields[f]], &text_)) {
      return Reject(row, column, NotDecodable(charset_), batch);
    }
    states_[f] = normalisers_[f](text_, &values_[f]);
    if (states_[f] == FieldState::kInvalid && field.on_invalid == InvalidPolicy::kReject) {
      return Reject(row, column, "the value is not a valid one of its kind", batch);
    }
    const bool keep =
        states_[f] == FieldState::kPresent ||
        (states_[f] == FieldState::kInvalid && field.on_invalid == InvalidPolicy::kKeep);
    if (!keep) values_[f].clear();
    any = any || !values_[f].empty();
  }
  return any || Reject(row, "", "every field of the contract is missing", batch);
}

void BatchEncoder::SetTokens(std::size_t row, EncodingSet* set) {
  for (std::size_t pass = 0; pass < parts_.size(); ++pass) {
    const std::vector<BlockPart>& rule = contract_.block_rules()[pass].parts;
    const bool complete = std::ranges::all_of(rule, [&](const BlockPart& part) {
      std::string& text = parts_[pass][static_cast<std::size_t>(&part - rule.data())];
      text.clear();
      const FieldKind kind = contract_.fields()[part.field].kind;
      return !values_[part.field].empty() &&
             identity::AppendPart(part, kind, values_[part.field], &text);
    });
    if (complete) set->tokens[pass][row] = encoder_.TokenOf(pass, parts_[pass]);
  }
}

bool BatchEncoder::Reject(const storage::CsvRow& row, std::string column, std::string reason,
                          EncodeBatch* batch) {
  batch->rejects.push_back({row.number(), std::move(column), std::move(reason)});
  return false;
}

}  // namespace musubi::engine

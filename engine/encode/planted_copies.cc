#include "engine/encode/planted_copies.h"

#include <algorithm>
#include <utility>

#include "core/check.h"

namespace musubi::engine {

using storage::CsvRow;

namespace {

// Rows to choose at least: another's address or surname comes from any of those that are chosen.
constexpr std::uint64_t kLeastChosen = 64;

ColumnPlan WithoutId(ColumnPlan plan) {
  plan.id.reset();
  return plan;
}

}  // namespace

// A copy's cells are UTF-8 whatever the file's are.
PlantedCopies::PlantedCopies(std::uint64_t count, std::uint64_t seed, EncoderParts parts)
    : count_(count),
      draws_(seed),
      contract_(parts.contract),
      plan_(WithoutId(parts.plan)),
      writer_(contract_, plan_, parts.charset),
      encoder_({contract_, plan_, identity::Charset::kUtf8, std::move(parts.keys)}),
      batch_(MakeEncodeBatch(contract_, 1)) {
  MUSUBI_CHECK(count > 0);
}

// Source: Vitter, Random Sampling with a Reservoir, ACM TOMS 11(1), 1985: algorithm R.
void PlantedCopies::Offer(const CsvRow& row, std::size_t at) {
  const std::uint64_t most = std::max(count_, kLeastChosen);
  ++offered_;
  if (chosen_.size() < most) {
    chosen_.push_back({row, at});
    return;
  }
  const std::uint64_t place = draws_.Below(offered_);
  if (place < most) chosen_[place] = {row, at};
}

Result<EncodedRows> PlantedCopies::Make(const EncodedRows& rows, const ExecContext& context) {
  constexpr std::size_t kCopiesBetweenLooks = 256;
  // Where a row stands among those chosen tells of its place in the file: shuffled, it does not.
  for (std::size_t left = chosen_.size(); left > 1; --left) {
    std::swap(chosen_[left - 1], chosen_[draws_.Below(left)]);
  }
  const std::size_t copies = std::min<std::uint64_t>(count_, chosen_.size());
  context.Stage("plant", copies);
  EncodedRows made = MakeEncodedRows(contract_.filter_bits(), contract_.token_count());
  for (std::size_t i = 0; i < copies; ++i) {
    if (i % kCopiesBetweenLooks == 0) {
      if (context.stopped()) return Interrupted();
      context.Progress(i);
    }
    const std::size_t others = std::max<std::size_t>(1, chosen_.size() - 1);
    const std::size_t other = (i + 1 + draws_.Below(others)) % chosen_.size();
    MakeCopy(chosen_[i], chosen_[other], &made);
    made.refs.push_back(rows.refs[chosen_[i].at]);
  }
  return made;
}

void PlantedCopies::MakeCopy(const Chosen& original, const Chosen& other, EncodedRows* copies) {
  const auto encode = [&](const CsvRow& copy) { return EncodeCopy(copy, copies); };
  const auto errors = writer_.Write(original.row, other.row, encode, &draws_);
  for (const identity::SimulatedError error : errors) {
    ++with_error_[static_cast<std::size_t>(error)];
  }
  ++with_errors_[errors.size()];
}

bool PlantedCopies::EncodeCopy(const CsvRow& copy, EncodedRows* copies) {
  batch_.rows.front() = copy;
  batch_.used = 1;
  encoder_.Encode(&batch_);
  if (batch_.ids.size() == 0) return false;
  AppendEncoded(batch_, &made_, copies);
  return true;
}

}  // namespace musubi::engine

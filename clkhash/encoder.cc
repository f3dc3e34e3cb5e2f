#include "clkhash/encoder.h"

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "core/utf8.h"

namespace musubi::clkhash {
namespace {

constexpr std::uint8_t kHighestBit = 0x80;

void FlipBit(std::span<std::uint8_t> bits, std::uint32_t bit) {
  bits[bit / 8] = static_cast<std::uint8_t>(bits[bit / 8] ^ kHighestBit >> bit % 8);
}

bool TestBit(std::span<const std::uint8_t> bits, std::uint32_t bit) {
  return (bits[bit / 8] & kHighestBit >> bit % 8) != 0;
}

}  // namespace

void FoldBits(std::span<const std::uint8_t> bits, std::uint32_t row_bits, std::uint32_t folds,
              std::span<std::uint8_t> row) {
  if (folds == 0) {
    std::ranges::copy(bits, row.begin());
    return;
  }
  std::ranges::fill(row, std::uint8_t{0});
  const std::uint32_t count = row_bits << folds;
  if (row_bits % 8 == 0) {
    for (std::size_t i = 0; i < bits.size(); ++i) row[i % row.size()] ^= bits[i];
    return;
  }
  for (std::uint32_t bit = 0; bit < count; ++bit) {
    if (TestBit(bits, bit)) FlipBit(row, bit % row_bits);
  }
}

Encoder::Encoder(std::shared_ptr<const Schema> schema) : schema_(std::move(schema)) {
  MUSUBI_CHECK(schema_ != nullptr);
  filter_.resize((std::size_t{schema_->unfolded_bits()} + 7) / 8);
}

Encoder::Encoder(std::shared_ptr<const Schema> schema, std::span<const std::uint8_t> secret)
    : Encoder(std::move(schema)) {
  const KeyDerivation& kdf = schema_->key_derivation();
  crypto::HkdfLong keys(kdf.hash, secret, kdf.salt, kdf.info);
  for (std::size_t i = 0; i < schema_->features().size(); ++i) {
    const crypto::SecureBytes first = keys.Next(kdf.key_bytes);
    const crypto::SecureBytes second = keys.Next(kdf.key_bytes);
    const auto& hashing = schema_->features()[i].hashing;
    if (!hashing) continue;
    AddField(i, PositionSource(hashing->hash, first, second, schema_->unfolded_bits()));
  }
}

void Encoder::AddField(std::size_t index, PositionSource positions) {
  const Feature& feature = schema_->features()[index];
  fields_.push_back(
      {index, CellReader(feature), Tokeniser(*feature.hashing), std::move(positions)});
}

Encoder Encoder::Clone() const {
  Encoder copy(schema_);
  for (const Field& field : fields_) copy.AddField(field.index, field.positions.Clone());
  return copy;
}

std::optional<CellProblem> Encoder::Encode(std::span<const std::string_view> cells, bool validate,
                                           std::span<std::uint8_t> row) {
  MUSUBI_CHECK(cells.size() == schema_->features().size() && row.size() == schema_->row_bytes());
  // The text of the whole file must be UTF-8, ignored columns included.
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!IsWellFormedUtf8(cells[i])) return CellProblem{i, "is not valid UTF-8"};
  }
  std::ranges::fill(filter_, std::uint8_t{0});
  for (Field& field : fields_) {
    if (const Reason reason = EncodeField(cells[field.index], validate, &field)) {
      return CellProblem{field.index, reason};
    }
  }
  FoldBits(filter_, schema_->bits(), schema_->xor_folds(), row);
  return std::nullopt;
}

Reason Encoder::EncodeField(std::string_view cell, bool validate, Field* field) {
  std::string_view value;
  if (const Reason reason = field->reader.Read(cell, validate, &value)) return reason;
  if (const Reason reason = field->tokeniser.Tokenise(value, &tokens_)) return reason;
  const Strategy& strategy = schema_->features()[field->index].hashing->strategy;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const std::uint32_t count = strategy.InsertionsOf(i, tokens_.size());
    if (!field->positions.Of(tokens_[i], count, &positions_)) {
      return "has a token that prevent_singularity finds no second hash for";
    }
    for (const std::uint32_t bit : positions_) {
      filter_[bit / 8] = static_cast<std::uint8_t>(filter_[bit / 8] | kHighestBit >> bit % 8);
    }
  }
  return nullptr;
}

}  // namespace musubi::clkhash

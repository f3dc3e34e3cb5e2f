#include "bloom/encoders.h"

#include <utility>

namespace musubi::bloom {

FeatureEncoder::FeatureEncoder(const Feature& feature, FieldKind kind, std::uint32_t filter_bits,
                               crypto::Hmac prf)
    : rule_(feature.tokens),
      level_(feature.level),
      days_(kind == FieldKind::kDate),
      positions_(std::move(prf), filter_bits, feature.positions) {}

bool FeatureEncoder::SetBits(std::string_view value, std::span<std::uint64_t> row,
                             std::string_view salt) {
  Tokenise(rule_, value, days_, &tokens_);
  for (std::size_t t = 0; t < tokens_.size(); ++t) {
    std::string_view token = tokens_[t];
    if (!salt.empty()) {
      salted_.assign(salt).append(token);
      token = salted_;
    }
    for (const std::uint16_t bit : positions_.Of(token)) {
      row[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }
  return tokens_.size() > 0;
}

void AppendTokenPart(std::string_view part, std::string* message) {
  for (std::size_t i = 0; i < 4; ++i) {
    message->push_back(static_cast<char>(part.size() >> (8 * i)));
  }
  message->append(part);
}

void AddToken(std::string_view message, crypto::Hmac* key, BlockToken* token,
              crypto::HmacBatch* batch) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(message.data());
  batch->Add({bytes, message.size()}, key, token->bytes);
}

}  // namespace musubi::bloom

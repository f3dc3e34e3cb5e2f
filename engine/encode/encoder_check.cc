#include "engine/encode/encoder_check.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "bloom/record_encoder.h"
#include "core/encoding_set.h"
#include "identity/normalise.h"
#include "identity/parts.h"

namespace musubi::engine {
namespace {

// Written forms that exercise every rule of the normaliser. Permanent: changing the list changes
// the check of every contract.
constexpr std::string_view kProbes[] = {"Müller-Lüdenscheidt",
                                        "O'Brien",
                                        "ÅSE",
                                        "Łukasz",
                                        "Straße",
                                        "ﬁnn",
                                        "ＡＢＣ１２３",
                                        "ｶﾞｷﾞ ﾊﾟｰﾙ",
                                        "やまだ　たろう",
                                        "髙橋",
                                        "神",
                                        "渡邉",
                                        "佐々木",
                                        "さゝき",
                                        "1970-01-31",
                                        "31/01/1970",
                                        "01311970",
                                        "昭和45年1月31日",
                                        "令和元年5月1日",
                                        "S45.1.31",
                                        "3450131",
                                        "9999999",
                                        "1970-02-30",
                                        "F",
                                        "男",
                                        "2",
                                        "unknown",
                                        "〒100-0001",
                                        "１２３４",
                                        "N/A"};

// Block tokens are made of parts of values, which have rules of their own (Soundex, prefixes).
void AppendParts(const Contract& contract, const std::vector<std::string>& values,
                 std::vector<std::uint8_t>* message) {
  for (const BlockRule& rule : contract.block_rules()) {
    for (const BlockPart& part : rule.parts) {
      std::string text;
      const FieldKind kind = contract.fields()[part.field].kind;
      const bool made = !values[part.field].empty() &&
                        identity::AppendPart(part, kind, values[part.field], &text);
      message->push_back(made ? 1 : 0);
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
      const crypto::Digest256 digest = crypto::Sha256({bytes, text.size()});
      message->insert(message->end(), digest.begin(), digest.end());
    }
  }
}

}  // namespace

std::array<std::uint8_t, 16> EncoderCheckValue(const Contract& contract,
                                               bloom::EncodingKeys* keys) {
  const std::size_t fields = contract.fields().size();
  std::vector<identity::Normaliser> normalisers;
  for (const Field& field : contract.fields()) normalisers.emplace_back(field);
  bloom::RecordEncoder encoder(contract, keys->Clone());
  EncodingSet set = MakeEncodingSet(contract.filter_bits(), contract.block_rules().size());
  set.Resize(std::size(kProbes));
  std::vector<std::string> values(fields);
  std::vector<std::uint8_t> message;
  for (std::size_t probe = 0; probe < std::size(kProbes); ++probe) {
    for (std::size_t f = 0; f < fields; ++f) {
      message.push_back(static_cast<std::uint8_t>(normalisers[f](kProbes[probe], &values[f])));
    }
    AppendParts(contract, values, &message);
    encoder.SetFilters(values, probe, &set);
    for (const FilterColumn& filter : set.filters) {
      const auto words = filter.bits.row(probe);
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(words.data());
      message.insert(message.end(), bytes, bytes + words.size_bytes());
    }
  }
  const crypto::Digest256 digest = keys->check(message);
  std::array<std::uint8_t, 16> value{};
  std::copy_n(digest.begin(), value.size(), value.begin());
  return value;
}

}  // namespace musubi::engine

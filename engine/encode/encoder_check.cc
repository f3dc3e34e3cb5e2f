#include "engine/encode/encoder_check.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "engine/encode/batch_encoder.h"

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
                                        "N/A",
                                        "ショウイチ",
                                        "オーノ　ヂュン",
                                        "●橋　花子",
                                        "斎藤・一郎",
                                        "SHINJI OHNO",
                                        "Dr. Bob MacDonald, Jr.",
                                        "昭和46年月日不詳",
                                        "31 Jan 1970",
                                        "東京都千代田区霞が関一丁目２番２号",
                                        "札幌市中央区北1条西2 〇〇ビル405",
                                        "13101",
                                        "+81-3-1234-5678",
                                        "06130017",
                                        "00012345:あいう:１８７:05"};

void AppendBytes(const void* bytes, std::size_t size, std::vector<std::uint8_t>* message) {
  const auto* first = static_cast<const std::uint8_t*>(bytes);
  message->insert(message->end(), first, first + size);
}

// All that one written form gives under one field, in a way that can be read in one way only.
void AppendValue(const FieldValue& value, std::vector<std::uint8_t>* message) {
  message->push_back(static_cast<std::uint8_t>(value.state));
  AppendBytes(value.rows.data(), value.rows.size_bytes(), message);
  for (std::size_t i = 0; i + 1 < value.part_at.size(); ++i) {
    message->push_back(static_cast<std::uint8_t>(value.has_part >> i & 1));
  }
  AppendBytes(value.parts.data(), value.parts.size(), message);
}

}  // namespace

std::array<std::uint8_t, 16> EncoderCheckValue(const Contract& contract,
                                               bloom::EncodingKeys* keys) {
  const ColumnPlan no_columns;
  BatchEncoder encoder({contract, no_columns, identity::Charset::kUtf8, keys->Clone()});
  std::vector<std::uint8_t> message;
  for (const std::string_view probe : kProbes) {
    for (std::size_t f = 0; f < contract.fields().size(); ++f) {
      AppendValue(encoder.ValueOf(f, probe), &message);
    }
  }
  const crypto::Digest256 digest = keys->check(message);
  std::array<std::uint8_t, 16> value{};
  std::copy_n(digest.begin(), value.size(), value.begin());
  return value;
}

}  // namespace musubi::engine

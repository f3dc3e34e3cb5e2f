#include "bloom/keys.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace musubi::bloom {
namespace {

crypto::Hmac Prf(const crypto::LinkageSecret& secret, const crypto::Fingerprint& contract,
                 std::string_view purpose, std::string_view label) {
  return crypto::Hmac(secret.Derive(contract, purpose, label).bytes());
}

std::vector<crypto::Hmac> CloneAll(const std::vector<crypto::Hmac>& keys) {
  std::vector<crypto::Hmac> clones;
  clones.reserve(keys.size());
  for (const crypto::Hmac& key : keys) clones.push_back(key.Clone());
  return clones;
}

}  // namespace

EncodingKeys EncodingKeys::Clone() const {
  EncodingKeys clone{{}, CloneAll(tokens), check.Clone()};
  for (const auto& filter : features) clone.features.push_back(CloneAll(filter));
  return clone;
}

EncodingKeys DeriveEncodingKeys(const crypto::LinkageSecret& secret, const Contract& contract) {
  const crypto::Fingerprint fingerprint = crypto::FingerprintOf(contract);
  EncodingKeys keys{{}, {}, Prf(secret, fingerprint, "key-check", "")};
  for (const Filter& filter : contract.filters()) {
    auto& features = keys.features.emplace_back();
    for (std::size_t i = 0; i < filter.features.size(); ++i) {
      const std::string& field = contract.fields()[filter.features[i].field].name;
      const std::string label = filter.name + '/' + std::to_string(i) + '/' + field;
      features.push_back(Prf(secret, fingerprint, "filter", label));
    }
  }
  for (const BlockRule& rule : contract.block_rules()) {
    keys.tokens.push_back(Prf(secret, fingerprint, "block", rule.name));
  }
  for (const MatchRule& rule : contract.match_rules()) {
    keys.tokens.push_back(Prf(secret, fingerprint, "match", rule.name));
  }
  return keys;
}

std::array<std::uint8_t, 16> KeyCheckValue(EncodingKeys* keys) {
  static constexpr std::string_view kText = "musubi key check 1";
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(kText.data());
  const crypto::Digest256 digest = keys->check({bytes, kText.size()});
  std::array<std::uint8_t, 16> value{};
  std::copy_n(digest.begin(), value.size(), value.begin());
  return value;
}

}  // namespace musubi::bloom

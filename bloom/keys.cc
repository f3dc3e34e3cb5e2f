#include "bloom/keys.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "core/ids.h"

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
  EncodingKeys clone{{}, {}, {}, CloneAll(tokens), record.Clone(), check.Clone()};
  for (const auto& filter : features) clone.features.push_back(CloneAll(filter));
  for (const auto& filter : samples) clone.samples.push_back(CloneAll(filter));
  for (const auto& filter : hardening) clone.hardening.push_back(CloneAll(filter));
  return clone;
}

EncodingKeys DeriveEncodingKeys(const crypto::LinkageSecret& secret, const Contract& contract) {
  const crypto::Fingerprint fingerprint = crypto::FingerprintOf(contract);
  EncodingKeys keys{{},
                    {},
                    {},
                    {},
                    Prf(secret, fingerprint, "record", ""),
                    Prf(secret, fingerprint, "key-check", "")};
  for (const Filter& filter : contract.filters()) {
    auto& features = keys.features.emplace_back();
    auto& samples = keys.samples.emplace_back();
    for (std::size_t i = 0; i < filter.features.size(); ++i) {
      const std::string& field = contract.fields()[filter.features[i].field].name;
      const std::string label = filter.name + '/' + std::to_string(i) + '/' + field;
      const char* const purpose = filter.saul ? "saul" : "filter";
      features.push_back(Prf(secret, fingerprint, purpose, label));
      samples.push_back(Prf(secret, fingerprint, "sample", label));
    }
    samples.push_back(Prf(secret, fingerprint, "sample", filter.name));
    auto& steps = keys.hardening.emplace_back();
    for (std::size_t i = 0; i < filter.hardening.size(); ++i) {
      steps.push_back(Prf(secret, fingerprint, "harden", filter.name + '/' + std::to_string(i)));
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

std::string SpokenKeyCheck(const crypto::LinkageSecret& secret, const Contract& contract) {
  EncodingKeys keys = DeriveEncodingKeys(secret, contract);
  const std::string hex = ToHex(KeyCheckValue(&keys).data(), 8);
  return hex.substr(0, 4) + '-' + hex.substr(4, 4) + '-' + hex.substr(8, 4) + '-' + hex.substr(12);
}

}  // namespace musubi::bloom

#include "storage/store_seal.h"

#include <algorithm>

#include "crypto/hmac.h"

namespace musubi::storage {

namespace {

// The version of the store's format; a value of another version does not open.
constexpr std::string_view kVersion = "musubi-store 3";

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view TextOf(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

RowSeal::RowSeal(Family family, std::span<const std::uint8_t> key)
    : family_(family), aead_(key), associated_(kVersion) {
  associated_.push_back('\0');
  associated_.push_back(static_cast<char>(family));
  shared_ = associated_.size();
}

std::span<const std::uint8_t> RowSeal::Associated(std::string_view row_key) {
  associated_.resize(shared_);
  return BytesOf(associated_.append(row_key));
}

std::string_view RowSeal::Seal(std::string_view row_key, std::string_view value) {
  return TextOf(aead_.Seal(Associated(row_key), BytesOf(value)));
}

Result<std::string_view> RowSeal::Open(std::string_view row_key, std::string_view sealed) {
  const auto value = aead_.Open(Associated(row_key), BytesOf(sealed));
  if (value) return TextOf(*value);
  return Error{ErrorCode::kIo, "the store's database is damaged: a value of '" +
                                   std::string(kFamilyNames[static_cast<std::size_t>(family_)]) +
                                   "' is not the one that was sealed for its row; restore the "
                                   "store from a backup"};
}

StoreSeal::StoreSeal(const crypto::StoreKey& key)
    : run_key_(key.Derive("run")), witness_key_(key.Derive("witness")) {
  const crypto::SecureBytes id = key.Derive("key id");
  std::ranges::copy(id.bytes().first(key_id_.size()), key_id_.begin());
  for (const char* name : kFamilyNames) {
    family_keys_.push_back(key.Derive("family " + std::string(name)));
  }
}

RowSeal StoreSeal::Rows(Family family) const {
  return {family, family_keys_[static_cast<std::size_t>(family)].bytes()};
}

crypto::Digest256 StoreSeal::WitnessMac(std::string_view text) const {
  return crypto::Hmac(witness_key_.bytes())(BytesOf(text));
}

}  // namespace musubi::storage

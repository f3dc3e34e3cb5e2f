// Small link stores and encoding files for tests, the same for the same seed.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/contract.h"
#include "storage/encoding_file.h"
#include "storage/link_store.h"
#include "tests/crypto/test_store_key.h"

namespace musubi::storage {

// Two filters (128 and 640 bits) and two passes of tokens.
Contract SmallContract(std::string_view name = "small");

// Random ids that are never "none".
template <typename Id>
Id RandomId(std::mt19937_64* random) {
  Id id;
  for (std::uint8_t& byte : id.bytes) byte = static_cast<std::uint8_t>((*random)() | 1);
  return id;
}

// As ReadEncodingFile would give it for `contract`: `records` random records, references
// ascending. Its digest is a function of the seed.
EncodingFile RandomFile(const Contract& contract, std::string_view holder, std::size_t records,
                        std::uint64_t seed);

// The same with copies of its first `copies` records, of other values.
EncodingFile WithCopies(const Contract& contract, EncodingFile file, std::size_t copies);

// The planted copies of a data set.
Result<EncodingSet> LoadPlanted(LinkStore* store, std::uint32_t dataset);

// The link run that would follow `epoch`, of runs that each made one proposal: gives each record of
// `datasets` its own random key, and proposes to join the keys of the first two.
EpochChange RandomRun(std::uint64_t epoch,
                      const std::vector<std::pair<std::uint32_t, EncodingSet>>& datasets,
                      std::uint64_t seed);

// RandomRun over every data set of the store. Requires: no record has a key.
Result<EpochChange> NextRun(LinkStore* store, std::uint64_t seed);

// The records of a data set alone.
Result<EncodingSet> Load(LinkStore* store, std::uint32_t dataset);

// Everything that a store says, as lines of text: equal for equal stores.
Result<std::string> Everything(LinkStore* store);

// The same of a store that is not open, opened for the purpose.
Result<std::string> EverythingIn(const std::filesystem::path& folder);

std::string TextOf(const EncodingSet& set);

// A call's error code; 0 where it succeeded.
template <typename T>
int CodeOf(const Result<T>& result) {
  return result.ok() ? 0 : static_cast<int>(result.error().code);
}

// Fails the test where `result` holds an error, and shows its message.
template <typename T>
testing::AssertionResult IsOk(const Result<T>& result) {
  if (result.ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << result.error().message;
}

}  // namespace musubi::storage

// Small contracts and encoding sets, for tests of files and stores.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "core/contract.h"
#include "core/encoded_rows.h"
#include "core/encoding_set.h"
#include "storage/encoding_file.h"

namespace musubi::storage {

// Two filters, of 128 bits (padded to 512) and of 1,024 (not padded); `passes` block tokens.
inline Contract SampleContract(std::size_t passes = 2, const std::string& name = "sample") {
  std::string blocks;
  for (std::size_t pass = 0; pass < passes; ++pass) {
    blocks += (pass == 0 ? "" : ",") + std::string(R"({"name": "pass)") + std::to_string(pass) +
              R"(", "parts": [{"field": "family"}]})";
  }
  auto contract = Contract::Parse(R"({
    "musubi_contract": 1, "name": ")" +
                                  name + R"(", "profile": "fields",
    "fields": [{"name": "family", "kind": "name"}, {"name": "birth", "kind": "date"}],
    "filters": [
      {"name": "names", "bits": 128,
       "features": [{"field": "family", "positions": 2, "tokens": {"kind": "qgram"}}]},
      {"name": "birth", "bits": 1024,
       "features": [{"field": "birth", "positions": 2, "tokens": {"kind": "exact"}}]}],
    "block_tokens": [)" + blocks + R"(],
    "linkage": {"model": {"kind": "weighted_mean", "threshold": "0.8"}}})");
  return std::move(contract).value();
}

// `rows` random records: one filter in four is absent.
inline EncodingSet SampleSet(const Contract& contract, std::size_t rows, std::uint32_t seed = 1) {
  std::mt19937_64 random(seed);
  EncodingSet set = MakeEncodingSet(contract.filter_bits(), contract.block_rules().size());
  set.Resize(rows);
  const auto fill = [&](auto* id) {
    for (auto& byte : id->bytes) byte = static_cast<std::uint8_t>(random());
  };
  for (std::size_t row = 0; row < rows; ++row) {
    fill(&set.refs[row]);
    for (auto& pass : set.tokens) fill(&pass[row]);
    for (FilterColumn& filter : set.filters) {
      filter.present[row] = random() % 4 != 0;
      if (filter.present[row] == 0) continue;
      for (int bit = 0; bit < 40; ++bit) filter.bits.Set(row, random() % filter.bits.bits());
    }
  }
  for (FilterColumn& filter : set.filters) filter.CountBits();
  return set;
}

// The same records as a holder's encoder has them. Borrows the filters of `set`.
inline EncodedRows RowsOf(const EncodingSet& set) {
  EncodedRows rows{set.refs, {}, set.tokens.size(), {}};
  for (const FilterColumn& filter : set.filters) {
    SharedFilter& shared = rows.filters.emplace_back();
    shared.bits = filter.bits.bits();
    for (std::size_t row = 0; row < set.rows(); ++row) {
      shared.words.push_back(filter.present[row] == 0 ? nullptr : filter.bits.row(row).data());
    }
  }
  for (std::size_t row = 0; row < set.rows(); ++row) {
    for (const auto& pass : set.tokens) rows.tokens.push_back(pass[row]);
  }
  return rows;
}

// `copies` planted copies of the first records of `set`: with their references, and other values.
inline EncodingSet SampleCopies(const Contract& contract, const EncodingSet& set,
                                std::size_t copies) {
  EncodingSet planted = SampleSet(contract, copies, 99);
  for (std::size_t row = 0; row < copies; ++row) planted.refs[row] = set.refs[row];
  return planted;
}

// No copies.
inline EncodedRows NoCopies(const Contract& contract) {
  return MakeEncodedRows(contract.filter_bits(), contract.token_count());
}

inline EncodingManifest SampleManifest(const Contract& contract, std::uint64_t records,
                                       std::uint64_t planted = 0) {
  EncodingManifest manifest;
  manifest.holder = "hospital-a";
  manifest.declares_duplicates = true;
  manifest.contract = crypto::FingerprintOf(contract);
  manifest.key_check.key.fill(0x5A);
  manifest.key_check.encoder.fill(0xC3);
  manifest.records = records;
  manifest.planted = planted;
  return manifest;
}

}  // namespace musubi::storage

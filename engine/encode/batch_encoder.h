// One batch of CSV rows to one batch of encodings: the parallel part of the encode flow.
// Private to engine/encode.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bloom/record_encoder.h"
#include "core/contract.h"
#include "core/encoding_set.h"
#include "engine/encode/encode.h"
#include "identity/charset.h"
#include "identity/normalise.h"
#include "storage/csv_reader.h"

namespace musubi::engine {

// A row that is not encoded, and why. Holds no value.
struct RejectedRow {
  std::uint64_t row = 0;
  std::string column;  // empty where the whole row is meant
  std::string reason;
};

// A reusable batch: rows in, encodings and ids out, in the rows' order.
struct EncodeBatch {
  std::vector<storage::CsvRow> rows;
  std::size_t used = 0;  // rows that hold input

  EncodingSet set;  // encoded rows only; refs are still none
  std::vector<std::string> ids;
  std::vector<std::uint64_t> numbers;  // the row number of each encoded row
  std::vector<RejectedRow> rejects;
  std::vector<FieldCounts> counts;
};

// Where the contract's fields and the id stand in the input.
struct ColumnPlan {
  std::vector<std::string> names;   // of all columns
  std::size_t id = 0;               // column index
  std::vector<std::size_t> fields;  // column index per field
};

// Threads: one at a time; make one for each thread.
class BatchEncoder {
 public:
  // Everything is borrowed but the keys.
  BatchEncoder(const Contract& contract, const ColumnPlan& plan, identity::Charset charset,
               identity::Decoder decoder, bloom::EncodingKeys keys);

  // Fills the output half of `*batch` from its first `used` rows.
  void Encode(EncodeBatch* batch);

 private:
  bool EncodeRow(const storage::CsvRow& row, EncodeBatch* batch);
  bool ReadId(const storage::CsvRow& row, EncodeBatch* batch);
  bool ReadFields(const storage::CsvRow& row, EncodeBatch* batch);
  void SetTokens(std::size_t row, EncodingSet* set);
  bool Reject(const storage::CsvRow& row, std::string column, std::string reason,
              EncodeBatch* batch);

  const Contract& contract_;
  const ColumnPlan& plan_;
  identity::Charset charset_;
  identity::Decoder decoder_;
  std::vector<identity::Normaliser> normalisers_;  // per field
  bloom::RecordEncoder encoder_;

  std::string id_;
  std::string text_;
  std::vector<std::string> values_;              // per field; empty where missing
  std::vector<identity::FieldState> states_;     // per field
  std::vector<std::vector<std::string>> parts_;  // per pass and part
};

}  // namespace musubi::engine

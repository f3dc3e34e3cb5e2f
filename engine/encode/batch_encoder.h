// One batch of CSV rows to one batch of encodings: the parallel part of the encode flow.
// Private to engine/encode.
#pragma once

#include <tbb/enumerable_thread_specific.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bloom/keys.h"
#include "core/bit_matrix.h"
#include "core/contract.h"
#include "core/encoded_rows.h"
#include "core/ids.h"
#include "core/text_list.h"
#include "crypto/hmac.h"
#include "engine/encode/field_counts.h"
#include "engine/encode/field_encoder.h"
#include "engine/encode/record_filters.h"
#include "engine/encode/slabs.h"
#include "identity/charset.h"
#include "storage/csv_reader.h"
#include "storage/suppressed_ids.h"

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

  // Of the encoded rows only.
  std::vector<BatchFilter> filters;  // in the contract's order
  std::vector<BlockToken> tokens;    // those of the first row, in the contract's order, and so on
  TextList ids;
  std::vector<std::uint64_t> numbers;  // the row number of each encoded row
  std::vector<RejectedRow> rejects;
  std::uint64_t left_out = 0;  // rows of persons who withdrew
  FieldProfile id_profile;     // of the id column: only what its guard needs
};

// Appends what the batch's rows became to the arrays of `*rows`, but for their references: points
// to what the encoders remember, and copies what only the batch has into `*made`.
void AppendEncoded(const EncodeBatch& batch, Slabs* made, EncodedRows* rows);

// Where the contract's fields and the id stand in the input.
struct ColumnPlan {
  std::vector<std::string> names;                // of all columns
  std::optional<std::size_t> id;                 // column index; none where ids are not needed
  std::vector<std::vector<std::size_t>> fields;  // column indices per field
};

// Small enough that the batches under way stay in the processor's second-level cache.
inline constexpr std::size_t kBatchRows = 256;

// An empty batch of `rows` rows.
EncodeBatch MakeEncodeBatch(const Contract& contract, std::size_t rows = kBatchRows);

// What an encoder is made of, for each thread anew.
struct EncoderParts {
  const Contract& contract;  // borrowed, as is the plan
  const ColumnPlan& plan;
  identity::Charset charset = identity::Charset::kUtf8;
  // Absent for a profile: values are then normalised and counted, and no row is encoded.
  std::optional<bloom::EncodingKeys> keys;
  const storage::SuppressedIds* without = nullptr;  // borrowed; null: nobody is left out
};

// Threads: one at a time; make one for each thread. All make the same bits.
class BatchEncoder {
 public:
  // Requires: the charset can be opened (identity::Decoder::Open).
  explicit BatchEncoder(EncoderParts parts);

  // Fills the output half of `*batch` from its first `used` rows.
  void Encode(EncodeBatch* batch);

  // What a cell of UTF-8 gives under a field, not counted. Borrowed until the next cell.
  const FieldValue& ValueOf(std::size_t field, std::string_view cell) {
    return fields_[field].OfForeign(cell);
  }

  // Adds, per field, the values of the rows that were accepted in all batches of this encoder.
  void AddTo(std::vector<FieldCounts>* counts) const;

 private:
  // A part of a token: use `use` of field `field`.
  struct TokenPart {
    std::size_t field;
    std::size_t use;
  };

  void PlanTokens();
  void PlanKana();
  void HashCells(const EncodeBatch& batch);
  void Prefetch(std::size_t row, std::size_t rows) const;
  bool EncodeRow(std::size_t index, EncodeBatch* batch);
  bool ReadId(const storage::CsvRow& row, EncodeBatch* batch);
  bool ReadFields(std::size_t index, EncodeBatch* batch);
  std::string_view CellOf(const storage::CsvRow& row, std::size_t field);
  void MoveKana(const storage::CsvRow& row);
  bool CheckField(const storage::CsvRow& row, std::size_t field, EncodeBatch* batch);
  void SetFilters(std::size_t row, EncodeBatch* batch);
  void SetTokens(std::size_t row, EncodeBatch* batch);
  bool Reject(const storage::CsvRow& row, std::string column, std::string reason,
              EncodeBatch* batch);

  const Contract& contract_;
  const ColumnPlan& plan_;
  const storage::SuppressedIds* without_;
  identity::Charset charset_;
  identity::Decoder decoder_;
  bool encodes_;                                  // else only counts
  std::vector<crypto::Hmac> token_keys_;          // per token
  std::vector<std::vector<TokenPart>> tokens_;    // per token
  std::vector<std::optional<std::size_t>> kana_;  // per kanji field: the kana field beside it
  std::vector<FieldEncoder> fields_;
  std::optional<RecordFilters> record_filters_;  // none without keys

  std::vector<std::vector<std::uint64_t>> hashes_;  // [field][row of the batch], of the cells
  std::string id_;
  std::string text_;
  std::vector<std::string> cells_;         // per field: its cells joined, where they are several
  std::vector<const FieldValue*> values_;  // per field; borrowed from fields_
  std::string message_;
  crypto::HmacBatch hmacs_;  // of the tokens of some rows
};

// What the rows that the encoders of all threads accepted tell of each of `fields` fields.
std::vector<FieldProfile> ProfilesOf(const tbb::enumerable_thread_specific<BatchEncoder>& encoders,
                                     std::size_t fields);

}  // namespace musubi::engine

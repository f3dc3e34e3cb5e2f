// One row of cells to the bits of a CLK, bit for bit those of clkhash 0.18.3. Sees identifiers and
// the secret; holder only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "clkhash/formats.h"
#include "clkhash/positions.h"
#include "clkhash/schema.h"
#include "clkhash/tokens.h"

namespace musubi::clkhash {

// A cell that cannot be encoded. Holds no value.
struct CellProblem {
  std::size_t feature = 0;  // index into Schema::features()
  Reason reason = nullptr;
};

// XORs the `folds` halvings of `bits` into `*row`: bit i of a row is the parity of the bits i + j *
// row_bits. Bit 0 is the highest of byte 0; bits behind the last are zero.
//
// Requires: `bits` holds row_bits * 2^folds bits; row.size() == ceil(row_bits / 8).
void FoldBits(std::span<const std::uint8_t> bits, std::uint32_t row_bits, std::uint32_t folds,
              std::span<std::uint8_t> row);

// Encodes rows of one schema under one secret. Allocates nothing per row once its caches are warm,
// but for numeric comparisons with numbers beyond 64 bits.
//
// Threads: one at a time; give each thread its own Clone(). All make the same bits.
class Encoder {
 public:
  // Derives two keys for each feature, ignored ones too: HKDF of `secret`, of any length, with the
  // schema's salt and info. Keeps no secret.
  Encoder(std::shared_ptr<const Schema> schema, std::span<const std::uint8_t> secret);

  Encoder Clone() const;

  const Schema& schema() const { return *schema_; }

  // Sets `row` to the encoding of `cells`: bit 0 is the highest of byte 0. With `validate` the
  // cells are held to their formats.
  //
  // Requires: a cell for each feature; row.size() == schema().row_bytes().
  // Errors: the first cell that cannot be encoded; `row` is then unspecified
  std::optional<CellProblem> Encode(std::span<const std::string_view> cells, bool validate,
                                    std::span<std::uint8_t> row);

 private:
  // A feature that is hashed.
  struct Field {
    std::size_t index;
    CellReader reader;
    Tokeniser tokeniser;
    PositionSource positions;
  };

  explicit Encoder(std::shared_ptr<const Schema> schema);
  void AddField(std::size_t index, PositionSource positions);
  Reason EncodeField(std::string_view cell, bool validate, Field* field);

  std::shared_ptr<const Schema> schema_;
  std::vector<Field> fields_;
  TextList tokens_;
  std::vector<std::uint32_t> positions_;
  std::vector<std::uint8_t> filter_;  // before folding
};

}  // namespace musubi::clkhash

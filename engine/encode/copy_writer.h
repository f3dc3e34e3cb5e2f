// Records written once more, with simulated errors: what another registration of the same person
// may look like. Sees identifiers. Private to engine/encode.
#pragma once

#include <functional>
#include <vector>

#include "core/contract.h"
#include "core/seeded_draws.h"
#include "engine/encode/batch_encoder.h"
#include "identity/charset.h"
#include "identity/simulated_errors.h"
#include "storage/csv_reader.h"

namespace musubi::engine {

// Threads: one at a time.
class CopyWriter {
 public:
  // Of rows whose columns `plan` has, in `charset`. The contract is borrowed.
  //
  // Requires: the charset can be opened (identity::Decoder::Open).
  CopyWriter(const Contract& contract, const ColumnPlan& plan, identity::Charset charset);

  // Takes a copy where its contract accepts it.
  using Taker = std::function<bool(const storage::CsvRow& copy)>;

  // Hands `take` copies of `original`, with errors drawn anew for each, until it takes one; after
  // some tries one without errors, which it must take as it took the original. Returns the errors
  // of the one taken. `other` is another person's row. A copy has the original's number, and the
  // cells of the contract's fields, in UTF-8 whatever the file's are; its others are empty.
  std::vector<identity::SimulatedError> Write(const storage::CsvRow& original,
                                              const storage::CsvRow& other, const Taker& take,
                                              SeededDraws* draws);

  // The row as Write has it, without errors.
  storage::CsvRow Rewritten(const storage::CsvRow& row);

 private:
  identity::WrittenRecord Written(const storage::CsvRow& row);

  std::size_t columns_;                           // of a row
  std::vector<std::vector<std::size_t>> fields_;  // columns of each field
  identity::Decoder decoder_;
  identity::ErrorSimulator simulator_;
};

}  // namespace musubi::engine

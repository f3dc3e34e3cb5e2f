// Copies of some of a holder's records with simulated errors, by which the unit learns what its
// runs find. Private to engine/encode.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/contract.h"
#include "core/encoded_rows.h"
#include "core/exec_context.h"
#include "core/seeded_draws.h"
#include "engine/encode/batch_encoder.h"
#include "engine/encode/copy_writer.h"
#include "engine/encode/slabs.h"
#include "identity/simulated_errors.h"
#include "storage/csv_reader.h"

namespace musubi::engine {

// Chooses rows while the file is read, and copies them at its end. The same rows, in the same
// order, and the same seed give the same copies.
//
// Memory: the rows chosen, some more, and of each copy what an encoded row takes.
// Threads: one at a time.
class PlantedCopies {
 public:
  // `count` copies, or one of each row where there are fewer. The parts are those of the rows' own
  // encoder, keys included.
  //
  // Requires: count > 0.
  PlantedCopies(std::uint64_t count, std::uint64_t seed, EncoderParts parts);

  // Offers an encoded row, which stands at `at` among those that are encoded.
  void Offer(const storage::CsvRow& row, std::size_t at);

  // Makes the copies and encodes them, as stage "plant". A copy that its contract would reject, as
  // where a required value was left out, is made again. The references are those of the originals
  // in `rows`.
  //
  // Call once. What is returned borrows from this object.
  // Errors: kInterrupted
  Result<EncodedRows> Make(const EncodedRows& rows, const ExecContext& context);

  // How many copies have each error, and how many have none, one, two, ... errors.
  const std::array<std::uint64_t, identity::kSimulatedErrors>& with_error() const {
    return with_error_;
  }
  const std::array<std::uint64_t, identity::kMostErrors + 1>& with_errors() const {
    return with_errors_;
  }

 private:
  struct Chosen {
    storage::CsvRow row;
    std::size_t at = 0;
  };

  bool EncodeCopy(const storage::CsvRow& copy, EncodedRows* copies);
  void MakeCopy(const Chosen& original, const Chosen& other, EncodedRows* copies);

  std::uint64_t count_;
  SeededDraws draws_;
  const Contract& contract_;
  ColumnPlan plan_;  // without the id, which a copy does not have
  CopyWriter writer_;
  BatchEncoder encoder_;
  EncodeBatch batch_;
  Slabs made_;
  std::uint64_t offered_ = 0;
  std::vector<Chosen> chosen_;
  std::array<std::uint64_t, identity::kSimulatedErrors> with_error_{};
  std::array<std::uint64_t, identity::kMostErrors + 1> with_errors_{};
};

}  // namespace musubi::engine

// The holder's flow: a CSV file of people to an encoding file, and the private list of references.
// Sees identifiers and the linkage secret; holder only.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/contract.h"
#include "core/digest.h"
#include "core/exec_context.h"
#include "crypto/certificate.h"
#include "crypto/linkage_secret.h"
#include "engine/encode/field_profile.h"
#include "identity/charset.h"
#include "identity/simulated_errors.h"
#include "storage/atomic_file.h"
#include "storage/audit_clearance.h"
#include "storage/package_manifest.h"

namespace musubi::engine {

// To whom what is written is sealed, by whom, and what lets it leave.
struct EncodeSeal {
  // Both borrowed, both null or neither.
  const crypto::Identity* sender = nullptr;
  const crypto::Certificate* recipient = nullptr;
  storage::Clearance clearance;    // found to hold
  std::optional<Digest256> input;  // SHA-256 that the input's bytes must have; none: any
};

struct EncodeRequest {
  std::filesystem::path input;  // CSV; "-" is standard input
  std::string holder;
  std::string id_column;
  std::optional<identity::Charset> charset = identity::Charset::kUtf8;  // none: found out
  bool declares_duplicates = false;
  // Field name and the column that holds it in this file, where the contract's column is another.
  std::vector<std::pair<std::string, std::string>> columns;

  // So many rows, or all where there are fewer, get a copy with simulated errors beside them in the
  // encoding file, by which the unit learns what its runs find (docs/model.md, "Planted copies").
  // The same seed plants the same copies; none: one is drawn.
  std::uint64_t plant = 0;
  std::optional<std::uint64_t> plant_seed;

  std::filesystem::path without;  // ids of persons who withdrew, who are left out; empty: none

  std::filesystem::path output;   // the encoding file, for the unit; sealed where `seal` says so
  std::filesystem::path refs;     // the references file, mode 0600, which never leaves the holder
  std::filesystem::path rejects;  // rejected rows; empty: the first such row is an error
  EncodeSeal seal;                // none: the encoding file lies open
  storage::Overwrite overwrite = storage::Overwrite::kRefuse;
};

// At most: the rows that are copied are kept until the file was read.
inline constexpr std::uint64_t kMostPlanted = 1'000'000;

// What was planted: counts only.
struct PlantReceipt {
  std::uint64_t copies = 0;
  std::uint64_t seed = 0;
  std::array<std::uint64_t, identity::kSimulatedErrors> with_error{};  // copies that have it
  std::array<std::uint64_t, identity::kMostErrors + 1> with_errors{};  // that have none, one, ...
};

struct EncodeReceipt {
  std::uint64_t rows = 0;
  std::uint64_t rejected = 0;
  std::uint64_t left_out = 0;  // of persons who withdrew
  identity::Charset charset = identity::Charset::kUtf8;
  std::vector<FieldProfile> fields;           // of the encoded rows, in the contract's order
  std::optional<storage::PackageId> package;  // where the output is sealed
  std::optional<PlantReceipt> planted;

  std::uint64_t encoded() const { return rows - rejected - left_out; }
};

// Reads, normalises and encodes every row. On error no output appears.
//
// The references file is CSV: record_ref,holder,local_id, in the order of the input. The rejects
// file is CSV: row,column,reason; it holds no value.
//
// Memory: of a row 40 bytes, 16 more for each token and 8 for each filter, and its bits where they
// are
//         not remembered from another row; what the encoders of all threads remember; and some
//         batches of rows. Each planted copy takes as much again, and its row of the input.
// A sealed output is never on the disk unsealed, nor is any part of it.
//
// Errors: kUsage    a name in `request` is not one a holder may have, or names no field; more than
//                   kMostPlanted copies
//         kNoInput  the input cannot be opened
//         kBadData  the input is not CSV, lacks a column, has no rows, repeats an id, has a row
//                   that must be rejected while request.rejects is empty, or a column that is used
//                   holds Individual Numbers ("My Number")
//         kRefused  a certificate of request.seal is not valid now, or the input is not the file
//                   that request.seal names
//         kExists, kIo  an output exists or cannot be written
//         kInterrupted  context.stop was set
Result<EncodeReceipt> Encode(const EncodeRequest& request, const Contract& contract,
                             const crypto::LinkageSecret& secret, const ExecContext& context);

}  // namespace musubi::engine

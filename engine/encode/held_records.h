// A holder's records kept in memory, to be encoded under one secret after the other: what an audit
// works on. Sees identifiers; holder only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/contract.h"
#include "core/digest.h"
#include "core/encoding_set.h"
#include "core/exec_context.h"
#include "crypto/linkage_secret.h"
#include "identity/charset.h"

namespace musubi::engine {

struct HeldRequest {
  std::filesystem::path input;  // CSV; "-" is standard input
  std::string id_column;
  std::optional<identity::Charset> charset = identity::Charset::kUtf8;  // none: found out
  // Field name and the column that holds it in this file, where the contract's column is another.
  std::vector<std::pair<std::string, std::string>> columns;
};

// The script of the first letter of a record's first name that is there.
enum class Script : std::uint8_t { kNone, kLatin, kKana, kHan, kOther };

// What the records' filters are made of, each distinct token by a number: the texts are not kept.
struct ClearTokens {
  // Per record, ascending, each once. A token of one feature is another than that of the next.
  std::vector<std::vector<std::uint32_t>> of;
  std::vector<std::uint16_t> filter_of;  // per token: the contract's filter that it sets bits in
  std::vector<Script> scripts;           // per record

  // Per record those of one filter.
  std::vector<std::vector<std::uint32_t>> OfFilter(std::size_t filter) const;
};

// Threads: one at a time.
class HeldRecords {
 public:
  // Reads the rows that encode accepts under `contract`, which is borrowed. At stage "read".
  //
  // Memory: the file, and 100 bytes a row.
  // Errors: kUsage, kNoInput, kBadData, kIo, kInterrupted as engine::Encode has them; rows that
  //         would be rejected are left out, and counted
  static Result<HeldRecords> Read(const HeldRequest& request, const Contract& contract,
                                  const ExecContext& context);
  ~HeldRecords();
  HeldRecords(HeldRecords&&) noexcept;
  HeldRecords& operator=(HeldRecords&&) noexcept;

  const Digest256& input() const;  // SHA-256 of the file's bytes
  std::size_t rows() const;
  std::uint64_t rejected() const;

  // What the unit would have of the records `rows`, in that order, but for their references, which
  // stay zero.
  //
  // Requires: `contract` has the fields of the one that they were read under; each row < rows().
  // Errors: kInterrupted
  Result<EncodingSet> Encode(const Contract& contract, const crypto::LinkageSecret& secret,
                             const std::vector<std::uint32_t>& rows,
                             const ExecContext& context) const;

  // The records `rows`, in that order, as if they had been read under `contract`, which is borrowed
  // and has the fields of the one that these were read under.
  //
  // Requires: each row < rows().
  HeldRecords Chosen(const Contract& contract, const std::vector<std::uint32_t>& rows) const;

  // The records `rows`, in that order, and behind them a copy of each, in the same order, with
  // errors as they come about between two registrations (identity/simulated_errors.h). A copy that
  // would be rejected is made again. Other persons' values in it come from these records alone. The
  // same records and seed give the same copies.
  //
  // Requires: each row < rows().
  // Errors:   kInterrupted
  Result<HeldRecords> WithCopies(const std::vector<std::uint32_t>& rows, std::uint64_t seed,
                                 const ExecContext& context) const;

  // The tokens that the filters of `contract` are made of, of the records `rows`. Kana that stand
  // in a column of kanji count as they are written there.
  //
  // Requires: as Encode.
  ClearTokens Tokens(const Contract& contract, const std::vector<std::uint32_t>& rows) const;

 private:
  struct State;
  explicit HeldRecords(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace musubi::engine

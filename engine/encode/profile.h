// The holder's look at a file before it is encoded: what its values are like, in counts.
// Sees identifiers; holder only. Needs no secret.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/contract.h"
#include "core/exec_context.h"
#include "engine/encode/field_profile.h"
#include "identity/charset.h"

namespace musubi::engine {

struct ProfileRequest {
  std::filesystem::path input;                               // CSV; "-" is standard input
  std::string id_column;                                     // empty: ids are not looked at
  std::optional<identity::Charset> charset;                  // none: found out
  std::vector<std::pair<std::string, std::string>> columns;  // as EncodeRequest::columns
};

struct ProfileReceipt {
  std::uint64_t rows = 0;
  std::uint64_t unreadable = 0;  // rows that encode would reject
  identity::Charset charset = identity::Charset::kUtf8;
  std::vector<FieldProfile> fields;  // of the other rows, in the contract's order
  FieldProfile ids;                  // of the id column: present and my_numbers only
};

// Reads and normalises every row as Encode would, and counts. Writes nothing.
//
// Memory: some batches of rows, and some 50 bytes a distinct value.
// Errors: as Encode, but for those of outputs, ids and rejected rows
Result<ProfileReceipt> Profile(const ProfileRequest& request, const Contract& contract,
                               const ExecContext& context);

}  // namespace musubi::engine

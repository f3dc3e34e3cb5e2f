// What the tables of a release say of themselves: a holder's map, a holder's payload, and the ids
// that changed. The forms are in docs/formats/release.md. No reference and no id is in them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "crypto/sha256.h"

namespace musubi::storage {

// The names of the members of their packages (TableContent::name).
inline constexpr std::string_view kMapName = "map";
inline constexpr std::string_view kPayloadName = "payload";
inline constexpr std::string_view kChangesName = "changes";

// Which release a table is of.
struct ReleaseOf {
  std::string project;
  std::uint32_t release = 0;  // its number in the unit's store
  std::uint64_t epoch = 0;
  crypto::Digest256 application{};  // SHA-256 of ApplicationText

  bool operator==(const ReleaseOf&) const = default;
};

// From the unit to a holder: beside record_ref,project_id.
struct MapDocument {
  ReleaseOf of;
  std::string holder;
  std::uint64_t records = 0;
  std::vector<std::string> decisions;  // signed texts: what approves the project
};

// How a holder's rows were looked at before they left it.
struct GuardRecord {
  bool identifiers = false;          // against the person's identifiers too, not by columns alone
  std::vector<std::string> allowed;  // columns that the holder vouched for, ascending

  bool operator==(const GuardRecord&) const = default;
};

// From a holder to the researcher: beside project_id and the variables.
struct PayloadDocument {
  ReleaseOf of;
  std::string holder;
  std::vector<std::string> variables;  // the table's columns behind project_id
  std::uint64_t rows = 0;
  std::uint64_t persons = 0;
  GuardRecord guard;
};

// From the unit to the researcher: beside old_project_id,new_project_id,event,records.
struct ChangesDocument {
  ReleaseOf of;
  std::uint64_t since_epoch = 0;
  std::uint64_t ids = 0;  // rows
};

// The one form of each: a line of canonical JSON (RFC 8785) and a line feed.
std::string DocumentText(const MapDocument& document);
std::string DocumentText(const PayloadDocument& document);
std::string DocumentText(const ChangesDocument& document);

// Reads that form alone. `file` is for the message.
//
// Errors: kBadData
Result<MapDocument> ParseMapDocument(std::string_view text, const std::string& file);
Result<PayloadDocument> ParsePayloadDocument(std::string_view text, const std::string& file);
Result<ChangesDocument> ParseChangesDocument(std::string_view text, const std::string& file);

}  // namespace musubi::storage

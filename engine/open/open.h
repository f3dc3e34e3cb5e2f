// The researcher's flow: the packages of several holders, for one release of one project, become
// one table. Sees project ids and approved variables, no reference and no linkage key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "storage/atomic_file.h"
#include "storage/release_documents.h"

namespace musubi::engine {

struct OpenRequest {
  std::vector<std::filesystem::path> packages;
  const crypto::Identity* researcher = nullptr;  // borrowed
  // Certificates of the holders, pinned, and of units where there is a manifest.
  std::vector<crypto::Certificate> trusted;
  std::optional<std::filesystem::path> manifest;  // of the unit's release
  bool wide = false;
  std::filesystem::path output;
  storage::Overwrite overwrite = storage::Overwrite::kRefuse;
};

struct OpenReceipt {
  storage::ReleaseOf of;
  std::vector<storage::PayloadDocument> holders;  // by name
  std::uint64_t rows = 0;                         // of the output
  std::uint64_t persons = 0;                      // of all holders together
};

// Writes `output`, CSV of mode 0600.
//
// Long, a row for each of the packages' rows: project_id, holder, and every variable that one of
// them has, those of the first holder by name first. A cell that a holder does not have is empty.
// Rows are by holder, and within one in the order of its package, which is random.
//
// Wide, a row for each person: project_id and HOLDER.VARIABLE for each holder's variables; ordered
// by project id. Refused where a holder has two rows of one person.
//
// Memory: of the wide form that of the table, else 64 bytes a person.
// Errors: kBadData   a package holds something else than it says; two rows of one person in a
//                    wide table
//         kRefused   a package is not of a pinned holder, not for this researcher, or not of the
//                    same release as the others; two are of one holder; or the manifest is of
//                    another release, or tells otherwise
//         kNoInput, kExists, kIo, kInterrupted
Result<OpenReceipt> OpenPayloads(const OpenRequest& request, const ExecContext& context);

struct OpenedChanges {
  storage::ChangesDocument document;
  crypto::Certificate unit;  // who sealed them
};

// Writes changes.csv out of the unit's package of it (docs/formats/links.md), of mode 0600.
// request.packages has one; request.wide and request.manifest have no meaning.
//
// Errors: as above
Result<OpenedChanges> OpenChanges(const OpenRequest& request, const ExecContext& context);

}  // namespace musubi::engine

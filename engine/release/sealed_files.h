// The files of an approved project's release, each sealed to whom it is for. Sees references and
// project ids on their way out. Private to engine/release.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/exec_context.h"
#include "core/ids.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/hmac.h"
#include "engine/release/release.h"
#include "storage/link_store.h"
#include "storage/release_documents.h"

namespace musubi::engine {

// What a map needs of a member.
struct KeyedRef {
  RecordRef ref;
  LinkageKey key;
};

// Threads: one at a time.
class SealedFiles {
 public:
  // Finds the certificate that every file of a release of `project` is for, before one is written:
  // a holder's among those that the store trusts, the researcher's, where ids have changed, among
  // seal.recipients.
  //
  // Requires: the project has an application; `holders` are of it.
  // Errors:   kUsage    seal.unit is not given; a certificate is needed to choose
  //           kRefused  a holder has no trusted certificate; a recipient is none of the release
  //           kBadData  a decision of the store is damaged
  static Result<SealedFiles> Of(const ReleaseSeal& seal, const storage::LinkStore& store,
                                const storage::ProjectInfo& project,
                                const std::vector<std::string>& holders, bool has_changes);

  // Writes one holder's map, HOLDER.map.pkg, and returns the digest of the file.
  //
  // Errors: as SealTable
  Result<crypto::Digest256> WriteMap(const std::filesystem::path& file,
                                     const storage::ReleaseOf& of, const std::string& holder,
                                     std::span<const KeyedRef> members, crypto::Hmac* prf,
                                     const ExecContext& context) const;

  // Writes the ids that changed, `table`, and returns the digest of the file.
  //
  // Requires: Of was told that there are changes.
  // Errors:   as SealTable
  Result<crypto::Digest256> WriteChanges(const std::filesystem::path& file,
                                         const storage::ChangesDocument& document,
                                         std::string_view table, const ExecContext& context) const;

  const crypto::Identity& unit() const { return *unit_; }

 private:
  SealedFiles(const crypto::Identity& unit, const crypto::Fingerprint& contract)
      : unit_(&unit), contract_(contract) {}

  const crypto::Identity* unit_;  // borrowed
  crypto::Fingerprint contract_;
  std::vector<std::string> decisions_;                  // that approve the application in force
  std::map<std::string, crypto::Certificate> holders_;  // by name
  std::optional<crypto::Certificate> researcher_;
};

}  // namespace musubi::engine

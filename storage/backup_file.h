// Files of a store in one sealed file: docs/formats/backup.md. Private to storage/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "crypto/keyring.h"
#include "storage/atomic_file.h"
#include "storage/link_store.h"

namespace musubi::storage {

// Writes the files called `names` of `folder` behind `head`. The backup appears whole or not at
// all, with mode 0600.
//
// Errors: kExists       `file` exists, and `overwrite` does not let it be replaced
//         kIo           reading or writing failed
//         kInterrupted  `context` was stopped
Status WriteBackupFile(const std::filesystem::path& file, Overwrite overwrite,
                       const crypto::BackupKey& key, const BackupHead& head,
                       const std::filesystem::path& folder, const std::vector<std::string>& names,
                       const ExecContext& context);

// Puts the files of a backup into `folder`, each synced, and returns the head.
//
// Errors: kNoInput      there is no such file
//         kBadData      it is no backup, is damaged or cut, or was not sealed under this key
//         kIo           reading or writing failed
//         kInterrupted  `context` was stopped
Result<BackupHead> ReadBackupFile(const std::filesystem::path& file, const crypto::BackupKey& key,
                                  const std::filesystem::path& folder, const ExecContext& context);

}  // namespace musubi::storage

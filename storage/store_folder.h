// The link store's folder and what lies in it beside the database: docs/formats/store.md, "Folder".
// Private to storage/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"
#include "crypto/sha256.h"
#include "storage/posix_file.h"
#include "storage/store_seal.h"

namespace musubi::storage {

inline constexpr const char* kFormatFile = "FORMAT";
inline constexpr const char* kContractFile = "contract.json";
inline constexpr const char* kLockFile = "LOCK";
inline constexpr const char* kWitnessFile = "WITNESS";
inline constexpr const char* kDatabaseFolder = "db";
inline constexpr const char* kRunFolder = "run";
inline constexpr const char* kCheckpointFolder = ".backup.tmp";  // while a backup is made
inline constexpr const char* kErasingFile = "ERASING";

// Syncs every file and folder in `folder`, and `folder` itself last.
//
// Errors: kIo
Status SyncTree(const std::filesystem::path& folder);

// Makes a file of mode 0600 in a store's folder, synced.
//
// Errors: kExists, kIo
Status WriteStoreFile(const std::filesystem::path& file, std::string_view content);

// Writes the file that tells a store's folder from others, its version, and which key it has.
Status WriteFormat(const std::filesystem::path& folder, const StoreKeyId& key);

// Which key the store has.
//
// Errors: kNoInput  there is no folder
//         kBadData  it is not a store, or one of another version
Result<StoreKeyId> ReadFormat(const std::filesystem::path& folder);

// Takes the store's lock; it is held while the descriptor is open.
//
// Errors: kLocked   another process, or another LinkStore of this one, holds it
//         kBadData  there is no lock file
Result<FileDescriptor> LockStore(const std::filesystem::path& folder);

// The last change that this store reported as done. It lies outside the database, so that the
// database cannot lose changes unnoticed.
struct Witness {
  std::uint64_t commit = 0;
  crypto::Digest256 digest{};
};

// Replaces the witness, whole and synced.
//
// Errors: kIo
Status WriteWitness(const std::filesystem::path& folder, const Witness& witness,
                    const StoreSeal& seal);

// Errors: kBadData  it is missing or damaged, or was not written with the store's key
Result<Witness> ReadWitness(const std::filesystem::path& folder, const StoreSeal& seal);

// Makes sure that the disk has room for `bytes` more, by taking them and giving them back.
//
// Errors: kIo
Status CheckRoom(const std::filesystem::path& folder, std::uint64_t bytes);

// The name of a file in the store's folder that holds a family's rows while a change is made.
std::string TemporaryTableName(std::string_view family);

// Removes what a kill left: table files of a change, half written files of the store's own, a
// backup's links.
// Requires: the store's lock is held.
void RemoveTemporaryFiles(const std::filesystem::path& folder);

}  // namespace musubi::storage

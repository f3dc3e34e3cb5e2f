// How a command of the unit is given a store and the store's key.
#pragma once

#include <boost/program_options.hpp>
#include <filesystem>
#include <string>

#include "cli/command.h"
#include "core/result.h"
#include "crypto/store_key.h"
#include "storage/link_store.h"

namespace musubi::cli {

// --store-key FILE and --store-passphrase-source, for commands whose first operand is a store.
void AddStoreKey(boost::program_options::options_description* options);

// The key file that --store-key names, or STORE.key beside the store.
//
// Errors: kUsage  it lies in the store's folder, where it would protect nothing
Result<std::filesystem::path> StoreKeyFile(const Invocation& run,
                                           const std::filesystem::path& store);

// Errors: kUsage  `file`, which `what` calls, lies in the store's folder
Status CheckOutside(const std::filesystem::path& file, const std::filesystem::path& store,
                    const std::string& what);

// The key of a store.
//
// Errors: those of LinkStore::Look, StoreKey::Load and StoreKeyFile
Result<crypto::StoreKey> LoadStoreKey(const Invocation& run, const std::filesystem::path& store);

// Opens the store of the first operand, or `store`, with its key.
//
// Errors: those of LinkStore::Open and LoadStoreKey
Result<storage::LinkStore> OpenStore(const Invocation& run);
Result<storage::LinkStore> OpenStore(const Invocation& run, const std::filesystem::path& store);

}  // namespace musubi::cli

// How a command of the unit is given a store and the store's key.
#pragma once

#include <boost/program_options.hpp>
#include <filesystem>

#include "cli/command.h"
#include "core/result.h"
#include "storage/link_store.h"

namespace musubi::cli {

// --store-key FILE and --store-passphrase-source, for commands whose first operand is a store.
void AddStoreKey(boost::program_options::options_description* options);

// The key file that --store-key names, or STORE.key beside the store.
//
// Errors: kUsage  it lies in the store's folder, where it would protect nothing
Result<std::filesystem::path> StoreKeyFile(const Invocation& run,
                                           const std::filesystem::path& store);

// Opens the store of the first operand with its key.
//
// Errors: those of LinkStore::Open, StoreKey::Load and StoreKeyFile
Result<storage::LinkStore> OpenStore(const Invocation& run);

}  // namespace musubi::cli

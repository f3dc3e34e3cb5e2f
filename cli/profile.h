// What a file's values are like, shown in counts: the `profile` command, and part of `encode`'s
// receipt. Never a value.
#pragma once

#include <vector>

#include "cli/command.h"
#include "engine/encode/field_profile.h"
#include "identity/charset.h"

namespace musubi::cli {

// `musubi-holder profile`: looks at a file before it is encoded.
Command ProfileCommand();

// The counts of each field, by its name.
Json JsonOf(const Contract& contract, const std::vector<engine::FieldProfile>& fields);

// The same as a table, and below it what the holder should look into.
std::string TextOf(const Contract& contract, const std::vector<engine::FieldProfile>& fields);

// The contract named by --contract, which must have fields: not one of profile clkhash.
Result<Contract> LoadFieldContract(const Invocation& run);

// Adds --charset, and reads it: nothing for "auto".
void AddCharset(const char* by_default, boost::program_options::options_description* options);
Result<std::optional<identity::Charset>> CharsetOf(const Invocation& run);

// Adds --column, and reads it.
void AddColumns(boost::program_options::options_description* options);
Result<std::vector<std::pair<std::string, std::string>>> ColumnsOf(const Invocation& run);

// "utf-8" or "cp932".
std::string_view NameOf(identity::Charset charset);

}  // namespace musubi::cli

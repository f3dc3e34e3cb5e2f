// Which certificates of holders and review bodies a store trusts: musubi-unit's `trust` commands,
// and --trust of init.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "crypto/certificate.h"

namespace musubi::cli {

// --trust CRT, any number of times.
void AddTrust(boost::program_options::options_description* options);

// The certificates of `files`, which must be holders' or review bodies', and `earlier`, in the
// order of their fingerprints, each once.
//
// Errors: kRefused  one is neither
//         kUsage    there are too many
//         and those of LoadCertificate
Result<std::vector<crypto::Certificate>> LoadTrusted(const std::vector<std::string>& files,
                                                     std::vector<crypto::Certificate> earlier);

// Name, fingerprint and validity of each.
Json JsonOf(const std::vector<crypto::Certificate>& certificates);

std::vector<Command> TrustCommands();

}  // namespace musubi::cli

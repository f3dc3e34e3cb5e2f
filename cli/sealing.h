// How encode is told to whom its output is sealed, by whom, and what lets it leave.
#pragma once

#include <boost/program_options.hpp>
#include <optional>

#include "cli/command.h"
#include "core/digest.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/linkage_secret.h"
#include "storage/audit_clearance.h"

namespace musubi::cli {

// --to, --sign, --cert and the passphrase; --audit, --override and --trust.
void AddSealing(boost::program_options::options_description* options);

struct Sealing {
  crypto::Identity sender;
  crypto::Certificate recipient;
  storage::Clearance clearance;
  std::optional<Digest256> input;  // that the file must have; none: any
};

// None where none of these options is given. The sender is the holder of --holder.
//
// Errors: kUsage     an option lacks another that it goes with
//         kRefused   neither a passed audit nor an override lets the output leave, or a certificate
//                    is not of the role that it should have: the message says why
//         kContract  the audit or the override is of another contract
//         and those of LoadIdentity, LoadCertificate and ReadSmallFile
Result<std::optional<Sealing>> SealingOf(const Invocation& run, const Contract& contract,
                                         const crypto::LinkageSecret& secret);

}  // namespace musubi::cli

// The `keygen` command of all three programs: a party's private key and its certificate.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "crypto/certificate.h"

namespace musubi::cli {

// What is shown of a certificate.
Json JsonOf(const crypto::Certificate& certificate);
std::string TextOf(const crypto::Certificate& certificate);

// Makes keys of one of `roles`; where there are several, --role says which.
Command KeygenCommand(std::vector<crypto::Role> roles);

}  // namespace musubi::cli

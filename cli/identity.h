// How a command is given keys, certificates and passphrases. The one place that talks to a terminal
// about secrets.
#pragma once

#include <boost/program_options.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/passphrase.h"

namespace musubi::cli {

// Where the passphrases of a party's private key, of a store's key and of a keyring come from.
inline constexpr const char* kKeyPassphrase = "passphrase-source";
inline constexpr const char* kStorePassphrase = "store-passphrase-source";
inline constexpr const char* kKeyringPassphrase = "keys-passphrase-source";

// An option tty|file:F|fd:N, for commands that read or make a key. `whose` is for help.
void AddPassphraseSource(boost::program_options::options_description* options,
                         const char* option = kKeyPassphrase,
                         const std::string& whose = "the private key's passphrase");

// Where the option says that the passphrase of `key_file` comes from; the terminal unless given.
// With `is_new` the terminal asks twice, and a passphrase that is too short is refused.
//
// Errors: kUsage    the option is none of these
// Of the source itself: kUsage    there is no terminal: the message names the option
//                       kRefused  the two differ, or it is empty, too short or too long
//                       kNoInput, kIo, kInterrupted
Result<crypto::PassphraseSource> PassphraseSourceOf(const Invocation& run,
                                                    const std::filesystem::path& key_file,
                                                    bool is_new,
                                                    const std::string& option = kKeyPassphrase);

// The passphrase of a key that is to be made; none under --no-passphrase.
//
// Errors: those of PassphraseSourceOf and of the source
Result<std::optional<crypto::Passphrase>> NewPassphrase(const Invocation& run,
                                                        const std::filesystem::path& key_file,
                                                        const std::string& option = kKeyPassphrase);

// Errors: kNoInput, kBadData, kRefused, kIo  as Certificate::Parse says
Result<crypto::Certificate> LoadCertificate(const std::filesystem::path& file);
Result<std::vector<crypto::Certificate>> LoadCertificates(const std::vector<std::string>& files);

// The key of an option and its certificate: that of --cert, or NAME.crt beside NAME.key.
//
// Errors: kRefused  they do not belong together, or the certificate is not of `role`
//         and those of KeyPair::Load and LoadCertificate
Result<crypto::Identity> LoadIdentity(const Invocation& run, const std::string& key_option,
                                      crypto::Role role);

// Errors: kRefused  the certificate is not of `role`: the message names its file
Status CheckRole(const crypto::Certificate& certificate, crypto::Role role,
                 const std::filesystem::path& file);

}  // namespace musubi::cli

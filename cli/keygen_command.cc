#include "cli/keygen_command.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

#include "cli/identity.h"
#include "core/party_name.h"
#include "core/utc_time.h"
#include "storage/atomic_file.h"

namespace musubi::cli {

namespace po = boost::program_options;

namespace {

constexpr std::int64_t kDaySeconds = 86400;
constexpr int kMaxDays = 3650;

std::string NamesOf(const std::vector<crypto::Role>& roles) {
  std::string names;
  for (const crypto::Role role : roles) {
    names += (names.empty() ? "" : "|") + std::string(NameOf(role));
  }
  return names;
}

Result<crypto::CertificateRequest> RequestOf(const Invocation& run,
                                             const std::vector<crypto::Role>& roles) {
  crypto::CertificateRequest request;
  request.role = roles.front();
  if (roles.size() > 1) {
    const auto role = crypto::RoleOf(run.Text("role"));
    if (!role || std::ranges::count(roles, *role) == 0) {
      return Error{ErrorCode::kUsage, "--role is " + NamesOf(roles)};
    }
    request.role = *role;
  }
  request.name = run.Text("name");
  if (!IsPartyName(request.name)) {
    return Error{ErrorCode::kUsage,
                 "--name has 1 to 64 of a-z, 0-9, _ and -, starting with a letter or digit"};
  }
  const std::string& text = run.Text("days");
  int days = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (error != std::errc() || end != text.data() + text.size() || days < 1 || days > kMaxDays) {
    return Error{ErrorCode::kUsage, "--days is a number from 1 to " + std::to_string(kMaxDays)};
  }
  // From a day ago, because the clocks of two parties may differ.
  const std::int64_t now = run.context().clock->UnixSeconds();
  if (now < kMinUtcSeconds + kDaySeconds || now > kMaxUtcSeconds - kDaySeconds * (days + 1)) {
    return Error{ErrorCode::kRefused, "this machine's clock is wrong; set it first"};
  }
  request.not_before = now - kDaySeconds;
  request.not_after = now + days * kDaySeconds;
  return request;
}

// Writes both files, or neither: the certificate is on the disk, under no name, before the key
// appears, and an older one never stands beside a new key.
Status WriteBoth(const Invocation& run, const crypto::KeyPair& key,
                 const crypto::Certificate& certificate,
                 const std::optional<crypto::Passphrase>& words,
                 const std::filesystem::path& key_file, storage::AtomicFile* certificate_file) {
  MUSUBI_RETURN_IF_ERROR(certificate_file->Write(certificate.Pem()));
  MUSUBI_RETURN_IF_ERROR(certificate_file->Sync());
  MUSUBI_RETURN_IF_ERROR(certificate_file->RemoveReplaced());
  const bool replace = run.overwrite() == storage::Overwrite::kReplace;
  MUSUBI_RETURN_IF_ERROR(key.Save(key_file, words ? &*words : nullptr, replace));
  const Status committed = certificate_file->Commit();
  if (committed.ok()) return {};
  std::error_code ignored;
  std::filesystem::remove(key_file, ignored);
  return committed;
}

Result<int> Keygen(const Invocation& run, const std::vector<crypto::Role>& roles) {
  constexpr unsigned kPublicMode = 0644;
  MUSUBI_ASSIGN_OR_RETURN(const crypto::CertificateRequest request, RequestOf(run, roles));
  const std::filesystem::path folder = run.Text("output");
  const std::filesystem::path key_file = folder / (request.name + ".key");
  const std::filesystem::path certificate_path = folder / (request.name + ".crt");
  std::error_code ignored;
  if (!run.Flag("force") && std::filesystem::exists(key_file, ignored)) {
    return Error{ErrorCode::kExists, key_file.string() +
                                         " exists already; choose another name, or replace it "
                                         "with --force"};
  }
  MUSUBI_ASSIGN_OR_RETURN(
      auto certificate_file,
      storage::AtomicFile::Create(certificate_path, run.overwrite(), kPublicMode));
  MUSUBI_ASSIGN_OR_RETURN(const auto words, NewPassphrase(run, key_file));
  MUSUBI_ASSIGN_OR_RETURN(const auto key, crypto::KeyPair::Generate());
  MUSUBI_ASSIGN_OR_RETURN(const auto certificate,
                          crypto::Certificate::SelfSigned(key, request, *run.context().random));
  MUSUBI_RETURN_IF_ERROR(WriteBoth(run, key, certificate, words, key_file, &certificate_file));

  Json json = JsonOf(certificate);
  json["certificate"] = certificate_path.string();
  json["key"] = key_file.string();
  json["encrypted"] = words.has_value();
  run.console().Print(
      json, TextOf(certificate) + "\n" + key_file.string() +
                (words ? "  is secret: it and its passphrase stay here\n"
                       : "  is secret and has no passphrase: whoever can read it can use it\n") +
                certificate_path.string() +
                "  goes to the others, who compare its fingerprint with you, aloud\n");
  return 0;
}

}  // namespace

Json JsonOf(const crypto::Certificate& certificate) {
  return {{"format", "certificate"},
          {"role", NameOf(certificate.role())},
          {"name", certificate.name()},
          {"not_before", FormatUtc(certificate.not_before())},
          {"not_after", FormatUtc(certificate.not_after())},
          {"fingerprint", crypto::ToHex(certificate.fingerprint())}};
}

std::string TextOf(const crypto::Certificate& certificate) {
  return "certificate of the " + std::string(NameOf(certificate.role())) + " '" +
         certificate.name() + "'\nvalid        " + FormatUtc(certificate.not_before()) + " to " +
         FormatUtc(certificate.not_after()) + "\nfingerprint  " +
         crypto::Grouped(certificate.fingerprint(), "\n             ") + "\n";
}

Command KeygenCommand(std::vector<crypto::Role> roles) {
  Command command;
  command.name = "keygen";
  command.summary = "make a private key and the certificate that others trust it by";
  command.options = [roles](po::options_description* options) {
    auto add = options->add_options();
    if (roles.size() > 1) {
      add("role", po::value<std::string>()->value_name(NamesOf(roles)), "whose key it is");
    }
    add("name", po::value<std::string>()->value_name("NAME"),
        "its owner's name in the study, and the files': NAME.key and NAME.crt");
    add("output,o", po::value<std::string>()->value_name("FOLDER"), "where the two files go");
    add("days", po::value<std::string>()->value_name("N")->default_value("730"),
        "how long the certificate is valid");
    add("no-passphrase", po::bool_switch(), "leave the key's file unencrypted");
    AddPassphraseSource(options);
  };
  command.required = {"name", "output"};
  if (roles.size() > 1) command.required.push_back("role");
  command.run = [roles = std::move(roles)](const Invocation& run) { return Keygen(run, roles); };
  return command;
}

}  // namespace musubi::cli

#include "cli/secret_commands.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "bloom/keys.h"
#include "cli/files.h"
#include "cli/identity.h"
#include "core/ids.h"
#include "crypto/linkage_secret.h"
#include "storage/sealed_package.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

void AddContract(po::options_description* options) {
  options->add_options()("contract", po::value<std::string>()->value_name("FILE"),
                         "the contract that all holders share");
}

void ShowSecret(const Invocation& run, const Contract& contract,
                const crypto::LinkageSecret& secret, const std::string& file) {
  const std::string check = bloom::SpokenKeyCheck(secret, contract);
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(contract));
  run.console().Print({{"secret", file}, {"contract", fingerprint}, {"key_check", check}},
                      "secret     " + file + "\ncontract   " + fingerprint + "\nkey check  " +
                          check +
                          "   (the same at every holder of the study; safe to say aloud)\n");
}

Result<int> SecretNew(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(run.Text("contract")));
  MUSUBI_ASSIGN_OR_RETURN(const auto secret,
                          crypto::LinkageSecret::Generate(*run.context().random));
  MUSUBI_RETURN_IF_ERROR(secret.Save(run.Text("output")));
  ShowSecret(run, contract, secret, run.Text("output"));
  return 0;
}

Result<int> SecretCheck(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(run.Text("contract")));
  MUSUBI_ASSIGN_OR_RETURN(const auto secret, crypto::LinkageSecret::Load(run.operands()[0]));
  ShowSecret(run, contract, secret, run.operands()[0]);
  return 0;
}

// Seals the secret to another holder. Only its recipient's key opens it again.
Result<int> SecretWrap(const Invocation& run) {
  constexpr unsigned kPublicMode = 0644;
  const std::filesystem::path output = run.Text("output");
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({output}));
  MUSUBI_RETURN_IF_ERROR(CheckDistinct(
      {run.operands()[0], output, run.Text("contract"), run.Text("to"), run.Text("sign")}));
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(run.Text("contract")));
  MUSUBI_ASSIGN_OR_RETURN(const auto recipient, LoadCertificate(run.Text("to")));
  MUSUBI_RETURN_IF_ERROR(CheckRole(recipient, crypto::Role::kHolder, run.Text("to")));
  MUSUBI_ASSIGN_OR_RETURN(auto file,
                          storage::AtomicFile::Create(output, run.overwrite(), kPublicMode));
  MUSUBI_ASSIGN_OR_RETURN(const auto sender, LoadIdentity(run, "sign", crypto::Role::kHolder));
  MUSUBI_ASSIGN_OR_RETURN(const auto secret, crypto::LinkageSecret::Load(run.operands()[0]));
  MUSUBI_ASSIGN_OR_RETURN(const auto content, secret.Packed(*run.context().random));
  storage::PackageRequest request;
  request.kind = storage::PackageKind::kSecret;
  request.contract = crypto::FingerprintOf(contract);
  request.sender = &sender;
  request.recipient = &recipient;
  request.folder = output.parent_path();
  MUSUBI_ASSIGN_OR_RETURN(auto writer, storage::PackageWriter::Create(request, run.context()));
  MUSUBI_RETURN_IF_ERROR(writer.Write(content.bytes()));
  MUSUBI_ASSIGN_OR_RETURN(const auto manifest, writer.Finish(&file));
  MUSUBI_RETURN_IF_ERROR(file.Commit());
  run.console().Print({{"package", ToHex(manifest.id)},
                       {"recipient", crypto::ToHex(manifest.recipient)},
                       {"output", output.string()}},
                      output.string() + "  for " + recipient.name() +
                          " alone, who compares the key check with you after secret unwrap\n");
  return 0;
}

// The content of a package of kind "secret"; it goes from locked memory to locked memory, but for
// OpenSSL's own copy, which is wiped.
Result<crypto::LinkageSecret> OpenSecret(storage::PackageReader* reader,
                                         const crypto::Identity& recipient,
                                         const ExecContext& context) {
  crypto::SecureBytes content(crypto::LinkageSecret::kPackedBytes);
  std::size_t used = 0;
  const storage::ByteSink keep = [&](std::span<const std::uint8_t> bytes) -> Status {
    const auto room = content.mutable_bytes().subspan(used);
    if (bytes.size() > room.size()) {
      return Error{ErrorCode::kBadData, "the package holds more than a linkage secret"};
    }
    std::ranges::copy(bytes, room.begin());
    used += bytes.size();
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(reader->Read(recipient, keep, context));
  return crypto::LinkageSecret::Unpacked(content.bytes().first(used));
}

Result<int> SecretUnwrap(const Invocation& run) {
  const std::string& output = run.Text("output");
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({output}));
  MUSUBI_RETURN_IF_ERROR(
      CheckDistinct({run.operands()[0], output, run.Text("contract"), run.Text("key")}));
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(run.Text("contract")));
  MUSUBI_ASSIGN_OR_RETURN(const auto senders, LoadCertificates(run.Texts("trust")));
  MUSUBI_ASSIGN_OR_RETURN(const auto recipient, LoadIdentity(run, "key", crypto::Role::kHolder));
  storage::PackageExpectation expectation;
  expectation.kind = storage::PackageKind::kSecret;
  expectation.sender_role = crypto::Role::kHolder;
  expectation.senders = senders;
  expectation.recipient = recipient.certificate().fingerprint();
  expectation.contract = crypto::FingerprintOf(contract);
  MUSUBI_ASSIGN_OR_RETURN(
      auto reader, storage::PackageReader::Open(run.operands()[0], expectation, run.context()));
  MUSUBI_ASSIGN_OR_RETURN(const auto secret, OpenSecret(&reader, recipient, run.context()));
  MUSUBI_RETURN_IF_ERROR(secret.Save(output));
  ShowSecret(run, contract, secret, output);
  return 0;
}

void WrapOptions(po::options_description* options) {
  AddContract(options);
  auto add = options->add_options();
  add("to", po::value<std::string>()->value_name("CRT"),
      "the certificate of the holder that gets the secret; compare its fingerprint with them");
  add("sign", po::value<std::string>()->value_name("KEY"), "this holder's private key");
  add("cert", po::value<std::string>()->value_name("CRT"),
      "its certificate; NAME.crt beside NAME.key unless given");
  add("output,o", po::value<std::string>()->value_name("FILE"), "the sealed package");
  AddPassphraseSource(options);
}

void UnwrapOptions(po::options_description* options) {
  AddContract(options);
  auto add = options->add_options();
  add("key", po::value<std::string>()->value_name("KEY"), "this holder's private key");
  add("cert", po::value<std::string>()->value_name("CRT"),
      "its certificate; NAME.crt beside NAME.key unless given");
  add("trust", po::value<std::vector<std::string>>()->value_name("CRT"),
      "the certificate of the holder that sent it; may be given again for others");
  add("output,o", po::value<std::string>()->value_name("FILE"), "the new key file, mode 0600");
  AddPassphraseSource(options);
}

}  // namespace

std::vector<Command> SecretCommands() {
  Command made{"secret new",
               "make the linkage secret that the holders of a study share",
               "",
               0,
               0,
               [](po::options_description* options) {
                 AddContract(options);
                 options->add_options()("output,o", po::value<std::string>()->value_name("FILE"),
                                        "the new key file, mode 0600");
               },
               {"contract", "output"},
               SecretNew};
  Command check{"secret check",
                "show the key check of a secret, to compare with other holders",
                "SECRET",
                1,
                1,
                AddContract,
                {"contract"},
                SecretCheck};
  Command wrap{"secret wrap", "seal the linkage secret to another holder", "SECRET",  1, 1,
               WrapOptions,   {"contract", "to", "sign", "output"},        SecretWrap};
  Command unwrap{"secret unwrap",
                 "take the linkage secret out of the package that another holder sent",
                 "PACKAGE",
                 1,
                 1,
                 UnwrapOptions,
                 {"contract", "key", "trust", "output"},
                 SecretUnwrap};
  return {made, check, wrap, unwrap};
}

}  // namespace musubi::cli

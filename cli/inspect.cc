#include "cli/inspect.h"

#include <array>
#include <cstdio>
#include <string_view>

#include "cli/clearance_text.h"
#include "cli/identity.h"
#include "cli/keygen_command.h"
#include "cli/project_text.h"
#include "core/utc_time.h"
#include "crypto/cms.h"
#include "crypto/sha256.h"
#include "storage/atomic_file.h"
#include "storage/audit_override.h"
#include "storage/encoding_file.h"
#include "storage/project_decision.h"
#include "storage/sealed_package.h"
#include "storage/signed_json.h"

namespace musubi::cli {

namespace po = boost::program_options;

namespace {

// The first bytes of a file; none where it cannot be read.
std::string StartOf(const std::filesystem::path& file) {
  std::FILE* input = std::fopen(file.c_str(), "rb");
  if (input == nullptr) return {};
  std::array<char, 32> start{};
  const std::size_t got = std::fread(start.data(), 1, start.size(), input);
  std::fclose(input);
  return {start.data(), got};
}

Result<int> ShowContract(const Invocation& run, const std::string& file) {
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(file));
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(contract));
  run.console().Print(
      {{"format", "musubi-contract"}, {"name", contract.name()}, {"fingerprint", fingerprint}},
      "contract '" + contract.name() + "'\nfingerprint  " + fingerprint + "\n");
  return 0;
}

Result<int> ShowCertificate(const Invocation& run, const std::string& file) {
  MUSUBI_ASSIGN_OR_RETURN(const auto certificate, LoadCertificate(file));
  run.console().Print(JsonOf(certificate), TextOf(certificate));
  return 0;
}

// The manifest of a package, and who signed it where that was looked at.
void ShowManifest(const Invocation& run, const storage::PackageManifest& manifest,
                  const std::string& signer) {
  Json json = {{"format", "musubi-package"},
               {"package", ToHex(manifest.id)},
               {"kind", NameOf(manifest.kind)},
               {"contract", crypto::ToHex(manifest.contract)},
               {"sender", crypto::ToHex(manifest.sender)},
               {"recipient", crypto::ToHex(manifest.recipient)},
               {"created", FormatUtc(manifest.created)},
               {"content_bytes", manifest.content_bytes},
               {"segments", manifest.parts.size()},
               {"verified", !signer.empty()}};
  if (!signer.empty()) json["signed_by"] = signer;
  if (manifest.clearance) json["audit"] = JsonOf(storage::Cleared{*manifest.clearance});
  constexpr std::string_view kBreak = "\n           ";
  run.console().Print(
      json, "package    " + ToHex(manifest.id) + "\nkind       " +
                std::string(NameOf(manifest.kind)) + ", " + Grouped(manifest.content_bytes) +
                " bytes, segments: " + Grouped(manifest.parts.size()) + "\ncreated    " +
                FormatUtc(manifest.created) + "\ncontract   " + crypto::ToHex(manifest.contract) +
                "\nsender     " + crypto::Grouped(manifest.sender, kBreak) + "\nrecipient  " +
                crypto::Grouped(manifest.recipient, kBreak) + "\n" +
                (manifest.clearance ? TextOf(storage::Cleared{*manifest.clearance}) + "\n" : "") +
                (signer.empty() ? "none of this was verified: name the sender's certificate with "
                                  "--trust\n"
                                : "signed by " + signer + "; every part is whole\n"));
}

Result<int> ShowPackage(const Invocation& run, const std::string& file) {
  MUSUBI_ASSIGN_OR_RETURN(const auto manifest, storage::ReadUnverifiedManifest(file));
  if (!run.Has("trust")) {
    ShowManifest(run, manifest, "");
    return 0;
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto certificate, LoadCertificate(run.Text("trust")));
  // Its own claims are taken for granted; what is checked is who made them, and that all is there.
  storage::PackageExpectation expectation;
  expectation.kind = manifest.kind;
  expectation.recipient = manifest.recipient;
  expectation.sender_role = certificate.role();
  expectation.senders = std::span(&certificate, 1);
  run.context().Stage("verify " + file);
  MUSUBI_ASSIGN_OR_RETURN(const auto reader,
                          storage::PackageReader::Open(file, expectation, run.context()));
  run.console().EndStages();
  ShowManifest(run, reader.manifest(),
               std::string(NameOf(certificate.role())) + " '" + certificate.name() + "'");
  return 0;
}

Result<int> ShowApplication(const Invocation& run, const std::string& file) {
  MUSUBI_ASSIGN_OR_RETURN(const Application application, LoadApplication(file));
  run.console().Print(JsonOf(application), TextOf(application));
  return 0;
}

Result<int> ShowDecision(const Invocation& run, const std::string& file, const std::string& text) {
  MUSUBI_ASSIGN_OR_RETURN(auto decision, storage::ReadUnverifiedDecision(text, file));
  if (run.Has("trust")) {
    MUSUBI_ASSIGN_OR_RETURN(const auto certificate, LoadCertificate(run.Text("trust")));
    MUSUBI_ASSIGN_OR_RETURN(decision,
                            storage::ReadDecision(text, file, std::span(&certificate, 1)));
  }
  Json json = JsonOf(decision);
  json["format"] = storage::kDecisionFormat;
  json["application"] = JsonOf(decision.application);
  json["verified"] = run.Has("trust");
  run.console().Print(json,
                      TextOf(decision.application) + "\n" + TextOf(decision) +
                          (run.Has("trust") ? "its signature is that of the certificate given\n"
                                            : "none of this was verified: name the reviewer's "
                                              "certificate with --trust\n"));
  return 0;
}

Result<int> ShowOverride(const Invocation& run, const std::string& file, const std::string& text) {
  MUSUBI_ASSIGN_OR_RETURN(const auto terms, storage::ReadUnverifiedOverride(text, file));
  std::string signer;
  if (run.Has("trust")) {
    MUSUBI_ASSIGN_OR_RETURN(const auto certificate, LoadCertificate(run.Text("trust")));
    MUSUBI_ASSIGN_OR_RETURN(const auto by,
                            storage::ReadOverride(text, file, std::span(&certificate, 1)));
    signer = by.signer.name();
  }
  Json json = JsonOf(terms);
  json["format"] = storage::kOverrideFormat;
  json["verified"] = !signer.empty();
  if (!signer.empty()) json["signed_by"] = signer;
  run.console().Print(
      json, TextOf(terms) + (signer.empty() ? "none of this was verified: name the review "
                                              "body's certificate with --trust\n"
                                            : "signed by '" + signer + "'\n"));
  return 0;
}

// A decision, an override, or what a unit signs: a release's manifest, a receipt, a head or
// register of its log.
Result<int> ShowSigned(const Invocation& run, const std::string& file) {
  constexpr std::size_t kMaxBytes = 2 * crypto::kMaxCmsBytes;  // the document and its signature
  MUSUBI_ASSIGN_OR_RETURN(const std::string text, storage::ReadSmallFile(file, kMaxBytes));
  MUSUBI_ASSIGN_OR_RETURN(const std::string document, storage::UnverifiedDocument(text, file));
  const Json json = Json::parse(document);
  if (json.value("format", Json()) == storage::kDecisionFormat) {
    return ShowDecision(run, file, text);
  }
  if (json.value("format", Json()) == storage::kOverrideFormat) {
    return ShowOverride(run, file, text);
  }
  std::string signer;
  if (run.Has("trust")) {
    MUSUBI_ASSIGN_OR_RETURN(const auto certificate, LoadCertificate(run.Text("trust")));
    MUSUBI_RETURN_IF_ERROR(storage::ReadSigned(text, file, std::span(&certificate, 1)));
    signer = std::string(NameOf(certificate.role())) + " '" + certificate.name() + "'";
  }
  run.console().Print({{"document", json}, {"verified", !signer.empty()}},
                      json.dump(2) + "\n" +
                          (signer.empty() ? "none of this was verified: name the certificate of "
                                            "who signed it with --trust\n"
                                          : "signed by " + signer + "\n"));
  return 0;
}

Result<int> Inspect(const Invocation& run) {
  const std::string& file = run.operands()[0];
  if (storage::LooksLikePackage(file)) return ShowPackage(run, file);
  const std::string start = StartOf(file);
  if (storage::LooksSigned(start)) return ShowSigned(run, file);
  if (run.Has("trust")) {
    return Error{ErrorCode::kUsage, file +
                                        " is neither a sealed package nor a signed document; "
                                        "--trust is for these"};
  }
  if (LooksLikeApplication(start)) return ShowApplication(run, file);
  if (start.starts_with("{")) return ShowContract(run, file);
  if (start.starts_with("-----BEGIN CERTIFICATE")) return ShowCertificate(run, file);
  MUSUBI_ASSIGN_OR_RETURN(const std::string manifest, storage::ReadEncodingManifest(file));
  run.console().Print(Json::parse(manifest), manifest);
  return 0;
}

}  // namespace

Command InspectCommand() {
  Command command;
  command.name = "inspect";
  command.summary =
      "show what a contract, certificate, encoding file, package, application or signed document "
      "says";
  command.operands = "FILE";
  command.min_operands = command.max_operands = 1;
  command.options = [](po::options_description* options) {
    options->add_options()(
        "trust", po::value<std::string>()->value_name("CRT"),
        "of a package or signed document: verify it by the certificate of who sent or signed it");
  };
  command.run = Inspect;
  return command;
}

}  // namespace musubi::cli

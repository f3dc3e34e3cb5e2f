#include "cli/trust_commands.h"

#include <algorithm>
#include <utility>

#include "cli/identity.h"
#include "cli/keygen_command.h"
#include "cli/open_store.h"
#include "storage/link_store.h"

namespace musubi::cli {

namespace po = boost::program_options;

namespace {

using crypto::Certificate;
using storage::LinkStore;

constexpr std::size_t kMaxFiles = 1000;

std::string TextOf(const std::vector<Certificate>& certificates) {
  std::string text;
  for (const Certificate& certificate : certificates) text += cli::TextOf(certificate);
  return text;
}

void Show(const Invocation& run, const LinkStore& store) {
  const auto& trusted = store.policy().trusted;
  run.console().Print(
      {{"trusted", JsonOf(trusted)}},
      trusted.empty() ? "trusts no certificate: takes files from anyone\n" : TextOf(trusted));
}

std::vector<std::string> Files(const Invocation& run) {
  return {run.operands().begin() + 1, run.operands().end()};
}

Result<int> TrustList(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const auto store, OpenStore(run));
  Show(run, store);
  return 0;
}

// The store's trusted certificates and those of the operands.
Result<std::vector<Certificate>> More(const Invocation& run, const LinkStore& store) {
  return LoadTrusted(Files(run), store.policy().trusted);
}

// The store's trusted certificates without those of the operands.
Result<std::vector<Certificate>> Fewer(const Invocation& run, const LinkStore& store) {
  std::vector<Certificate> trusted = store.policy().trusted;
  for (const std::string& file : Files(run)) {
    MUSUBI_ASSIGN_OR_RETURN(const Certificate certificate, LoadCertificate(file));
    if (std::erase(trusted, certificate) == 0) {
      return Error{ErrorCode::kNoInput,
                   file +
                       " is not among the certificates that the store trusts; nothing was "
                       "changed"};
    }
  }
  const auto holders = [](const std::vector<Certificate>& certificates) {
    return storage::OfRole(certificates, crypto::Role::kHolder).size();
  };
  if (holders(trusted) == 0 && holders(store.policy().trusted) != 0) {
    return Error{ErrorCode::kRefused,
                 "the last certificate of a holder stays: a store that trusts none takes files "
                 "from anyone; add another first"};
  }
  return trusted;
}

using Choice = Result<std::vector<Certificate>> (*)(const Invocation&, const LinkStore&);

// Puts what `choose` gives in the place of the store's trusted certificates.
Result<int> TrustOthers(const Invocation& run, Choice choose) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(auto trusted, storage::Logged(&store, {storage::LogKind::kTrust},
                                                        run.context(), choose(run, store)));
  MUSUBI_RETURN_IF_ERROR(store.SetTrusted(std::move(trusted), run.context()));
  Show(run, store);
  return 0;
}

Result<int> TrustAdd(const Invocation& run) { return TrustOthers(run, More); }

Result<int> TrustRemove(const Invocation& run) { return TrustOthers(run, Fewer); }

}  // namespace

void AddTrust(po::options_description* options) {
  options->add_options()(
      "trust", po::value<std::vector<std::string>>()->value_name("CRT"),
      "take sealed packages of the holder with this certificate, and nothing that is not sealed, "
      "or decisions of this review body; once for each of them");
}

Result<std::vector<Certificate>> LoadTrusted(const std::vector<std::string>& files,
                                             std::vector<Certificate> earlier) {
  for (const std::string& file : files) {
    MUSUBI_ASSIGN_OR_RETURN(Certificate certificate, LoadCertificate(file));
    if (certificate.role() != crypto::Role::kReview) {
      MUSUBI_RETURN_IF_ERROR(CheckRole(certificate, crypto::Role::kHolder, file));
    }
    if (std::ranges::count(earlier, certificate) == 0) earlier.push_back(std::move(certificate));
  }
  if (earlier.size() > storage::kMaxTrusted) {
    return Error{ErrorCode::kUsage, "a store trusts at most " +
                                        std::to_string(storage::kMaxTrusted) + " certificates"};
  }
  std::ranges::sort(earlier, {}, [](const Certificate& c) { return c.fingerprint(); });
  return earlier;
}

Json JsonOf(const std::vector<Certificate>& certificates) {
  Json json = Json::array();
  for (const Certificate& certificate : certificates) json.push_back(JsonOf(certificate));
  return json;
}

std::vector<Command> TrustCommands() {
  Command list{
      "trust list", "show the certificates that a store trusts", "STORE", 1, 1, nullptr, {},
      TrustList};
  Command add{"trust add",
              "take sealed packages of these holders, or decisions of these review bodies",
              "STORE CRT...",
              2,
              kMaxFiles,
              nullptr,
              {},
              TrustAdd};
  Command remove{"trust remove",
                 "take nothing more of these certificates; what was taken stays",
                 "STORE CRT...",
                 2,
                 kMaxFiles,
                 nullptr,
                 {},
                 TrustRemove};
  return {list, add, remove};
}

}  // namespace musubi::cli

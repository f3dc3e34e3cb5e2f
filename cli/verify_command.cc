#include "cli/verify_command.h"

#include <string>

#include "cli/open_store.h"
#include "crypto/sha256.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

Result<int> Verify(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const storage::StoreCheck check, store.Verify(run.context()));
  run.console().EndStages();
  Json families = Json::object();
  std::string text = "verified " + run.operands()[0] + " at change " + Grouped(check.commit) +
                     ", epoch " + Grouped(check.epoch) + "\n";
  for (const storage::FamilyCheck& family : check.families) {
    families[family.name] = {{"rows", family.rows}, {"bytes", family.bytes}};
    text += "  " + Left(family.name, 12) + Right(Grouped(family.rows), 14) + " rows" +
            Right(Grouped(family.bytes), 18) + " bytes\n";
  }
  text += "every checksum, seal and count holds; the " + Grouped(check.log_entries) +
          " entries of the log are one chain, and the witness agrees\nstate " +
          crypto::ToHex(check.state) + "\n";
  run.console().Print({{"commit", check.commit},
                       {"epoch", check.epoch},
                       {"state", crypto::ToHex(check.state)},
                       {"log_entries", check.log_entries},
                       {"families", families}},
                      text);
  return 0;
}

}  // namespace

Command VerifyCommand() {
  return {"verify", "read all of a store and check that it is whole", "STORE", 1, 1, nullptr, {},
          Verify};
}

}  // namespace musubi::cli

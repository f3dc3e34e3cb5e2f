#include "engine/log/log_proof.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/ids.h"
#include "crypto/merkle.h"
#include "engine/log/log_files.h"
#include "engine/log/log_verifier.h"
#include "storage/atomic_file.h"

namespace musubi::engine {

using nlohmann::json;
using storage::LogHead;

namespace {

constexpr int kVersion = 1;
constexpr std::size_t kMaxPath = 128;  // 64 levels, and a root more

crypto::Digest256 LeafOf(std::string_view line) {
  return crypto::MerkleLeaf({reinterpret_cast<const std::uint8_t*>(line.data()), line.size()});
}

json JsonOf(const crypto::MerklePath& path) {
  json nodes = json::array();
  for (const crypto::Digest256& node : path) nodes.push_back(crypto::ToHex(node));
  return nodes;
}

// A proof in the making: the log's leaves and its signed head.
class Prover {
 public:
  Prover(storage::LinkStore* store, const crypto::Identity& unit, const ExecContext& context)
      : store_(*store), unit_(unit), context_(context) {}

  Result<std::string> Entry(std::uint64_t number) {
    if (number < 1 || number > store_.log().size()) {
      return Error{ErrorCode::kUsage,
                   "there is no such entry; they are 1 to " + std::to_string(store_.log().size())};
    }
    wanted_ = number;
    MUSUBI_ASSIGN_OR_RETURN(json proof, Start());
    proof["entry"] = json::parse(line_);
    proof["path"] = JsonOf(crypto::InclusionPath(leaves_, number - 1));
    return proof.dump() + "\n";
  }

  Result<std::string> Growth(const std::filesystem::path& file) {
    MUSUBI_ASSIGN_OR_RETURN(const std::string text, storage::ReadSmallFile(file, kMaxHeadBytes));
    const std::vector<crypto::Certificate> own = {unit_.certificate()};
    MUSUBI_ASSIGN_OR_RETURN(const LogHead earlier, storage::ReadHead(text, file.string(), own));
    MUSUBI_ASSIGN_OR_RETURN(json proof, Start());
    if (earlier.entries > head_.entries) return RolledBack(earlier, head_);
    crypto::MerkleFrontier begin;
    for (std::uint64_t i = 0; i < earlier.entries; ++i) begin.Append(leaves_[i]);
    if (begin.Root() != earlier.root) return Forked(earlier);
    proof["earlier"] = json::parse(text);
    proof["path"] = JsonOf(crypto::ConsistencyPath(leaves_, earlier.entries));
    return proof.dump() + "\n";
  }

 private:
  // What every proof has. Reads the leaves, and the line that is wanted.
  Result<json> Start() {
    MUSUBI_ASSIGN_OR_RETURN(head_, HeadOf(&store_, unit_, context_));
    MUSUBI_ASSIGN_OR_RETURN(const std::string signed_head, storage::SignedHead(head_, unit_));
    MUSUBI_RETURN_IF_ERROR(
        store_.VisitLog([this](std::string_view line, const storage::LogEntry& entry) -> Status {
          leaves_.push_back(LeafOf(line));
          if (entry.number == wanted_) line_ = line;
          return {};
        }));
    return json{
        {"format", kProofFormat}, {"version", kVersion}, {"head", json::parse(signed_head)}};
  }

  storage::LinkStore& store_;
  const crypto::Identity& unit_;
  const ExecContext& context_;
  std::uint64_t wanted_ = 0;
  std::string line_;
  LogHead head_;
  std::vector<crypto::Digest256> leaves_;
};

// Throws json::exception where it is none.
crypto::MerklePath PathOf(const json& nodes) {
  crypto::MerklePath path;
  for (const json& node : nodes) {
    crypto::Digest256& digest = path.emplace_back();
    FromHex(node.get_ref<const std::string&>(), digest.data(), digest.size());
  }
  return path;
}

// Throws json::exception where a member is missing or of another type.
Result<CheckedProof> Check(const json& proof, const std::string& file,
                           std::span<const crypto::Certificate> units) {
  const Error proves_nothing{ErrorCode::kBadData, file + ": does not prove what it says"};
  CheckedProof checked;
  MUSUBI_ASSIGN_OR_RETURN(checked.head,
                          storage::ReadHead(proof.at("head").dump() + "\n", file, units));
  const crypto::MerklePath path = PathOf(proof.at("path"));
  if (path.size() > kMaxPath || JsonOf(path) != proof.at("path")) return proves_nothing;
  if (proof.contains("entry")) {
    const std::string line = proof.at("entry").dump();
    const auto entry = storage::ParseLogLine(line);
    if (!entry.ok()) return Error{ErrorCode::kBadData, file + ": its entry is none"};
    checked.entry = entry.value().number;
    const bool is_in =
        crypto::ProvesInclusion(path, LeafOf(line), checked.entry - 1, checked.head.tree());
    return is_in ? Result<CheckedProof>(std::move(checked)) : proves_nothing;
  }
  MUSUBI_ASSIGN_OR_RETURN(checked.earlier,
                          storage::ReadHead(proof.at("earlier").dump() + "\n", file, units));
  const bool grew = checked.earlier->contract == checked.head.contract &&
                    crypto::ProvesConsistency(path, checked.earlier->tree(), checked.head.tree());
  return grew ? Result<CheckedProof>(std::move(checked)) : proves_nothing;
}

}  // namespace

Result<CheckedProof> CheckProof(std::string_view text, const std::string& file,
                                std::span<const crypto::Certificate> units) {
  const json proof = json::parse(text, nullptr, /*allow_exceptions=*/false);
  constexpr std::size_t kMembers = 5;
  const bool has_form =
      proof.is_object() && proof.size() == kMembers && proof.dump() + "\n" == text;
  try {
    if (has_form && proof.at("format") == kProofFormat && proof.at("version") == kVersion) {
      return Check(proof, file, units);
    }
  } catch (const json::exception&) {
    // As below.
  }
  return Error{ErrorCode::kBadData, file + ": is not a proof in its one form"};
}

Result<std::string> ProveEntry(storage::LinkStore* store, std::uint64_t number,
                               const crypto::Identity& unit, const ExecContext& context) {
  return Prover(store, unit, context).Entry(number);
}

Result<std::string> ProveGrowth(storage::LinkStore* store, const std::filesystem::path& earlier,
                                const crypto::Identity& unit, const ExecContext& context) {
  return Prover(store, unit, context).Growth(earlier);
}

}  // namespace musubi::engine

#include "engine/link/memory_plan.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include "blocking/lsh.h"
#include "core/bit_matrix.h"
#include "core/ids.h"
#include "core/pairs.h"
#include "storage/link_store.h"

namespace musubi::engine {
namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
constexpr std::uint64_t kBaseBytes = 96 * kMebibyte;
constexpr std::uint64_t kLeastLinksBytes = 16 * kMebibyte;
constexpr std::uint64_t kBytesOfLink = 40;

std::uint64_t RowBytes(std::uint32_t filter_bits) { return BitMatrix(filter_bits).stride_bytes(); }

// The reference, tokens and filters of a record, and what LoadedPopulation and Population keep of
// it.
std::uint64_t RecordBytes(const Contract& contract, std::optional<std::size_t> candidate_filter) {
  constexpr std::uint64_t kSourceSettledDatasetKeySince = 2 + 1 + 4 + 4 + 4;
  std::uint64_t bytes = RecordRef::kBytes + kSourceSettledDatasetKeySince +
                        BlockToken::kBytes * contract.token_count();
  for (const std::uint32_t bits : contract.filter_bits()) {
    bytes += RowBytes(bits) + sizeof(std::uint16_t);
  }
  if (contract.plan().model == ModelKind::kFellegiSunter) {  // see ValueRarity and ThrowCoins
    bytes += contract.filters().size() + 1 + 32;
  }
  if (candidate_filter) {
    constexpr std::uint64_t kPopcountAndPresence = 4 + 1;
    bytes += RowBytes(contract.filter_bits()[*candidate_filter]) + kPopcountAndPresence;
  }
  return bytes;
}

// As PlanBlocks, PlanExactJoin and PlanLsh say.
std::uint64_t CandidateBytes(const Contract& contract, const RunSize& size) {
  const std::uint64_t blocks = 24 + 7 * contract.token_count();
  if (!size.candidate_filter) return size.records * blocks;
  const std::uint64_t filter = RowBytes(contract.filter_bits()[*size.candidate_filter]);
  if (size.method == CandidateMethod::kLsh) {
    const std::uint64_t tables = size.records * 4 * blocking::LshParameters::kMaxTables;
    return size.records * (132 + 16 * static_cast<std::uint64_t>(size.threads)) +
           std::min(tables, blocking::kLshTableBytes);
  }
  return size.records * (filter + 6) + 16 * kMebibyte;
}

// "1.5 GiB", rounded up.
std::string Shown(std::uint64_t bytes) {
  constexpr std::uint64_t kTenthOfGibibyte = (std::uint64_t{1} << 30) / 10;
  const std::uint64_t tenths = (bytes + kTenthOfGibibyte - 1) / kTenthOfGibibyte;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GiB";
}

}  // namespace

std::uint64_t MemoryPlan::least() const {
  return base + std::max(records + std::max(candidates, resolve), commit);
}

Result<MemoryPlan> PlanMemory(const Contract& contract, const RunSize& size,
                              std::uint64_t budget_bytes) {
  MemoryPlan plan;
  plan.base = kBaseBytes;
  plan.records = size.records * RecordBytes(contract, size.candidate_filter);
  plan.candidates = CandidateBytes(contract, size);
  // Components while links are resolved; then where each belongs, its key, and what is doubted.
  constexpr std::uint64_t kFirstRegroupingAndDoubts = 4 + 20 + 12;
  plan.resolve = size.records * kFirstRegroupingAndDoubts;
  // Members, their order by data set, and what says which rows are whose.
  constexpr std::uint64_t kOfEveryRecord = 16 + 15 + 12;
  plan.commit = size.new_records * (sizeof(storage::Member) + sizeof(LinkageKey) + 4) +
                size.records * kOfEveryRecord;
  const std::uint64_t least = plan.least() + kLeastLinksBytes;
  if (budget_bytes < least) {
    return Error{ErrorCode::kUsage,
                 "to link " + std::to_string(size.records) + " records takes at least " +
                     Shown(least) + " of memory, and " + Shown(budget_bytes) +
                     " may be used; use a machine that has it, or raise --memory"};
  }
  plan.links = budget_bytes - plan.least();
  return plan;
}

std::uint64_t LinksInMemory(const MemoryPlan& plan) { return plan.links / kBytesOfLink; }

}  // namespace musubi::engine

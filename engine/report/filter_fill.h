// How full the filters of each holder are, and which holders' filters are unlike the others'.
// Sees numbers of set bits, no filter. Private to engine/report.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/exec_context.h"
#include "storage/link_store.h"

namespace musubi::engine {

// The shares of records, in hundredths, whose numbers of set bits are told.
inline constexpr std::array<unsigned, 5> kFillQuantiles = {5, 25, 50, 75, 95};

// How many bits are set in one filter of one holder's records.
struct FilterFill {
  std::uint64_t mean = 0;                                      // thousandths of a bit
  std::uint64_t deviation = 0;                                 // standard deviation, likewise
  std::array<std::uint32_t, kFillQuantiles.size()> bits = {};  // at kFillQuantiles
  // The mean less the median of all holders' means, or of two holders the other's mean, in
  // thousandths of the standard deviation of records about their own holder's mean. None with too
  // few records or no other holder.
  std::optional<std::int64_t> difference = {};
  bool differs = false;  // the difference is neither small nor chance
};

// One filter of one holder.
struct FilterOfHolder {
  std::uint64_t present = 0;       // records that have it
  std::optional<FilterFill> fill;  // none with fewer than kLeastFill, which would tell of records
};

// With fewer records nothing is said of their set bits.
inline constexpr std::uint64_t kLeastFill = 20;

// A difference below a fifth of a standard deviation is small (Cohen's d); one below three standard
// errors may be chance; a holder of fewer records than these is not compared.
inline constexpr std::int64_t kSmallDifference = 200;
inline constexpr std::uint64_t kLeastCompared = 100;

// A holder and its data sets.
struct HolderData {
  std::string name;
  bool declares_duplicates = false;
  std::uint64_t records = 0;
  std::vector<std::uint32_t> datasets;  // ascending
};

// The holders of a store, ordered by name.
std::vector<HolderData> HoldersOf(const std::vector<storage::DatasetInfo>& datasets);

// By holder, then by filter of the contract. Reads every filter once, as stage "read filters".
//
// Memory: 64 KiB at most, besides what it gives and a chunk of the store.
// Errors: those of the store; kInterrupted
// Source: Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), for what is small.
Result<std::vector<std::vector<FilterOfHolder>>> ReadFill(const storage::LinkStore& store,
                                                          std::span<const HolderData> holders,
                                                          const ExecContext& context);

}  // namespace musubi::engine

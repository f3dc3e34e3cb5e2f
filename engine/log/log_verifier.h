// Whether an exported audit log is the one that a unit signed, and still begins as it did. Needs no
// store. Sees counts, digests and the names of parties and projects.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/result.h"
#include "crypto/merkle.h"
#include "storage/log_chain.h"
#include "storage/log_head.h"

namespace musubi::engine {

// Take every line in order, then Finish: nothing is known before.
class LogVerifier {
 public:
  // `earlier` is a head that was kept, if there is one. Both have been found to be signed.
  LogVerifier(const storage::LogHead& head, const std::optional<storage::LogHead>& earlier)
      : head_(head), earlier_(earlier) {}

  // Errors: kBadData  the line is no entry, or does not follow the one before it
  Status Take(std::string_view line);

  // Errors: kBadData  lines are missing or too many, or are not those that were signed
  //         kRefused  the log is shorter than when the earlier head was signed, or began otherwise
  //                   then: it was rolled back, or there are two
  Status Finish() const;

  std::uint64_t refused() const { return refused_; }  // entries of refusals

 private:
  Status CheckHead() const;
  Status CheckEarlier() const;

  storage::LogHead head_;
  std::optional<storage::LogHead> earlier_;
  storage::LogChain chain_;
  crypto::Digest256 state_{};                   // after the last entry
  crypto::Digest256 contract_{};                // of the first
  std::optional<crypto::Digest256> root_then_;  // with as many entries as the earlier head has
  std::uint64_t refused_ = 0;
};

// What is wrong where a log that is `later` was `earlier` before and is not any more.
Error RolledBack(const storage::LogHead& earlier, const storage::LogHead& later);
Error Forked(const storage::LogHead& earlier);

}  // namespace musubi::engine

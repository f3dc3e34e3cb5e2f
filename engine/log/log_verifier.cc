#include "engine/log/log_verifier.h"

#include <string>

namespace musubi::engine {

using storage::LogHead;

Error RolledBack(const LogHead& earlier, const LogHead& later) {
  return {ErrorCode::kRefused, "the log has " + std::to_string(later.entries) +
                                   " entries, and had " + std::to_string(earlier.entries) +
                                   " when the earlier head was signed: it was rolled back"};
}

Error Forked(const LogHead& earlier) {
  return {ErrorCode::kRefused, "the log's first " + std::to_string(earlier.entries) +
                                   " entries are not those that the earlier head was signed for: "
                                   "they were replaced, or there are two logs"};
}

Status LogVerifier::Take(std::string_view line) {
  const std::string number = std::to_string(chain_.size() + 1);
  auto entry = chain_.Follow(line);
  if (!entry.ok()) {
    return Error{entry.error().code, "line " + number + ": " + entry.error().message};
  }
  const storage::LogEvent& event = entry.value().event;
  if (chain_.size() == 1) {
    const auto contract = event.digests.find("contract");
    if (contract != event.digests.end()) contract_ = contract->second;
  }
  // A refusal changes nothing but the log.
  if (!event.error.empty() && entry.value().state != state_) {
    return Error{ErrorCode::kBadData,
                 "line " + number + ": it is a refusal that changed the store"};
  }
  state_ = entry.value().state;
  if (!event.error.empty()) ++refused_;
  if (earlier_ && chain_.size() == earlier_->entries) root_then_ = chain_.tree.Root();
  return {};
}

Status LogVerifier::Finish() const {
  MUSUBI_RETURN_IF_ERROR(CheckHead());
  return CheckEarlier();
}

Status LogVerifier::CheckHead() const {
  if (chain_.size() != head_.entries) {
    return Error{ErrorCode::kBadData, "there are " + std::to_string(chain_.size()) +
                                          " entries, and " + std::to_string(head_.entries) +
                                          " were signed for"};
  }
  if (chain_.tree.Root() != head_.root || chain_.last != head_.last || state_ != head_.state ||
      contract_ != head_.contract) {
    return Error{ErrorCode::kBadData, "the entries are not those that were signed for"};
  }
  return {};
}

Status LogVerifier::CheckEarlier() const {
  if (!earlier_) return {};
  if (earlier_->entries > head_.entries) return RolledBack(*earlier_, head_);
  if (root_then_ != earlier_->root) return Forked(*earlier_);
  return {};
}

}  // namespace musubi::engine

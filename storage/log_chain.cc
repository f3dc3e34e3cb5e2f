#include "storage/log_chain.h"

#include <algorithm>
#include <utility>

#include "core/utc_time.h"

namespace musubi::storage {

namespace {

crypto::Digest256 LeafOf(std::string_view line) {
  return crypto::MerkleLeaf({reinterpret_cast<const std::uint8_t*>(line.data()), line.size()});
}

}  // namespace

std::string LogChain::Append(LogEvent event, const crypto::Digest256& state,
                             const ExecContext& context) {
  LogEntry entry;
  entry.number = tree.size() + 1;
  if (context.clock != nullptr) {
    entry.time = std::clamp(context.clock->UnixSeconds(), kMinUtcSeconds, kMaxUtcSeconds);
  }
  entry.event = std::move(event);
  entry.state = state;
  entry.previous = last;
  std::string line = LogLine(entry);
  last = LeafOf(line);
  tree.Append(last);
  return line;
}

Result<LogEntry> LogChain::Follow(std::string_view line) {
  MUSUBI_ASSIGN_OR_RETURN(LogEntry entry, ParseLogLine(line));
  if (entry.number != tree.size() + 1) {
    return Error{ErrorCode::kBadData, "it has the number " + std::to_string(entry.number) +
                                          ", and should have " + std::to_string(tree.size() + 1) +
                                          ": entries are missing, or in another order"};
  }
  if (entry.previous != last) {
    return Error{ErrorCode::kBadData,
                 "it does not follow the entry before it: one of them was changed"};
  }
  last = LeafOf(line);
  tree.Append(last);
  return entry;
}

}  // namespace musubi::storage
